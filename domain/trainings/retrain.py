"""When it is worth training again: told once for each number of newly liked images that is reached, not for each like."""

from collections.abc import Sequence
from datetime import datetime

from domain.ids import SubjectId, UserId
from domain.notifications.words import retrain_available
from domain.ports.unit_of_work import UnitOfWork
from domain.trainings.liking import threshold_of


async def suggest_retrains(
    uow: UnitOfWork, user_id: UserId, subject_ids: Sequence[SubjectId], *, now: datetime
) -> None:
    """After a like, in its transaction."""
    found = await uow.loras.newly_liked(subject_ids)
    notices = [retrain_available(liked, step) for liked in found if (step := threshold_of(liked.count))]
    if notices:
        await uow.notifications.add_all(user_id, notices, now=now)
