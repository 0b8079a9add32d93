"""Between Dramatiq's threads and the event loop: a bounded number of tasks run at once, whatever Redis holds."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import dramatiq
import structlog
from dramatiq import Worker
from dramatiq.brokers.redis import _RedisConsumer

from tasks.broker import MODULES
from tasks.registry import TASKS, Services, Task

log = structlog.get_logger("likeness.tasks")

THREADS = 4
PREFETCH = 2 * THREADS
"""Messages of one queue that are fetched and not begun; fewer where there are fewer slots free: what lay here without one would be
missing where another worker has some."""

LOOK_UP = timedelta(milliseconds=100)
"""How often a thread without a message sees whether it shall stop. A message wakes it at once; Redis is asked as `tasks.broker` says."""


class TaskLoop:
    """Make it in the event loop that shall run the tasks; `start` and `stop` block and belong into a thread."""

    def __init__(self, broker: dramatiq.Broker, services: Services, *, slots: int) -> None:
        self._services = services
        self._loop = asyncio.get_running_loop()
        self._slots = threading.BoundedSemaphore(slots)
        self._free, self._counting, self._takes_more = slots, threading.Lock(), True
        self._running: set[asyncio.Task[None]] = set()
        log.debug("tasks declared", modules=[module.__name__ for module in MODULES])
        for task in TASKS.values():
            dramatiq.actor(actor_name=task.name, queue_name=task.queue, broker=broker)(self._handing_over(task))
        self._worker = Worker(broker, worker_threads=THREADS, worker_timeout=round(LOOK_UP.total_seconds() * 1000))
        self._worker.queue_prefetch = min(PREFETCH, slots)

    def start(self) -> None:
        self._worker.broker.emit_after("process_boot")
        self._worker.start()

    def take_no_more(self) -> None:
        """What is in Redis stays there. What was fetched already is still begun, or sent back to the outbox."""
        self._takes_more = False
        for thread in self._worker.consumers.values():
            # Told to stop, it would drop what it has fetched and not yet passed on; told to pause, sleep for 3 seconds.
            thread.prefetch = 0
        self._count(0)

    def stop(self) -> None:
        """Takes no more; what was fetched and not begun goes back to Redis."""
        self._worker.stop(timeout=3000)

    async def drain(self) -> None:
        """Until every task that was begun has ended."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def _handing_over(self, task: Task) -> Callable[..., None]:
        def hand_over(**values: object) -> None:
            self._slots.acquire()
            self._count(-1)
            self._loop.call_soon_threadsafe(self._begin, task, values)

        return hand_over

    def _begin(self, task: Task, values: dict[str, object]) -> None:
        running = self._loop.create_task(_run(task.function(self._services, **values), task.name))
        self._running.add(running)
        running.add_done_callback(self._ended)

    def _ended(self, running: asyncio.Task[None]) -> None:
        self._running.discard(running)
        self._slots.release()
        self._count(1)

    def _count(self, more: int) -> None:
        """As many slots more are free. Consumers fetch no more than these."""
        with self._counting:
            self._free += more
            prefetch = min(PREFETCH, self._free) if self._takes_more else 0
            for thread in self._worker.consumers.values():
                if isinstance(thread.consumer, _RedisConsumer):
                    thread.consumer.prefetch = prefetch


async def _run(work: Awaitable[None], name: str) -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=name, run_id=uuid4().hex[:12])
    try:
        await work
    except Exception as error:  # the task runner's edge; what must not be lost is in Postgres
        log.error("task failed; the reconciler will see to it", exc_info=error)
