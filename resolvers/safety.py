"""Refusals of what has no key, and so no memory: logged before they are answered, each time they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.errors import PromptRefused
from domain.safety.decisions import refused
from resolvers.context import Context


@asynccontextmanager
async def refusals_logged(ctx: Context) -> AsyncIterator[None]:
    """Around what screens words outside of `answer_once_as`, and outside of any transaction."""
    try:
        yield
    except PromptRefused as refusal:
        async with ctx.unit_of_work() as uow:
            await uow.lock_user(ctx.user_id)
            await uow.safety.log(ctx.user_id, refused(refusal, at=ctx.now()))
        raise
