"""One wish is carried out once, and two different wishes are never taken for one.

A key belongs to a user. The same key with the same input gets the first answer again, a refusal included; with another
input it is a `Conflict`. Kept for `KEY_LIFE`. A rate limit is not remembered, nor that something is away: they say "not now", not "no".
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar, cast

from domain.errors import (
    AdultContentRefused,
    Conflict,
    DomainError,
    PromptRefused,
    ProviderUnavailable,
    RateLimited,
    known_errors,
)
from domain.ids import UserId
from domain.ports.answers import KeptAnswer
from domain.ports.unit_of_work import UnitOfWork
from domain.safety.adult import refusal_of_adult
from domain.safety.decisions import refused
from domain.wishes import Wish

KEY_LIFE = timedelta(days=30)

T = TypeVar("T")


class AnswerForm(Protocol[T]):
    """How an answer is kept, as JSON, and given again."""

    def write(self, answer: T) -> str | None:
        """None where the work has kept it itself, with what it wrote."""
        ...

    def read(self, kept: object) -> T: ...


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """An answer, or the refusal that takes its place. `is_replay`: it was given before."""

    answer: T | DomainError
    is_replay: bool


async def answer_once(
    uow: UnitOfWork,
    user_id: UserId,
    wish: Wish,
    *,
    now: datetime,
    form: AnswerForm[T],
    work: Callable[[], Awaitable[T]],
) -> Outcome[T]:
    """Run `work` unless this wish was answered before. The caller commits in every case: of a refusal only the memory stays."""
    kept = await uow.answers.lock_and_find(user_id, wish.key)
    if kept is not None:
        return given_again(kept, wish, form)
    try:
        answer = await work()
    except (RateLimited, ProviderUnavailable):
        raise
    except DomainError as refusal:
        return await _refused(uow, user_id, wish, refusal, now=now, form=form)
    if (written := form.write(answer)) is not None:
        await uow.answers.keep(user_id, wish, f'{{"done":{written}}}', now=now)
    return Outcome(answer, is_replay=False)


async def _refused(
    uow: UnitOfWork,
    user_id: UserId,
    wish: Wish,
    refusal: DomainError,
    *,
    now: datetime,
    form: AnswerForm[T],
) -> Outcome[T]:
    if uow.has_written:  # what it had begun is taken back; meanwhile the same wish may have been answered elsewhere
        await uow.start_over()
        kept = await uow.answers.lock_and_find(user_id, wish.key)
        if kept is not None:
            return given_again(kept, wish, form)
    if isinstance(refusal, PromptRefused):
        await uow.safety.log(user_id, refused(refusal, at=now))  # once: whoever asks again finds the memory
    elif isinstance(refusal, AdultContentRefused):
        await uow.safety.log(user_id, refusal_of_adult(refusal, at=now))
    await uow.answers.keep(user_id, wish, json.dumps(_remembered(refusal)), now=now)
    return Outcome(refusal, is_replay=False)


def given_again(kept: KeptAnswer, wish: Wish, form: AnswerForm[T]) -> Outcome[T]:
    """Raises `Conflict` for another wish under the same key."""
    if kept.fingerprint != wish.fingerprint:
        raise Conflict("This idempotency key was used for another request. Choose a new key; nothing was charged.")
    if "refused" in kept.answer:
        return Outcome(_recalled(kept.answer), is_replay=True)
    return Outcome(form.read(kept.answer["done"]), is_replay=True)


def _remembered(refusal: DomainError) -> dict[str, object]:
    return {"refused": type(refusal).__name__, "with": vars(refusal)}


def _recalled(answer: Mapping[str, object]) -> DomainError:
    cls = next(c for c in known_errors() if c.__name__ == answer["refused"])
    refusal = cls.__new__(cls)
    state = cast("dict[str, object]", answer["with"])
    refusal.__dict__.update(state)
    refusal.args = (state["message"],)
    return refusal
