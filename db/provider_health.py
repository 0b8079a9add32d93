"""How providers are, for all workers and for `providerStatus`. One row each; what a process knows newer is merged in."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from domain.calls.breaker import Breaker, OpenedBy
from domain.calls.health import ProviderHealth
from domain.models.model import Provider

READ = text("SELECT * FROM provider_health ORDER BY provider")

# The newer word counts, for the good and for the bad: a breaker closes when something went well after it was opened.
ADD = text("INSERT INTO provider_health (provider, breaker) VALUES (:provider, 'CLOSED') ON CONFLICT DO NOTHING")
SET_BREAKER = text("""
UPDATE provider_health SET breaker = :breaker, opened_by = :opened_by, open_until = :open_until, openings = :openings
 WHERE provider = :provider AND CAST(:newest AS timestamptz) >= greatest(last_ok_at, last_error_at, '-infinity')
""")
SET_OK = text("""
UPDATE provider_health SET last_ok_at = :last_ok_at, latency_ms = :latency_ms
 WHERE provider = :provider AND CAST(:last_ok_at AS timestamptz) > coalesce(last_ok_at, '-infinity')
""")
SET_ERROR = text("""
UPDATE provider_health SET last_error_at = :last_error_at, last_error_code = :last_error_code, last_error = :last_error
 WHERE provider = :provider AND CAST(:last_error_at AS timestamptz) > coalesce(last_error_at, '-infinity')
""")


class SqlHealth:
    """For workers, as `likeness_dispatch`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def exchange(self, known: Iterable[ProviderHealth]) -> Sequence[ProviderHealth]:
        """Leave what this process knows, and learn what all know."""
        async with self._database.dispatch() as connection:
            for health in known:
                for statement in (ADD, SET_BREAKER, SET_OK, SET_ERROR):
                    await connection.execute(statement, _values(health))
            return await read_health(connection)


async def read_health(connection: AsyncConnection) -> Sequence[ProviderHealth]:
    """Of every provider that was ever called."""
    return [_health_of(row._mapping) for row in await connection.execute(READ)]


def _values(health: ProviderHealth) -> dict[str, Any]:
    breaker = health.breaker
    times: list[datetime] = [at for at in (health.last_ok_at, health.last_error_at) if at is not None]
    return {
        "provider": health.provider,
        "breaker": "CLOSED" if breaker.open_until is None else "OPEN",
        "opened_by": breaker.opened_by,
        "open_until": breaker.open_until,
        "openings": breaker.openings,
        "last_ok_at": health.last_ok_at,
        "latency_ms": health.latency_ms,
        "last_error_at": health.last_error_at,
        "last_error_code": health.last_error_code,
        "last_error": health.last_error,
        "newest": max(times),
    }


def _health_of(row: Any) -> ProviderHealth:
    by = row["opened_by"]
    return ProviderHealth(
        provider=Provider(row["provider"]),
        breaker=Breaker(openings=row["openings"], opened_by=OpenedBy(by) if by else None, open_until=row["open_until"]),
        last_ok_at=row["last_ok_at"],
        latency_ms=row["latency_ms"],
        last_error_at=row["last_error_at"],
        last_error_code=row["last_error_code"],
        last_error=row["last_error"],
    )
