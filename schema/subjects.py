"""Whatever has a face that must stay the same: an interface, and the two kinds of it."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ImageId
from domain.influencers.appearance import Gender, Style
from domain.influencers.influencer import Influencer as InfluencerValue
from domain.jobs.job import GenerationMode
from domain.pages import Page
from domain.presets.catalogue import Outfit
from domain.presets.models import BaseModel
from resolvers.context import Context
from schema.enums import LoraStatus
from schema.ids import Node, global_id
from schema.lora import LoraModel, LoraSettings, RetrainSuggestion
from schema.pages import Connection, connection_of

if TYPE_CHECKING:
    from schema.job_types import GenerationJob, ImageAsset


@strawberry.interface(description="A Persona (a real person, with consent) or an Influencer (a synthetic adult).")
class Subject(Node):
    name: str = strawberry.field(description="What its owner calls it.")


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

    @strawberry.field(description="The image that gives it its face; null until one is chosen.")
    async def base_image(
        self, info: Info[Context, None]
    ) -> Annotated["ImageAsset", strawberry.lazy("schema.job_types")] | None:
        from schema.job_types import ImageAsset  # noqa: PLC0415 - images name their subject and subjects an image

        if self.base_image_key is None:
            return None
        view = await info.context.loaders.images.load(self.base_image_key)
        return ImageAsset.of(view) if view else None

    @strawberry.field(description="The job that makes its character sheets; null while none was started.")
    def character_sheet_job(self) -> Annotated["GenerationJob", strawberry.lazy("schema.job_types")] | None:
        return None

    @strawberry.field(description="The LoRA new jobs would use, or the one being trained; null while there is none.")
    def lora_model(self) -> LoraModel | None:
        return None

    @strawberry.field(description="What it could be trained on; null until training is offered.")
    def training_images(self) -> TrainingImages | None:
        return None

    @strawberry.field(description="Whether training again is worth it; null until training is offered.")
    def retrain_suggestion(self) -> RetrainSuggestion | None:
        return None

    @strawberry.field(description="All trainings, newest first. Empty until training is offered.")
    def lora_history(
        self,
        first: Annotated[int, strawberry.argument(description="1 to 100.")] = 10,
        after: Annotated[str | None, strawberry.argument(description="Cursor of the last one seen.")] = None,
    ) -> Connection[LoraModel]:
        none: Page[LoraModel] = Page([], [], False)
        return connection_of(none, lambda model: model, after=after)


@strawberry.enum(description="Where a persona is.")
class PersonaStatus(Enum):
    PENDING_UPLOAD = strawberry.enum_value("PENDING_UPLOAD", description="Waits for photos.")
    ANALYZING = strawberry.enum_value("ANALYZING", description="Its photos are being looked at.")
    READY = strawberry.enum_value("READY", description="Portraits can be made.")
    FAILED = strawberry.enum_value("FAILED", description="Its photos cannot be used.")


@strawberry.type(description="A real person's likeness, made with their consent. Cannot be created yet.")
class Persona(Subject):
    status: PersonaStatus = strawberry.field(description="Where it is.")
    is_default: bool = strawberry.field(description="Whether it is used where no persona is named.")


def subject_of(value: InfluencerValue) -> Influencer:
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
        generation_mode=GenerationMode.FACE_SWAP,
        lora_status=LoraStatus.NONE,
        lora_settings=LoraSettings(training_enabled=value.training_enabled, auto_start=value.auto_start),
        base_image_key=value.base_image_id,
    )
