"""Idempotency keys and what was answered to them."""

import json
from dataclasses import dataclass
from datetime import datetime

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import UserId

FIND = Statement(
    "SELECT fingerprint, CAST(answer AS text) AS answer FROM idempotency_keys WHERE user_id = :user_id AND key = :key"
)
KEEP = Statement(
    "INSERT INTO idempotency_keys (user_id, key, fingerprint, answer, created_at) "
    "VALUES (:user_id, :key, :fingerprint, CAST(:answer AS jsonb), :now)"
)


@dataclass(frozen=True, slots=True)
class SqlKeptAnswer:
    fingerprint: str
    answer: dict[str, object]


class SqlAnswers:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, user_id: UserId, key: str) -> SqlKeptAnswer | None:
        kept = await self._transaction.row(FIND, {"user_id": user_id, "key": key})
        return SqlKeptAnswer(kept["fingerprint"], json.loads(kept["answer"] or "{}")) if kept else None

    async def keep(self, user_id: UserId, key: str, fingerprint: str, answer: str, *, now: datetime) -> None:
        await self._transaction.run(
            KEEP, {"user_id": user_id, "key": key, "fingerprint": fingerprint, "answer": answer, "now": now}
        )
