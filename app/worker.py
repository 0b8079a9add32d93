"""The worker process: Dramatiq's threads take messages, one event loop makes the images.

A message only says "look at this image". Its Dramatiq thread waits for a free slot, hands the work to the loop and is free
again, so four threads serve hundreds of waiting provider calls; what must survive is in Postgres, under a lease.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import uvloop
from sqlalchemy.exc import SQLAlchemyError

from app.adapters import Adapters
from app.provenance import make_identities
from app.settings import Settings
from app.wiring import make_addresses, make_files, utc_now
from db.dispatch import Dispatch
from db.engine import Database
from db.metrics import SqlMetrics
from db.provider_health import SqlHealth
from db.render_line import Fairness, RenderLine
from domain.credits.prices import PRICES
from domain.errors import ProviderError, RateLimited
from domain.ids import WorkerId
from domain.models.model import Provider
from domain.ports.image_detector import ImageDetector
from domain.ports.image_provider import ImageProvider
from domain.ports.moderation import Moderation
from domain.ports.object_store import ObjectStore
from domain.trainings.chain import TrainingTerms
from live.ending import end_tasks
from live.redis import RedisLive, connect
from providers.detector.http import HttpDetector
from providers.local.thumbnails import PillowThumbnails
from providers.provenance.signing import C2paSigner
from providers.supabase.buckets import SupabaseStore
from tasks.breakers import Breakers
from tasks.broker import make_broker
from tasks.files import WatchedFiles
from tasks.hints import Hints
from tasks.images import ImageProviders
from tasks.leases import Leases
from tasks.loop import TaskLoop
from tasks.reconciler import Reconciler
from tasks.relay import Relay
from tasks.services import Services
from tasks.trainers import Trainers
from tasks.words import LanguageModels

log = logging.getLogger("likeness.worker")

STOP_WAIT = timedelta(seconds=8)
"""How long what is held may take to be handed back. Whatever is not returns by itself when its lease runs out."""


def run_worker(settings: Settings, *, images: ImageProvider | ImageProviders | None = None) -> None:
    """Until SIGTERM or SIGINT; then everything held is handed back. `images` stands in for the providers configured."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings, images))


@dataclass(frozen=True, slots=True)
class RunningWorker:
    """`background` tasks run for ever; one that ends means that the worker is no longer whole."""

    services: Services
    tasks: TaskLoop
    background: Sequence[asyncio.Task[None]]


async def _run(settings: Settings, images: ImageProvider | ImageProviders | None) -> None:
    stop = asyncio.Event()
    for received in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(received, stop.set)
    async with running_worker(settings, images=images) as worker:
        log.info("worker is ready", extra={"slots": settings.worker.slots})
        await _until_stopped(stop, worker.background)
    log.info("worker has stopped", extra={"threads": threading.active_count()})


@asynccontextmanager
async def running_worker(
    settings: Settings,
    *,
    images: ImageProvider | ImageProviders | None = None,
    moderation: Moderation | None = None,
    trainers: Trainers | None = None,
    words: LanguageModels | None = None,
) -> AsyncIterator[RunningWorker]:
    """Takes and makes images until the block ends; then hands back what it holds. `moderation`, `trainers` and `words` as `images`:
    in place of what is configured."""
    async with AsyncExitStack() as stack:
        database = Database(settings.database.worker, application_name="likeness-worker", pool_size=20)
        stack.push_async_callback(database.close)
        # A pool of its own: signs of life must not queue behind hundreds of images that are finished at once.
        sweeping = Database(settings.database.worker, application_name="likeness-dispatch", pool_size=4)
        stack.push_async_callback(sweeping.close)
        live = await stack.enter_async_context(RedisLive(settings.redis.live))
        redis = connect(settings.redis.tasks)
        stack.push_async_callback(redis.aclose)
        broker = make_broker(settings.redis.tasks)
        stack.callback(broker.close)
        adapters = Adapters.of(settings)
        stack.push_async_callback(adapters.close)
        await asyncio.to_thread(adapters.load)
        providers = _providers_of(images) or adapters.images(settings)
        dispatch, worker_id = Dispatch(sweeping), WorkerId(uuid4())
        leases = Leases(dispatch, lease=settings.worker.lease)
        signer = C2paSigner(make_identities(settings))
        hints, breakers = Hints(), Breakers(SqlHealth(sweeping), now=utc_now)
        slots, lease = settings.worker.slots, settings.worker.lease
        line = RenderLine(sweeping, Fairness(per_user=settings.limits.renders_per_user, silence=lease))
        relay = Relay(
            dispatch=dispatch,
            line=line,
            live=live,
            broker=broker,
            leases=leases,
            hints=hints,
            worker=worker_id,
            slots=slots,
        )
        trainers = trainers or adapters.all_trainers(settings)
        reconciler = Reconciler(
            dispatch=dispatch,
            line=line,
            metrics=SqlMetrics(database),
            redis=redis,
            worker=worker_id,
            lease=lease,
            slots=slots,
            renters=trainers.renters,
            signer=signer,
            expires_loras=settings.loras_kept is not None,
            notifications_kept=settings.notifications_kept,
        )
        services = Services(
            database=database,
            images=providers,
            files=await _files(settings, breakers, stack),
            thumbnails=PillowThumbnails(),
            signer=signer,
            live=live,
            leases=leases,
            breakers=breakers,
            hints=hints,
            webhooks=make_addresses(settings),
            worker=worker_id,
            now=utc_now,
            wake_relay=relay.wake,
            moderation=moderation or adapters.moderation,
            previews=settings.previews,
            adult=settings.adult.deployment(settings.providers).offer_behind,
            detector=_detector(settings, stack),
            trainers=trainers,
            training_terms=TrainingTerms(
                prices=replace(PRICES, low_balance=settings.credits_low),
                trainers=frozenset(trainers.by_provider),
                choices=settings.providers.choices,
            ),
            loras_kept=settings.loras_kept,
            words=words or adapters.words(settings),
        )
        tasks = TaskLoop(broker, services, slots=slots)
        background = [
            asyncio.create_task(relay.run(), name="relay"),
            asyncio.create_task(leases.renew_for_ever(), name="leases"),
            asyncio.create_task(breakers.exchange_for_ever(), name="breakers"),
            *(asyncio.create_task(sweep, name=name) for name, sweep in reconciler.sweeps().items()),
        ]
        await asyncio.to_thread(tasks.start)
        try:
            yield RunningWorker(services, tasks, background)
        finally:
            await _stop(tasks, leases, relay, background)
            with suppress(SQLAlchemyError, OSError):
                await dispatch.sign_off(worker_id)


async def _files(settings: Settings, breakers: Breakers, stack: AsyncExitStack) -> ObjectStore:
    """Somebody else's store is watched like any provider. That its bucket cannot be made now is no reason not to start."""
    files = make_files(settings)
    if not isinstance(files, SupabaseStore):
        return files
    stack.push_async_callback(files.close)
    try:
        await files.prepare()
    except (ProviderError, RateLimited) as error:
        log.error(
            "the bucket could not be prepared",
            extra={"code": error.code, "reason": getattr(error, "detail", "") or str(error)},
        )
    return WatchedFiles(files, breakers, Provider.SUPABASE)


def _detector(settings: Settings, stack: AsyncExitStack) -> ImageDetector | None:
    found = settings.adult.detector
    if found is None:
        return None
    detector = HttpDetector(url=found.url, key=found.key)
    stack.push_async_callback(detector.close)
    return detector


def _providers_of(images: ImageProvider | ImageProviders | None) -> ImageProviders | None:
    if images is None or isinstance(images, ImageProviders):
        return images
    return ImageProviders(answering={Provider.LOCAL: images})


async def _until_stopped(stop: asyncio.Event, background: Sequence[asyncio.Task[None]]) -> None:
    """Raises what ended a background task: the process ends with it, and whoever supervises starts it anew."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, *background], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in background:
        if task.done():
            task.result()


async def _stop(tasks: TaskLoop, leases: Leases, relay: Relay, background: Sequence[asyncio.Task[None]]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_WAIT.total_seconds()):
            tasks.take_no_more()
            await leases.drain()
            await asyncio.to_thread(tasks.stop)
            await tasks.drain()
            await relay.stop()
    await end_tasks(*background)
