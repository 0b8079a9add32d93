"""Steps are noticed when what completes them happens, in the same transaction; parts are skipped."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.analytics.events import Recorded, StudioEvent
from domain.errors import Conflict, InvalidInput
from domain.ids import UserId
from domain.onboarding.progress import PartStatus, Progress, progress_of
from domain.onboarding.steps import PARTS_BY_KEY, PartKey, StepKey
from domain.ports.unit_of_work import UnitOfWork
from domain.user_events import UserEventKind


async def notice(uow: UnitOfWork, user_id: UserId, *, now: datetime) -> Progress:
    """Under the user's lock, after what may have completed a step. Keeps which steps are done for the first time, and tells of it.

    One statement where none is. A second call changes nothing.
    """
    facts = await uow.onboarding.facts(user_id)
    progress = progress_of(facts)
    new = [key for key in progress.done if key not in facts.completed]
    if not new:
        return progress
    await uow.onboarding.complete(user_id, new, now=now)
    await uow.outbox.tell(user_id, UserEventKind.ONBOARDING_CHANGED)
    await uow.analytics.record(user_id, _recorded(new, now), now=now)
    return progress_of(replace(facts, completed={**facts.completed, **dict.fromkeys(new, now)}))


async def skip_part(uow: UnitOfWork, user_id: UserId, part: PartKey, *, now: datetime) -> Progress:
    """Doing the part takes it back. Raises `InvalidInput` for one that has to be done, `Conflict` for one that is done."""
    if not PARTS_BY_KEY[part].is_optional:
        raise InvalidInput("This part cannot be skipped: nothing can be made without it.", field="part")
    await uow.lock_user(user_id)
    if await _status(uow, user_id, part) is PartStatus.DONE:
        raise Conflict("This part is done already, there is nothing to skip.")
    await uow.onboarding.skip(user_id, part, now=now)
    await uow.outbox.tell(user_id, UserEventKind.ONBOARDING_CHANGED)
    return await notice(uow, user_id, now=now)


async def _status(uow: UnitOfWork, user_id: UserId, key: PartKey) -> PartStatus:
    first, *_ = progress_of(await uow.onboarding.facts(user_id)).steps
    return next(one.status for one in first.parts if one.part.key is key)


def _recorded(steps: Sequence[StepKey], now: datetime) -> Sequence[Recorded]:
    """Each counts once for a user."""
    return [
        Recorded(key=f"onboarding:{key}", type=StudioEvent.ONBOARDING_STEP_COMPLETED, label=key, at=now)
        for key in steps
    ]
