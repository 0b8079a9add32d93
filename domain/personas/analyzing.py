"""A set of photos is analyzed: requested, begun, asked about once, finished. Each function is one transaction and may be run twice.

Between `begin_analysis` and `finish_analysis` a worker holds a lease; another takes over when it falls silent. What was found
counts for exactly the photos that were there: it is shown for another set as outdated, and never as theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.consents.consent import refused_without
from domain.errors import RateLimited
from domain.ids import AnalysisId, SubjectId, UserId
from domain.personas.analysis import Analysis, AnalysisResult, AnalysisStatus, AnalysisTask, Analyst
from domain.personas.approval import photo_set_of
from domain.personas.errors import TooFewPhotos
from domain.personas.persona import LEAST_PHOTOS, Persona, PersonaPhoto, PersonaStatus
from domain.personas.photo_set import set_changed
from domain.personas.service import check_consent_of
from domain.ports.unit_of_work import UnitOfWork
from domain.user_events import UserEventKind

MOST_IN_AN_HOUR = 20
"""Analyses that one user may ask for. They cost nothing, and pictures that are looked at cost the operator."""

AN_HOUR = timedelta(hours=1)
MAX_TRIES = 3
BEFORE = (PersonaStatus.PENDING_UPLOAD, PersonaStatus.FAILED)
"""Whence an analysis moves a persona on. One that is READY stays so while its photos are analyzed again."""


@dataclass(frozen=True, slots=True)
class SetToAnalyze:
    task: AnalysisTask
    photos: Sequence[PersonaPhoto]


async def request_analysis(
    uow: UnitOfWork, user_id: UserId, persona_id: SubjectId, *, analysis_id: AnalysisId, now: datetime
) -> Persona:
    """One that runs for the same photos, or that OpenAI has made of them, stays the answer. One for other photos is superseded.

    Raises `NotFound`, `ConsentRequired`, `TooFewPhotos`, `RateLimited`.
    """
    await uow.lock_user(user_id)
    persona = await uow.personas.get(persona_id)
    check_consent_of(persona)
    photos = await uow.personas.photos(persona_id)
    if len(photos) < LEAST_PHOTOS:
        raise TooFewPhotos(LEAST_PHOTOS - len(photos))
    known = await uow.analyses.newest(persona_id)
    if any(one.is_of(photos) and _is_enough(one) for one in known):
        return persona
    await _check_pace(uow, user_id, now)
    await uow.analyses.cancel([persona_id], now=now)
    await uow.analyses.add(
        Analysis(
            id=analysis_id,
            user_id=user_id,
            persona_id=persona_id,
            consent_id=persona.consent_id,
            photo_set=photo_set_of(photos),
            status=AnalysisStatus.QUEUED,
            result=None,
            error_code=None,
            requested_at=now,
            finished_at=None,
        )
    )
    await uow.outbox.analyze_persona(user_id, analysis_id)
    await uow.outbox.tell(user_id, UserEventKind.ANALYSIS_CHANGED, persona_id)
    if persona.status not in BEFORE:
        return persona
    await uow.personas.move([persona_id], PersonaStatus.ANALYZING, since=BEFORE)
    return replace(persona, status=PersonaStatus.ANALYZING)


def _is_enough(known: Analysis) -> bool:
    """What was only measured here is measured again: somebody else may see it by now."""
    return known.status.is_open or (known.result is not None and known.result.analyzed_by is Analyst.OPENAI)


async def _check_pace(uow: UnitOfWork, user_id: UserId, now: datetime) -> None:
    count, first = await uow.analyses.count_since(user_id, now - AN_HOUR)
    if count >= MOST_IN_AN_HOUR and first is not None:
        raise RateLimited(
            f"{MOST_IN_AN_HOUR} analyses were asked for within an hour. Wait, then ask again.",
            retry_after=first + AN_HOUR - now,
        )


async def begin_analysis(
    uow: UnitOfWork, user_id: UserId, analysis_id: AnalysisId, *, lease: timedelta, now: datetime
) -> SetToAnalyze | None:
    """None when there is nothing to do. Asked without a live consent, it ends here, and the audit log says so."""
    await uow.lock_user(user_id)
    task = await uow.analyses.claim(analysis_id, lease=lease)
    if task is None:
        return None
    persona = await uow.personas.find(task.analysis.persona_id)
    if persona is None or not persona.has_consent:
        await uow.analyses.cancel([task.analysis.persona_id], now=now)
        await _tell(uow, task)
        await uow.safety.log(user_id, refused_without("analyzePersona", str(task.analysis.persona_id), at=now))
        return None
    photos = await uow.personas.photos(persona.id)
    if not task.analysis.is_of(photos):
        await set_changed(uow, persona.id, now=now)
        await _tell(uow, task)
        return None
    if task.tries > MAX_TRIES:
        await _fail(uow, task, now=now)
        return None
    return SetToAnalyze(task, photos)


async def begin_asking(uow: UnitOfWork, task: AnalysisTask) -> bool:
    """Before a paid call is sent. False where it must not be: the claim is lost, or the consent is."""
    await uow.lock_user(task.analysis.user_id)
    persona = await uow.personas.find(task.analysis.persona_id)
    return persona is not None and persona.has_consent and await uow.analyses.set_asking(task, is_asking=True)


async def end_asking(uow: UnitOfWork, task: AnalysisTask) -> None:
    """How it ended is known."""
    await uow.lock_user(task.analysis.user_id)
    await uow.analyses.set_asking(task, is_asking=False)


async def put_back(uow: UnitOfWork, task: AnalysisTask, *, wait: timedelta, counts: bool) -> None:
    await uow.lock_user(task.analysis.user_id)
    if await uow.analyses.put_back(task, wait=wait, tries=task.tries if counts else task.tries - 1):
        await uow.outbox.analyze_persona(task.analysis.user_id, task.analysis.id, wait=wait)


async def finish_analysis(uow: UnitOfWork, task: AnalysisTask, result: AnalysisResult, *, now: datetime) -> bool:
    """False when this claim may no longer write, or the consent was withdrawn meanwhile."""
    await uow.lock_user(task.analysis.user_id)
    persona = await uow.personas.find(task.analysis.persona_id)
    if persona is None or not persona.has_consent:
        return False
    is_kept = await uow.analyses.finish(task, result, now=now)
    if is_kept:
        await _tell(uow, task)
    return is_kept


async def fail_analysis(uow: UnitOfWork, task: AnalysisTask, *, now: datetime) -> None:
    await uow.lock_user(task.analysis.user_id)
    await _fail(uow, task, now=now)


async def _fail(uow: UnitOfWork, task: AnalysisTask, *, now: datetime) -> None:
    if await uow.analyses.fail(task, code="INTERNAL", now=now):
        await uow.personas.move([task.analysis.persona_id], PersonaStatus.FAILED, since=(PersonaStatus.ANALYZING,))
        await _tell(uow, task)


async def _tell(uow: UnitOfWork, task: AnalysisTask) -> None:
    """It is over."""
    await uow.outbox.tell(task.analysis.user_id, UserEventKind.ANALYSIS_CHANGED, task.analysis.persona_id)
