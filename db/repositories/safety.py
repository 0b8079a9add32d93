"""Decisions about safety, each chained to the one before it. The user's lock keeps two from following the same one."""

from dataclasses import asdict

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import UserId
from domain.safety.decisions import BEGINNING, Chain, Decision, follow

CHAIN = Statement("SELECT length, hash FROM safety_chains WHERE user_id = :user_id")
APPEND = Statement("""
WITH chain AS (
  INSERT INTO safety_chains (user_id, length, hash) VALUES (:user_id, :number, :hash)
  ON CONFLICT (user_id) DO UPDATE SET length = excluded.length, hash = excluded.hash
   WHERE safety_chains.hash = :previous_hash
  RETURNING user_id
)
INSERT INTO safety_decisions (user_id, number, operation, field, outcome, rule, policy, judge, input_sha256, at, previous_hash, hash)
SELECT user_id, :number, :operation, :field, :outcome, :rule, :policy, :judge, :input_sha256, :at, :previous_hash, :hash FROM chain
RETURNING number
""")


class SqlSafety:
    """See `domain.ports.safety.Safety`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def log(self, user_id: UserId, decision: Decision) -> int:
        row = await self._transaction.row(CHAIN, {"user_id": user_id})
        chain = Chain(user_id, row["length"], row["hash"]) if row else Chain(user_id, 0, BEGINNING)
        record = follow(chain, decision)
        written = await self._transaction.row(
            APPEND,
            {
                **asdict(decision),
                "user_id": user_id,
                "number": record.number,
                "previous_hash": record.previous_hash,
                "hash": record.hash,
            },
        )
        if written is None:
            raise RuntimeError("A decision was logged by somebody else meanwhile: the user was not locked.")
        return record.number
