"""Linked accounts: each change answers with how far onboarding is then."""

from collections.abc import Sequence
from uuid import uuid4

from domain.ids import LinkedSocialId
from domain.linked_socials import service
from domain.linked_socials.linked_social import LinkedSocial
from domain.linked_socials.networks import SocialNetwork
from domain.onboarding.progress import Progress
from domain.onboarding.service import notice
from resolvers.context import Context


async def of_viewer(ctx: Context) -> Sequence[LinkedSocial]:
    return await ctx.loaders.linked_socials_of_users.load(ctx.user_id) or []


async def link(ctx: Context, given: str, network: SocialNetwork | None) -> tuple[LinkedSocial, Progress]:
    async with ctx.unit_of_work() as uow:
        social = await service.link(uow, ctx.user_id, given, network, social_id=LinkedSocialId(uuid4()), now=ctx.now())
        return social, await notice(uow, ctx.user_id, now=ctx.now())


async def update(
    ctx: Context, social_id: LinkedSocialId, given: str, network: SocialNetwork | None
) -> tuple[LinkedSocial, Progress]:
    async with ctx.unit_of_work() as uow:
        social = await service.update(uow, ctx.user_id, social_id, given, network)
        return social, await notice(uow, ctx.user_id, now=ctx.now())


async def unlink(ctx: Context, social_id: LinkedSocialId) -> Progress:
    async with ctx.unit_of_work() as uow:
        await service.unlink(uow, ctx.user_id, social_id)
        return await notice(uow, ctx.user_id, now=ctx.now())
