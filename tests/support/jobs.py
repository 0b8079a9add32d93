"""Jobs made and rendered through the domain services, each step in a transaction of its own, as the processes do it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from app.wiring import utc_now
from domain.credits.prices import PRICES, PriceBook
from domain.ids import JobId, UserId, WorkerId
from domain.images.image import Image
from domain.images.review import BY_CONSTRUCTION, decided
from domain.jobs import control, rendering
from domain.jobs.accepting import start_job
from domain.jobs.job import Job
from domain.jobs.kinds.base_images import BaseImagesRequest
from domain.jobs.rendering import RenderTask
from domain.jobs.retry import GiveUp, TryAgain
from domain.ports.image_provider import RenderedImage
from domain.ports.object_store import file_of
from tests.support.ledger import Bench, Purse
from tests.support.values import a_provenance, a_wish

LEASE = timedelta(minutes=1)

SEND = """
UPDATE job_images SET sent_at = now() WHERE job_id = :id AND index = :index AND state = 'QUEUED' AND run_after <= now() AND sent_at IS NULL
"""


def prices(price: int) -> PriceBook:
    return replace(PRICES, base_image=price)


@dataclass(frozen=True, slots=True)
class Making:
    """One user's job and what is done to it. The API's role accepts and cancels, the worker's makes."""

    bench: Bench
    user_id: UserId
    job_id: JobId

    async def begin(self, index: int = 0) -> RenderTask | None:
        """As soon as it was its turn."""
        await self.send(index)
        async with self.bench.worker.unit_of_work(self.user_id) as uow:
            return await rendering.begin_image(
                uow, self.user_id, self.job_id, index, worker=WorkerId(uuid4()), lease=LEASE, now=utc_now()
            )

    async def begun(self, index: int = 0) -> RenderTask:
        claim = await self.begin(index)
        assert claim is not None
        return claim

    async def finish(self, claim: RenderTask) -> Image | None:
        data = f"{claim.image.image_id}:{claim.image.attempt}".encode()
        rendered = RenderedImage(
            data=data, content_type="image/webp", provider="local", model="sketch", seed=claim.request.seed
        )
        async with self.bench.worker.unit_of_work(self.user_id) as uow:
            return await rendering.finish_image(
                uow,
                claim,
                rendered,
                file=file_of(self.user_id, "images", data, "image/webp"),
                thumbnail=file_of(self.user_id, "thumbnails", data, "image/webp"),
                generation_ms=5,
                decision=decided(claim.image.image_id, rendered, None, judge=BY_CONSTRUCTION, at=utc_now()),
                provenance=a_provenance(),
                now=utc_now(),
            )

    async def fail(self, claim: RenderTask, error: Exception) -> TryAgain | GiveUp | None:
        async with self.bench.worker.unit_of_work(self.user_id) as uow:
            return await rendering.fail_image(uow, claim, error, now=utc_now())

    async def hand_back(self, claim: RenderTask) -> None:
        async with self.bench.worker.unit_of_work(self.user_id) as uow:
            await rendering.hand_back_image(uow, claim)

    async def make(self, index: int = 0) -> Image:
        image = await self.finish(await self.begun(index))
        assert image is not None
        return image

    async def expire(self, index: int = 0) -> None:
        hold_id = await self.bench.sql.value(
            "SELECT hold_id FROM job_images WHERE job_id = :id AND index = :index", id=self.job_id, index=index
        )
        async with self.bench.worker.unit_of_work(self.user_id) as uow:
            await rendering.expire_hold(uow, self.user_id, self.job_id, hold_id, index, now=utc_now())

    async def cancel(self) -> Job:
        async with self.bench.api.unit_of_work(self.user_id) as uow:
            return await control.cancel_job(uow, self.user_id, self.job_id, now=utc_now())

    async def retry(self) -> Job:
        async with self.bench.api.unit_of_work(self.user_id) as uow:
            return await control.retry_job(uow, self.user_id, self.job_id, now=utc_now())

    # --- what happens to it from outside

    async def send(self, index: int = 0) -> None:
        """Its turn has come, if it is due. Twice is once."""
        await self.bench.sql.run(SEND, id=self.job_id, index=index)

    async def lose_lease(self, index: int = 0) -> None:
        """Its worker was not heard of for longer than the lease."""
        await self.bench.sql.run(
            "UPDATE job_images SET lease_until = now() - interval '1 second' WHERE job_id = :id AND index = :index",
            id=self.job_id,
            index=index,
        )

    async def make_due(self, index: int = 0) -> None:
        """What it waited for is over."""
        await self.bench.sql.run(
            "UPDATE job_images SET run_after = now() WHERE job_id = :id AND index = :index", id=self.job_id, index=index
        )

    async def run_out(self) -> None:
        """The reservations' time is over."""
        await self.bench.sql.run(
            "UPDATE credit_holds SET expires_at = now() WHERE job_id = :id AND resolution IS NULL", id=self.job_id
        )

    # --- what is to be seen of it

    async def job(self) -> Job:
        async with self.bench.api.unit_of_work(self.user_id) as uow:
            return await uow.jobs.get(self.job_id)

    async def image_row(self, index: int = 0) -> tuple[Any, ...]:
        """State, attempt, tries, waits, error code, and whether it is leased."""
        found = await self.bench.sql.rows(
            "SELECT state, attempt, tries, waits, error_code, lease_until IS NOT NULL FROM job_images WHERE job_id = :id AND index = :index",
            id=self.job_id,
            index=index,
        )
        return found[0]

    async def events(self) -> list[str]:
        """Their kinds, from the first; their numbers have no hole."""
        found = await self.bench.sql.rows(
            "SELECT job_number, kind FROM events WHERE job_id = :id ORDER BY job_number", id=self.job_id
        )
        assert [number for number, _ in found] == list(range(1, len(found) + 1))
        return [kind for _, kind in found]

    async def standing(self) -> tuple[Any, ...]:
        """Everything that is written about this user: the same before and after what must change nothing."""
        found = []
        for table in (
            "credit_accounts",
            "credit_entries",
            "credit_holds",
            "jobs",
            "job_images",
            "images",
            "events",
            "outbox",
            "notifications",
        ):
            rows = await self.bench.sql.rows(
                f"SELECT jsonb_agg(t ORDER BY t::text) FROM {table} t WHERE user_id = :id",  # noqa: S608 - our own names
                id=self.user_id,
            )
            found.append((table, rows))
        return tuple(found)


async def a_job_of(purse: Purse, images: int = 1, *, price: int = 10) -> Making:
    """Accepted: base images, at that price each."""
    job_id = JobId(uuid4())
    async with purse.bench.api.unit_of_work(purse.user_id) as uow:
        await uow.lock_user(purse.user_id)
        await start_job(
            uow,
            purse.user_id,
            BaseImagesRequest(subject_id=purse.subject_id, image_count=images),
            a_wish(),
            job_id=job_id,
            prices=prices(price),
            quote=None,
            seed=7,
            now=utc_now(),
        )
    return Making(purse.bench, purse.user_id, job_id)
