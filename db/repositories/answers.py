"""Idempotency keys and what was answered to them."""

import json
from dataclasses import dataclass
from datetime import datetime

from db.statements import Statement
from db.transaction import Transaction, literal
from domain.ids import UserId
from domain.wishes import Wish

IS_KNOWN = "SELECT FROM idempotency_keys WHERE user_id = {user} AND key = E'{key}'"
"""Without parameters, so that it goes on the trip of the lock. With each byte as a number a key says nothing but itself."""

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

    async def lock_and_find(self, user_id: UserId, key: str) -> SqlKeptAnswer | None:
        is_known = IS_KNOWN.format(user=literal(user_id), key=_in_numbers(key))
        if await self._transaction.lock_user(user_id, then=is_known) == "SELECT 0":
            return None
        kept = await self._transaction.row(FIND, {"user_id": user_id, "key": key})
        return SqlKeptAnswer(kept["fingerprint"], json.loads(kept["answer"] or "{}")) if kept else None

    async def keep(self, user_id: UserId, wish: Wish, answer: str, *, now: datetime) -> None:
        await self._transaction.run(
            KEEP, {"user_id": user_id, "key": wish.key, "fingerprint": wish.fingerprint, "answer": answer, "now": now}
        )


def _in_numbers(key: str) -> str:
    return "\\x" + key.encode().hex("\\").replace("\\", "\\x")
