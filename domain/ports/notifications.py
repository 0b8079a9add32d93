"""What a user is told and may read later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.ids import JobId, NotificationId, UserId
from domain.notifications.notification import NewNotification


class Notifications(Protocol):
    async def add(
        self,
        notification_id: NotificationId,
        user_id: UserId,
        *,
        type: str,
        title: str,
        body: str,
        href: str,
        job_id: JobId | None,
        now: datetime,
    ) -> None: ...

    async def add_all(self, user_id: UserId, notices: Sequence[NewNotification], *, now: datetime) -> None:
        """One that was told before is left as it is."""
        ...

    async def mark_read(self, user_id: UserId, ids: Sequence[UUID] | None, *, now: datetime) -> int:
        """Of those ids, or all of them for None. Returns how many are unread afterwards."""
        ...
