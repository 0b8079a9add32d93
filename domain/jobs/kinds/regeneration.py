"""One image made anew, alone, by its own recipe with another seed. The older one stays in the gallery, as it was.

The new job is of the same kind, so that wherever the newest of a style is shown the new image takes its place. A thumbnail becomes
the next version of its thread.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import Conflict, NotFound
from domain.ids import ImageId, LoraModelId, SubjectId
from domain.images.image import Image
from domain.jobs.job import GenerationMode, Job, JobKind
from domain.jobs.kinds.display_samples import LoraRequired
from domain.jobs.plan import Plan, Texts, check_seed
from domain.jobs.recipe import MAX_SEED, Recipe
from domain.jobs.subjects import check_photos_stay, subject_with
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import ENLARGED, SIZES, Resolution
from domain.thumbnails.thread import NewVersion, check_room
from domain.user_events import UserEventKind

LORA_GONE = "The LoRA that the image was made with was deleted or has expired."


@dataclass(frozen=True, slots=True, kw_only=True)
class RegenerationRequest:
    operation: ClassVar[str] = "regenerateImage"

    image_id: ImageId
    seed: int | None = None

    def __post_init__(self) -> None:
        check_seed(self.seed)

    def texts(self) -> Texts:
        return {}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        """Raises `ConsentRequired` as well."""
        image = await uow.images.get(self.image_id)
        job = await uow.jobs.get(image.job_id)
        recipe = job.recipe.alone(image.index, seed=self._seed(image, seed), made_again_from=image.id)
        await _check_all_there(uow, job.subject_id, recipe)
        mode, reason = await _mode_now(uow, job)
        plan = Plan(
            kind=job.kind,
            subject=await subject_with(uow, job.subject_id),
            mode=mode,
            mode_reason=reason,
            recipe=recipe,
            quote=Quote(per_image=price_of(job.kind, recipe, prices), image_count=1),
            project_id=job.project_id,
        )
        return await _as_next_version(uow, image, plan) if job.kind is JobKind.THUMBNAIL else plan

    def _seed(self, image: Image, seed: int) -> int:
        """Another one than before, unless the client wants that very one."""
        if self.seed is not None:
            return self.seed
        return seed if seed != image.seed else (seed + 1) % (MAX_SEED + 1)


async def _as_next_version(uow: UnitOfWork, image: Image, plan: Plan) -> Plan:
    """By the very prompt that its picture was made by, whoever wrote it. Raises `NotFound` and `LimitReached`."""
    before = await uow.thumbnails.of_image(image.job_id, image.index)
    if before is None:
        raise NotFound("There is no such thread.")
    check_room(await uow.thumbnails.thread(before.thread_id))
    version = NewVersion(
        brief=replace(before.brief, seed=plan.recipe.seed),
        prompt=before.prompt,
        prompt_by=before.prompt_by,
        thread_id=before.thread_id,
    )

    async def keep_version(uow: UnitOfWork, job: Job) -> None:
        await uow.thumbnails.add(job, [version])
        await uow.outbox.tell(job.user_id, UserEventKind.THREAD_CHANGED, before.thread_id)

    shots = tuple(replace(shot, prompt=before.prompt) for shot in plan.recipe.shots)
    return replace(plan, recipe=replace(plan.recipe, shots=shots), also=keep_version)


async def _mode_now(uow: UnitOfWork, job: Job) -> tuple[GenerationMode | None, str]:
    """As it was, unless its LoRA is gone since. Raises `LoraRequired` for what would show nothing without one."""
    lora = job.recipe.lora
    if lora is None or (await uow.trainings.get(LoraModelId(lora.model_id))).weights_key == lora.weights_key:
        return job.mode, job.mode_reason
    if job.kind is JobKind.DISPLAY_SAMPLES:
        raise LoraRequired(
            "The LoRA that this sample shows is gone. Train one first: `startTraining`. Nothing was charged."
        )
    return GenerationMode.FACE_SWAP, LORA_GONE


async def _check_all_there(uow: UnitOfWork, subject_id: SubjectId, recipe: Recipe) -> None:
    needed = recipe.needed_images
    if needed and await uow.images.count_present([*needed]) < len(needed):
        raise Conflict("An image that this one was made from was deleted. Restore it first. Nothing was charged.")
    if recipe.appearance is None:
        await check_photos_stay(uow, subject_id, recipe.photo_keys)


def price_of(kind: JobKind, recipe: Recipe, prices: PriceBook) -> int:  # noqa: PLR0911 - a table
    """Of one image of a kind, today: what it once cost, or that it was free, counts for nothing. Raises `Conflict`."""
    match kind:
        case JobKind.PORTRAITS:
            return prices.portrait[resolution_of(recipe)]
        case JobKind.PREVIEW_SAMPLES | JobKind.DISPLAY_SAMPLES:
            return prices.sample
        case JobKind.BASE_IMAGES:
            return prices.base_image
        case JobKind.CHARACTER_SHEET:
            return prices.sheet_image
        case JobKind.VARIATIONS:
            return prices.variation
        case JobKind.HEADSHOTS if recipe.lora is None:
            return prices.variation
        case JobKind.PACK | JobKind.HEADSHOTS:
            return prices.studio_image[recipe.quality]
        case JobKind.THUMBNAIL:
            return prices.thumbnail
        case JobKind.SOCIAL:
            return prices.social
        case JobKind.INPAINT:
            return prices.inpaint
        case JobKind.EDIT:
            return prices.edit
        case _:
            raise Conflict("An image of this kind cannot be made again alone. Start a new job; nothing was charged.")


def resolution_of(recipe: Recipe) -> Resolution:
    times = recipe.width // SIZES[recipe.aspect_ratio].width
    return next(resolution for resolution, enlarged in ENLARGED.items() if enlarged == times)
