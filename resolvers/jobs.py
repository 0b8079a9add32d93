"""The edge of the transactions that accept, cancel and retry jobs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from db.codec import JOB
from db.queries.jobs import jobs_page
from db.unit_of_work import SqlUnitOfWork
from domain.credits.quotes import QUOTE_LIFE, Quote, seal, unseal
from domain.errors import NotFound
from domain.idempotency import AnswerForm
from domain.ids import JobId
from domain.jobs import control
from domain.jobs.accepting import (
    AcceptedJob,
    BaseImagesRequest,
    PackRequest,
    check_words,
    mode_of,
    quote_pack,
    start_base_images,
    start_pack,
)
from domain.jobs.job import GenerationMode, Job
from domain.pages import Page
from domain.wishes import Wish, fingerprint
from resolvers.context import Context
from resolvers.once import answer_once_as
from resolvers.safety import refusals_logged
from tasks.enqueue import nudge_relays

T = TypeVar("T")


class AcceptedForm:
    """Of an acceptance the job is kept, by the statement that accepts it; its subject is read when it is asked for."""

    def write(self, answer: AcceptedJob) -> None:
        return None

    def read(self, kept: object) -> AcceptedJob:
        return AcceptedJob(JOB.read(kept), None)


ACCEPTED = AcceptedForm()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOffer:
    """A quote with what is behind it. `token` makes it binding until `expires_at`."""

    quote: Quote
    token: str
    expires_at: datetime
    available: int
    mode: GenerationMode
    mode_reason: str

    @property
    def is_affordable(self) -> bool:
        return self.available >= self.quote.credits


async def quote(ctx: Context, request: PackRequest) -> PackOffer:
    """Raises `PromptRefused`, `NotFound` and `Conflict` as starting it would."""
    async with refusals_logged(ctx):
        check_words(request, operation="quotePack")
    offered, now = quote_pack(request, ctx.services.prices), ctx.now()
    async with ctx.unit_of_work() as uow:
        mode, reason = mode_of(await uow.influencers.get(request.subject_id))
        balance = await uow.credits.balance(ctx.user_id)
    token = seal(offered, user_id=ctx.user_id, fingerprint=_wish(request), now=now, secret=ctx.services.quote_secret)
    return PackOffer(
        quote=offered,
        token=token,
        expires_at=now + QUOTE_LIFE,
        available=balance.available,
        mode=mode,
        mode_reason=reason,
    )


async def begin_pack(ctx: Context, request: PackRequest, *, quote_token: str | None, key: str) -> AcceptedJob:
    wish = Wish(key, fingerprint("startPack", {**_json(request), "quoteId": quote_token}))

    async def work(uow: SqlUnitOfWork) -> AcceptedJob:
        now = ctx.now()
        return await start_pack(
            uow,
            ctx.user_id,
            request,
            wish,
            job_id=JobId(uuid4()),
            quote=_binding(ctx, request, quote_token, now),
            seed=ctx.services.seeds(),
            now=now,
        )

    return await _once(ctx, ACCEPTED, wish, work)


async def begin_base_images(ctx: Context, request: BaseImagesRequest, *, key: str) -> AcceptedJob:
    wish = Wish(key, fingerprint("startBaseImages", _json(request)))

    async def work(uow: SqlUnitOfWork) -> AcceptedJob:
        return await start_base_images(
            uow,
            ctx.user_id,
            request,
            wish,
            job_id=JobId(uuid4()),
            prices=ctx.services.prices,
            seed=ctx.services.seeds(),
            now=ctx.now(),
        )

    return await _once(ctx, ACCEPTED, wish, work)


async def cancel(ctx: Context, job_id: JobId) -> Job:
    async with ctx.unit_of_work() as uow:
        job = await control.cancel_job(uow, ctx.user_id, job_id, now=ctx.now())
    nudge_relays(ctx.services.live)
    return job


async def retry(ctx: Context, job_id: JobId, *, key: str) -> Job:
    async def work(uow: SqlUnitOfWork) -> Job:
        return await control.retry_job(uow, ctx.user_id, job_id, now=ctx.now())

    return await _once(ctx, JOB, Wish(key, fingerprint("retryJob", str(job_id))), work)


async def page(ctx: Context, *, first: int, after: str | None) -> Page[Job]:
    async with ctx.read() as connection:
        return await jobs_page(connection, ctx.user_id, first=first, after=after)


async def get(ctx: Context, job_id: JobId) -> Job:
    job = await ctx.loaders.jobs.load(job_id)
    if job is None:
        raise NotFound("There is no such job.")
    return job


def _wish(request: PackRequest) -> str:
    """What a quote is bound to: all of the request but what costs nothing."""
    return fingerprint("pack", {**_json(request), "seed": None, "negative_prompt": None})


def _json(request: PackRequest | BaseImagesRequest) -> dict[str, object]:
    """Its fields, all of them plain values."""
    values: dict[str, object] = {name: getattr(request, name) for name in request.__slots__}
    return {**values, "subject_id": str(request.subject_id)}


def _binding(ctx: Context, request: PackRequest, token: str | None, now: datetime) -> Quote:
    if token is None:
        return quote_pack(request, ctx.services.prices)
    return unseal(token, user_id=ctx.user_id, fingerprint=_wish(request), now=now, secret=ctx.services.quote_secret)


async def _once(ctx: Context, form: AnswerForm[T], wish: Wish, work: Callable[[SqlUnitOfWork], Awaitable[T]]) -> T:
    answer = await answer_once_as(ctx, form, wish, work)
    nudge_relays(ctx.services.live)
    return answer
