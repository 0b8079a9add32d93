"""A job is accepted: priced, pinned, paid for in advance, and handed on, all in one transaction or not at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.credits.ledger import NewHold
from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import Conflict, InvalidInput
from domain.events import EventKind, JobEvent
from domain.ids import ImageId, JobId, SubjectId, UserId, hold_id_of
from domain.influencers.influencer import Influencer
from domain.jobs.job import GenerationMode, Job, JobKind, JobStatus
from domain.jobs.recipe import MAX_SEED, Recipe
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import SIZES, STEPS, AspectRatio, Quality
from domain.prompts.build import build_negative_prompt, build_prompt
from domain.safety.screening import Kind, screen
from domain.wishes import Wish

MAX_IMAGES = 10
LONGEST_NEGATIVE_PROMPT = 1000

HOLD_LIFE = timedelta(hours=2)
"""The longest a job may take. After it the reservation runs out, and what was not made is given up at no charge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRequest:
    """1 to 10 images of a subject in one scene. `outfit` is for this job only; None means the subject's own."""

    subject_id: SubjectId
    scene: Scene
    environment: Environment
    outfit: Outfit | None
    aspect_ratio: AspectRatio
    quality: Quality
    image_count: int
    negative_prompt: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        _check_count(self.image_count)
        _check_seed(self.seed)
        if self.negative_prompt is not None and len(self.negative_prompt) > LONGEST_NEGATIVE_PROMPT:
            raise InvalidInput(
                f"A negative prompt has at most {LONGEST_NEGATIVE_PROMPT} characters.", field="negativePrompt"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseImagesRequest:
    """Faces to choose from: 1 to 10 portraits of one description, each with a face of its own."""

    subject_id: SubjectId
    image_count: int
    seed: int | None = None

    def __post_init__(self) -> None:
        _check_count(self.image_count)
        _check_seed(self.seed)


def _check_count(image_count: int) -> None:
    if not 1 <= image_count <= MAX_IMAGES:
        raise InvalidInput(f"A job makes 1 to {MAX_IMAGES} images.", field="imageCount")


def _check_seed(seed: int | None) -> None:
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise InvalidInput(f"A seed is a whole number from 0 to {MAX_SEED}.", field="seed")


@dataclass(frozen=True, slots=True)
class AcceptedJob:
    """`subject` is None where the acceptance is only remembered, and the subject was not read for it."""

    job: Job
    subject: Influencer | None


def check_words(request: PackRequest, *, operation: str) -> None:
    """Before anything is read or reserved. Raises `PromptRefused`."""
    screen(operation, {"negativePrompt": (Kind.NEGATIVE, request.negative_prompt)})


def quote_pack(request: PackRequest, prices: PriceBook) -> Quote:
    return Quote(per_image=prices.studio_image[request.quality], image_count=request.image_count)


def mode_of(influencer: Influencer) -> tuple[GenerationMode, str]:
    """How the face will be kept the same, and why so. Raises `Conflict` where there is no face yet."""
    if influencer.base_image_id is None:
        raise Conflict("This influencer has no base image yet. Make base images and choose one first.")
    return GenerationMode.FACE_SWAP, "No LoRA is trained for this influencer yet."


async def start_pack(
    uow: UnitOfWork,
    user_id: UserId,
    request: PackRequest,
    wish: Wish,
    *,
    job_id: JobId,
    quote: Quote,
    seed: int,
    now: datetime,
) -> AcceptedJob:
    """`seed` is used when the request brings none. The job is kept as the answer to `wish`.

    Raises `PromptRefused`, `NotFound`, `Conflict`, `InsufficientCredits`.
    """
    check_words(request, operation="startPack")
    influencer = await uow.influencers.get(request.subject_id)
    mode, reason = mode_of(influencer)
    job = Job(
        id=job_id,
        user_id=user_id,
        subject_id=request.subject_id,
        kind=JobKind.PACK,
        status=JobStatus.QUEUED,
        mode=mode,
        mode_reason=reason,
        recipe=_pack_recipe(influencer, request, seed),
        image_count=quote.image_count,
        price_per_image=quote.per_image,
        credits_reserved=quote.credits,
        event_count=1,
        created_at=now,
    )
    await _accept(uow, job, wish, now=now)
    return AcceptedJob(job, influencer)


async def start_base_images(
    uow: UnitOfWork,
    user_id: UserId,
    request: BaseImagesRequest,
    wish: Wish,
    *,
    job_id: JobId,
    prices: PriceBook,
    seed: int,
    now: datetime,
) -> AcceptedJob:
    """The job is kept as the answer to `wish`. Raises `NotFound`, `InsufficientCredits`."""
    influencer = await uow.influencers.get(request.subject_id)
    job = Job(
        id=job_id,
        user_id=user_id,
        subject_id=request.subject_id,
        kind=JobKind.BASE_IMAGES,
        status=JobStatus.QUEUED,
        mode=None,
        mode_reason="Base images propose a face; there is none to keep yet.",
        recipe=_base_recipe(influencer, request, seed),
        image_count=request.image_count,
        price_per_image=prices.base_image,
        credits_reserved=prices.base_image * request.image_count,
        event_count=1,
        created_at=now,
    )
    await _accept(uow, job, wish, now=now)
    return AcceptedJob(job, influencer)


def _pack_recipe(influencer: Influencer, request: PackRequest, seed: int) -> Recipe:
    outfit = request.outfit or influencer.default_outfit
    return _recipe(
        influencer,
        outfit=outfit,
        scene=request.scene,
        environment=request.environment,
        aspect_ratio=request.aspect_ratio,
        quality=request.quality,
        negative_prompt=request.negative_prompt,
        identity_seed=influencer.identity_seed,
        base_image_id=influencer.base_image_id,
        seed=seed if request.seed is None else request.seed,
    )


def _base_recipe(influencer: Influencer, request: BaseImagesRequest, seed: int) -> Recipe:
    return _recipe(
        influencer,
        outfit=influencer.default_outfit,
        scene=None,
        environment=None,
        aspect_ratio=AspectRatio.SQUARE_1_1,
        quality=Quality.DRAFT,
        negative_prompt=None,
        identity_seed=None,
        base_image_id=None,
        seed=seed if request.seed is None else request.seed,
    )


def _recipe(
    influencer: Influencer,
    *,
    outfit: Outfit,
    scene: Scene | None,
    environment: Environment | None,
    aspect_ratio: AspectRatio,
    quality: Quality,
    negative_prompt: str | None,
    identity_seed: int | None,
    base_image_id: ImageId | None,
    seed: int,
) -> Recipe:
    size = SIZES[aspect_ratio]
    return Recipe(
        appearance=influencer.appearance,
        identity_seed=identity_seed,
        base_image_id=base_image_id,
        scene=scene,
        environment=environment,
        outfit=outfit,
        aspect_ratio=aspect_ratio,
        quality=quality,
        width=size.width,
        height=size.height,
        steps=STEPS[quality],
        seed=seed,
        model=influencer.base_model.value,
        prompt=build_prompt(influencer.appearance, outfit=outfit, environment=environment, scene=scene),
        negative_prompt=build_negative_prompt(negative_prompt),
    )


def new_holds(job: Job, indexes: range | list[int]) -> list[NewHold]:
    """One hold for each image, so that each is settled alone."""
    return [
        NewHold(id=hold_id_of(job.id, index, job.round), image_index=index, amount=job.price_per_image)
        for index in indexes
    ]


async def _accept(uow: UnitOfWork, job: Job, wish: Wish, *, now: datetime) -> None:
    await uow.jobs.accept(
        JobEvent(kind=EventKind.JOB_STATE_CHANGED, job=job, at=now, number=job.event_count),
        new_holds(job, range(job.image_count)),
        wish=wish,
        movement_key=f"reserve:{job.id}:{job.round}",
        description=f"{job.image_count} images reserved",
        expires_at=now + HOLD_LIFE,
    )
