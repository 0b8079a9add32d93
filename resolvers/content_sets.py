"""Content sets: priced, created, cancelled, read, and watched over all their jobs."""

import asyncio
import base64
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from pydantic import TypeAdapter

from db.codec import Kept
from db.queries.content_sets import content_sets_page
from db.unit_of_work import SqlUnitOfWork
from domain.content_sets import accepting
from domain.content_sets.accepting import ContentSetRequest, SetQuote
from domain.content_sets.content_set import ContentSet
from domain.credits.quotes import QUOTE_LIFE, Quote, seal, unseal
from domain.errors import InvalidInput, NotFound
from domain.ids import ContentSetId, JobId
from domain.pages import Page
from domain.safety.judging import Words
from domain.safety.screening import screen
from domain.wishes import Wish, fingerprint
from resolvers.context import Context
from resolvers.jobs import request_json
from resolvers.live import job_news
from resolvers.news import JobNews, NewsKind, cursor_of
from resolvers.once import answer_once_as
from resolvers.safety import refusals_logged
from tasks.enqueue import nudge_relays

CONTENT_SET: Kept[ContentSet] = Kept(TypeAdapter(ContentSet))
BETWEEN = "~"
"""What stands between the two quotes of a set's."""
CURSOR = re.compile(r"([0-9a-f]{8})((?::\d{1,9}){1,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOffer:
    quote: SetQuote
    token: str
    expires_at: datetime
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNews:
    """`news` is what moved it; None for its state as it is."""

    cursor: str
    at: datetime
    content_set: ContentSet
    news: JobNews | None


async def quote(ctx: Context, request: ContentSetRequest) -> SetOffer:
    async with refusals_logged(ctx):
        screen("quoteContentSet", request.texts())
    now = ctx.now()
    async with ctx.unit_of_work() as uow:
        plan = await accepting.plan_set(uow, ctx.user_id, request, ctx.services.prices)
        balance = await uow.credits.balance(ctx.user_id)
    parts = [
        seal(one, user_id=ctx.user_id, fingerprint=_wish(request, name), now=now, secret=ctx.services.quote_secret)
        if one
        else ""
        for name, one in (("thumbnails", plan.quote.thumbnails), ("social", plan.quote.social))
    ]
    return SetOffer(
        quote=plan.quote, token=BETWEEN.join(parts), expires_at=now + QUOTE_LIFE, available=balance.available
    )


async def create(ctx: Context, request: ContentSetRequest, *, key: str, quote_token: str | None) -> ContentSet:
    wish = Wish(key, fingerprint(request.operation, {**request_json(request), "quoteId": quote_token}))

    async def work(uow: SqlUnitOfWork) -> ContentSet:
        now = ctx.now()
        screen(request.operation, request.texts())
        return await accepting.create_set(
            uow,
            ctx.user_id,
            request,
            set_id=ContentSetId(uuid4()),
            prices=ctx.services.prices,
            promised=_binding(ctx, request, quote_token, now) if quote_token is not None else None,
            seed=ctx.services.seeds(),
            now=now,
            providers=ctx.services.providers,
        )

    words = Words(operation=request.operation, fields=request.texts())
    made = await answer_once_as(ctx, CONTENT_SET, wish, work, words=words)
    nudge_relays(ctx.services.live)
    return made


def _binding(ctx: Context, request: ContentSetRequest, token: str, now: datetime) -> SetQuote:
    thumbnails, between, social = token.partition(BETWEEN)
    if not between:
        raise InvalidInput("This quote id was not made here. Ask for a quote again.", field="quoteId")

    def opened(part: str, name: str) -> Quote | None:
        if not part:
            return None
        return unseal(
            part, user_id=ctx.user_id, fingerprint=_wish(request, name), now=now, secret=ctx.services.quote_secret
        )

    return SetQuote(thumbnails=opened(thumbnails, "thumbnails"), social=opened(social, "social"))


def _wish(request: ContentSetRequest, part: str) -> str:
    return fingerprint(f"{request.operation}:{part}", request_json(request))


async def cancel(ctx: Context, set_id: ContentSetId) -> ContentSet:
    async with ctx.unit_of_work() as uow:
        cancelled = await accepting.cancel_set(uow, ctx.user_id, set_id, now=ctx.now())
    nudge_relays(ctx.services.live)
    return cancelled


async def get(ctx: Context, set_id: ContentSetId) -> ContentSet:
    found = await ctx.loaders.content_sets.load(set_id)
    if found is None:
        raise NotFound("There is no such content set.")
    return found


async def page(ctx: Context, *, first: int, after: str | None) -> Page[ContentSet]:
    async with ctx.read() as connection:
        return await content_sets_page(connection, ctx.user_id, first=first, after=after)


async def news(ctx: Context, set_id: ContentSetId, after: str | None) -> AsyncGenerator[SetNews, None]:
    """Its state, or what was missed; then what happens to any of its jobs, each gapless. Ends with the last of them."""
    found = await get(ctx, set_id)
    told = _numbers_of(found, after)
    arrived: asyncio.Queue[JobNews | BaseException | None] = asyncio.Queue(maxsize=1)
    followed = [asyncio.create_task(_follow(ctx, job_id, told.get(job_id), arrived)) for job_id in found.job_ids]
    snapshots, open_streams = set(found.job_ids) if after is None else set(), len(followed)
    try:
        while open_streams:
            item = await arrived.get()
            if item is None:
                open_streams -= 1
                continue
            if isinstance(item, BaseException):
                raise item
            found, told = found.moved(item.job), {**told, item.job.id: item.number}
            if item.kind is NewsKind.SNAPSHOT:
                snapshots.discard(item.job.id)
            if snapshots:  # the state as it is waits for every job, and holds what happened meanwhile
                continue
            is_state = item.kind is NewsKind.SNAPSHOT
            yield SetNews(
                cursor=_cursor_of(found, told), at=item.at, content_set=found, news=None if is_state else item
            )
    finally:
        for task in followed:
            task.cancel()
        await asyncio.gather(*followed, return_exceptions=True)


async def _follow(
    ctx: Context, job_id: JobId, number: int | None, arrived: "asyncio.Queue[JobNews | BaseException | None]"
) -> None:
    try:
        cursor = None if number is None else cursor_of(job_id, number)
        async with aclosing(job_news(ctx, job_id, cursor)) as stream:
            async for item in stream:
                await arrived.put(item)
                del item
        await arrived.put(None)
    except Exception as error:  # noqa: BLE001 - it is raised to whoever watches, and masked there
        await arrived.put(error)


def _cursor_of(content_set: ContentSet, told: dict[JobId, int]) -> str:
    numbers = ":".join(str(told.get(job_id, 0)) for job_id in content_set.job_ids)
    return base64.urlsafe_b64encode(f"{content_set.id.hex[:8]}:{numbers}".encode()).rstrip(b"=").decode()


def _numbers_of(content_set: ContentSet, cursor: str | None) -> dict[JobId, int]:
    """Raises `InvalidInput` for a cursor that is not of this set's stream."""
    if cursor is None:
        return {}
    try:
        found = CURSOR.fullmatch(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except ValueError:
        found = None
    numbers = [int(one) for one in found[2].split(":")[1:]] if found else []
    if found is None or found[1] != content_set.id.hex[:8] or len(numbers) != len(content_set.job_ids):
        raise InvalidInput("This cursor is not of this set's events. Subscribe without one.", field="after")
    return dict(zip(content_set.job_ids, numbers, strict=True))
