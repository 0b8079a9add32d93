"""Keyset pages: a page begins after the row its cursor names, so that page 5,000 costs what page 1 does."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from domain.errors import InvalidInput
from domain.pages import Page, cursor_at

T = TypeVar("T")

MOST = 100
"""Rows of one page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in "newest first"; `liked` counts where favourites come first."""

    created_at: datetime
    id: UUID
    liked: bool = False


def check_first(first: int) -> int:
    if not 1 <= first <= MOST:
        raise InvalidInput(f"A page has 1 to {MOST} items.", field="first")
    return first


def cursor_of(place: Place) -> str:
    return cursor_at(place.created_at, place.id, place.liked)


def place_of(cursor: str) -> Place:
    """Raises `InvalidInput` for what was not made by `cursor_of`."""
    try:
        created_at, id_, liked = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(created_at)
        if moment.tzinfo is None:
            raise ValueError
        place = Place(moment.astimezone(UTC), UUID(id_), bool(liked))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise InvalidInput("This cursor was not made here. Begin without one.", field="after") from None
    return place


def page_of(items: Sequence[T], places: Sequence[Place], first: int) -> Page[T]:
    """From one row more than asked for, which tells whether there is a next page."""
    return Page(items[:first], [cursor_of(place) for place in places[:first]], len(items) > first)
