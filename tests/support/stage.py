"""A schema of our own types whose objects lie in memory, so that what executes a selection can be compared on any value.

`Stage` has every type of ours as an attribute, nullable and not, alone and in lists; `Leaves` has every leaf.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from domain.images.image import Image
from domain.influencers.influencer import Influencer as InfluencerValue
from domain.jobs.job import GenerationMode, Job, JobKind
from domain.jobs.waiting import Waiting
from domain.pages import Page
from domain.personas.persona import PersonaStatus
from domain.ports.object_store import Download
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from domain.safety.adult import NOT_OFFERED, AdultOffer
from domain.safety.policy import AdultAccount
from domain.trainings.training import LoraModel as LoraModelValue
from resolvers.context import ApiServices, Context
from resolvers.loaders import EditsWanted, ImageView, TrainingsWanted
from schema.credits import CreditBalance, CreditTransaction
from schema.errors import ERROR_TYPES, UserError
from schema.ids import Node
from schema.images import LikeImagesPayload
from schema.job_events import EVENT_TYPES, JobEvent
from schema.job_types import GenerationJob, ImageAsset
from schema.jobs import StartPackPayload
from schema.known import KNOWN_AS, UNKNOWN, Unknown
from schema.lora import LoraModel, RetrainSuggestion
from schema.notifications import Notification
from schema.onboarding import Onboarding
from schema.pages import Connection
from schema.presets import AppearanceOptions, OutfitPreset
from schema.subjects import Appearance, Influencer, Persona, Subject, TrainingImages
from tests.support.values import a_job, an_influencer

NOBODY = UUID(int=0)
"""Names nothing that the loaders find."""


@strawberry.type
class Leaves:
    text: str
    text_or: str | None
    key: strawberry.ID
    key_or: strawberry.ID | None
    number: int
    number_or: int | None
    ratio: float
    ratio_or: float | None
    truth: bool
    truth_or: bool | None
    moment: datetime
    moment_or: datetime | None
    scene: Scene
    scene_or: Scene | None
    status: PersonaStatus
    status_or: PersonaStatus | None
    day_or: date | None
    amount_or: Decimal | None
    uuid: UUID
    texts: list[str]
    texts_or: list[str | None] | None
    numbers_or: list[int] | None
    scenes: list[Scene]
    grid_or: list[list[int] | None] | None
    form: str | None
    known_subject: strawberry.Private[Subject | Unknown | None] = UNKNOWN
    known_text: strawberry.Private[str | Unknown] = UNKNOWN

    @strawberry.field(metadata={KNOWN_AS: "known_subject"})  # type: ignore[untyped-decorator] # it carries Any
    async def subject(self) -> Subject | None:
        return None if isinstance(self.known_subject, Unknown) else self.known_subject

    @strawberry.field(metadata={KNOWN_AS: "known_text"})  # type: ignore[untyped-decorator] # it carries Any
    def words(self) -> str:
        return "of the resolver" if isinstance(self.known_text, Unknown) else self.known_text


@strawberry.type
class Stage:
    image: ImageAsset
    image_or: ImageAsset | None
    images: list[ImageAsset]
    images_or: list[ImageAsset | None] | None
    gallery: Connection[ImageAsset]
    gallery_or: Connection[ImageAsset] | None
    job: GenerationJob
    jobs_or: Connection[GenerationJob] | None
    subject: Subject
    subject_or: Subject | None
    subjects: list[Subject]
    influencer_or: Influencer | None
    persona_or: Persona | None
    node_or: Node | None
    nodes: list[Node | None]
    event_or: JobEvent | None
    events: list[JobEvent]
    error_or: UserError | None
    errors: list[UserError]
    started_or: StartPackPayload | None
    liked: LikeImagesPayload
    balance: CreditBalance
    entries_or: Connection[CreditTransaction] | None
    notification_or: Notification | None
    training_or: TrainingImages | None
    lora_or: LoraModel | None
    retrain_or: RetrainSuggestion | None
    appearance: Appearance
    onboarding: Onboarding
    outfits: list[OutfitPreset]
    options: AppearanceOptions
    leaves: Leaves
    leaves_or: Leaves | None
    rows: list[Leaves]
    rows_or: list[Leaves | None] | None
    grid_or: list[list[Leaves] | None] | None

    @strawberry.field
    def said(
        self,
        text: str = "nothing",
        number: int | None = None,
        scene: Scene | None = None,
        ids: list[strawberry.ID] | None = None,
        at: datetime | None = None,
    ) -> str | None:
        return f"{text} {number} {scene} {ids} {at}"

    @strawberry.field
    async def later(self) -> Leaves | None:
        return self.leaves_or

    @strawberry.field
    def again(self) -> "Stage":
        return self


@strawberry.type
class Query:
    @strawberry.field
    def stage(self, info: Info[Context, None]) -> Stage | None:
        return cast("StageContext", info.context).stage

    @strawberry.field
    def certain(self, info: Info[Context, None]) -> Stage:
        return cast("StageContext", info.context).stage

    @strawberry.field
    async def later(self, info: Info[Context, None]) -> Stage | None:
        return cast("StageContext", info.context).stage

    @strawberry.field
    def stages(self, info: Info[Context, None]) -> list[Stage | None]:
        return [cast("StageContext", info.context).stage] * 2


def stage_schema() -> strawberry.Schema:
    return strawberry.Schema(query=Query, types=[*ERROR_TYPES, *EVENT_TYPES, Influencer, Persona])


@dataclass(slots=True, kw_only=True)
class StageContext(Context):
    services: ApiServices = field(default=cast("ApiServices", None))
    stage: Stage

    def for_operation(self, notes: dict[Any, Any]) -> "StageContext":
        return StageContext(stage=self.stage, notes=notes)

    @property
    def loaders(self) -> Any:
        return MemoryLoaders

    @property
    def adult_offer(self) -> AdultOffer:
        return NOT_OFFERED


class _Jobs:
    @staticmethod
    async def load(key: UUID) -> Job | None:
        return None if key == NOBODY else a_job(id=key)


class _Influencers:
    @staticmethod
    async def load(key: UUID) -> InfluencerValue | None:
        return None if key == NOBODY else an_influencer(id=key)


class _AdultAccounts:
    @staticmethod
    async def load(key: UUID) -> AdultAccount | None:
        return None


class _Images:
    @staticmethod
    async def load(key: UUID) -> ImageView | None:
        return None if key == NOBODY else an_image_view(key)


class _ImagesOfJobs:
    @staticmethod
    async def load(key: UUID) -> Sequence[ImageView] | None:
        return None if key == NOBODY else [an_image_view(UUID(int=n + 1), index=n) for n in range(2)]


class _Edits:
    @staticmethod
    async def load(key: EditsWanted) -> Page[ImageView]:
        images = [] if key.image_id == NOBODY else [an_image_view(UUID(int=n + 1)) for n in range(2)]
        return Page(images, ["first", "second"][: len(images)], False)


class _Trainings:
    @staticmethod
    async def load(key: TrainingsWanted) -> Page[LoraModelValue]:
        return Page([], [], False)


class _Downloads:
    @staticmethod
    async def load(key: Download) -> str:
        return f"/downloads/{key.key}?name={key.name}"


class _SubjectNames:
    @staticmethod
    async def load(key: UUID) -> str | None:
        return None if key == NOBODY else "Mara Voss"


class _Waiting:
    @staticmethod
    async def load(key: UUID) -> Waiting | None:
        return None


class _Addresses:
    @staticmethod
    async def load(key: str) -> str:
        return f"/files/{key}"


class _None:
    @staticmethod
    async def load(key: UUID) -> None:
        return None


class MemoryLoaders:
    waiting, addresses, lora_models, sheet_jobs = _Waiting, _Addresses, _None, _None
    jobs, influencers, images, images_of_jobs = _Jobs, _Influencers, _Images, _ImagesOfJobs
    personas = projects = retrains = usage = approval_rounds = previewed_sets = past_trainings = consents = _None
    portraits = previews = samples = photos_of_personas = analyses = versions_of_threads = threads = _None
    trainings = _Trainings
    edits, downloads, subject_names, adult_accounts = _Edits, _Downloads, _SubjectNames, _AdultAccounts


def an_image_view(key: UUID, **changes: Any) -> ImageView:
    values: dict[str, Any] = {
        **dict.fromkeys(("id", "user_id", "subject_id", "job_id"), key),
        **dict.fromkeys(("storage_key", "thumbnail_key", "sha256", "prompt", "negative_prompt", "model"), "a word"),
        **dict.fromkeys(("size_bytes", "width", "height", "seed", "steps", "index"), 20),
        **dict.fromkeys(("credits_charged", "generation_ms", "download_count"), 0),
        **dict.fromkeys(("nsfw", "liked"), False),
        "kind": JobKind.PACK,
        "content_type": "image/webp",
        "scene": Scene.BEACH_DAY,
        "environment": Environment.BEACH,
        "outfit": Outfit.CASUAL_TEE,
        "aspect_ratio": AspectRatio.PORTRAIT_9_16,
        "quality": Quality.DRAFT,
        "mode": GenerationMode.FACE_SWAP,
        "provider": "local",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return ImageView(Image(**{**values, **changes}), f"/files/{key}", f"/thumbnails/{key}")
