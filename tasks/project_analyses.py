"""A project is read: by a model, where there is one, once; else by ourselves, which is also the answer where nobody else's can be used.

As photos are analyzed (`tasks.analyses`): under a lease, with the paid call written down before it is sent.
"""

import asyncio
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import structlog

from domain.errors import NotFound, ProviderError, RateLimited
from domain.ids import AnalysisId, UserId
from domain.images.picture import Picture
from domain.models.model import Ability, Provider
from domain.models.routing import Need
from domain.personas.analysis import LocalBecause
from domain.ports.project_analyses import ContentTask
from domain.projects import analyzing
from domain.projects.analyzing import MAX_TRIES, ProjectToAnalyze
from domain.projects.content import ContentFound
from domain.projects.question import MOST_STILLS_SHOWN, ContentSaid, UnfitContent, found_there, question_about
from domain.projects.reading import found_here, words_of_concept
from domain.safety.verdicts import rule_of_verdict
from tasks.asking import PAUSE, WaitAndAskAgain, asked_once, because_of, hold
from tasks.persistence import persist
from tasks.registry import Services, task

log = structlog.get_logger("likeness.project_analyses")


@task("projects.analyze", queue="analyses")
async def analyze_project(services: Services, *, user_id: str, analysis_id: str) -> None:
    """Where somebody else has it, or it has ended, nothing is done."""
    owner, analysis = UserId(UUID(user_id)), AnalysisId(UUID(analysis_id))
    structlog.contextvars.bind_contextvars(analysis_id=analysis_id)
    if services.analyzing.locked() or services.leases.draining:
        return
    async with services.analyzing:
        found = await persist(lambda: _begin(services, owner, analysis))
        if found is None:
            return
        services.wake_relay()
        working = asyncio.create_task(_analyze(services, found))
        await hold(services, working, lambda: _pulse(services, found.task))
        await persist(lambda: _settle(services, found.task, working))
    services.wake_relay()


async def _begin(services: Services, owner: UserId, analysis_id: AnalysisId) -> ProjectToAnalyze | None:
    lease, now = services.leases.lease, services.now()
    async with services.unit_of_work(owner) as uow:
        return await analyzing.begin_analysis(uow, owner, analysis_id, lease=lease, now=now)


async def _pulse(services: Services, claim: ContentTask) -> bool:
    async with services.unit_of_work(claim.analysis.user_id) as uow:
        return await uow.project_analyses.beat(claim, lease=services.leases.lease)


async def _analyze(services: Services, found: ProjectToAnalyze) -> ContentFound:
    """Raises `WaitAndAskAgain`."""

    async def here(because: LocalBecause) -> ContentFound:
        return await asyncio.to_thread(found_here, found.project, because=because)

    if not services.words:
        return await here(LocalBecause.NOT_CONFIGURED)
    if found.task.is_asking:
        log.warning("a question about a project was begun and nobody knows its outcome; it is not asked again")
        return await here(LocalBecause.OUTCOME_UNKNOWN)
    try:
        return await _asked(services, found)
    except UnfitContent as unfit:
        log.warning("what was said of a project was not taken", reason=str(unfit))
        return await here(LocalBecause.UNFIT_ANSWER)
    except (ProviderError, RateLimited) as error:
        task, now = found.task, services.now()
        requested_at = task.analysis.requested_at
        return await here(because_of(error, requested_at=requested_at, now=now, tries=task.tries, most_tries=MAX_TRIES))


async def _asked(services: Services, found: ProjectToAnalyze) -> ContentFound:
    """Raises the provider's errors, and `UnfitContent`."""
    stills = [
        Picture(await services.files.get(still.file.key), still.file.content_type)
        for still in found.project.stills[:MOST_STILLS_SHOWN]
    ]
    said, model = await _said(services, found, stills)
    content = found_there(said, still_count=len(stills), model=model)
    return await _judged(services, content)


async def _said(services: Services, found: ProjectToAnalyze, stills: list[Picture]) -> tuple[ContentSaid, str]:
    """How a call ended that was sent is written down, unless nobody knows it."""
    claim, user_id = found.task, found.project.user_id
    need = Need(ability=Ability.SEE if stills else Ability.WRITE, references=len(stills))
    model, words = services.words.asked(need, today=services.now().date())
    question = question_about(found.project, stills, asker=sha256(str(user_id).encode()).hexdigest())
    said = await asked_once(
        services,
        model.provider,
        lambda: words.answer(question),
        begin=lambda: _begin_asking(services, claim),
        end=lambda: _end_asking(services, claim),
    )
    return said, model.key


async def _judged(services: Services, content: ContentFound) -> ContentFound:
    """What is read out may become words of a prompt, so it is judged as those are. Raises `UnfitContent`."""
    if services.moderation is None:
        return content
    texts = [", ".join(content.keywords), *("\n".join(words_of_concept(one)) for one in content.concepts)]
    async with services.breakers.asking(Provider.OPENAI):
        verdicts = await services.moderation.judge_texts([text for text in texts if text])
    if any(rule_of_verdict(verdict, of_text=True) for verdict in verdicts):
        raise UnfitContent("a judge did not let it through")
    return content


async def _begin_asking(services: Services, claim: ContentTask) -> bool:
    async with services.unit_of_work(claim.analysis.user_id) as uow:
        return await analyzing.begin_asking(uow, claim)


async def _end_asking(services: Services, claim: ContentTask) -> None:
    async with services.unit_of_work(claim.analysis.user_id) as uow:
        await analyzing.end_asking(uow, claim)


async def _settle(services: Services, claim: ContentTask, working: asyncio.Task[ContentFound]) -> None:
    """What was let go of is not ours any more."""
    owner, now = claim.analysis.user_id, services.now()
    if working.cancelled():
        if services.leases.draining:
            async with services.unit_of_work(owner) as uow:
                await analyzing.put_back(uow, claim, wait=timedelta(), counts=False)
        return
    async with services.unit_of_work(owner) as uow:
        match working.exception():
            case None:
                is_kept = await analyzing.finish_analysis(uow, claim, working.result(), now=now)
                log.info("a project was analyzed" if is_kept else "an analysis came too late")
            case WaitAndAskAgain() as again:
                await analyzing.put_back(uow, claim, wait=again.wait, counts=again.counts)
            case error if claim.tries < MAX_TRIES and not isinstance(error, NotFound):
                log.warning("an analysis failed; it is tried again", exc_info=error)
                await analyzing.put_back(uow, claim, wait=PAUSE * claim.tries, counts=True)
            case error:
                log.error("an analysis was given up", exc_info=error)
                await analyzing.fail_analysis(uow, claim, now=now)
