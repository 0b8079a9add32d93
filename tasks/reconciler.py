"""What must be true is looked after on a schedule: nothing lies where its worker died, Redis forgot it, or its time ran out.

Every sweep is one short statement that is safe in many workers at once. Redis is disposable: when it is not the one that
was seen last, everything that waits in it is sent again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from db.dispatch import Dispatch
from db.metrics import SqlMetrics
from db.render_line import RenderLine
from domain.analytics.events import KEPT
from domain.errors import ProviderMisconfigured
from domain.idempotency import KEY_LIFE
from domain.ids import WorkerId
from domain.notifications.notification import KEPT_FOR
from domain.ports.signer import Signer
from domain.ports.trainer import Renter
from tasks.leases import BEATS
from tasks.training_ends import give_back_unwanted

log = logging.getLogger("likeness.reconciler")

SWEEP = timedelta(seconds=2)
STANDING = timedelta(seconds=2)
TURNS = timedelta(seconds=10)
EXPIRY = timedelta(seconds=30)
COUNTING = timedelta(seconds=15)
PRUNING = timedelta(minutes=10)
MACHINES = timedelta(minutes=2)

PATIENCE = timedelta(minutes=2)
"""How long a message may wait in Redis before it is sent a second time."""

EVENTS_KEPT = timedelta(days=7)

EPOCH_KEY = "likeness:epoch"
SENDING_AGAIN = b"sending again"
"""The mark while what was forgotten is not yet in the outbox. Whoever finds it left by another does it again."""


class Reconciler:
    """`redis` is the server that carries tasks. `lease` is how long a worker may be silent before it counts as dead; `slots` is
    how many images this one makes at once; `renters` are trainers that rent machines."""

    def __init__(
        self,
        *,
        dispatch: Dispatch,
        line: RenderLine,
        metrics: SqlMetrics,
        redis: Redis,
        worker: WorkerId,
        lease: timedelta,
        slots: int,
        signer: Signer,
        renters: Sequence[Renter] = (),
        expires_loras: bool = True,
        notifications_kept: timedelta = KEPT_FOR,
    ) -> None:
        self._renters = renters
        self._dispatch, self._line, self._metrics, self._redis = dispatch, line, metrics, redis
        self._worker, self._lease, self._slots, self._signer = worker, lease, slots, signer
        self._expires_loras, self._notifications_kept = expires_loras, notifications_kept

    def sweeps(self) -> Mapping[str, Coroutine[None, None, None]]:
        """To be run as tasks of their own, until cancelled; by name.

        Not in a TaskGroup: that cancels its children once only, which is not always enough (see `live.ending`).
        """
        return {
            "return lost": _every(min(SWEEP, self._lease / BEATS), self.return_lost),
            "beat": _every(self._lease / BEATS, self.beat),
            "standing": _every(STANDING, self._line.tell_standing),
            "turns": _every(TURNS, self.return_to_line),
            "expire": _every(EXPIRY, self.expire),
            "unwanted": _every(EXPIRY, self.cancel_unwanted),
            "purge": _every(EXPIRY, self.purge),
            "archives": _every(min(EXPIRY, self._lease), self.return_archives),
            "trainings": _every(min(EXPIRY, self._lease), self.return_trainings),
            **({"machines": _every(MACHINES, self.give_back_machines)} if self._renters else {}),
            "chains": _every(min(EXPIRY, self._lease), self.return_chains),
            "loras": _every(PRUNING, self.look_at_loras),
            "analyses": _every(min(EXPIRY, self._lease), self.return_analyses),
            "deletions": _every(min(EXPIRY, self._lease), self.return_deletions),
            "count": _every(COUNTING, self.count),
            "prune": _every(PRUNING, self.prune),
        }

    async def return_lost(self) -> None:
        run_id = await self._run_id_that_forgot()
        sent = await self._dispatch.resend_lost(silence=self._lease, patience=PATIENCE, redis_forgot=run_id is not None)
        if run_id:
            await self._mark_remembered(run_id)
        if sent:
            log.warning("images were sent again", extra={"count": sent, "redis_forgot": run_id is not None})

    async def beat(self) -> None:
        await self._dispatch.beat(self._worker, slots=self._slots, signer_fault=await self._signer_fault())

    async def _signer_fault(self) -> str | None:
        """While there is one, images wait, and the API says that it is not ready."""
        try:
            await self._signer.check()
        except ProviderMisconfigured as error:
            log.error("nothing can be signed, so no picture is made", extra={"reason": error.detail})
            return error.detail
        return None

    async def return_to_line(self) -> None:
        if found := await self._line.rejoin():
            log.warning("users who waited were put back in line", extra={"count": len(found)})

    async def expire(self) -> None:
        await self._dispatch.send_expired()

    async def cancel_unwanted(self) -> None:
        sent = await self._dispatch.send_unwanted()
        if sent:
            log.info("calls that nobody wants any more are cancelled", extra={"count": sent})

    async def purge(self) -> None:
        await self._dispatch.send_purges()

    async def return_archives(self) -> None:
        if sent := await self._dispatch.resend_archives(patience=self._lease):
            log.warning("archives were sent again", extra={"count": sent})

    async def return_trainings(self) -> None:
        if sent := await self._dispatch.resend_trainings(patience=self._lease):
            log.warning("trainings were sent again", extra={"count": sent})

    async def give_back_machines(self) -> None:
        await give_back_unwanted(self._renters, self._dispatch)

    async def return_chains(self) -> None:
        if sent := await self._dispatch.resend_chains(patience=self._lease):
            log.info("chains are gone on with", extra={"count": sent})
        if sent := await self._dispatch.resend_samples(patience=self._lease):
            log.info("display samples were sent again", extra={"count": sent})

    async def look_at_loras(self) -> None:
        if self._expires_loras:
            await self._dispatch.send_aging_loras()

    async def return_analyses(self) -> None:
        if sent := await self._dispatch.resend_analyses(patience=self._lease):
            log.warning("analyses were sent again", extra={"count": sent})
        if sent := await self._dispatch.resend_project_analyses(patience=self._lease):
            log.warning("analyses of projects were sent again", extra={"count": sent})
        if sent := await self._dispatch.resend_drafts(patience=self._lease):
            log.warning("drafts of brands were sent again", extra={"count": sent})

    async def return_deletions(self) -> None:
        if sent := await self._dispatch.resend_deletions(patience=self._lease):
            log.warning("deletions were sent again", extra={"count": sent})

    async def count(self) -> None:
        await self._metrics.count()

    async def prune(self) -> None:
        """What is not counted is not pruned, so that is counted first."""
        await self._metrics.count_everyone()
        await self._metrics.prune(keep=KEPT)
        await self._dispatch.prune(keep_events=EVENTS_KEPT, keep_answers=KEY_LIFE)
        await self._dispatch.prune_notifications(keep=self._notifications_kept)

    async def _run_id_that_forgot(self) -> bytes | None:
        """Of a Redis that may have lost what we put there: it was restarted or emptied since any worker last looked.

        The mark is the server's own run id, kept in the server: a restart changes the one, emptying loses the other.
        """
        try:
            run_id = str((await self._redis.info("server"))["run_id"]).encode()
            kept = await self._redis.get(EPOCH_KEY)
            if kept == run_id:
                return None
            await self._redis.set(EPOCH_KEY, SENDING_AGAIN)
        except (RedisError, OSError):
            return None
        return run_id

    async def _mark_remembered(self, run_id: bytes) -> None:
        """Only where our mark is still there: emptied once more in between, it has forgotten again."""
        try:
            await self._redis.set(EPOCH_KEY, run_id, xx=True)
        except (RedisError, OSError):
            log.info("Redis could not be marked; what waits in it will be sent once more")


async def _every(pause: timedelta, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # a sweep that fails is made again; it must not end the others
            log.warning("a sweep failed; it will be made again", exc_info=error)
        await asyncio.sleep(pause.total_seconds())
