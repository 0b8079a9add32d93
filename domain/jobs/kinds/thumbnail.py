"""THUMBNAIL: 1920 by 1080, from a written wish with the subject's portraits beside it; several concepts are one job of several images."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import InvalidInput
from domain.ids import ConceptId, ProjectId, StillId, SubjectId, ThreadId, VersionId
from domain.jobs.job import GenerationMode, Job, JobKind
from domain.jobs.plan import (
    Plan,
    Texts,
    check_negative_prompt,
    check_prompt,
    check_seed,
    mode_of,
    recipe_of,
    shown_images,
)
from domain.jobs.recipe import Recipe
from domain.jobs.subjects import Subject, appearance_of, lora_of, photos_of, subject_with
from domain.jobs.text_overlay import TextOverlay
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Scene
from domain.presets.formats import AspectRatio, Quality
from domain.projects.project import Project, ProjectStill
from domain.prompts.edits import OverlayPosition
from domain.prompts.shots import Shot
from domain.prompts.thumbnails import thumbnail_negative_prompt, thumbnail_prompt
from domain.safety.screening import Kind, screen
from domain.thumbnails.of_project import concept_of, snippet_for, stills_shown
from domain.thumbnails.thread import (
    Brief,
    HeadlineBy,
    NewVersion,
    check_feedback,
    check_headline,
    check_room,
    check_scale,
    thread_id_of,
)
from domain.trainings.lora import PinnedLora, ReadyLora
from domain.user_events import UserEventKind

MODEL = "openai/gpt-image-2.6-flare"
"""What the product names for it, in its living version: it shows its pictures while they form."""

MOST_CONCEPTS = 10
SHOWN = "The model is shown portraits, and keeps the face."
WITH_LORA = "A LoRA was asked for, and it is ready."
NO_LORA = "A LoRA was asked for and none is ready: the model is shown portraits instead."


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """With a `concept_id` and no prompt, what the project's analysis says of it is the wish."""

    prompt: str | None = None
    headline: str | None = None
    concept_id: ConceptId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailRequest:
    """Its one concept."""

    operation: ClassVar[str] = "startThumbnail"

    subject_id: SubjectId
    concepts: tuple[Concept, ...]
    headline_by: HeadlineBy = HeadlineBy.TEXT
    use_lora: bool = False
    lora_scale: float = 1.0
    negative_prompt: str | None = None
    seed: int | None = None
    project_id: ProjectId | None = None
    still_ids: tuple[StillId, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.concepts) <= MOST_CONCEPTS:
            raise InvalidInput(f"Name 1 to {MOST_CONCEPTS} concepts.", field="concepts")
        for path, concept in self._by_path().items():
            if concept.concept_id is None or concept.prompt is not None:
                check_prompt(concept.prompt or "", field=f"{path}prompt")
            check_headline(concept.headline, field=f"{path}headline")
        check_scale(self.lora_scale)
        check_negative_prompt(self.negative_prompt)
        check_seed(self.seed)

    def texts(self) -> Texts:
        found: dict[str, tuple[Kind, str | None]] = {}
        for path, concept in self._by_path().items():
            found[f"{path}prompt"] = Kind.WISH, concept.prompt
            found[f"{path}headline"] = Kind.WISH, concept.headline
        return {**found, "negativePrompt": (Kind.NEGATIVE, self.negative_prompt)}

    def _by_path(self) -> dict[str, Concept]:
        return {"": self.concepts[0]}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        subject = await subject_with(uow, self.subject_id)
        project = await uow.projects.get(self.project_id, subject.user_id) if self.project_id else None
        stills = stills_shown(project, self.still_ids, subject)
        first = seed if self.seed is None else self.seed
        briefs = [self._brief(concept, project, seed=first) for concept in self.concepts]
        plan = await _plan(uow, prices, subject, briefs, thread_id=None, stills=stills)
        return replace(plan, project_id=self.project_id)

    def _brief(self, concept: Concept, project: Project | None, *, seed: int) -> Brief:
        """Raises `NotFound` for a concept there is not, and `PromptRefused` where words may not be in one picture."""
        found = concept_of(project, concept.concept_id) if concept.concept_id else None
        brief = Brief(
            wish=(concept.prompt or (found.prompt if found else "")).strip(),
            headline=concept.headline or (found.headline if found else None),
            headline_by=self.headline_by,
            lora_scale=self.lora_scale if self.use_lora else None,
            negative=self.negative_prompt,
            seed=seed,
            snippet=snippet_for(project, found) if project else None,
            stills=tuple(dict.fromkeys(self.still_ids)),
        )
        if brief.snippet:
            said = (brief.wish, brief.headline, brief.snippet.words)
            screen(self.operation, {f"said {number}": (Kind.WISH, words) for number, words in enumerate(said)})
        return brief


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailsRequest(ThumbnailRequest):
    """Several concepts, each the beginning of a thread."""

    operation: ClassVar[str] = "startThumbnails"

    def _by_path(self) -> dict[str, Concept]:
        return {f"concepts.{number}.": concept for number, concept in enumerate(self.concepts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RefineRequest:
    """The next version of a thread, from `version_id` or else from the newest."""

    operation: ClassVar[str] = "refineThumbnail"

    thread_id: ThreadId
    feedback: str
    version_id: VersionId | None = None
    headline: str | None = None

    def __post_init__(self) -> None:
        check_feedback(self.feedback)
        check_headline(self.headline, field="headline")

    def texts(self) -> Texts:
        return {"headline": (Kind.WISH, self.headline), "feedback": (Kind.WISH, self.feedback)}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        """The seed is the thread's, so that what nobody speaks of stays as far as a model keeps it."""
        thread = await uow.thumbnails.thread(self.thread_id)
        check_room(thread)
        before = await uow.thumbnails.version(self.thread_id, self.version_id)
        brief = before.brief.refined(self.feedback, self.headline)
        self._screen_together(brief)
        subject = await subject_with(uow, thread.subject_id)
        project = await uow.projects.find(thread.project_id, subject.user_id) if thread.project_id else None
        there = {still.id for still in project.stills} if project else set()
        stills = stills_shown(project, [one for one in brief.stills if one in there], subject)
        brief = replace(brief, stills=tuple(still.id for still in stills))
        plan = await _plan(uow, prices, subject, [brief], thread_id=thread.id, stills=stills)
        return replace(plan, project_id=thread.project_id)

    def _screen_together(self, brief: Brief) -> None:
        """What was let through alone may not be in one picture. Raises `PromptRefused`."""
        about = brief.snippet.words if brief.snippet else ""
        said = (brief.wish, about, *brief.feedback[:-1], brief.headline, self.feedback)
        named = {f"said {number}": (Kind.WISH, words) for number, words in enumerate(said[:-1])}
        screen(self.operation, {**named, "feedback": (Kind.WISH, self.feedback)})


async def _plan(
    uow: UnitOfWork,
    prices: PriceBook,
    subject: Subject,
    briefs: list[Brief],
    *,
    thread_id: ThreadId | None,
    stills: tuple[ProjectStill, ...] = (),
) -> Plan:
    mode_of(subject)  # refused where an influencer has no face yet
    wants_lora = briefs[0].lora_scale is not None
    lora = lora_of(subject) if wants_lora else None
    trigger = lora.trigger_word if lora else None
    prompts = [thumbnail_prompt(brief, appearance_of(subject), trigger=trigger) for brief in briefs]
    recipe = _with_project(await _recipe(uow, subject, briefs, prompts, lora), briefs, stills)
    versions = [
        NewVersion(brief=brief, prompt=prompt, image_index=index, thread_id=thread_id)
        for index, (brief, prompt) in enumerate(zip(briefs, prompts, strict=True))
    ]

    async def keep_versions(uow: UnitOfWork, job: Job) -> None:
        await uow.thumbnails.add(job, versions)
        for one in versions:
            id_ = one.thread_id or thread_id_of(job.id, one.image_index)
            await uow.outbox.tell(job.user_id, UserEventKind.THREAD_CHANGED, id_)

    return Plan(
        kind=JobKind.THUMBNAIL,
        subject=subject,
        mode=GenerationMode.LORA if lora else GenerationMode.FACE_SWAP,
        mode_reason=WITH_LORA if lora else NO_LORA if wants_lora else SHOWN,
        recipe=recipe,
        quote=Quote(per_image=prices.thumbnail, image_count=len(briefs)),
        also=keep_versions,
    )


async def _recipe(
    uow: UnitOfWork,
    subject: Subject,
    briefs: list[Brief],
    prompts: list[str],
    lora: ReadyLora | None,
) -> Recipe:
    shown = await shown_images(uow, subject)
    recipe = recipe_of(
        subject,
        photo_keys=await photos_of(uow, subject),
        ability=Ability.FACE if lora else Ability.EDIT,
        prompt=prompts[0],
        negative_prompt=thumbnail_negative_prompt(briefs),
        aspect_ratio=AspectRatio.LANDSCAPE_16_9,
        quality=Quality.HQ,
        seed=briefs[0].seed,
    )
    recipe = replace(
        recipe,
        scene=Scene.CANDID_LIFESTYLE,
        shots=tuple(_shot(number, brief, prompts[number]) for number, brief in enumerate(briefs)),
        reference_image_ids=tuple(image.id for image in shown),
        descends_from_upload=recipe.descends_from_upload or any(image.descends_from_upload for image in shown),
        crop_to_face=True,
    )
    if lora is None:
        return replace(recipe, model=MODEL)
    return replace(
        recipe,
        lora=replace(PinnedLora.of(lora), scale=briefs[0].lora_scale or 1.0),
        descends_from_upload=recipe.descends_from_upload or lora.descends_from_upload,
    )


def _with_project(recipe: Recipe, briefs: list[Brief], stills: tuple[ProjectStill, ...]) -> Recipe:
    """What somebody was shown stills for descends from an upload as much as what is drawn from one."""
    is_tainted = bool(stills) or any(brief.snippet and brief.snippet.saw_stills for brief in briefs)
    return replace(
        recipe,
        still_keys=() if recipe.lora else tuple(still.file.key for still in stills),
        descends_from_upload=recipe.descends_from_upload or is_tainted,
    )


def _shot(number: int, brief: Brief, prompt: str) -> Shot:
    if brief.headline is None or brief.draws_letters:
        return Shot(pose=number, prompt=prompt)
    return Shot(pose=number, prompt=prompt, headline=TextOverlay(text=brief.headline, position=OverlayPosition.BOTTOM))
