"""What a file's outline is worth. The first thing that is wrong is told, from the plainest to the most special."""

from dataclasses import dataclass, replace

from domain.uploads.demands import MOST_MEGAPIXELS, MOST_PIXELS, MOST_SCANS, Demands
from domain.uploads.issues import Issue, IssueCode, issue, photo_too_small

NAMES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP"}
"""Formats that are taken, by their content type."""

VECTOR = "SVG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Read off the structure of a file, with nothing decoded. Width and height are 0 where they were not found."""

    format: str
    """JPEG, PNG, WebP; or the name of one that is not taken; empty for what is none that we know."""
    width: int = 0
    height: int = 0
    is_whole: bool = True
    """Whether its end is there."""
    is_sound: bool = True
    """Whether its parts follow one another as they have to."""
    is_animated: bool = False
    scans: int = 1
    """Of a JPEG: how often its decoder goes over the whole picture."""
    has_strange_bytes: bool = False
    """Before its beginning, or after its end; or it is an archive as well."""

    def with_strange_bytes(self) -> "Outline":
        return replace(self, has_strange_bytes=True)


def issue_of_size(found_bytes: int, announced_bytes: int) -> Issue | None:
    if found_bytes == announced_bytes:
        return None
    return issue(IssueCode.SIZE_MISMATCH, found=found_bytes, announced=announced_bytes)


def issue_of(found: Outline, *, content_type: str, demands: Demands) -> Issue | None:
    """None where it may be decoded. `content_type` is what was announced."""
    return _issue_of_format(found, content_type) or _issue_of_structure(found) or issue_of_pixels(found, demands)


def _issue_of_format(found: Outline, content_type: str) -> Issue | None:
    if found.format == VECTOR:
        return issue(IssueCode.SVG)
    if found.format not in NAMES.values():
        if found.format:
            return issue(IssueCode.UNSUPPORTED_FORMAT, found=found.format)
        return issue(IssueCode.POLYGLOT if found.has_strange_bytes else IssueCode.NOT_AN_IMAGE)
    if found.format != NAMES[content_type]:
        return issue(IssueCode.TYPE_MISMATCH, found=found.format, announced=NAMES[content_type])
    return None


def _issue_of_structure(found: Outline) -> Issue | None:
    if found.has_strange_bytes:
        return issue(IssueCode.POLYGLOT)
    if found.scans > MOST_SCANS:
        return issue(IssueCode.TOO_COMPLEX)
    if not found.is_sound:
        return issue(IssueCode.DAMAGED)
    if not found.is_whole:
        return issue(IssueCode.TRUNCATED)
    return issue(IssueCode.ANIMATED) if found.is_animated else None


def issue_of_pixels(found: Outline, demands: Demands) -> Issue | None:
    sides = {"width": found.width, "height": found.height}
    if min(found.width, found.height) < 1:
        return issue(IssueCode.DAMAGED)
    if found.width * found.height > MOST_PIXELS:
        return issue(IssueCode.TOO_MANY_PIXELS, most=MOST_MEGAPIXELS, **sides)
    if min(found.width, found.height) < demands.shortest_side:
        if demands.best_side:
            return photo_too_small(found.width, found.height, least=demands.shortest_side, best=demands.best_side)
        return issue(IssueCode.TOO_SMALL, least=demands.shortest_side, **sides)
    return None
