"""A synthetic character, as clients see it. What is done with it is in `schema.influencers`."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ImageId
from domain.influencers.appearance import Gender, Style
from domain.influencers.influencer import Influencer as InfluencerValue
from domain.jobs.job import GenerationMode
from domain.presets.catalogue import Outfit
from domain.presets.models import BaseModel
from domain.trainings.liking import RetrainFacts
from domain.trainings.limits import FEWEST_IMAGES
from domain.trainings.training import TrainingStatus
from resolvers import trainings
from resolvers.context import Context
from resolvers.loaders import TrainingsWanted
from schema.enums import LoraStatus
from schema.ids import global_id
from schema.lora import LoraModel, LoraSettings, RetrainSuggestion
from schema.pages import Connection, connection_of
from schema.subject_interface import Subject
from schema.usage import SubjectUsage

if TYPE_CHECKING:
    from schema.job_types import GenerationJob, ImageAsset


@strawberry.type(description="How a synthetic character looks. Traits are keys of `appearanceOptions`.")
class Appearance:
    style: Style = strawberry.field(description="How it is drawn.")
    gender: Gender = strawberry.field(description="How it presents.")
    age: int = strawberry.field(description="In years, 18 at least.")
    ethnicity: str = strawberry.field(description="A key.")
    hair_color: str = strawberry.field(description="A key.")
    hair_style: str = strawberry.field(description="A key.")
    eye_color: str = strawberry.field(description="A key.")
    body_type: str = strawberry.field(description="A key.")


@strawberry.type(description="Which images a LoRA would be trained on.")
class TrainingImages:
    recommended_ids: list[strawberry.ID] = strawberry.field(description="Preselected images.")
    can_train: bool = strawberry.field(description="Whether there are enough.")
    minimum: int = strawberry.field(description="How many that takes.")
    images: list[Annotated["ImageAsset", strawberry.lazy("schema.job_types")]] = strawberry.field(
        description="All that may be chosen."
    )


@strawberry.type(description="A synthetic adult character. There is no real person behind it.")
class Influencer(Subject):
    appearance: Appearance = strawberry.field(description="How it looks.")
    default_outfit: Outfit = strawberry.field(description="What it wears unless a job says otherwise.")
    nsfw_enabled: bool = strawberry.field(description="Whether adult content may be made of it.")
    base_model: BaseModel = strawberry.field(description="The model it is drawn with.")
    generation_mode: GenerationMode = strawberry.field(description="How a job started now would keep its face.")
    lora_status: LoraStatus = strawberry.field(description="Where its LoRA is.")
    lora_settings: LoraSettings = strawberry.field(description="What its owner wants of training.")
    base_image_key: strawberry.Private[ImageId | None]
    value: strawberry.Private[InfluencerValue]

    @strawberry.field(description="The image that gives it its face; null until one is chosen.")
    async def base_image(
        self, info: Info[Context, None]
    ) -> Annotated["ImageAsset", strawberry.lazy("schema.job_types")] | None:
        from schema.job_types import ImageAsset  # noqa: PLC0415 - images name their subject and subjects an image

        if self.base_image_key is None:
            return None
        view = await info.context.loaders.images.load(self.base_image_key)
        return ImageAsset.of(view) if view else None

    @strawberry.field(description="The newest job that makes its character sheets; null while none was started.")
    async def character_sheet_job(
        self, info: Info[Context, None]
    ) -> Annotated["GenerationJob", strawberry.lazy("schema.job_types")] | None:
        from schema.job_types import GenerationJob  # noqa: PLC0415 - as above

        job = await info.context.loaders.sheet_jobs.load(self.value.id)
        return GenerationJob.of(job) if job else None

    @strawberry.field(description="The LoRA new jobs would use, or the one being trained; null while there is none.")
    async def lora_model(self, info: Info[Context, None]) -> LoraModel | None:
        wanted = self.value.lora.id if self.value.lora else self.value.newest_training
        found = await info.context.loaders.lora_models.load(wanted) if wanted else None
        return LoraModel.of(found) if found else None

    @strawberry.field(description="What it could be trained on, the newest 100.")
    async def training_images(self, info: Info[Context, None]) -> TrainingImages | None:
        from schema.job_types import ImageAsset  # noqa: PLC0415 - as above

        choice = await trainings.choice(info.context, self.value.id, self.value.base_image_id)
        return TrainingImages(
            recommended_ids=[global_id("ImageAsset", id_) for id_ in choice.recommended_ids],
            can_train=choice.can_train,
            minimum=FEWEST_IMAGES,
            images=[ImageAsset.of(view) for view in choice.images],
        )

    @strawberry.field(description="Whether training again is worth it; null until a LoRA is ready.")
    async def retrain_suggestion(self, info: Info[Context, None]) -> RetrainSuggestion | None:
        lora = self.value.lora
        if lora is None:
            return None
        facts = await info.context.loaders.retrains.load(self.value.id) or RetrainFacts(0, None)
        quote = facts.quote(lora.base_model, info.context.services.prices.training[lora.base_model])
        count = facts.new_liked
        return RetrainSuggestion(
            has_new_liked_images=count > 0,
            new_liked_image_count=count,
            last_training_at=lora.completed_at,
            suggestion=f"{count} new liked images could make it better."
            if count
            else "No new images were liked since.",
            is_free=quote.credits == 0,
            credits=quote.credits,
        )

    @strawberry.field(description="What it was used for.")
    async def usage(self, info: Info[Context, None]) -> SubjectUsage | None:
        found = await info.context.loaders.usage.load(self.value.id)
        return SubjectUsage.of(found) if found else None

    @strawberry.field(description="All trainings, newest first.")
    async def lora_history(
        self,
        info: Info[Context, None],
        first: Annotated[int, strawberry.argument(description="1 to 100.")] = 10,
        after: Annotated[str | None, strawberry.argument(description="Cursor of the last one seen.")] = None,
    ) -> Connection[LoraModel]:
        page = await info.context.loaders.trainings.load(TrainingsWanted(self.value.id, first, after))
        return connection_of(page, LoraModel.of, after=after)


def lora_status_of(value: InfluencerValue) -> LoraStatus:
    """Of the newest training; but one that came to nothing leaves the LoRA that was ready before, and one that succeeded may have
    expired since."""
    status = value.training_status
    if status is None:
        return LoraStatus.NONE
    if status in {TrainingStatus.FAILED, TrainingStatus.CANCELLED} and value.lora:
        return LoraStatus.READY
    if status is TrainingStatus.READY and not value.lora:
        return LoraStatus.EXPIRED
    return LoraStatus[status.name]


def influencer_of(value: InfluencerValue) -> Influencer:
    look = value.appearance
    return Influencer(
        id=global_id("Influencer", value.id),
        name=value.name,
        appearance=Appearance(
            style=look.style,
            gender=look.gender,
            age=look.age,
            ethnicity=look.ethnicity,
            hair_color=look.hair_color,
            hair_style=look.hair_style,
            eye_color=look.eye_color,
            body_type=look.body_type,
        ),
        default_outfit=value.default_outfit,
        nsfw_enabled=value.nsfw_enabled,
        base_model=value.base_model,
        generation_mode=GenerationMode.LORA if value.lora else GenerationMode.FACE_SWAP,
        lora_status=lora_status_of(value),
        lora_settings=LoraSettings(training_enabled=value.training_enabled, auto_start=value.auto_start),
        base_image_key=value.base_image_id,
        value=value,
    )
