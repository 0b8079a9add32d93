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
from domain.onboarding.service import notice
from domain.pages import Page
from domain.safety.judging import Words
from domain.safety.screening import Kind
from domain.trainings.chain import ChainPlan, TrainingTerms
from domain.trainings.chaining import Studio, begin_chain, plan_chain
from domain.wishes import Wish, fingerprint
from resolvers.context import Context
from resolvers.once import answer_once_as
from tasks.enqueue import nudge_relays


async def create(ctx: Context, request: service.InfluencerRequest, *, key: str) -> Influencer:
    async def work(uow: SqlUnitOfWork) -> Influencer:
        return await service.create_influencer(
            uow, ctx.user_id, request, subject_id=SubjectId(uuid4()), now=ctx.now(), offer=ctx.adult_offer
        )

    wish = Wish(key, fingerprint("createInfluencer", _said(request)))
    words = Words(operation="createInfluencer", fields={"name": (Kind.WISH, request.name)})
    return await answer_once_as(ctx, INFLUENCER, wish, work, words=words)


async def choose_base_image(ctx: Context, subject_id: SubjectId, image_id: ImageId) -> tuple[Influencer, ChainPlan]:
    """With what follows by itself, or why nothing does."""
    studio = Studio(providers=ctx.services.providers, seed=ctx.services.seeds())
    async with ctx.unit_of_work() as uow:
        influencer = await service.choose_base_image(uow, ctx.user_id, subject_id, image_id)
        await notice(uow, ctx.user_id, now=ctx.now())
        plan = await begin_chain(uow, influencer, image_id, terms=training_terms(ctx), studio=studio, now=ctx.now())
    nudge_relays(ctx.services.live)
    return influencer, plan


async def quote_chain(ctx: Context, subject_id: SubjectId, image_id: ImageId | None) -> ChainPlan:
    async with ctx.unit_of_work() as uow:
        influencer = await uow.influencers.get(subject_id)
        return await plan_chain(uow, influencer, image_id, training_terms(ctx), now=ctx.now())


def training_terms(ctx: Context) -> TrainingTerms:
    services = ctx.services
    return TrainingTerms(prices=services.prices, trainers=services.trainers, choices=services.choices)


async def get(ctx: Context, subject_id: SubjectId) -> Influencer:
    influencer = await ctx.loaders.influencers.load(subject_id)
    if influencer is None:
        raise NotFound("There is no such influencer.")
    return influencer


def _said(request: service.InfluencerRequest) -> dict[str, object]:
    """What was said of `autoStart` only where it was switched off: keys from before it could be still fit."""
    said = asdict(request)
    if request.auto_start:
        del said["auto_start"]
    return said


async def page(ctx: Context, *, first: int, after: str | None) -> Page[Influencer]:
    async with ctx.read() as connection:
        return await influencers_page(connection, ctx.user_id, first=first, after=after)
