"""What a user is told when they are not looking."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import text

from db.codec import json_text
from db.outbox import SqlOutbox
from db.statements import Statement
from db.transaction import Transaction
from domain.ids import NotificationId, SubjectId, UserId
from domain.notifications.notification import NewNotification
from domain.user_events import UserEventKind

ADD = Statement("""
INSERT INTO notifications (id, user_id, type, title, body, href, job_id, lora_model_id, subject_id, archive_id, project_id, created_at)
SELECT id, :user_id, type, title, body, href, job_id, lora_model_id, subject_id, archive_id, project_id, :now
  FROM jsonb_to_recordset(CAST(:notices AS jsonb)) AS notice
       (id uuid, type text, title text, body text, href text, job_id uuid, lora_model_id uuid, subject_id uuid, archive_id uuid,
        project_id uuid)
ON CONFLICT (id) DO NOTHING
RETURNING id
""")
NAMED = "user_id = :user_id AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(CAST(:ids AS uuid[])))"
MARK_READ = Statement(f"""
UPDATE notifications SET read_at = :now WHERE {NAMED} AND read_at IS NULL AND dismissed_at IS NULL RETURNING id
""")  # noqa: S608 - our own words
DISMISS = Statement(f"""
UPDATE notifications SET dismissed_at = :now WHERE {NAMED} AND dismissed_at IS NULL RETURNING id
""")  # noqa: S608
RESTORE = Statement(f"""
UPDATE notifications SET dismissed_at = NULL WHERE {NAMED} AND dismissed_at IS NOT NULL AND title <> '' RETURNING id
""")  # noqa: S608
# Nobody lists an emptied one; with its age it is removed as all are.
FORGET = Statement("""
UPDATE notifications SET title = '', body = '', dismissed_at = coalesce(dismissed_at, now())
 WHERE user_id = :user_id AND subject_id = ANY(:subject_ids) AND title <> '' RETURNING id
""")
MISSING = Statement("""
SELECT wanted.id FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS wanted (id, place)
 WHERE NOT EXISTS (SELECT FROM notifications n WHERE n.id = wanted.id AND n.user_id = :user_id AND n.title <> '') ORDER BY place LIMIT 1
""")
COUNT_UNREAD = Statement(
    "SELECT count(*) FROM notifications WHERE user_id = :user_id AND read_at IS NULL AND dismissed_at IS NULL"
)
UNREAD = text(COUNT_UNREAD.text)


class SqlNotifications:
    """See `domain.ports.notifications.Notifications`."""

    def __init__(self, transaction: Transaction, outbox: SqlOutbox) -> None:
        self._transaction, self._outbox = transaction, outbox

    async def add(self, user_id: UserId, notice: NewNotification, *, now: datetime) -> None:
        await self.add_all(user_id, [notice], now=now)

    async def add_all(self, user_id: UserId, notices: Sequence[NewNotification], *, now: datetime) -> None:
        rows = [{**asdict(notice), **asdict(notice.about)} for notice in notices]
        values = {"user_id": user_id, "notices": json_text(rows), "now": now}
        for row in await self._transaction.rows(ADD, values):
            await self._outbox.tell(user_id, UserEventKind.NOTIFICATION_ADDED, row["id"])

    async def missing(self, user_id: UserId, ids: Sequence[NotificationId]) -> NotificationId | None:
        row = await self._transaction.row(MISSING, {"user_id": user_id, "ids": list(ids)})
        return NotificationId(row["id"]) if row else None

    async def mark_read(self, user_id: UserId, ids: Sequence[NotificationId] | None, *, now: datetime) -> int:
        return await self._change(MARK_READ, UserEventKind.NOTIFICATIONS_READ, user_id, ids, now=now)

    async def dismiss(self, user_id: UserId, ids: Sequence[NotificationId] | None, *, now: datetime) -> int:
        return await self._change(DISMISS, UserEventKind.NOTIFICATIONS_DISMISSED, user_id, ids, now=now)

    async def restore(self, user_id: UserId, ids: Sequence[NotificationId] | None) -> int:
        return await self._change(RESTORE, UserEventKind.NOTIFICATIONS_RESTORED, user_id, ids)

    async def forget(self, user_id: UserId, subject_ids: Sequence[SubjectId]) -> None:
        gone = await self._transaction.rows(FORGET, {"user_id": user_id, "subject_ids": list(subject_ids)})
        if gone:
            await self._outbox.tell(user_id, UserEventKind.NOTIFICATIONS_DISMISSED, *(row["id"] for row in gone))

    async def _change(
        self,
        statement: Statement,
        kind: UserEventKind,
        user_id: UserId,
        ids: Sequence[NotificationId] | None,
        **more: datetime,
    ) -> int:
        values = {"user_id": user_id, "ids": None if ids is None else list(ids), **more}
        if changed := [row["id"] for row in await self._transaction.rows(statement, values)]:
            await self._outbox.tell(user_id, kind, *([] if ids is None else changed))
        ((unread,),) = await self._transaction.rows(COUNT_UNREAD, {"user_id": user_id})
        return int(unread)
