"""The profile, its avatar and its preferences; which parts are skipped; how far onboarding is."""

from collections.abc import Awaitable, Callable, Sequence

from db.queries.onboarding import Standing
from db.unit_of_work import SqlUnitOfWork
from domain.ids import ImageId, SubjectId
from domain.onboarding import service as onboarding
from domain.onboarding.progress import Facts, Progress, progress_of
from domain.onboarding.steps import PartKey
from domain.profiles import service as profiles
from domain.profiles.profile import Profile
from domain.profiles.service import PreferenceChanges, ProfileChanges, Saved
from domain.safety.judging import Words
from domain.social.platforms import Platform
from resolvers.context import Context
from resolvers.moderation import moderated, with_judgement
from resolvers.safety import refusals_logged


async def progress(ctx: Context) -> Progress:
    return progress_of((await _standing(ctx)).facts)


async def profile(ctx: Context) -> Profile:
    return (await _standing(ctx)).profile


async def _standing(ctx: Context) -> Standing:
    return await ctx.loaders.standings.load(ctx.user_id) or Standing(Profile(user_id=ctx.user_id), Facts())


async def update_profile(ctx: Context, changes: ProfileChanges) -> Saved:
    return await _judged(
        ctx,
        profiles.profile_words(changes),
        lambda uow: profiles.update_profile(uow, ctx.user_id, changes, now=ctx.now()),
    )


async def update_preferences(ctx: Context, changes: PreferenceChanges) -> Saved:
    return await _judged(
        ctx,
        profiles.preference_words(changes),
        lambda uow: profiles.update_preferences(uow, ctx.user_id, changes, now=ctx.now()),
    )


async def choose_platforms(ctx: Context, platforms: Sequence[Platform]) -> Saved:
    async with ctx.unit_of_work() as uow:
        return await profiles.choose_platforms(uow, ctx.user_id, platforms, now=ctx.now())


async def review_avatar(ctx: Context, subject_id: SubjectId, image_id: ImageId | None) -> Saved:
    async with ctx.unit_of_work() as uow:
        return await profiles.review_avatar(uow, ctx.user_id, subject_id, image_id, now=ctx.now())


async def skip_part(ctx: Context, part: PartKey) -> Progress:
    async with ctx.unit_of_work() as uow:
        return await onboarding.skip_part(uow, ctx.user_id, part, now=ctx.now())


async def _judged(ctx: Context, words: Words, work: Callable[[SqlUnitOfWork], Awaitable[Saved]]) -> Saved:
    judgement = await moderated(ctx, words)
    async with refusals_logged(ctx), ctx.unit_of_work() as uow:
        return await with_judgement(ctx, uow, judgement, work)
