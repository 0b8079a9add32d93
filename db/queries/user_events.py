"""A user's log: events of their jobs and of everything else, in the order in which they happened."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.codec import JOB_EVENT
from db.queries.images import images_by_id
from domain.credits.ledger import Balance
from domain.events import JobEvent
from domain.ids import UserId
from domain.user_events import UserEvent, UserEventKind

log = logging.getLogger("likeness.events")

READ_AT_ONCE = 100

STANDING = text("""
SELECT u.event_count, u.events_pruned_to, coalesce(c.available, 0) AS available, coalesce(c.reserved, 0) AS reserved,
       coalesce(c.entry_count, 0) AS entry_count
  FROM users u LEFT JOIN credit_accounts c ON c.user_id = u.id WHERE u.id = :user_id
""")
SINCE = text(f"""
SELECT number, kind, job_id, CAST(payload AS text) AS payload, created_at FROM events
 WHERE user_id = :user_id AND number > :after ORDER BY number LIMIT {READ_AT_ONCE}
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class UserStanding:
    """How far the log reaches: events `oldest_kept` to `newest` can be read. With the balance of the same moment."""

    newest: int
    oldest_kept: int
    balance: Balance


@dataclass(frozen=True, slots=True)
class Logged:
    """`event` is None for a kind that only a newer version knows."""

    number: int
    at: datetime
    event: JobEvent | UserEvent | None


async def user_standing(connection: AsyncConnection, user_id: UserId) -> UserStanding:
    row = (await connection.execute(STANDING, {"user_id": user_id})).one_or_none()
    if row is None:
        return UserStanding(0, 1, Balance(0, 0, 0))
    balance = Balance(row.available, row.reserved, row.entry_count)
    return UserStanding(row.event_count, row.events_pruned_to + 1, balance)


async def user_events_since(connection: AsyncConnection, user_id: UserId, after: int) -> Sequence[Logged]:
    """In order, some of them; none when there are none. Images are as they are now, and None for those that are gone."""
    rows = await connection.execute(SINCE, {"user_id": user_id, "after": after})
    logged = [Logged(row.number, row.created_at, _event_of(row)) for row in rows]
    ids = [one.event.image.id for one in logged if isinstance(one.event, JobEvent) and one.event.image]
    current = await images_by_id(connection, ids) if ids else {}
    return [
        replace(one, event=replace(one.event, image=current.get(one.event.image.id)))
        if isinstance(one.event, JobEvent) and one.event.image
        else one
        for one in logged
    ]


def _event_of(row: Row[tuple[object, ...]]) -> JobEvent | UserEvent | None:
    if row.job_id is not None:
        return JOB_EVENT.validate_json(row.payload)
    try:
        kind = UserEventKind(row.kind)
    except ValueError:
        log.warning("an event of another version was passed over", extra={"kind": row.kind})
        return None
    ids = tuple(UUID(one) for one in orjson.loads(row.payload)["ids"])
    return UserEvent(kind=kind, ids=ids, number=row.number, at=row.created_at)
