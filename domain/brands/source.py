"""What was read off one file of a brand, in numbers and in its own words. What it is worth is decided by others in this folder."""

from dataclasses import dataclass

MOST_PAGES = 40
MOST_DOCUMENT_BYTES = 20 * 1024 * 1024
LONGEST_SOURCE = 20_000
"""Characters that are kept of a document's text, from its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColor:
    """`share` is its part of all that is painted, 0 to 1."""

    hex: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFont:
    """`share` is its part of all letters; `size` is that of most of its letters, in points."""

    name: str
    share: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """Colours and fonts are in the order of their shares. Pictures have neither words nor pages."""

    colors: tuple[FoundColor, ...] = ()
    fonts: tuple[FoundFont, ...] = ()
    text: str = ""
    page_count: int | None = None
    pages_read: int | None = None
    """Fewer than there are where the drawing on them is too much to follow."""
    picture_count: int | None = None
