"""The audit log of what was decided about safety (PRODUCT, section 10, rule 6). Append-only, one chain of hashes per user.

Each record holds the hash of the one before it; how long a chain is and where it ends is kept beside it. A record that was
changed, taken out or put in breaks its chain at that place, and a chain that lost its end is shorter than it should be.
Whoever may write to every table at will could make a whole chain anew: `end` of each chain, kept elsewhere, would tell that too.

No record holds a prompt: a hash of it proves which one it was to those who have it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from domain.errors import PromptRefused
from domain.ids import UserId

BEGINNING = "0" * 64
"""What the first record of a chain follows."""

BY_WORDS = "words"
"""The judge behind decisions of `domain.safety.screening`."""

NO_RULE = "NONE"
"""Of what was allowed: no rule stood against it."""


class Outcome(StrEnum):
    REFUSED = "REFUSED"
    ALLOWED = "ALLOWED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`operation` is what was asked for (`startPack`), `field` where in its input the cause lay, `policy` the rules' version."""

    operation: str
    field: str | None
    outcome: Outcome
    rule: str
    policy: str
    judge: str
    input_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    user_id: UserId
    number: int
    """From 1, without a hole."""
    decision: Decision
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What a user's records should come to."""

    user_id: UserId
    length: int
    end: str


@dataclass(frozen=True, slots=True)
class Break:
    """`number` is of the first record that does not fit; what comes after it is not judged."""

    user_id: UserId
    number: int
    what: str


def refused(refusal: PromptRefused, *, at: datetime) -> Decision:
    return Decision(
        operation=refusal.operation,
        field=refusal.field,
        outcome=Outcome.REFUSED,
        rule=refusal.rule,
        policy=refusal.policy,
        judge=refusal.judge,
        input_sha256=refusal.sha256,
        at=at,
    )


def follow(chain: Chain, decision: Decision) -> Record:
    number = chain.length + 1
    return Record(
        user_id=chain.user_id,
        number=number,
        decision=decision,
        previous_hash=chain.end,
        hash=hash_of(chain.user_id, number, decision, chain.end),
    )


def hash_of(user_id: UserId, number: int, decision: Decision, previous_hash: str) -> str:
    content = {
        **asdict(decision),
        "at": decision.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "user_id": str(user_id),
        "number": number,
        "previous_hash": previous_hash,
    }
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_break(chain: Chain, records: Iterable[Record]) -> Break | None:
    """None where the records, in their order, are all there and as they were written."""
    return next(_breaks(chain, records), None)


def _breaks(chain: Chain, records: Iterable[Record]) -> Iterator[Break]:
    number, end = 0, BEGINNING
    for record in records:
        number += 1
        if record.number != number:
            yield Break(chain.user_id, number, f"decision {number} is missing")
        if record.previous_hash != end:
            yield Break(chain.user_id, number, f"decision {number} does not follow the one before it")
        if record.hash != hash_of(chain.user_id, record.number, record.decision, record.previous_hash):
            yield Break(chain.user_id, number, f"decision {number} was changed after it was written")
        end = record.hash
    if (number, end) != (chain.length, chain.end):
        yield Break(
            chain.user_id,
            number + 1,
            f"{chain.length} decisions were made and {number} are there, or they end otherwise",
        )
