"""Idempotent mutations: one unit of work that carries out a wish, or finds what was answered to it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import TypeAdapter

from db.unit_of_work import SqlUnitOfWork
from domain.idempotency import Answer, answer_once
from resolvers.context import Context

T = TypeVar("T")


async def answer_once_as(
    ctx: Context,
    adapter: TypeAdapter[T],
    *,
    key: str,
    wish: str,
    work: Callable[[SqlUnitOfWork], Awaitable[T]],
) -> T:
    """Raises the refusal, after it has been committed to memory."""
    async with ctx.unit_of_work() as uow:

        async def kept_work() -> Answer:
            return {"done": adapter.dump_python(await work(uow), mode="json")}

        answer, refusal, replayed = await answer_once(
            uow, ctx.user_id, key=key, wish=wish, now=ctx.now(), work=kept_work
        )
    ctx.replayed = ctx.replayed or replayed
    if refusal is not None:
        raise refusal
    return adapter.validate_python(answer["done"])
