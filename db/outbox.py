"""Messages that leave with the commit: written in the transaction, taken by the relay afterwards (see `db.dispatch`)."""

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.codec import BALANCE, json_text
from domain.credits.ledger import Balance
from domain.events import BalanceChanged
from domain.ids import JobId, UserId

ADD = text("""
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT :user_id, :channel, :topic, CAST(payload AS jsonb), now() + :wait FROM unnest(CAST(:payloads AS text[])) AS payload
""")

RENDER_IMAGE = "jobs.render_image"
EXPIRE_HOLD = "credits.expire_hold"
"""Names of tasks. Once shipped they are kept: messages outlive deploys."""

CANCELLED = "cancelled"


class SqlOutbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def render_images(
        self, user_id: UserId, job_id: JobId, indexes: Sequence[int], *, wait: timedelta = timedelta()
    ) -> None:
        payloads = [{"user_id": str(user_id), "job_id": str(job_id), "index": index} for index in indexes]
        await self._add(user_id, "task", RENDER_IMAGE, [json.dumps(p) for p in payloads], wait)

    async def balance_changed(self, user_id: UserId, balance: Balance) -> None:
        changed = BalanceChanged(
            user_id=user_id, available=balance.available, reserved=balance.reserved, number=balance.number
        )
        await self._add(user_id, "live", f"credits:{user_id}", [json_text(BALANCE, changed)])

    async def job_cancelled(self, user_id: UserId, job_id: JobId) -> None:
        await self._add(user_id, "live", CANCELLED, [json.dumps({"job_id": str(job_id)})])

    async def _add(
        self, user_id: UserId, channel: str, topic: str, payloads: Sequence[str], wait: timedelta = timedelta()
    ) -> None:
        await self._connection.execute(
            ADD, {"user_id": user_id, "channel": channel, "topic": topic, "payloads": list(payloads), "wait": wait}
        )
