"""When it is worth training again: told once for each number of newly liked images that is reached, not for each like."""

from collections.abc import Sequence
from datetime import datetime

from domain.ids import SubjectId, UserId, retrain_notification_id_of
from domain.notifications.notification import NewNotification
from domain.ports.unit_of_work import UnitOfWork
from domain.trainings.liking import NewlyLiked, threshold_of


async def suggest_retrains(
    uow: UnitOfWork, user_id: UserId, subject_ids: Sequence[SubjectId], *, now: datetime
) -> None:
    """After a like, in its transaction."""
    found = await uow.loras.newly_liked(subject_ids)
    notices = [_notice_of(liked, step) for liked in found if (step := threshold_of(liked.count))]
    if notices:
        await uow.notifications.add_all(user_id, notices, now=now)


def _notice_of(liked: NewlyLiked, step: int) -> NewNotification:
    return NewNotification(
        id=retrain_notification_id_of(liked.training_id, step),
        type="lora.retrain.available",
        title=f"{liked.subject_name} can be trained again",
        body=f"You liked {liked.count} new images since the last training. Training again with them could make it better.",
        href=f"/influencers/{liked.subject_id}/training",
    )
