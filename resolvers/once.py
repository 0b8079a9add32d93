"""Idempotent mutations: one unit of work that carries out a wish, or finds what was answered to it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from db.unit_of_work import SqlUnitOfWork
from domain.errors import DomainError
from domain.idempotency import AnswerForm, answer_once, given_again
from domain.safety.judging import Judged, Words
from domain.wishes import Wish
from resolvers.context import Context
from resolvers.moderation import moderated, with_judgement

T = TypeVar("T")


async def answer_once_as(
    ctx: Context,
    form: AnswerForm[T],
    wish: Wish,
    work: Callable[[SqlUnitOfWork], Awaitable[T]],
    *,
    words: Words | None = None,
) -> T:
    """Raises the refusal, after it has been committed to memory. `words` are what people wrote in it, for whoever judges words
    here; `work` holds them to our own lists (`domain.safety.screening.screen`) as well.
    """
    judgement = await moderated(ctx, words, wish=wish) if words else Judged()
    async with ctx.unit_of_work() as uow:
        outcome = await answer_once(
            uow,
            ctx.user_id,
            wish,
            now=ctx.now(),
            form=form,
            work=lambda: with_judgement(ctx, uow, judgement, work),
        )
    ctx.replayed = ctx.replayed or outcome.is_replay
    if isinstance(outcome.answer, DomainError):
        raise outcome.answer
    return outcome.answer


async def answer_given_before(ctx: Context, form: AnswerForm[T], wish: Wish) -> T | None:
    """For what is costly to prepare: None for a wish that is new, or being worked on. Raises as `answer_once_as` does."""
    async with ctx.unit_of_work() as uow:
        kept = await uow.answers.lock_and_find(ctx.user_id, wish.key)
    if kept is None:
        return None
    outcome = given_again(kept, wish, form)
    ctx.replayed = True
    if isinstance(outcome.answer, DomainError):
        raise outcome.answer
    return outcome.answer
