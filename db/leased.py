"""Rows that workers take by lease: what is written of one only while its claim counts.

Their tables have `status` (QUEUED, RUNNING and ends), `attempt`, `tries`, `is_asking`, `sent_at`, `lease_until`, `error_code` and
`finished_at`. Leases and waits are measured by the database's clock, which all workers share.
"""

# ruff: noqa: S608 - statements are put together of our own names

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.statements import Statement
from db.transaction import Transaction

HELD = "id = :id AND attempt = :attempt AND status = 'RUNNING'"


@dataclass(frozen=True, slots=True)
class Leased:
    """The statements of one table."""

    beat: Statement
    asking: Statement
    put_back: Statement
    fail: Statement

    @classmethod
    def of(cls, table: str, *, emptied: str = "") -> "Leased":
        """`emptied` is what else is set where one fails."""
        return cls(
            beat=Statement(
                f"UPDATE {table} SET lease_until = clock_timestamp() + :lease WHERE {HELD} AND lease_until > now() RETURNING id"
            ),
            asking=Statement(f"UPDATE {table} SET is_asking = :is_asking WHERE {HELD} RETURNING id"),
            put_back=Statement(
                f"UPDATE {table} SET status = 'QUEUED', tries = :tries, sent_at = now() + :wait, lease_until = NULL WHERE {HELD} RETURNING id"
            ),
            fail=Statement(
                f"UPDATE {table} SET status = 'FAILED', error_code = :code, lease_until = NULL, finished_at = :now{emptied} "
                f"WHERE {HELD} RETURNING id"
            ),
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """Of one row, in one transaction. Each says whether it was still ours."""

    transaction: Transaction
    statements: Leased
    id: object
    attempt: int

    async def beat(self, *, lease: timedelta) -> bool:
        return await self.write(self.statements.beat, lease=lease)

    async def set_asking(self, *, is_asking: bool) -> bool:
        return await self.write(self.statements.asking, is_asking=is_asking)

    async def put_back(self, *, wait: timedelta, tries: int) -> bool:
        return await self.write(self.statements.put_back, wait=wait, tries=tries)

    async def fail(self, *, code: str, now: datetime) -> bool:
        return await self.write(self.statements.fail, code=code, now=now)

    async def write(self, statement: Statement, **values: object) -> bool:
        row = await self.transaction.row(statement, {"id": self.id, "attempt": self.attempt, **values})
        return row is not None
