"""What a user is told and may read later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.ids import NotificationId, SubjectId, UserId
from domain.notifications.notification import NewNotification


class Notifications(Protocol):
    """All that changes something is told to the user's other windows as well."""

    async def add(self, user_id: UserId, notice: NewNotification, *, now: datetime) -> None:
        """One that was told before is left as it is."""
        ...

    async def add_all(self, user_id: UserId, notices: Sequence[NewNotification], *, now: datetime) -> None: ...

    async def missing(self, user_id: UserId, ids: Sequence[NotificationId]) -> NotificationId | None:
        """The first of them that is not there."""
        ...

    async def mark_read(self, user_id: UserId, ids: Sequence[NotificationId] | None, *, now: datetime) -> int:
        """Of those ids, or all of them for None. Returns how many are unread afterwards."""
        ...

    async def dismiss(self, user_id: UserId, ids: Sequence[NotificationId] | None, *, now: datetime) -> int:
        """Likewise."""
        ...

    async def restore(self, user_id: UserId, ids: Sequence[NotificationId] | None) -> int:
        """Those that were dismissed are in the list again. Likewise."""
        ...

    async def forget(self, user_id: UserId, subject_ids: Sequence[SubjectId]) -> None:
        """What was told of these subjects is emptied, and in no list any more: it may hold their names."""
        ...
