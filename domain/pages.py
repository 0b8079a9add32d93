"""A page of a list."""

from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`cursors` stand beside the items; the last one begins the next page."""

    items: Sequence[T]
    cursors: Sequence[str]
    has_next: bool


def cursor_at(created_at: datetime, id_: UUID, liked: bool) -> str:
    """Names a place in "newest first", or in "favourites first": JSON in base64, of characters that keep it URL-safe."""
    content = f'["{created_at.isoformat()}","{id_}",{1 if liked else 0}]'
    return b2a_base64(content.encode(), newline=False).rstrip(b"=").decode()
