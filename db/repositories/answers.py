"""Idempotency keys and what was answered to them."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import UserId

TAKE = text(
    "INSERT INTO idempotency_keys (user_id, key, fingerprint, created_at) VALUES (:user_id, :key, :fingerprint, :now) "
    "ON CONFLICT (user_id, key) DO NOTHING RETURNING key"
)
FIND = text(
    "SELECT fingerprint, CAST(answer AS text) AS answer FROM idempotency_keys WHERE user_id = :user_id AND key = :key"
)
KEEP = text("UPDATE idempotency_keys SET answer = CAST(:answer AS jsonb) WHERE user_id = :user_id AND key = :key")


@dataclass(frozen=True, slots=True)
class SqlKeptAnswer:
    fingerprint: str
    answer: dict[str, object] | None


class SqlAnswers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, user_id: UserId, key: str, fingerprint: str, *, now: datetime) -> SqlKeptAnswer | None:
        """A second request with the same key waits here until the first has committed, and then finds its answer."""
        values = {"user_id": user_id, "key": key, "fingerprint": fingerprint, "now": now}
        if (await self._connection.execute(TAKE, values)).first():
            return None
        kept = (await self._connection.execute(FIND, {"user_id": user_id, "key": key})).one()
        return SqlKeptAnswer(kept.fingerprint, json.loads(kept.answer) if kept.answer else None)

    async def keep(self, user_id: UserId, key: str, answer: dict[str, object]) -> None:
        await self._connection.execute(KEEP, {"user_id": user_id, "key": key, "answer": json.dumps(answer)})
