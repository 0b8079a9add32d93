"""Refusals of what has no key, and so no memory, and of whatever lacks a person's consent: logged before they are answered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.consents.consent import refused_without
from domain.errors import PromptRefused
from domain.safety.decisions import refused
from domain.uploads.errors import ConsentRequired
from resolvers.context import Context


async def log_lack_of_consent(ctx: Context, operation: str, refusal: ConsentRequired) -> None:
    """Each time it is answered, again under the same key too: every such decision is on record (PRODUCT, section 10, rule 6)."""
    async with ctx.unit_of_work() as uow:
        await uow.lock_user(ctx.user_id)
        await uow.safety.log(ctx.user_id, refused_without(operation, refusal.message, at=ctx.now()))


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
