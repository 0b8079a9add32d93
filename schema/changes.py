"""Jobs that make a new image from an old one: inpaint and edit."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ImageId, UploadId
from domain.jobs.kinds.changes import EditRequest, InpaintRequest
from domain.jobs.text_overlay import TextOverlay
from domain.prompts.edits import OverlayPosition, Restyle
from resolvers import jobs, prepared
from resolvers.context import Context
from schema.errors import user_errors
from schema.ids import id_of
from schema.job_types import GenerationJob
from schema.job_words import AVOID, KEY, QUOTE, SEED, JobPayload
from schema.permissions import SignedIn


@strawberry.input(description="A change inside a mask.")
class InpaintInput:
    image_id: strawberry.ID = strawberry.field(
        description="The image to start from, of an influencer or of a persona. It stays as it is."
    )
    prompt: str = strawberry.field(description="What is to be seen where the mask is white. 1 to 2,000 characters.")
    mask_upload_id: strawberry.ID = strawberry.field(
        description=(
            "An upload with the purpose MASK: as wide and high as the image, white where it may change, black where it stays."
        )
    )
    negative_prompt: str | None = strawberry.field(default=None, description=AVOID)
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> InpaintRequest:
        return InpaintRequest(
            image_id=ImageId(id_of(self.image_id, "ImageAsset", field="imageId")),
            prompt=self.prompt,
            mask_upload=UploadId(id_of(self.mask_upload_id, "Upload", field="maskUploadId")),
            negative_prompt=self.negative_prompt,
            seed=self.seed,
        )


@strawberry.input(description="What `startInpaint` takes.")
class StartInpaintInput(InpaintInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="A text to set on an image.")
class TextOverlayInput:
    text: str = strawberry.field(description="1 to 120 characters, on one line.")
    position: OverlayPosition = strawberry.field(default=OverlayPosition.BOTTOM, description="Where.")


@strawberry.input(description="A change of the whole image: exactly one of `instruction`, `overlay` and `restyle`.")
class EditInput:
    image_id: strawberry.ID = strawberry.field(
        description="The image to start from, of an influencer or of a persona. It stays as it is."
    )
    instruction: str | None = strawberry.field(
        default=None, description="In words: 'make it golden hour'. 1 to 2,000 characters. The person is kept."
    )
    overlay: TextOverlayInput | None = strawberry.field(default=None, description="A text to set on it.")
    restyle: Restyle | None = strawberry.field(default=None, description="A look from `restyles`.")
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> EditRequest:
        return EditRequest(
            image_id=ImageId(id_of(self.image_id, "ImageAsset", field="imageId")),
            instruction=self.instruction,
            overlay=TextOverlay(text=self.overlay.text, position=self.overlay.position) if self.overlay else None,
            restyle=self.restyle,
            seed=self.seed,
        )


@strawberry.input(description="What `startEdit` takes.")
class StartEditInput(EditInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.type(description="What `startInpaint` answers.")
class StartInpaintPayload(JobPayload):
    pass


@strawberry.type(description="What `startEdit` answers.")
class StartEditPayload(JobPayload):
    pass


@strawberry.type
class ChangeMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make a new image that differs from an old one only where a mask is white. Send the mask first: `requestUploads`, "
            "then PUT. The old image stays; `ImageAsset.source` and `edits` lead from one to the other."
        ),
    )
    @user_errors(StartInpaintPayload)
    async def start_inpaint(
        self,
        info: Info[Context, None],
        input: Annotated[StartInpaintInput, strawberry.argument(description="The change.")],
    ) -> StartInpaintPayload:
        request = input.to_request()
        accepted = await jobs.begin(
            info.context,
            request,
            quote_token=input.quote_id,
            key=input.idempotency_key,
            prepare=lambda: prepared.inpaint(info.context, request),
        )
        return StartInpaintPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make a new image from an old one by an instruction, with a text on it, or in another look. The old one stays.",
    )
    @user_errors(StartEditPayload)
    async def start_edit(
        self,
        info: Info[Context, None],
        input: Annotated[StartEditInput, strawberry.argument(description="The edit.")],
    ) -> StartEditPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartEditPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))
