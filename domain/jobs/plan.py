"""A request for images, worked out: what will be made, in which mode, at what price. Nothing is written yet."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import Conflict, InvalidInput
from domain.ids import ProjectId
from domain.images.image import Image
from domain.influencers.influencer import Influencer
from domain.jobs.job import GenerationMode, Job, JobKind
from domain.jobs.recipe import MAX_SEED, Recipe
from domain.jobs.subjects import Subject, appearance_of, base_model_of, lora_of, outfit_of
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Outfit
from domain.presets.formats import ASPECT_RATIOS, SIZES, STEPS, AspectRatio, Quality
from domain.safety.screening import Kind
from domain.trainings.lora import PinnedLora
from domain.trainings.training import TrainingStatus
from domain.uploads.upload import TakenUpload

MAX_IMAGES = 10
LONGEST_NEGATIVE_PROMPT = 1000
LONGEST_PROMPT = 2000
MOST_SHOWN = 4
"""Pictures of the subject, for models that are shown it. Source: PRODUCT, section 5."""

Texts = Mapping[str, tuple[Kind, str | None]]
"""What a user wrote, by its place in the input, and how it is to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    kind: JobKind
    subject: Subject
    mode: GenerationMode | None
    mode_reason: str
    recipe: Recipe
    quote: Quote
    uploads: tuple[TakenUpload, ...] = ()
    """Files that belong to the job from its acceptance on."""
    uploads_field: str = ""
    """Where the input names them."""
    also: Callable[[UnitOfWork, Job], Awaitable[None]] | None = None
    """Writes what is kept beside the job, in the transaction that accepts it."""
    project_id: ProjectId | None = None
    """The project it is for."""


class JobRequest(Protocol):
    """A dataclass of plain values: its fields are what a quote and an idempotency key are bound to."""

    operation: ClassVar[str]
    """The mutation that takes it."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def texts(self) -> Texts: ...

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        """`seed` is used where the request brings none. Raises `NotFound` and `Conflict`."""
        ...


def mode_of(subject: Subject) -> tuple[GenerationMode, str]:
    """How the face will be kept the same, and why so. Raises `Conflict` where an influencer has no face yet."""
    if not isinstance(subject, Influencer):
        if subject.lora:
            return GenerationMode.FACE_SWAP, "Images of this kind take the face from the persona's best photos."
        if subject.training_status is TrainingStatus.READY:
            return GenerationMode.FACE_SWAP, "The persona's LoRA has expired: the face is taken from its best photos."
        return GenerationMode.FACE_SWAP, "No LoRA is trained for this persona: the face is taken from its best photos."
    if subject.base_image_id is None:
        raise Conflict("This influencer has no base image yet. Make base images and choose one first.")
    if subject.training_status is TrainingStatus.READY and subject.lora is None:
        return (
            GenerationMode.FACE_SWAP,
            "The LoRA was trained on another face than the influencer has now, or has expired.",
        )
    return GenerationMode.FACE_SWAP, "No LoRA is trained for this influencer yet."


def lora_mode_of(subject: Subject) -> tuple[GenerationMode, str]:
    """As `mode_of`, for kinds that can be drawn with a LoRA: as soon as one is ready, they are."""
    mode = mode_of(subject)
    whose = "influencer" if isinstance(subject, Influencer) else "persona"
    return (GenerationMode.LORA, f"The {whose}'s LoRA is ready.") if lora_of(subject) else mode


def with_lora(recipe: Recipe, subject: Subject) -> Recipe:
    """Pinned, where one is ready. The prompt has its trigger already."""
    lora = lora_of(subject)
    if lora is None:
        return recipe
    tainted = recipe.descends_from_upload or lora.descends_from_upload
    return replace(recipe, lora=PinnedLora.of(lora), descends_from_upload=tainted)


async def shown_images(uow: UnitOfWork, subject: Subject) -> Sequence[Image]:
    """Of an influencer's character sheets, as many as a model is shown beside its base image. A persona has photos instead."""
    if not isinstance(subject, Influencer):
        return ()
    return await uow.images.of_sheets(subject.id, limit=MOST_SHOWN - 1)


def recipe_of(
    subject: Subject,
    *,
    photo_keys: tuple[str, ...] = (),
    ability: Ability,
    prompt: str,
    negative_prompt: str,
    aspect_ratio: AspectRatio,
    quality: Quality,
    seed: int,
    outfit: Outfit | None = None,
) -> Recipe:
    """Of an influencer with its face, or of a persona with its photos; what else a kind has is put in with `replace`."""
    size, drawn = SIZES[aspect_ratio], subject if isinstance(subject, Influencer) else None
    return Recipe(
        ability=ability,
        appearance=appearance_of(subject),
        identity_seed=drawn.identity_seed if drawn else None,
        base_image_id=drawn.base_image_id if drawn else None,
        photo_keys=photo_keys,
        scene=None,
        environment=None,
        outfit=outfit or outfit_of(subject),
        aspect_ratio=aspect_ratio,
        quality=quality,
        width=size.width,
        height=size.height,
        steps=STEPS[quality],
        seed=seed,
        model=base_model_of(subject).value,
        prompt=prompt,
        negative_prompt=negative_prompt,
        descends_from_upload=drawn is None,
    )


def check_count(image_count: int, *, least: int = 1, most: int = MAX_IMAGES) -> None:
    if not least <= image_count <= most:
        raise InvalidInput(f"This kind of job makes {least} to {most} images.", field="imageCount")


def check_offered_ratio(aspect_ratio: AspectRatio) -> None:
    """For kinds whose shape is chosen: some shapes belong to one kind alone."""
    if aspect_ratio not in ASPECT_RATIOS:
        raise InvalidInput(f"Choose one of {', '.join(ASPECT_RATIOS)}.", field="aspectRatio")


def check_seed(seed: int | None) -> None:
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise InvalidInput(f"A seed is a whole number from 0 to {MAX_SEED}.", field="seed")


def check_negative_prompt(text: str | None) -> None:
    if text is not None and len(text) > LONGEST_NEGATIVE_PROMPT:
        raise InvalidInput(
            f"A negative prompt has at most {LONGEST_NEGATIVE_PROMPT} characters.", field="negativePrompt"
        )


def check_prompt(text: str, *, field: str) -> None:
    if not text.strip():
        raise InvalidInput("Say in words what is wanted.", field=field)
    if len(text) > LONGEST_PROMPT:
        raise InvalidInput(f"This has at most {LONGEST_PROMPT} characters.", field=field)
