"""A persona's photos are analyzed as a set: measured here, and shown once to a model that sees, where there is one.

Whatever becomes of that question, the set is analyzed: where nobody answers in a way that can be used, what was measured here is
the answer, and says why. A question whose outcome nobody knows is not asked again: it may have been paid for.
"""

import asyncio
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import structlog

from domain.errors import NotFound, ProviderError, RateLimited
from domain.ids import AnalysisId, UserId
from domain.images.picture import Picture
from domain.models.model import Ability
from domain.models.routing import Need
from domain.personas import analyzing
from domain.personas.analysis import AnalysisResult, AnalysisTask, LocalBecause
from domain.personas.analyzing import MAX_TRIES, SetToAnalyze
from domain.personas.set_judging import judged_here
from domain.personas.set_measures import SetMeasures
from domain.personas.set_question import SetVerdict, UnfitAnswer, judged_there, question_about
from providers.faces.comparing import compared_files
from tasks.asking import PAUSE, WaitAndAskAgain, asked_once, because_of, hold
from tasks.persistence import persist
from tasks.registry import Services, task

log = structlog.get_logger("likeness.analyses")


@task("personas.analyze", queue="analyses")
async def analyze_persona(services: Services, *, user_id: str, analysis_id: str) -> None:
    """Where somebody else has it, or it has ended, nothing is done."""
    owner, analysis = UserId(UUID(user_id)), AnalysisId(UUID(analysis_id))
    structlog.contextvars.bind_contextvars(analysis_id=analysis_id)
    if services.analyzing.locked() or services.leases.draining:
        return
    async with services.analyzing:
        found = await persist(lambda: _begin(services, owner, analysis))
        if found is None:
            return
        working = asyncio.create_task(_analyze(services, found))
        await hold(services, working, lambda: _pulse(services, found.task))
        await persist(lambda: _settle(services, found.task, working))
    services.wake_relay()


async def _begin(services: Services, owner: UserId, analysis_id: AnalysisId) -> SetToAnalyze | None:
    lease, now = services.leases.lease, services.now()
    async with services.unit_of_work(owner) as uow:
        return await analyzing.begin_analysis(uow, owner, analysis_id, lease=lease, now=now)


async def _pulse(services: Services, claim: AnalysisTask) -> bool:
    async with services.unit_of_work(claim.analysis.user_id) as uow:
        return await uow.analyses.beat(claim, lease=services.leases.lease)


async def _analyze(services: Services, found: SetToAnalyze) -> AnalysisResult:
    pictures = [Picture(await services.files.get(one.file.key), one.file.content_type) for one in found.photos]
    faces = [photo.faces for photo in found.photos]
    measures = await asyncio.to_thread(compared_files, [picture.data for picture in pictures], faces)
    return await _asked(services, found, pictures, measures)


async def _asked(
    services: Services, found: SetToAnalyze, pictures: list[Picture], measures: SetMeasures
) -> AnalysisResult:
    """Raises `WaitAndAskAgain`."""

    def here(because: LocalBecause) -> AnalysisResult:
        return judged_here(found.photos, measures, because=because)

    if not services.words:
        return here(LocalBecause.NOT_CONFIGURED)
    if found.task.is_asking:
        log.warning("a question about a set was begun and nobody knows its outcome; it is not asked again")
        return here(LocalBecause.OUTCOME_UNKNOWN)
    try:
        verdict, model = await _verdict(services, found.task, pictures)
        return judged_there(verdict, here(LocalBecause.UNFIT_ANSWER), found.photos, model=model)
    except UnfitAnswer as unfit:
        log.warning("a judgement was not taken", reason=str(unfit))
        return here(LocalBecause.UNFIT_ANSWER)
    except (ProviderError, RateLimited) as error:
        task, now = found.task, services.now()
        requested_at = task.analysis.requested_at
        return here(because_of(error, requested_at=requested_at, now=now, tries=task.tries, most_tries=MAX_TRIES))


async def _verdict(services: Services, claim: AnalysisTask, pictures: list[Picture]) -> tuple[SetVerdict, str]:
    """Raises the provider's errors. How a call ended that was sent is written down, unless nobody knows it."""
    user_id = claim.analysis.user_id
    need = Need(ability=Ability.SEE, references=len(pictures))
    model, words = services.words.asked(need, today=services.now().date())
    question = question_about(pictures, asker=sha256(str(user_id).encode()).hexdigest())
    verdict = await asked_once(
        services,
        model.provider,
        lambda: words.answer(question),
        begin=lambda: _begin_asking(services, claim),
        end=lambda: _end_asking(services, claim),
    )
    return verdict, model.key


async def _begin_asking(services: Services, claim: AnalysisTask) -> bool:
    async with services.unit_of_work(claim.analysis.user_id) as uow:
        return await analyzing.begin_asking(uow, claim)


async def _end_asking(services: Services, claim: AnalysisTask) -> None:
    async with services.unit_of_work(claim.analysis.user_id) as uow:
        await analyzing.end_asking(uow, claim)


async def _settle(services: Services, claim: AnalysisTask, working: asyncio.Task[AnalysisResult]) -> None:
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
                log.info("a set was analyzed" if is_kept else "an analysis came too late")
            case WaitAndAskAgain() as again:
                await analyzing.put_back(uow, claim, wait=again.wait, counts=again.counts)
            case error if claim.tries < MAX_TRIES and not isinstance(error, NotFound):
                log.warning("an analysis failed; it is tried again", exc_info=error)
                await analyzing.put_back(uow, claim, wait=PAUSE * claim.tries, counts=True)
            case error:
                log.error("an analysis was given up", exc_info=error)
                await analyzing.fail_analysis(uow, claim, now=now)
