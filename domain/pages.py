"""A page of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`cursors` stand beside the items; the last one begins the next page."""

    items: Sequence[T]
    cursors: Sequence[str]
    has_next: bool
