"""Jobs of personas (instant portraits, preview samples), and one image made again by its own recipe."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ImageId
from domain.jobs.kinds.display_samples import DisplaySamplesRequest
from domain.jobs.kinds.portraits import PortraitsRequest
from domain.jobs.kinds.preview_samples import PreviewSamplesRequest
from domain.jobs.kinds.regeneration import RegenerationRequest
from domain.presets.formats import AspectRatio, Resolution
from resolvers import jobs
from resolvers.context import Context
from schema.errors import user_errors
from schema.ids import id_of
from schema.job_types import GenerationJob
from schema.job_words import KEY, QUOTE, SEED, JobPayload
from schema.permissions import SignedIn
from schema.personas import persona_id_of

WHOSE = "Whose. Needs a live consent and 5 photos."


@strawberry.input(description="Five portraits of a person, one of each style, made from their best photos.")
class PortraitsInput:
    persona_id: strawberry.ID = strawberry.field(description=WHOSE)
    resolution: Resolution = strawberry.field(
        default=Resolution.RESOLUTION_1K, description="How large: 4K costs twice what the others do."
    )
    aspect_ratio: AspectRatio = strawberry.field(default=AspectRatio.SQUARE_1_1, description="Width to height.")
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> PortraitsRequest:
        return PortraitsRequest(
            persona_id=persona_id_of(self.persona_id),
            resolution=self.resolution,
            aspect_ratio=self.aspect_ratio,
            seed=self.seed,
        )


@strawberry.input(description="What `startPortraits` takes.")
class StartPortraitsInput(PortraitsInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="Five samples that show what a persona's photos are good for.")
class PreviewSamplesInput:
    persona_id: strawberry.ID = strawberry.field(description=WHOSE)
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> PreviewSamplesRequest:
        return PreviewSamplesRequest(persona_id=persona_id_of(self.persona_id), seed=self.seed)


@strawberry.input(description="What `startPreviewSamples` takes.")
class StartPreviewSamplesInput(PreviewSamplesInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="Five samples that show what a persona's LoRA can do.")
class DisplaySamplesInput:
    persona_id: strawberry.ID = strawberry.field(description="Whose. Needs a live consent and a LoRA.")
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> DisplaySamplesRequest:
        return DisplaySamplesRequest(persona_id=persona_id_of(self.persona_id), seed=self.seed)


@strawberry.input(description="What `startDisplaySamples` takes.")
class StartDisplaySamplesInput(DisplaySamplesInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="An image to be made again.")
class RegenerationInput:
    image_id: strawberry.ID = strawberry.field(description="The image. It stays as it is.")
    seed: int | None = strawberry.field(
        default=None, description="Null for another one than before; the image's own makes the same image again."
    )

    def to_request(self) -> RegenerationRequest:
        return RegenerationRequest(
            image_id=ImageId(id_of(self.image_id, "ImageAsset", field="imageId")), seed=self.seed
        )


@strawberry.input(description="What `regenerateImage` takes.")
class RegenerateImageInput(RegenerationInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.type(description="What `startPortraits` answers.")
class StartPortraitsPayload(JobPayload):
    pass


@strawberry.type(description="What `startPreviewSamples` answers.")
class StartPreviewSamplesPayload(JobPayload):
    pass


@strawberry.type(description="What `startDisplaySamples` answers.")
class StartDisplaySamplesPayload(JobPayload):
    pass


@strawberry.type(description="What `regenerateImage` answers.")
class RegenerateImagePayload(JobPayload):
    pass


@strawberry.type
class PortraitMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make five portraits of a persona side by side, without training; `persona.portraits` has them as they come. Your "
            "first set is free, whichever persona it is of: `quotePortraits` says whether it is. A `ConsentRequiredError`: the "
            "consent was withdrawn. A `ConflictError` with the code `TOO_FEW_PHOTOS` says how many to add."
        ),
    )
    @user_errors(StartPortraitsPayload)
    async def start_portraits(
        self,
        info: Info[Context, None],
        input: Annotated[StartPortraitsInput, strawberry.argument(description="Whose, and how large.")],
    ) -> StartPortraitsPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartPortraitsPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make five samples from a persona's photos, to be looked at before a LoRA is trained on these: `persona.previewSamples` "
            "has them as they come, `reviewPreviewSamples` takes what you think of them. Refused as `startPortraits` is."
        ),
    )
    @user_errors(StartPreviewSamplesPayload)
    async def start_preview_samples(
        self,
        info: Info[Context, None],
        input: Annotated[StartPreviewSamplesInput, strawberry.argument(description="Whose.")],
    ) -> StartPreviewSamplesPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartPreviewSamplesPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make five samples with a persona's LoRA, in the styles of the preview samples: `persona.samples` has the newest of each. "
            "After a training they are made by themselves, unless you said otherwise or lacked the credits. Without a LoRA it is a "
            "`ConflictError` with the code `LORA_REQUIRED`."
        ),
    )
    @user_errors(StartDisplaySamplesPayload)
    async def start_display_samples(
        self,
        info: Info[Context, None],
        input: Annotated[StartDisplaySamplesInput, strawberry.argument(description="Whose.")],
    ) -> StartDisplaySamplesPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartDisplaySamplesPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make an image anew, alone: by its own recipe, with another seed, as a job of one image at today's price. It takes the "
            "older one's place in `persona.portraits`, `previewSamples` and `samples`; the older one stays in the gallery. A thumbnail "
            "becomes the next version of its thread: the same wish, feedback and prompt. A "
            "`ConflictError`: something it was made from is gone, or images of its kind cannot be made again alone."
        ),
    )
    @user_errors(RegenerateImagePayload)
    async def regenerate_image(
        self,
        info: Info[Context, None],
        input: Annotated[RegenerateImageInput, strawberry.argument(description="Which image.")],
    ) -> RegenerateImagePayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return RegenerateImagePayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))
