"""Credits of one user, each movement made by the role that makes it in production; and what the ledger says afterwards."""

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from app.settings import DatabaseSettings
from app.wiring import utc_now
from db.engine import Database
from db.repositories.credits import SqlCredits
from db.statements import Statement
from db.transaction import transaction_of
from domain.accounts.account import Actor, provision
from domain.credits.ledger import Balance, NewHold
from domain.ids import HoldId, JobId, SubjectId, UserId
from tests.support.owner import Owner
from tests.support.values import an_influencer

LONG = os.environ.get("LIKENESS_CHAOS") == "long"
"""Whether random tests run for minutes. Read before the tests' environment is emptied."""

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(2**32))
"""Of every random test in this process. Told on failure; give it back as SEED= to see the same again."""

KEEP_BOOKS = """
UPDATE jobs j SET credits_reserved = h.open, credits_captured = h.captured
  FROM (SELECT job_id, coalesce(sum(amount) FILTER (WHERE resolution IS NULL), 0) AS open, coalesce(sum(captured), 0) AS captured
          FROM credit_holds GROUP BY job_id) h
 WHERE h.job_id = j.id
"""
ADD_JOB = Statement("""
INSERT INTO jobs (id, user_id, subject_id, kind, status, mode_reason, recipe, image_count, price_per_image, credits_reserved, created_at)
VALUES (:id, :user_id, :subject_id, 'PACK', 'QUEUED', 'Given by a test.', '{}', :image_count, :price, :credits, :now)
""")
"""Without images: only credits move."""

HANG_IMAGES = """
INSERT INTO images (id, user_id, subject_id, job_id, index, kind, storage_key, thumbnail_key, sha256, content_type, size_bytes, width,
                    height, aspect_ratio, quality, nsfw, prompt, negative_prompt, seed, steps, model, provider, credits_charged,
                    generation_ms, created_at)
SELECT gen_random_uuid(), h.user_id, j.subject_id, h.job_id, h.image_index, 'PACK', '-', '-', '-', 'image/webp', 1, 1, 1, '1:1', 'DRAFT', false,
       '-', '-', 1, 1, '-', '-', h.captured, 1, now()
  FROM credit_holds h JOIN jobs j ON j.id = h.job_id WHERE h.resolution = 'CAPTURED'
    ON CONFLICT (job_id, index) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """One database, signed in to as each of those who use it."""

    api: Database
    worker: Database
    owner: Database

    @property
    def sql(self) -> Owner:
        return Owner(self.owner)

    async def violations(self) -> list[tuple[str, str]]:
        """Of the whole view, where all work was done by the services."""
        return await self.sql.violations()

    async def purse(self, credits: int = 0) -> "Purse":
        """A new user with that many credits from the sign-up grant."""
        user_id, subject_id = UserId(uuid4()), SubjectId(uuid4())
        async with self.api.unit_of_work(user_id) as uow:
            await provision(uow, Actor(user_id=user_id), signup_credits=credits, now=utc_now())
            await uow.influencers.add(
                an_influencer(id=subject_id, user_id=user_id, base_image_id=None, created_at=utc_now())
            )
        return Purse(self, user_id, subject_id)

    async def violations_of_movements(self) -> list[tuple[str, str]]:
        """Of the whole view, where credits were moved without the work they pay for: jobs and images are first brought to
        what the holds say, as the services would have."""
        await self.sql.run(KEEP_BOOKS)
        await self.sql.run(HANG_IMAGES)
        return await self.violations()


@asynccontextmanager
async def a_bench(addresses: DatabaseSettings, *, connections: int = 10) -> AsyncIterator[Bench]:
    api = Database(addresses.api, application_name="test-api", pool_size=connections)
    worker = Database(addresses.worker, application_name="test-worker", pool_size=connections)
    owner = Database(addresses.owner, application_name="test-owner", pool_size=connections)
    try:
        yield Bench(api, worker, owner)
    finally:
        for database in (api, worker, owner):
            await database.close()


@dataclass(frozen=True, slots=True)
class Purse:
    """One user's credits. Every call is one transaction, without the user's lock: the ledger has to hold by itself."""

    bench: Bench
    user_id: UserId
    subject_id: SubjectId

    async def balance(self) -> tuple[int, int]:
        """Available and reserved."""
        async with self.bench.api.unit_of_work(self.user_id) as uow:
            found = await uow.credits.balance(self.user_id)
        return found.available, found.reserved

    async def entries(self) -> list[tuple[Any, ...]]:
        """From the first: number, type, amount, available after, reserved after."""
        return await self.bench.sql.rows(
            "SELECT number, type, amount, available_after, reserved_after FROM credit_entries WHERE user_id = :user_id ORDER BY number",
            user_id=self.user_id,
        )

    async def standing(self) -> tuple[Any, ...]:
        """All that a refusal must leave as it was: the account, and every entry and hold."""
        rows = await self.bench.sql.rows(
            "SELECT available, reserved, entry_count, "
            "(SELECT jsonb_agg(e ORDER BY number) FROM credit_entries e WHERE e.user_id = a.user_id), "
            "(SELECT jsonb_agg(h ORDER BY id) FROM credit_holds h WHERE h.user_id = a.user_id) "
            "FROM credit_accounts a WHERE user_id = :user_id",
            user_id=self.user_id,
        )
        return rows[0]

    async def grant(self, amount: int, *, key: str | None = None) -> Balance | None:
        """As the operator: nobody else may."""
        async with self.bench.owner.unit_of_work(self.user_id) as uow:
            return await uow.credits.grant(
                self.user_id, amount, movement_key=key or f"operator:{uuid4()}", description="Granted", now=utc_now()
            )

    async def hold(
        self, *amounts: int, life: timedelta = timedelta(hours=1), job_id: JobId | None = None, key: str | None = None
    ) -> list[HoldId]:
        """A job that was accepted, with one hold of each amount. Raises `InsufficientCredits`."""
        job_id, now = job_id or JobId(uuid4()), utc_now()
        holds = [NewHold(id=HoldId(uuid4()), image_index=i, amount=amount) for i, amount in enumerate(amounts)]
        async with transaction_of(self.bench.api.engine, self.user_id) as transaction:
            await SqlCredits(transaction).reserve(
                self.user_id,
                holds,
                job_id=job_id,
                movement_key=key or f"reserve:{job_id}",
                description="Reserved",
                expires_at=now + life,
                now=now,
            )
            await transaction.run(
                ADD_JOB,
                {
                    "id": job_id,
                    "user_id": self.user_id,
                    "subject_id": self.subject_id,
                    "image_count": len(amounts),
                    "price": max(amounts),
                    "credits": sum(amounts),
                    "now": now,
                },
            )
        return [hold.id for hold in holds]

    async def capture(self, hold_id: HoldId, amount: int | None = None) -> Balance | None:
        async with self.bench.worker.unit_of_work(self.user_id) as uow:
            return await uow.credits.capture(
                self.user_id, hold_id, amount=amount, description="Captured", now=utc_now()
            )

    async def release(self, *hold_ids: HoldId) -> Balance | None:
        async with self.bench.api.unit_of_work(self.user_id) as uow:
            return await uow.credits.release(self.user_id, hold_ids, description="Released", now=utc_now())

    async def expire(self, hold_id: HoldId) -> Balance | None:
        async with self.bench.worker.unit_of_work(self.user_id) as uow:
            return await uow.credits.expire(self.user_id, hold_id, description="Expired", now=utc_now())

    async def run_out(self, hold_id: HoldId) -> None:
        """From now on the hold's time is over, by the database's clock. A resolved one is left alone."""
        await self.bench.sql.run(
            "UPDATE credit_holds SET expires_at = clock_timestamp() - interval '1 microsecond' "
            "WHERE id = :id AND resolution IS NULL",
            id=hold_id,
        )

    async def resolution_of(self, hold_id: HoldId) -> tuple[str | None, int | None]:
        """How it ended and what was captured of it."""
        found = await self.bench.sql.rows("SELECT resolution, captured FROM credit_holds WHERE id = :id", id=hold_id)
        return found[0][0], found[0][1]
