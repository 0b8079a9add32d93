"""A LoRA is deleted by its owner."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import LoraModelId
from resolvers import privacy
from resolvers.context import Context
from schema.consent_types import DeletionReceipt
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS
from schema.permissions import SignedIn


@strawberry.input(description="What `deleteLoraModel` takes.")
class DeleteLoraModelInput:
    lora_model_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="What `deleteLoraModel` answers.")
class DeleteLoraModelPayload:
    receipt: DeletionReceipt | None = strawberry.field(default=None, description="Null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class LoraMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Delete a LoRA, for good: its weights are removed here and at its trainer, and new jobs are drawn without it, or "
        "with the one before it. Images made with it stay, and what was paid is not returned. While it is being trained, or a job "
        "that is not finished draws with it, that is a `ConflictError` that says what to cancel first. A second call finds nothing: "
        "`NotFoundError`.",
    )
    @user_errors(DeleteLoraModelPayload)
    async def delete_lora_model(
        self,
        info: Info[Context, None],
        input: Annotated[DeleteLoraModelInput, strawberry.argument(description="Which one.")],
    ) -> DeleteLoraModelPayload:
        wanted = LoraModelId(id_of(input.lora_model_id, "LoraModel", field="loraModelId"))
        return DeleteLoraModelPayload(receipt=DeletionReceipt.of(await privacy.delete_lora(info.context, wanted)))
