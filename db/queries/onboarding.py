"""Profiles, linked accounts and the facts of onboarding, by user or by id."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.linked_socials import COLUMNS, LINKED, linked_social_of
from db.repositories.onboarding import FACTS_FROM, FACTS_SELECTED, facts_of
from db.repositories.profiles import COLUMNS as PROFILE
from db.repositories.profiles import profile_of
from domain.linked_socials.linked_social import LinkedSocial
from domain.onboarding.progress import Facts
from domain.profiles.profile import Profile

STANDINGS = text(f"SELECT u.id, {PROFILE}, {FACTS_SELECTED} {FACTS_FROM}")
SOCIALS_BY_ID = text(f"SELECT {COLUMNS} FROM linked_socials s WHERE s.id = ANY(:ids) AND {LINKED}")  # noqa: S608
SOCIALS_OF_USERS = text(
    f"SELECT {COLUMNS} FROM linked_socials s WHERE s.user_id = ANY(:ids) AND {LINKED} ORDER BY s.linked_at, s.id"  # noqa: S608
)


class Standing(NamedTuple):
    """What a user said of themselves, and what there is of them: one question for both."""

    profile: Profile
    facts: Facts


async def standings_of_users(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Standing]:
    rows = await _rows(connection, STANDINGS, ids)
    return {row["id"]: Standing(_profile_of(row), facts_of(row)) for row in rows}


def _profile_of(row: Mapping[str, Any]) -> Profile:
    return profile_of(row) if row["user_id"] else Profile(user_id=row["id"])


async def linked_socials_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, LinkedSocial]:
    return {one.id: one for one in map(linked_social_of, await _rows(connection, SOCIALS_BY_ID, ids))}


async def linked_socials_of_users(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[LinkedSocial]]:
    found: dict[UUID, list[LinkedSocial]] = {}
    for social in map(linked_social_of, await _rows(connection, SOCIALS_OF_USERS, ids)):
        found.setdefault(social.user_id, []).append(social)
    return found


async def _rows(connection: AsyncConnection, query: TextClause, ids: Sequence[UUID]) -> Sequence[Mapping[str, Any]]:
    return [dict(row) for row in (await connection.execute(query, {"ids": list(ids)})).mappings()]
