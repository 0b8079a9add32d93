"""One image is made: begin, render, store, finish. Delivered at least once, so each run first asks what is left to do."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import NamedTuple, TypeVar
from uuid import UUID

import structlog

from domain.calls.service import AttemptEnded
from domain.errors import DomainError, LoraMissing, ProviderMisconfigured, ProviderUnavailable, RateLimited
from domain.events import ImageProgress
from domain.files.removal import announce_image, keep, let_go
from domain.ids import CallId, JobId, UserId
from domain.images.image import StoredFile
from domain.images.provenance import Provenance
from domain.images.review import UnseenPicture
from domain.jobs import rendering
from domain.jobs.needs import needs_of
from domain.jobs.rendering import RenderTask
from domain.models.model import Model
from domain.models.routing import Need, model_of
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage
from domain.ports.live import job_topic
from domain.ports.object_store import file_of
from domain.safety.decisions import Decision
from live.ending import outlast
from tasks.calls import (
    GRACE,
    answered_image,
    call_in_use,
    drop_unwanted,
    end_call,
    give_up_waiting,
    insist,
    paid_image,
)
from tasks.finishing import as_graphic, check_headline, check_weight, logo_for, with_headline
from tasks.persistence import PATIENCE, persist
from tasks.previews import shown_forming
from tasks.progress import ProgressReporter
from tasks.prompt_writing import worded
from tasks.provenance import check_signer, signed_image, signed_thumbnail
from tasks.references import asked_of, with_pictures
from tasks.registry import Services, task
from tasks.review import reviewed, waiting_picture

T = TypeVar("T")

log = structlog.get_logger("likeness.tasks")

FAREWELL_PATIENCE = timedelta(seconds=3)
"""How long a worker that stops waits for a database that is away. What it cannot hand back returns by its lease."""


NOBODY_DRAWS = "Nothing here can draw with a LoRA right now; the face was taken from the base image."
WEIGHTS_GONE = "The LoRA's weights could not be found; the face was taken from the base image."


@dataclass(frozen=True, slots=True)
class Made:
    claim: RenderTask
    """With the prompt that it was made with."""
    picture: UnseenPicture
    decision: Decision
    provenance: Provenance
    file: StoredFile
    thumbnail: StoredFile

    @property
    def keys(self) -> Sequence[str]:
        return [self.file.key, self.thumbnail.key]


class Watcher(NamedTuple):
    """Who is told of an image while it is made."""

    on_progress: OnProgress
    on_preview: OnPreview


@dataclass(frozen=True, slots=True)
class Rendered:
    image: RenderedImage
    call_id: CallId | None
    """Of a call that cost something: it is to be ended with the image."""
    fallback: str | None = None
    """Why it was made without the LoRA of its job."""


@task("jobs.render_image", queue="render")
async def render_image(services: Services, *, user_id: str, job_id: str, index: int) -> None:
    owner, job = UserId(UUID(user_id)), JobId(UUID(job_id))
    structlog.contextvars.bind_contextvars(job_id=job_id, index=index)
    if services.leases.draining:
        await _write(services, lambda: _send_on(services, owner, job, index))
        return
    claim = await _write(services, lambda: _begin(services, owner, job, index))
    if claim is None:
        return
    if services.leases.draining:  # since this began
        await _write(services, lambda: _hand_back(services, claim))
        return
    stored: list[str] = []
    making = asyncio.create_task(_make(services, claim, stored))
    with services.leases.holding(claim.image, making):
        await asyncio.wait([making])
        await _write(services, lambda: _settle(services, claim, making, stored))


async def _write(services: Services, transaction: Callable[[], Awaitable[T]]) -> T:
    """Whatever the database is up to; and what it left in the outbox goes out at once."""
    outcome = await persist(transaction, patience=lambda: FAREWELL_PATIENCE if services.leases.draining else PATIENCE)
    services.wake_relay()
    return outcome


async def _send_on(services: Services, owner: UserId, job_id: JobId, index: int) -> None:
    """Nobody begins in a worker that stops: the image waits again, for another."""
    async with services.unit_of_work(owner) as uow:
        await uow.lock_user(owner)
        await uow.jobs.return_image(job_id, index)


async def _begin(services: Services, owner: UserId, job_id: JobId, index: int) -> RenderTask | None:
    async with services.unit_of_work(owner) as uow:
        return await rendering.begin_image(
            uow,
            owner,
            job_id,
            index,
            worker=services.worker,
            lease=services.leases.lease,
            now=services.now(),
            offer=services.adult,
        )


async def _settle(services: Services, claim: RenderTask, making: asyncio.Task[Made], stored: Sequence[str]) -> None:
    """Whatever came of it becomes a decision about the image, but for what was let go of: that is not ours any more, and what was
    `stored` of it goes."""
    if making.cancelled():
        await _let_go(services, claim, stored)
        if services.leases.draining:
            await _hand_back(services, claim)
        elif services.images.cost_money:
            await drop_unwanted(services, claim)
    elif isinstance(error := making.exception(), AttemptEnded):
        log.info("image was let go of before it was stored")
        if services.images.cost_money:
            await drop_unwanted(services, claim)
    elif error is not None:
        await _fail(services, claim, error)
    else:
        try:
            await _finish(services, making.result().claim, making.result())
        except RateLimited as going:  # its files came too late: nothing was written, and it is made again
            await _fail(services, claim, going)


async def _make(services: Services, claim: RenderTask, stored: list[str]) -> Made:
    """Outside of any transaction. What nobody signed or judged is not stored among images; what is stored is announced first, so
    that it is removed where nobody comes to keep it. Notes in `stored` what was announced."""
    await check_signer(services)
    claim = await worded(services, claim)
    picture = await waiting_picture(services, claim) or await _rendered_in_time(services, claim)
    signed = await signed_image(services, claim, picture)
    rendered, owner = signed.rendered, claim.job.user_id
    check_weight(claim, rendered)
    decision = await reviewed(services, claim, picture, rendered)
    file = file_of(owner, "images", rendered.data, rendered.content_type, adult=claim.job.recipe.adult)
    thumbnail, small = await signed_thumbnail(services, claim, signed)
    stored.extend((file.key, thumbnail.key))
    await _carried_through(_store(services, claim, ((file, rendered.data), (thumbnail, small))))
    return Made(claim, picture, decision, signed.provenance, file, thumbnail)


async def _store(services: Services, claim: RenderTask, files: Sequence[tuple[StoredFile, bytes]]) -> None:
    """Raises `AttemptEnded` where nobody wants them any more."""
    await persist(lambda: _announce(services, claim, [file.key for file, _ in files]))
    for file, data in files:
        await insist(partial(services.files.put, file, data))


async def _announce(services: Services, claim: RenderTask, keys: Sequence[str]) -> None:
    owner = claim.job.user_id
    async with services.unit_of_work(owner) as uow:
        if not await announce_image(uow, owner, claim.image, keys):
            raise AttemptEnded


async def _carried_through(work: Coroutine[None, None, None]) -> None:
    """Once begun it is not broken off, nor is what called it: the picture is in hand, signed and judged. Where nobody wants it any
    more, or the worker stops, `_finish` finds out."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await outlast(task, GRACE)
        if not task.done():
            task.cancel()
            raise
        task.result()


async def _rendered_in_time(services: Services, claim: RenderTask) -> UnseenPicture:
    started = time.monotonic()
    reporter = ProgressReporter(services.live, job_topic(claim.job.id))

    def on_progress(percent: int) -> None:
        reporter.report(
            ImageProgress(job_id=claim.job.id, index=claim.image.index, attempt=claim.image.attempt, percent=percent)
        )

    try:
        async with asyncio.timeout(services.render_limit.total_seconds()):
            await check_headline(claim)
            logo = await logo_for(services, claim)
            async with shown_forming(services, claim) as on_preview:
                made = await _rendered(services, claim, Watcher(on_progress, on_preview))
            image = await as_graphic(claim, await with_headline(claim, made.image), logo)
    except TimeoutError:
        if services.images.cost_money:
            await give_up_waiting(services, claim)
        raise ProviderUnavailable("The provider took too long.") from None
    generation_ms = round((time.monotonic() - started) * 1000)
    return UnseenPicture(rendered=image, generation_ms=generation_ms, call_id=made.call_id, fallback=made.fallback)


async def _rendered(services: Services, claim: RenderTask, watcher: Watcher) -> Rendered:
    """With its LoRA where it has one and somebody can draw with that; else by its face, and it says why."""
    recipe, needs = claim.job.recipe, needs_of(claim.job.recipe, claim.image.index)
    in_use = await call_in_use(services, claim) if services.images.cost_money else None
    if in_use and in_use.fallback:
        needs = needs[1:]
    model, need = _model_for(services, needs, in_use.model if in_use else None)
    fallback = (in_use and in_use.fallback) or (NOBODY_DRAWS if recipe.lora and not need.loras else None)
    try:
        return await _rendered_by(services, claim, model, need, watcher, fallback=fallback)
    except LoraMissing as error:
        if not need.loras:
            raise
        log.warning("a LoRA is not where its provider looks for it; going on without", detail=error.detail)
        model, need = _model_for(services, needs[1:], None)
        return await _rendered_by(services, claim, model, need, watcher, fallback=WEIGHTS_GONE)


async def _rendered_by(
    services: Services, claim: RenderTask, model: Model, need: Need, watcher: Watcher, *, fallback: str | None
) -> Rendered:
    """`fallback` is kept with a call that outlives this worker: whoever goes on with it knows that no LoRA was asked for."""
    request = await with_pictures(services, claim, asked_of(claim, model, need), model)
    if queue := services.images.queue_of(model.key):
        image, call_id = await paid_image(
            services, claim, request, model, queue, on_progress=watcher.on_progress, fallback=fallback
        )
        return Rendered(image, call_id, fallback)
    provider = services.images.answering[model.provider]
    if model.is_paid:
        image, call_id = await answered_image(
            services, claim, request, model, provider, on_progress=watcher.on_progress, on_preview=watcher.on_preview
        )
        return Rendered(image, call_id, fallback)
    image = await provider.render(request, on_progress=watcher.on_progress, on_preview=watcher.on_preview)
    return Rendered(image, None, fallback)


def _model_for(services: Services, needs: Sequence[Need], in_use: str | None) -> tuple[Model, Need]:
    """Who makes it, and asked for what. Raises `ProviderMisconfigured` where nobody can make it now, by any way."""
    if in_use:
        model = model_of(in_use)
        return model, next((need for need in needs if need.is_met_by(model)), needs[0])
    usable, today = services.breakers.usable(services.images.all), services.now().date()
    for need in needs[:-1]:
        with suppress(ProviderMisconfigured):
            return services.images.model_for(need, usable=usable, today=today), need
    return services.images.model_for(needs[-1], usable=usable, today=today), needs[-1]


async def _finish(services: Services, claim: RenderTask, made: Made) -> None:
    async with services.unit_of_work(claim.job.user_id) as uow:
        image = await rendering.finish_image(
            uow,
            claim,
            made.picture.rendered,
            file=made.file,
            thumbnail=made.thumbnail,
            generation_ms=made.picture.generation_ms,
            decision=made.decision,
            provenance=made.provenance,
            fallback=made.picture.fallback,
            now=services.now(),
        )
        await (keep if image else let_go)(uow, claim.job.user_id, made.keys)
        await end_call(uow, made.picture.call_id)
    if image is None:
        log.info("image was made too late and dropped")
    else:
        log.info("image completed", generation_ms=made.picture.generation_ms)


async def _let_go(services: Services, claim: RenderTask, stored: Sequence[str]) -> None:
    if not stored:
        return
    async with services.unit_of_work(claim.job.user_id) as uow:
        await uow.lock_user(claim.job.user_id)
        await let_go(uow, claim.job.user_id, stored)


async def _fail(services: Services, claim: RenderTask, error: BaseException) -> None:
    if isinstance(error, DomainError):
        log.info("image failed", code=error.code, attempt=claim.image.attempt)
    else:
        log.error("image failed unexpectedly", attempt=claim.image.attempt, exc_info=error)
    async with services.unit_of_work(claim.job.user_id) as uow:
        decision = await rendering.fail_image(uow, claim, error, now=services.now())
    log.info("what follows", decision=str(decision))


async def _hand_back(services: Services, claim: RenderTask) -> None:
    async with services.unit_of_work(claim.job.user_id) as uow:
        await rendering.hand_back_image(uow, claim)
    log.info("image handed back")
