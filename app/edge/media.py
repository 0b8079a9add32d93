"""Media types: what a client would like to read, and whether it sent what we can (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

JSON = b"application/json; charset=utf-8"
RESPONSE = b"application/graphql-response+json; charset=utf-8"
EVENTS = b"text/event-stream; charset=utf-8"

MOST_RANGES = 50
"""Of an `Accept` header; what follows is not read."""

LONGEST_KEPT = 512
"""Bytes of a header that is worth remembering; browsers and GraphQL clients send less."""

UTF_8 = {"utf-8", "utf8"}


class Wanted(NamedTuple):
    json: bytes | None
    """The JSON media type to answer with; None where none is acceptable."""
    is_json_first: bool
    """Rather than a stream of events, where it may be either."""
    events: bool
    page: bool


class Range(NamedTuple):
    """One of an `Accept` header. The longer `name` is the more specific one."""

    name: str
    quality: float


NOT_SAID = Wanted(json=JSON, is_json_first=True, events=False, page=False)


def wanted(accept: bytes | None) -> Wanted:
    if accept is None:
        return NOT_SAID
    return _remembered(accept) if len(accept) <= LONGEST_KEPT else _read(accept)


def _read(accept: bytes) -> Wanted:
    ranges = [_range(part) for part in accept.decode("latin-1").lower().split(",", MOST_RANGES)[:MOST_RANGES]]
    plain, response = _rank("application/json", ranges), _rank("application/graphql-response+json", ranges)
    events, page = _rank("text/event-stream", ranges), _rank("text/html", ranges)
    best = max(plain, response)
    is_response = response > plain or (response == plain and response.is_named)
    return Wanted(
        json=(RESPONSE if is_response else JSON) if best.quality else None,
        is_json_first=best.quality >= events.quality or not events.is_named,
        events=events.quality > 0 and events.is_named,
        page=page.quality > 0 and page.is_named,
    )


_remembered = lru_cache(maxsize=256)(_read)


class Rank(NamedTuple):
    quality: float
    is_named: bool
    """Not only by a wildcard."""


def _rank(media_type: str, ranges: Sequence[Range]) -> Rank:
    """By the most specific range that matches."""
    patterns = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    for pattern in patterns:
        found = [each.quality for each in ranges if each.name == pattern]
        if found:
            return Rank(max(found), pattern == media_type)
    return Rank(0.0, False)


def _range(text: str) -> Range:
    name, *parameters = (part.strip() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            quality = _weight(value.strip())
        elif key.strip() == "charset" and value.strip().strip('"') not in UTF_8:
            return Range(name, 0.0)
    return Range(name, quality)


def _weight(text: str) -> float:
    """Zero for what is no weight: a client that cannot be understood is not guessed at."""
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if 0 <= found <= 1 else 0.0


def is_json(content_type: bytes | None) -> bool:
    """Whether a body of that type is JSON in UTF-8. Only that makes a browser ask first (preflight)."""
    return content_type == b"application/json" or (content_type is not None and _is_json(content_type))


def _is_json(content_type: bytes) -> bool:
    name, *parameters = content_type.decode("latin-1").lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charsets = [value.strip().strip('"') for key, _, value in pairs if key.strip() == "charset"]
    return name.strip() == "application/json" and all(charset in UTF_8 for charset in charsets)
