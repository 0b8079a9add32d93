"""A content set is priced as a whole, and accepted in one transaction: both jobs, or neither."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from domain.content_sets.content_set import ContentSet, SetPart
from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import Conflict, InsufficientCredits, InvalidInput
from domain.ids import ConceptId, ContentSetId, JobId, ProjectId, StillId, SubjectId, UserId, concept_id_of
from domain.jobs.accepting import check_words, start_job
from domain.jobs.control import cancel_job
from domain.jobs.job import Job
from domain.jobs.kinds.social import SocialRequest
from domain.jobs.kinds.thumbnail import Concept, ThumbnailsRequest
from domain.jobs.plan import JobRequest, Plan, Texts, check_negative_prompt
from domain.jobs.subjects import check_may_be_changed, subject_with
from domain.models.model import Provider
from domain.ports.unit_of_work import UnitOfWork
from domain.projects.content import MOST_CONCEPTS
from domain.projects.project import Project
from domain.safety.screening import Kind
from domain.social.graphic import LONGEST_DESCRIPTION, check_platforms, check_text
from domain.social.platforms import Platform
from domain.thumbnails.of_project import concept_of, snippet_for
from domain.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSetRequest:
    """Chosen concepts, or the first few of the analysis; and a graphic for each platform, of the first of them."""

    operation: ClassVar[str] = "createContentSet"

    project_id: ProjectId
    subject_id: SubjectId
    concept_ids: tuple[ConceptId, ...] = ()
    thumbnail_count: int = 0
    platforms: tuple[Platform, ...] = ()
    apply_brand: bool = True
    text: str | None = None
    still_ids: tuple[StillId, ...] = ()
    negative_prompt: str | None = None

    def __post_init__(self) -> None:
        if self.concept_ids and self.thumbnail_count:
            raise InvalidInput("Name concepts, or how many thumbnails, but not both.", field="thumbnailCount")
        if not 0 <= self.thumbnail_count <= MOST_CONCEPTS:
            raise InvalidInput(f"There are 0 to {MOST_CONCEPTS} thumbnails.", field="thumbnailCount")
        if not self.concept_ids and not self.thumbnail_count and not self.platforms:
            raise InvalidInput("Ask for thumbnails or for platforms, or for both.", field="platforms")
        if self.platforms:
            check_platforms(self.platforms)
        check_text(self.text)
        check_negative_prompt(self.negative_prompt)

    def texts(self) -> Texts:
        return {"textOverlay": (Kind.WISH, self.text), "negativePrompt": (Kind.NEGATIVE, self.negative_prompt)}


@dataclass(frozen=True, slots=True)
class ForProject:
    """A request whose job is for a project."""

    operation: ClassVar[str] = "createContentSet"

    request: JobRequest
    project: Project

    def texts(self) -> Texts:
        return self.request.texts()

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        plan = await self.request.plan(uow, prices, seed=seed)
        found = self.project.analysis.result if self.project.analysis else None
        is_tainted = plan.recipe.descends_from_upload or bool(found and found.still_count)
        return replace(plan, project_id=self.project.id, recipe=replace(plan.recipe, descends_from_upload=is_tainted))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuote:
    """None for a job that is not asked for."""

    thumbnails: Quote | None
    social: Quote | None

    @property
    def credits(self) -> int:
        return sum(quote.credits for quote in (self.thumbnails, self.social) if quote)

    @property
    def image_count(self) -> int:
        return sum(quote.image_count for quote in (self.thumbnails, self.social) if quote)


@dataclass(frozen=True, slots=True)
class SetPlan:
    """What is asked for of each kind of job, and what that costs now."""

    thumbnails: ForProject | None
    social: ForProject | None
    quote: SetQuote


async def plan_set(uow: UnitOfWork, user_id: UserId, request: ContentSetRequest, prices: PriceBook) -> SetPlan:
    """Raises `NotFound`, `ConsentRequired`, `Conflict` for a project that is not analyzed, and what planning each job raises."""
    check_may_be_changed(await subject_with(uow, request.subject_id))
    project = await uow.projects.get(request.project_id, user_id)
    chosen = _chosen(project, request)
    thumbnails = ForProject(_thumbnails(request, chosen), project) if _wants_thumbnails(request) else None
    social = ForProject(_social(project, request, chosen[0]), project) if request.platforms else None
    quotes = [
        (await one.plan(uow, prices, seed=0)).quote if one else None for one in (thumbnails, social)
    ]  # two at most
    return SetPlan(thumbnails, social, SetQuote(thumbnails=quotes[0], social=quotes[1]))


def _wants_thumbnails(request: ContentSetRequest) -> bool:
    return bool(request.concept_ids or request.thumbnail_count)


def _chosen(project: Project, request: ContentSetRequest) -> Sequence[ConceptId]:
    """At least one: what graphics are about is one too."""
    for concept_id in request.concept_ids:
        concept_of(project, concept_id)
    if request.concept_ids:
        return request.concept_ids
    found = project.analysis.result if project.analysis else None
    if project.analysis is None or found is None or not found.concepts:
        raise Conflict("This project has no concepts yet. Analyze it first (`analyzeProject`); nothing was charged.")
    count = max(request.thumbnail_count, 1)
    if count > len(found.concepts):
        raise InvalidInput(f"The project's analysis has {len(found.concepts)} concepts.", field="thumbnailCount")
    return [concept_id_of(project.analysis.id, place) for place in range(count)]


def _thumbnails(request: ContentSetRequest, chosen: Sequence[ConceptId]) -> ThumbnailsRequest:
    return ThumbnailsRequest(
        subject_id=request.subject_id,
        project_id=request.project_id,
        concepts=tuple(Concept(concept_id=concept_id) for concept_id in chosen),
        still_ids=request.still_ids,
        negative_prompt=request.negative_prompt,
    )


def _social(project: Project, request: ContentSetRequest, concept_id: ConceptId) -> SocialRequest:
    concept = concept_of(project, concept_id)
    about = f"{concept.prompt.rstrip('.')}, {snippet_for(project, concept).words}"
    return SocialRequest(
        subject_id=request.subject_id,
        platforms=request.platforms,
        description=about[:LONGEST_DESCRIPTION],
        text=request.text,
        apply_brand=request.apply_brand,
        negative_prompt=request.negative_prompt,
    )


async def create_set(
    uow: UnitOfWork,
    user_id: UserId,
    request: ContentSetRequest,
    *,
    set_id: ContentSetId,
    prices: PriceBook,
    promised: SetQuote | None,
    seed: int,
    now: datetime,
    providers: Collection[Provider] = frozenset(),
) -> ContentSet:
    """At `promised`, where the client brought a quote. Never adult content. Raises what `start_job` does, `InsufficientCredits` for the
    sum, before anything is reserved."""
    await uow.lock_user(user_id)
    plan = await plan_set(uow, user_id, request, prices)
    price = promised or plan.quote
    balance = await uow.credits.balance(user_id)
    if balance.available < price.credits:
        raise InsufficientCredits(required=price.credits, available=balance.available)

    async def started(part: ForProject | None, quote: Quote | None, name: str) -> Job | None:
        if part is None:
            return None
        check_words(part)
        accepted = await start_job(
            uow,
            user_id,
            part,
            Wish(f"content-set:{set_id}:{name}", set_id.hex),
            job_id=JobId(uuid4()),
            prices=prices,
            quote=quote,
            seed=seed,
            now=now,
            providers=providers,
        )
        return accepted.job

    thumbnails = await started(plan.thumbnails, price.thumbnails, "thumbnails")
    social = await started(plan.social, price.social, "social")
    made = ContentSet(
        id=set_id,
        user_id=user_id,
        project_id=request.project_id,
        subject_id=request.subject_id,
        thumbnails_job_id=thumbnails.id if thumbnails else None,
        social_job_id=social.id if social else None,
        created_at=now,
        parts=tuple(SetPart.of(job) for job in (thumbnails, social) if job),
    )
    await uow.content_sets.add(made)
    return made


async def cancel_set(uow: UnitOfWork, user_id: UserId, set_id: ContentSetId, *, now: datetime) -> ContentSet:
    """What still runs of it is cancelled, as `cancel_job` does. A second call changes nothing. Raises `NotFound`, and `Conflict`
    where all of it has ended otherwise."""
    await uow.lock_user(user_id)
    found = await uow.content_sets.get(set_id)
    running = [part for part in found.parts if not part.status.is_final]
    if not running and found.status.value != "CANCELLED":
        raise Conflict(f"This set has ended ({found.status}): nothing of it is reserved.")
    for part in running:  # two at most
        found = found.moved(await cancel_job(uow, user_id, part.job_id, now=now))
    return found
