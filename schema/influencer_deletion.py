"""An influencer is deleted by its owner."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import SubjectId
from resolvers import privacy
from resolvers.context import Context
from schema.consent_types import DeletionReceipt
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS
from schema.permissions import SignedIn


@strawberry.input(description="What `deleteInfluencer` takes.")
class DeleteInfluencerInput:
    influencer_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="What `deleteInfluencer` answers.")
class DeleteInfluencerPayload:
    receipt: DeletionReceipt | None = strawberry.field(default=None, description="Null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class InfluencerDeletion:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Delete an influencer with every image of it, for good: there is no time to restore them. Its jobs and its training "
        "stop and what they had reserved is released; its LoRAs go, here and at their trainers, and so do archives and exports that hold "
        "any of it. What was paid is not returned. The receipt tells when the last file is gone. A second call finds nothing: "
        "`NotFoundError`.",
    )
    @user_errors(DeleteInfluencerPayload)
    async def delete_influencer(
        self,
        info: Info[Context, None],
        input: Annotated[DeleteInfluencerInput, strawberry.argument(description="Which one.")],
    ) -> DeleteInfluencerPayload:
        wanted = SubjectId(id_of(input.influencer_id, "Influencer", field="influencerId"))
        return DeleteInfluencerPayload(
            receipt=DeletionReceipt.of(await privacy.delete_influencer(info.context, wanted))
        )
