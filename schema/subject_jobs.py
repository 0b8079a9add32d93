"""Jobs that make new images of a subject that has its face: character sheets, headshots, variations."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import SubjectId, UploadId
from domain.jobs.kinds.character_sheet import CharacterSheetRequest
from domain.jobs.kinds.headshots import HeadshotsRequest
from domain.jobs.kinds.variations import VariationsRequest
from domain.presets.formats import AspectRatio
from domain.prompts.headshots import HeadshotStyle
from domain.prompts.variations import VariationOptions
from resolvers import jobs, prepared
from resolvers.context import Context
from schema.errors import user_errors
from schema.ids import id_of
from schema.job_types import GenerationJob
from schema.job_words import AVOID, KEY, QUOTE, SEED, SUBJECT, JobPayload
from schema.permissions import SignedIn


@strawberry.input(description="An influencer from all sides, on a plain background.")
class CharacterSheetInput:
    subject_id: strawberry.ID = strawberry.field(
        description="Whose. An influencer that has its base image: for a persona its photos do what a sheet does."
    )
    image_count: int = strawberry.field(
        default=7,
        description=(
            "7 to 10. The first seven are front, both three-quarters, both sides, back and full body; after them come a smile, a "
            "serious face, and dramatic light."
        ),
    )
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> CharacterSheetRequest:
        influencer = SubjectId(id_of(self.subject_id, "Influencer", field="subjectId"))
        return CharacterSheetRequest(subject_id=influencer, image_count=self.image_count, seed=self.seed)


@strawberry.input(description="What `startCharacterSheet` takes.")
class StartCharacterSheetInput(CharacterSheetInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="1 to 10 business headshots.")
class HeadshotsInput:
    subject_id: strawberry.ID = strawberry.field(description=SUBJECT)
    styles: list[HeadshotStyle] = strawberry.field(
        default_factory=lambda: [HeadshotStyle.CORPORATE_GRAY],
        description="One or several, each once: they take turns from image to image. See `headshotStyles`.",
    )
    aspect_ratio: AspectRatio = strawberry.field(default=AspectRatio.SQUARE_1_1, description="Width to height.")
    image_count: int = strawberry.field(default=4, description="1 to 10.")
    negative_prompt: str | None = strawberry.field(default=None, description=AVOID)
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> HeadshotsRequest:
        return HeadshotsRequest(
            subject_id=_subject(self.subject_id),
            styles=tuple(self.styles),
            aspect_ratio=self.aspect_ratio,
            image_count=self.image_count,
            negative_prompt=self.negative_prompt,
            seed=self.seed,
        )


@strawberry.input(description="What `startHeadshots` takes.")
class StartHeadshotsInput(HeadshotsInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.input(description="The subject in the style of pictures that you send: four images for each of them.")
class VariationsInput:
    subject_id: strawberry.ID = strawberry.field(description=SUBJECT)
    style_upload_ids: list[strawberry.ID] = strawberry.field(
        description="1 to 5 uploads with the purpose STYLE_IMAGE. Their light, colours and mood are taken, and nobody who is in them."
    )
    aspect_ratio: AspectRatio = strawberry.field(default=AspectRatio.PORTRAIT_2_3, description="Width to height.")
    glasses: bool | None = strawberry.field(
        default=None, description="True puts some on, false takes them off; null leaves it as it is."
    )
    hair_color: str | None = strawberry.field(
        default=None, description="A key of `variationOptions.hairColors`; null leaves it as it is."
    )
    hair_style: str | None = strawberry.field(
        default=None, description="A key of `variationOptions.hairStyles`; null leaves it as it is."
    )
    backgrounds: list[str] = strawberry.field(
        default_factory=list,
        description="Keys of `variationOptions.backgrounds`. They take turns; none leaves it open.",
    )
    styles: list[str] = strawberry.field(
        default_factory=list, description="Keys of `variationOptions.styles`. They take turns; none leaves it open."
    )
    seed: int | None = strawberry.field(default=None, description=SEED)

    def to_request(self) -> VariationsRequest:
        return VariationsRequest(
            subject_id=_subject(self.subject_id),
            style_uploads=tuple(
                UploadId(id_of(id_, "Upload", field="styleUploadIds")) for id_ in self.style_upload_ids
            ),
            aspect_ratio=self.aspect_ratio,
            options=VariationOptions(
                glasses=self.glasses,
                hair_color=self.hair_color,
                hair_style=self.hair_style,
                backgrounds=tuple(self.backgrounds),
                styles=tuple(self.styles),
            ),
            seed=self.seed,
        )


@strawberry.input(description="What `startVariations` takes.")
class StartVariationsInput(VariationsInput):
    idempotency_key: str = strawberry.field(description=KEY)
    quote_id: str | None = strawberry.field(default=None, description=QUOTE)


@strawberry.type(description="What `startCharacterSheet` answers.")
class StartCharacterSheetPayload(JobPayload):
    pass


@strawberry.type(description="What `startHeadshots` answers.")
class StartHeadshotsPayload(JobPayload):
    pass


@strawberry.type(description="What `startVariations` answers.")
class StartVariationsPayload(JobPayload):
    pass


def _subject(id_: strawberry.ID) -> SubjectId:
    return SubjectId(id_of(id_, "Influencer", "Persona", field="subjectId"))


@strawberry.type
class SubjectJobMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Show an influencer from all sides: what models are shown beside its base image from then on, and what a LoRA can be "
            "trained on. `ImageAsset.style` says which view an image is."
        ),
    )
    @user_errors(StartCharacterSheetPayload)
    async def start_character_sheet(
        self,
        info: Info[Context, None],
        input: Annotated[StartCharacterSheetInput, strawberry.argument(description="Whose, and how many images.")],
    ) -> StartCharacterSheetPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartCharacterSheetPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make business headshots, in one style or several. `ImageAsset.style` says which one an image has.",
    )
    @user_errors(StartHeadshotsPayload)
    async def start_headshots(
        self,
        info: Info[Context, None],
        input: Annotated[StartHeadshotsInput, strawberry.argument(description="The headshots.")],
    ) -> StartHeadshotsPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        return StartHeadshotsPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make four images of a subject for each style image. Send the style images first: `requestUploads`, then PUT. An "
            "image that is made from an upload is never adult content."
        ),
    )
    @user_errors(StartVariationsPayload)
    async def start_variations(
        self,
        info: Info[Context, None],
        input: Annotated[StartVariationsInput, strawberry.argument(description="The variations.")],
    ) -> StartVariationsPayload:
        request = input.to_request()
        accepted = await jobs.begin(
            info.context,
            request,
            quote_token=input.quote_id,
            key=input.idempotency_key,
            prepare=lambda: prepared.variations(info.context, request),
        )
        return StartVariationsPayload(job=GenerationJob.of(accepted.job, subject=accepted.subject))
