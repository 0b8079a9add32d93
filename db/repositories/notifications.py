"""What a user is told when they are not looking."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from db.codec import json_text
from db.statements import Statement
from db.transaction import Transaction
from domain.ids import JobId, NotificationId, UserId
from domain.notifications.notification import NewNotification

ADD = Statement("""
INSERT INTO notifications (id, user_id, type, title, body, href, job_id, created_at)
VALUES (:id, :user_id, :type, :title, :body, :href, :job_id, :now) ON CONFLICT (id) DO NOTHING
""")
ADD_ALL = Statement("""
INSERT INTO notifications (id, user_id, type, title, body, href, created_at)
SELECT id, :user_id, type, title, body, href, :now
  FROM jsonb_to_recordset(CAST(:notices AS jsonb)) AS notice (id uuid, type text, title text, body text, href text)
ON CONFLICT (id) DO NOTHING
""")
MARK_READ = Statement("""
UPDATE notifications SET read_at = :now
 WHERE user_id = :user_id AND read_at IS NULL AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(CAST(:ids AS uuid[])))
""")
COUNT_UNREAD = Statement("SELECT count(*) FROM notifications WHERE user_id = :user_id AND read_at IS NULL")
UNREAD = text(COUNT_UNREAD.text)


class SqlNotifications:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

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
    ) -> None:
        await self._transaction.run(
            ADD,
            {
                "id": notification_id,
                "user_id": user_id,
                "type": type,
                "title": title,
                "body": body,
                "href": href,
                "job_id": job_id,
                "now": now,
            },
        )

    async def add_all(self, user_id: UserId, notices: Sequence[NewNotification], *, now: datetime) -> None:
        values = {"user_id": user_id, "notices": json_text(list(notices)), "now": now}
        await self._transaction.run(ADD_ALL, values)

    async def mark_read(self, user_id: UserId, ids: Sequence[UUID] | None, *, now: datetime) -> int:
        await self._transaction.run(
            MARK_READ, {"user_id": user_id, "ids": None if ids is None else list(ids), "now": now}
        )
        ((unread,),) = await self._transaction.rows(COUNT_UNREAD, {"user_id": user_id})
        return int(unread)
