"""What a test does behind the API's back, signed in as the owner of the tables: look at rows, and put some there."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from db.codec import json_text
from db.dispatch import PRUNE_EVENTS
from db.engine import Database
from domain.ids import ImageId, JobId, SubjectId, UserId, image_id_of
from providers.local.tokens import user_id_of
from schema.ids import global_id, parse_id
from tests.support.studio import Studio
from tests.support.values import a_recipe

UNTOLD = (
    "alembic_version",
    "metrics_progress",
    "provider_health",
    "render_standing",
    "studio_metrics",
    "worker_heartbeats",
)
"""Tables that say nothing about what an operation moved."""

TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
VIOLATIONS = text("SELECT violation, detail FROM ledger_violations")

COUNT_AS_DONE = text("""
INSERT INTO metrics_progress (user_id, counted_to) SELECT id, event_count FROM users WHERE event_count > 0
ON CONFLICT (user_id) DO UPDATE SET counted_to = excluded.counted_to
""")

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Owner:
    """`database` signs in as the owner of the tables, whom row security does not bind."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._minutes = itertools.count()

    async def run(self, sql: str, **values: object) -> None:
        async with self._database.as_nobody() as connection:
            await connection.execute(text(sql), values)

    async def value(self, sql: str, **values: object) -> Any:
        async with self._database.as_nobody() as connection:
            return (await connection.execute(text(sql), values)).scalar_one()

    async def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        async with self._database.as_nobody() as connection:
            return [tuple(row) for row in await connection.execute(text(sql), values)]

    async def explained(self, prepared: str, run: str) -> list[str]:
        """How Postgres runs a prepared statement once it no longer looks at the values. Its name is `page`."""
        async with self._database.as_nobody() as connection:
            await connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
            await connection.exec_driver_sql(prepared)
            try:
                return [line for (line,) in await connection.exec_driver_sql(run)]
            finally:
                await connection.exec_driver_sql("DEALLOCATE page")

    async def counts(self) -> dict[str, int]:
        """Rows by table: the same before and after a refusal, but for the memory of the refusal itself."""
        async with self._database.as_nobody() as connection:
            names = [name for (name,) in await connection.execute(TABLES) if name not in UNTOLD]
            found = {}
            for name in names:
                found[name] = (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()  # noqa: S608
            return found

    @asynccontextmanager
    async def nothing_moves(
        self, studio: Studio, *, remembered: int = 0, first_logged: int = 0, logged: int = 0
    ) -> AsyncIterator[None]:
        """Fails the test when a balance or any row is another afterwards. `remembered`: refusals kept under their keys;
        `first_logged`: refusals of words, which begin the user's chain of decisions; `logged`: refusals that go on with it."""
        before = await studio.balance(), await self.counts()
        yield
        before[1]["idempotency_keys"] += remembered
        before[1]["safety_decisions"] += first_logged + logged
        before[1]["safety_chains"] += min(first_logged, 1)
        assert (await studio.balance(), await self.counts()) == before

    async def violations(self) -> list[tuple[str, str]]:
        """What is wrong with the ledger; must be empty at any moment."""
        async with self._database.as_nobody() as connection:
            return [(row[0], row[1]) for row in await connection.execute(VIOLATIONS)]

    async def grant(self, studio: Studio, amount: int) -> None:
        """To a user who has called before."""
        user_id = user_id_of(studio.user)
        async with self._database.unit_of_work(user_id) as uow:
            await uow.lock_user(user_id)
            balance = await uow.credits.grant(
                user_id, amount, movement_key=f"operator:{uuid4()}", description="Granted", now=datetime.now(UTC)
            )
            assert balance is not None
            await uow.outbox.balance_changed(user_id, balance)

    async def prune_events(self) -> None:
        """As the reconciler does with events that are a week old, only at once: it passes over users who are busy."""
        while await self.value("SELECT count(*) FROM events"):
            async with self._database.as_nobody() as connection:
                await connection.execute(COUNT_AS_DONE)
                await connection.execute(PRUNE_EVENTS, {"keep": timedelta()})

    async def give_images(
        self, studio: Studio, influencer_id: str, count: int, *, kind: str = "PACK", **columns: object
    ) -> list[str]:
        """A finished job of that kind with `count` images, one minute apart, oldest first. Returns their global ids.

        Files of theirs do not exist. `columns` are values of the images' columns.
        """
        user_id, subject_id = user_id_of(studio.user), SubjectId(parse_id(influencer_id)[1])
        job_id = JobId(uuid4())
        await self._add_job(job_id, user_id, subject_id, kind)
        ids = [image_id_of(job_id, index) for index in range(count)]
        async with self._database.as_nobody() as connection:
            for index, image_id in enumerate(ids):
                row = {
                    **_image(image_id, index, kind, user_id=user_id, subject_id=subject_id, job_id=job_id),
                    "created_at": LONG_AGO + timedelta(minutes=next(self._minutes)),
                    **columns,
                }
                names = ", ".join(row)
                values = ", ".join(f":{name}" for name in row)
                await connection.execute(text(f"INSERT INTO images ({names}) VALUES ({values})"), row)  # noqa: S608
        return [global_id("ImageAsset", image_id) for image_id in ids]

    async def give_face(self, studio: Studio, influencer_id: str) -> str:
        """A base image, chosen, that cost nothing. Returns its global id."""
        (image,) = await self.give_images(studio, influencer_id, 1, kind="BASE_IMAGES")
        await self.run(
            "UPDATE influencers SET base_image_id = :image, identity_seed = 7 WHERE subject_id = :subject",
            image=parse_id(image)[1],
            subject=parse_id(influencer_id)[1],
        )
        return image

    async def influencer_with_face(self, studio: Studio) -> str:
        influencer = await studio.influencer()
        await self.give_face(studio, influencer)
        return influencer

    @asynccontextmanager
    async def withholding(self, privilege: str, table: str) -> AsyncIterator[None]:
        """Inside, the API may not do this to the table: a fault that no part of it expects."""
        await self.run(f"REVOKE {privilege} ON {table} FROM likeness_api")
        try:
            yield
        finally:
            await self.run(f"GRANT {privilege} ON {table} TO likeness_api")

    async def _add_job(self, job_id: JobId, user_id: UserId, subject_id: SubjectId, kind: str) -> None:
        await self.run(
            "INSERT INTO jobs (id, user_id, subject_id, kind, status, mode_reason, recipe, image_count, completed_count, "
            "price_per_image, credits_reserved, created_at, started_at, finished_at) VALUES (:id, :user_id, :subject_id, "
            ":kind, 'COMPLETED', 'Given by a test.', CAST(:recipe AS jsonb), 1, 1, 0, 0, :at, :at, :at)",
            id=job_id,
            user_id=user_id,
            subject_id=subject_id,
            kind=kind,
            recipe=json_text(a_recipe()),
            at=LONG_AGO,
        )


def _image(
    image_id: ImageId, index: int, kind: str, *, user_id: UserId, subject_id: SubjectId, job_id: JobId
) -> dict[str, object]:
    file = f"{user_id}/{image_id.hex * 2}"
    return {
        "id": image_id,
        "user_id": user_id,
        "subject_id": subject_id,
        "job_id": job_id,
        "index": index,
        "kind": kind,
        "storage_key": f"images/{file}.jpg",
        "thumbnail_key": f"thumbnails/{file}.webp",
        "sha256": image_id.hex * 2,
        "content_type": "image/jpeg",
        "size_bytes": 1000,
        "width": 768,
        "height": 1365,
        "scene": "CANDID_LIFESTYLE" if kind == "PACK" else None,
        "environment": "CAFE" if kind == "PACK" else None,
        "outfit": "CASUAL_TEE",
        "aspect_ratio": "PORTRAIT_9_16",
        "quality": "DRAFT",
        "nsfw": False,
        "mode": "FACE_SWAP" if kind == "PACK" else None,
        "prompt": "a portrait",
        "negative_prompt": "blurry",
        "seed": 42 + index,
        "steps": 20,
        "model": "likeness-sketch-1",
        "provider": "local",
        "credits_charged": 0,
        "generation_ms": 5,
    }


def uuids_of(ids: Sequence[str]) -> list[UUID]:
    """The nouns' own ids behind global ones."""
    return [parse_id(value)[1] for value in ids]
