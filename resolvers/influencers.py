"""Influencers: made once per key, given a face, read."""

from dataclasses import asdict
from uuid import uuid4

from db.codec import INFLUENCER
from db.queries.influencers import influencers_page
from db.unit_of_work import SqlUnitOfWork
from domain.errors import NotFound
from domain.ids import ImageId, SubjectId
from domain.influencers import service
from domain.influencers.influencer import Influencer
from domain.pages import Page
from domain.safety.judging import Words
from domain.safety.screening import Kind
from domain.wishes import Wish, fingerprint
from resolvers.context import Context
from resolvers.once import answer_once_as


async def create(ctx: Context, request: service.InfluencerRequest, *, key: str) -> Influencer:
    async def work(uow: SqlUnitOfWork) -> Influencer:
        return await service.create_influencer(
            uow, ctx.user_id, request, subject_id=SubjectId(uuid4()), now=ctx.now(), offer=ctx.adult_offer
        )

    wish = Wish(key, fingerprint("createInfluencer", asdict(request)))
    words = Words(operation="createInfluencer", fields={"name": (Kind.WISH, request.name)})
    return await answer_once_as(ctx, INFLUENCER, wish, work, words=words)


async def choose_base_image(ctx: Context, subject_id: SubjectId, image_id: ImageId) -> Influencer:
    async with ctx.unit_of_work() as uow:
        return await service.choose_base_image(uow, ctx.user_id, subject_id, image_id)


async def get(ctx: Context, subject_id: SubjectId) -> Influencer:
    influencer = await ctx.loaders.influencers.load(subject_id)
    if influencer is None:
        raise NotFound("There is no such influencer.")
    return influencer


async def page(ctx: Context, *, first: int, after: str | None) -> Page[Influencer]:
    async with ctx.read() as connection:
        return await influencers_page(connection, ctx.user_id, first=first, after=after)
