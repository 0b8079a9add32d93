"""Personas and their photos, consents and deletions, by id and by page."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.analyses import NEWEST_SQL, analysis_of
from db.repositories.consents import COLUMNS as CONSENT
from db.repositories.consents import consent_of
from db.repositories.deletions import COLUMNS as DELETION
from db.repositories.deletions import deletion_of
from db.repositories.personas import COLUMNS, FROM, PHOTO, PHOTOS_FROM, PRESENT, persona_of, photo_of
from domain.consents.consent import Consent
from domain.ids import UserId
from domain.pages import Page
from domain.personas.analysis import Analysis
from domain.personas.persona import Persona, PersonaPhoto
from domain.privacy.deletion import Deletion

BY_ID = text(f"SELECT {COLUMNS} {FROM} WHERE p.subject_id = ANY(:ids) AND {PRESENT}")
DEFAULT = text(f"SELECT {COLUMNS} {FROM} WHERE p.user_id = :user_id AND p.is_default")
PHOTOS_BY_ID = text(f"SELECT {PHOTO} {PHOTOS_FROM} WHERE f.id = ANY(:ids) AND f.removed_at IS NULL")
PHOTOS_OF = text(
    f"SELECT {PHOTO} {PHOTOS_FROM} WHERE f.persona_id = ANY(:ids) AND f.removed_at IS NULL ORDER BY f.added_at, f.id"
)
ANALYSES_OF = text(NEWEST_SQL)
CONSENTS_BY_ID = text(f"SELECT {CONSENT} FROM consents c WHERE c.id = ANY(:ids)")  # noqa: S608
DELETIONS_BY_ID = text(f"SELECT {DELETION} FROM deletions d WHERE d.id = ANY(:ids)")  # noqa: S608


def _page(columns: str, source: str, at: str, id_: str) -> str:
    return f"""
SELECT {columns} {source} AND (CAST(:at AS timestamptz) IS NULL OR ({at}, {id_}) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY {at} DESC, {id_} DESC LIMIT :limit
"""


TAGGED = "(CAST(:tag AS text) IS NULL OR CAST(:tag AS text) = ANY(p.tags))"
PAGE = text(_page(COLUMNS, f"{FROM} WHERE p.user_id = :user_id AND {PRESENT} AND {TAGGED}", "s.created_at", "s.id"))
CONSENTS = text(_page(CONSENT, "FROM consents c WHERE c.user_id = :user_id", "c.given_at", "c.id"))
DELETIONS = text(_page(DELETION, "FROM deletions d WHERE d.user_id = :user_id", "d.requested_at", "d.id"))


async def personas_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Persona]:
    return {one.id: one for one in map(persona_of, await connection.execute(BY_ID, {"ids": list(ids)}))}


async def default_persona(connection: AsyncConnection, user_id: UserId) -> Persona | None:
    row = (await connection.execute(DEFAULT, {"user_id": user_id})).one_or_none()
    return persona_of(row) if row else None


async def photos_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, PersonaPhoto]:
    return {one.id: one for one in map(photo_of, await connection.execute(PHOTOS_BY_ID, {"ids": list(ids)}))}


async def photos_of_personas(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[PersonaPhoto]]:
    found: dict[UUID, list[PersonaPhoto]] = {}
    for photo in map(photo_of, await connection.execute(PHOTOS_OF, {"ids": list(ids)})):
        found.setdefault(photo.persona_id, []).append(photo)
    return found


async def analyses_of_personas(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[Analysis]]:
    """Of each the newest of all and the newest that is done, the newest first."""
    found: dict[UUID, list[Analysis]] = {}
    for analysis in map(analysis_of, await connection.execute(ANALYSES_OF, {"ids": list(ids)})):
        found.setdefault(analysis.persona_id, []).append(analysis)
    return found


async def consents_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Consent]:
    return {one.id: one for one in map(consent_of, await connection.execute(CONSENTS_BY_ID, {"ids": list(ids)}))}


async def deletions_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Deletion]:
    return {one.id: one for one in map(deletion_of, await connection.execute(DELETIONS_BY_ID, {"ids": list(ids)}))}


async def personas_page(
    connection: AsyncConnection, user_id: UserId, *, tag: str | None, first: int, after: str | None
) -> Page[Persona]:
    """With `tag`, those that have it."""
    values = {**_values(user_id, first, after), "tag": tag}
    found = [persona_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(one.created_at, one.id) for one in found], first)


async def consents_page(
    connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None
) -> Page[Consent]:
    found = [consent_of(row) for row in await connection.execute(CONSENTS, _values(user_id, first, after))]
    return page_of(found, [Place(one.given_at, one.id) for one in found], first)


async def deletions_page(
    connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None
) -> Page[Deletion]:
    found = [deletion_of(row) for row in await connection.execute(DELETIONS, _values(user_id, first, after))]
    return page_of(found, [Place(one.requested_at, one.id) for one in found], first)


def _values(user_id: UserId, first: int, after: str | None) -> Mapping[str, Any]:
    place = place_of(after) if after is not None else None
    return {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
