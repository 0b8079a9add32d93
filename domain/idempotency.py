"""One wish is carried out once, and two different wishes are never taken for one.

A key belongs to a user. The same key with the same input gets the first answer again, a refusal included; with another
input it is a `Conflict`. Kept for `KEY_LIFE`. A rate limit is not remembered: it says "not now", not "no".
"""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast

from domain.errors import Conflict, DomainError, InvalidInput, RateLimited, known_errors
from domain.ids import UserId
from domain.ports.unit_of_work import UnitOfWork

KEY_LIFE = timedelta(days=30)
LONGEST_KEY = 200

Answer = dict[str, object]
"""What is kept of an answer: JSON, enough to give it again."""


def fingerprint(operation: str, request: object) -> str:
    """Equal for equal wishes. `request` is JSON values; the order of keys does not matter."""
    canonical = json.dumps([operation, request], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


async def answer_once(
    uow: UnitOfWork,
    user_id: UserId,
    *,
    key: str,
    wish: str,
    now: datetime,
    work: Callable[[], Awaitable[Answer]],
) -> tuple[Answer, DomainError | None, bool]:
    """Run `work` unless this wish was answered before. Returns the answer or the refusal, and whether it is a replay.

    The caller commits in every case: a refusal has rolled back all but the memory of itself.
    """
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInput(f"An idempotency key has 1 to {LONGEST_KEY} characters.", field="idempotencyKey")
    await uow.lock_user(user_id)
    kept = await uow.answers.begin(user_id, key, wish, now=now)
    if kept is not None:
        if kept.fingerprint != wish:
            raise Conflict("This idempotency key was used for another request. Choose a new key; nothing was charged.")
        answer = kept.answer or {}
        return answer, _recalled(answer), True
    savepoint = await uow.savepoint()
    try:
        answer = await work()
    except RateLimited:
        raise
    except DomainError as refusal:
        await savepoint.rollback()
        answer = _remembered(refusal)
        await uow.answers.keep(user_id, key, answer)
        return answer, refusal, False
    await savepoint.release()
    await uow.answers.keep(user_id, key, answer)
    return answer, None, False


def _remembered(refusal: DomainError) -> Answer:
    return {"refused": type(refusal).__name__, "with": vars(refusal)}


def _recalled(answer: Answer) -> DomainError | None:
    if "refused" not in answer:
        return None
    cls = next(c for c in known_errors() if c.__name__ == answer["refused"])
    refusal = cls.__new__(cls)
    state = cast("dict[str, object]", answer["with"])
    refusal.__dict__.update(state)
    refusal.args = (state["message"],)
    return refusal
