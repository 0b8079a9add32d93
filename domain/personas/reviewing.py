"""Preview samples are reviewed: what somebody says of them is kept and read. Each function is part of one transaction."""

from datetime import datetime

from domain.errors import Conflict, LimitReached
from domain.ids import RoundId, SubjectId, UserId
from domain.personas.approval import MOST_ROUNDS, ApprovalRound, Feedback, photo_set_of
from domain.personas.samples import Reading, read_locally
from domain.personas.service import check_consent_of
from domain.ports.unit_of_work import UnitOfWork
from domain.safety.judging import Words
from domain.safety.screening import Kind, screen
from domain.user_events import UserEventKind

OPERATION = "reviewPreviewSamples"


class NoSamples(Conflict):
    """There is nothing to be judged: no samples were made of these photos."""

    code = "SAMPLES_REQUIRED"


def judged_words(feedback: Feedback) -> Words:
    return Words(operation=OPERATION, fields={"comment": (Kind.WISH, feedback.comment or None)})


async def review_samples(
    uow: UnitOfWork,
    user_id: UserId,
    persona_id: SubjectId,
    feedback: Feedback,
    *,
    round_id: RoundId,
    has_reader: bool,
    now: datetime,
) -> ApprovalRound:
    """Read by its issues at once; where `has_reader`, its words are read by a task afterwards, and take the place of that.

    Raises `PromptRefused`, `NotFound`, `ConsentRequired`, `NoSamples`, `LimitReached`.
    """
    screen(OPERATION, judged_words(feedback).fields)
    await uow.lock_user(user_id)
    persona = await uow.personas.get(persona_id)
    check_consent_of(persona)
    photo_set = photo_set_of(await uow.personas.photos(persona_id))
    job_id = await uow.approvals.newest_preview(persona_id, photo_set)
    if job_id is None:
        raise NoSamples(
            "There are no preview samples of these photos. Make some with startPreviewSamples, then review them."
        )
    if await uow.approvals.count(persona_id) >= MOST_ROUNDS:
        raise LimitReached(f"There may be {MOST_ROUNDS} reviews of a persona.", limit=MOST_ROUNDS)
    is_being_read = has_reader and not feedback.approved
    made = ApprovalRound(
        id=round_id,
        user_id=user_id,
        persona_id=persona_id,
        job_id=job_id,
        photo_set=photo_set,
        feedback=feedback,
        reading=read_locally(feedback.issues, feedback.comment, approved=feedback.approved),
        is_being_read=is_being_read,
        created_at=now,
    )
    await uow.approvals.add(made)
    await uow.outbox.tell(user_id, UserEventKind.SUBJECT_CHANGED, persona_id)
    if is_being_read:
        await uow.outbox.read_feedback(user_id, round_id)
    return made


async def begin_reading(uow: UnitOfWork, round_id: RoundId) -> ApprovalRound | None:
    """None where nothing is left to read: it was read, or its words are gone with the persona."""
    found = await uow.approvals.find(round_id)
    return found if found and found.is_being_read else None


async def finish_reading(uow: UnitOfWork, user_id: UserId, round_id: RoundId, reading: Reading | None) -> bool:
    """None where nobody could read it: what was read at once stays. False where it was read before, or is gone."""
    await uow.lock_user(user_id)
    made = await begin_reading(uow, round_id)
    if made is None:
        return False
    await uow.approvals.read(round_id, reading)
    await uow.outbox.tell(user_id, UserEventKind.SUBJECT_CHANGED, made.persona_id)
    return True
