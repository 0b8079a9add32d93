"""The edge of the transactions that accept, cancel and retry jobs."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID, uuid4

from db.codec import JOB
from db.queries.jobs import jobs_page
from db.unit_of_work import SqlUnitOfWork
from domain.credits.quotes import QUOTE_LIFE, Quote, seal, unseal
from domain.errors import NotFound
from domain.idempotency import AnswerForm
from domain.ids import JobId
from domain.jobs import control
from domain.jobs.accepting import AcceptedJob, check_words, start_job
from domain.jobs.job import GenerationMode, Job
from domain.jobs.needs import check_offered
from domain.jobs.plan import JobRequest
from domain.pages import Page
from domain.safety.judging import Words
from domain.wishes import Wish, fingerprint
from resolvers.context import Context
from resolvers.once import answer_given_before, answer_once_as
from resolvers.safety import refusals_logged
from tasks.enqueue import nudge_relays

T = TypeVar("T")


class Said(Protocol):
    """A dataclass of plain values: what a client asked for."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class AcceptedForm:
    """Of an acceptance the job is kept, by the statement that accepts it; its subject is read when it is asked for."""

    def write(self, answer: AcceptedJob) -> None:
        return None

    def read(self, kept: object) -> AcceptedJob:
        return AcceptedJob(JOB.read(kept), None)


ACCEPTED = AcceptedForm()
FREE = frozenset({"seed", "negative_prompt", "prompt", "description", "text", "mask_upload"})
"""Fields of requests that change no price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOffer:
    """A quote with what is behind it. `token` makes it binding until `expires_at`."""

    quote: Quote
    token: str
    expires_at: datetime
    available: int
    mode: GenerationMode | None
    mode_reason: str

    @property
    def is_affordable(self) -> bool:
        return self.available >= self.quote.credits


async def quote(ctx: Context, request: JobRequest, *, operation: str) -> JobOffer:
    """Raises `PromptRefused`, `NotFound` and `Conflict` as starting it would; but that nobody outside judges the words yet."""
    async with refusals_logged(ctx):
        check_words(request, operation=operation)
    now = ctx.now()
    async with ctx.unit_of_work() as uow:
        plan = await request.plan(uow, ctx.services.prices, seed=0)
        balance = await uow.credits.balance(ctx.user_id)
    if ctx.services.providers:
        check_offered(plan.recipe, providers=ctx.services.providers, today=now.date())
    token = seal(plan.quote, user_id=ctx.user_id, fingerprint=_wish(request), now=now, secret=ctx.services.quote_secret)
    return JobOffer(
        quote=plan.quote,
        token=token,
        expires_at=now + QUOTE_LIFE,
        available=balance.available,
        mode=plan.mode,
        mode_reason=plan.mode_reason,
    )


async def begin(
    ctx: Context,
    request: JobRequest,
    *,
    quote_token: str | None = None,
    key: str,
    prepare: Callable[[], Awaitable[JobRequest]] | None = None,
) -> AcceptedJob:
    """`prepare` gives the request with what has to be fetched or measured for it, before any transaction; it is not asked
    for a wish that was answered already. Keys and quotes are bound to what the client sent."""
    wish = Wish(key, fingerprint(request.operation, {**request_json(request), "quoteId": quote_token}))
    if prepare:
        if (given := await answer_given_before(ctx, ACCEPTED, wish)) is not None:
            return given
        async with refusals_logged(ctx):
            check_words(request)
    prepared = await prepare() if prepare else request

    async def work(uow: SqlUnitOfWork) -> AcceptedJob:
        now = ctx.now()
        return await start_job(
            uow,
            ctx.user_id,
            prepared,
            wish,
            job_id=JobId(uuid4()),
            prices=ctx.services.prices,
            quote=_binding(ctx, request, quote_token, now),
            seed=ctx.services.seeds(),
            now=now,
            providers=ctx.services.providers,
            offer=ctx.adult_offer,
        )

    words = Words(operation=request.operation, fields=request.texts())
    return await _once(ctx, ACCEPTED, wish, work, words=words)


async def cancel(ctx: Context, job_id: JobId) -> Job:
    async with ctx.unit_of_work() as uow:
        job = await control.cancel_job(uow, ctx.user_id, job_id, now=ctx.now())
    nudge_relays(ctx.services.live)
    return job


async def retry(ctx: Context, job_id: JobId, *, key: str) -> Job:
    async def work(uow: SqlUnitOfWork) -> Job:
        return await control.retry_job(
            uow, ctx.user_id, job_id, low_balance=ctx.services.prices.low_balance, now=ctx.now()
        )

    return await _once(ctx, JOB, Wish(key, fingerprint("retryJob", str(job_id))), work)


async def page(ctx: Context, *, first: int, after: str | None) -> Page[Job]:
    async with ctx.read() as connection:
        return await jobs_page(connection, ctx.user_id, first=first, after=after)


async def get(ctx: Context, job_id: JobId) -> Job:
    job = await ctx.loaders.jobs.load(job_id)
    if job is None:
        raise NotFound("There is no such job.")
    return job


def _wish(request: JobRequest) -> str:
    """What a quote is bound to: all of the request but what costs nothing, and may still be thought over."""
    return fingerprint(
        request.operation, {name: value for name, value in request_json(request).items() if name not in FREE}
    )


def request_json(request: Said) -> dict[str, object]:
    """Its fields, as JSON values."""
    return {field.name: _plain(getattr(request, field.name)) for field in fields(request)}


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(one) for name, one in asdict(value).items()}
    return value


def _binding(ctx: Context, request: JobRequest, token: str | None, now: datetime) -> Quote | None:
    if token is None:
        return None
    return unseal(token, user_id=ctx.user_id, fingerprint=_wish(request), now=now, secret=ctx.services.quote_secret)


async def _once(
    ctx: Context,
    form: AnswerForm[T],
    wish: Wish,
    work: Callable[[SqlUnitOfWork], Awaitable[T]],
    *,
    words: Words | None = None,
) -> T:
    answer = await answer_once_as(ctx, form, wish, work, words=words)
    nudge_relays(ctx.services.live)
    return answer
