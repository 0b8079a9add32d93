"""Is the process alive, and could it serve now?"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import orjson
import structlog
from redis.asyncio import Redis
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.engine import Database
from db.migrate import newest_revision
from db.queries.waiting import WORKER_SILENCE

log = structlog.get_logger("likeness.health")

PATIENCE = timedelta(seconds=3)

REVISION = text("SELECT version_num FROM alembic_version")
WORKER_SEEN = text("SELECT count(*) FROM worker_heartbeats WHERE seen_at > now() - CAST(:silence AS interval)")
SIGNER_FAULT = text("""
SELECT count(*) FROM worker_heartbeats WHERE seen_at > now() - CAST(:silence AS interval) AND signer_fault IS NOT NULL
""")

Check = Callable[[], Awaitable[str | None]]
"""None when all is well, else what is wrong in a few words."""


def health_routes(database: Database, redis: Redis) -> list[Route]:
    expected = newest_revision()

    async def database_answers() -> str | None:
        async with database.as_nobody() as connection:
            await connection.execute(text("SELECT 1"))
        return None

    async def redis_answers() -> str | None:
        await redis.ping()
        return None

    async def is_migrated() -> str | None:
        async with database.as_nobody() as connection:
            found = (await connection.execute(REVISION)).scalar_one_or_none()
        return None if found == expected else f"at {found}, this code needs {expected}: run 'likeness migrate'"

    async def worker_is_heard() -> str | None:
        async with database.as_nobody() as connection:
            heard = (await connection.execute(WORKER_SEEN, {"silence": WORKER_SILENCE})).scalar_one()
        return None if heard else "no worker was heard of lately"

    async def pictures_can_be_signed() -> str | None:
        """By the workers that are heard of: the API signs nothing."""
        async with database.as_nobody() as connection:
            faulty = (await connection.execute(SIGNER_FAULT, {"silence": WORKER_SILENCE})).scalar_one()
        return "pictures cannot be signed, and wait: see 'likeness doctor'" if faulty else None

    checks: dict[str, Check] = {
        "database": database_answers,
        "redis": redis_answers,
        "migrations": is_migrated,
        "worker": worker_is_heard,
        "signer": pictures_can_be_signed,
    }

    async def alive(_: Request) -> Response:
        return _answer(200, {"status": "ok"})

    async def ready(_: Request) -> Response:
        found = await asyncio.gather(*(_outcome(name, check) for name, check in checks.items()))
        outcome = dict(zip(checks, found, strict=True))
        return _answer(200 if all(state == "ok" for state in found) else 503, outcome)

    return [Route("/healthz", alive), Route("/readyz", ready)]


async def _outcome(name: str, check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            return await check() or "ok"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what makes us not ready
        log.warning("not ready", check=name, reason=type(error).__name__)
        return "not reachable"


def _answer(status: int, content: dict[str, str]) -> Response:
    return Response(
        orjson.dumps(content), status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"}
    )
