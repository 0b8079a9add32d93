"""All decisions of all users, walked from the first to the last. For the owner of the tables only: no other role sees them all."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import UserId
from domain.safety.decisions import BEGINNING, Break, Chain, Decision, Outcome, Record, first_break

CHAINS = text("SELECT user_id, length, hash FROM safety_chains")
DECISIONS = text("""
SELECT user_id, number, operation, field, outcome, rule, policy, judge, input_sha256, at, previous_hash, hash
  FROM safety_decisions ORDER BY user_id, number
""")


@dataclass(frozen=True, slots=True)
class Walk:
    chains: int
    decisions: int
    breaks: Sequence[Break]


async def walk_chains(connection: AsyncConnection) -> Walk:
    """Holds one user's records at a time. Both reads are of one moment: run it in a transaction that repeats its reads."""
    chains = {row.user_id: Chain(row.user_id, row.length, row.hash) for row in await connection.execute(CHAINS)}
    total, decisions, breaks = len(chains), 0, []
    async for records in _by_user(connection):
        user_id = records[0].user_id
        decisions += len(records)
        breaks.append(first_break(chains.pop(user_id, Chain(user_id, 0, BEGINNING)), records))
    breaks += [first_break(chain, []) for chain in chains.values()]
    return Walk(total, decisions, [found for found in breaks if found])


async def _by_user(connection: AsyncConnection) -> AsyncIterator[list[Record]]:
    records: list[Record] = []
    async with connection.stream(DECISIONS) as rows:
        async for row in rows:
            record = _record_of(row)
            if records and records[0].user_id != record.user_id:
                yield records
                records = []
            records.append(record)
    if records:
        yield records


def _record_of(row: Row[tuple[object, ...]]) -> Record:
    values = dict(row._mapping)
    user_id, number, previous, own = (values.pop(name) for name in ("user_id", "number", "previous_hash", "hash"))
    decision = Decision(**{**values, "outcome": Outcome(values["outcome"])})
    return Record(user_id=UserId(user_id), number=number, decision=decision, previous_hash=previous, hash=own)
