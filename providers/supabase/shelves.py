"""Which bucket a file belongs in: adult content has one of its own, and so have weights, which are too large for the others."""

from collections.abc import Mapping
from enum import Enum, auto

from domain.ports.object_store import EXTENSIONS, JSON, PDF, WEIGHTS, ZIP, is_adult_key


class Shelf(Enum):
    ORDINARY = auto()
    ADULT = auto()
    WEIGHTS = auto()


MOST: Mapping[Shelf, int] = {Shelf.ORDINARY: 50_000_000, Shelf.ADULT: 50_000_000, Shelf.WEIGHTS: 500_000_000}
"""Bytes of one file. 50 MB is the most that a project of the free plan takes; LoRAs have 80 to 400 MB, and need a project whose own
limit was raised. Source: Supabase's pages on limits of storage, 2026-11."""

STORED: Mapping[Shelf, tuple[str, ...]] = {
    Shelf.ORDINARY: (*EXTENSIONS, PDF, ZIP, WEIGHTS, JSON),
    Shelf.ADULT: tuple(EXTENSIONS),
    Shelf.WEIGHTS: (WEIGHTS,),
}
"""Types of files. The ordinary bucket takes weights where nobody trains but our stand-in."""


def shelf_of(key: str) -> Shelf:
    if is_adult_key(key):
        return Shelf.ADULT
    return Shelf.WEIGHTS if key.endswith(".safetensors") else Shelf.ORDINARY
