"""Pixels on their way in or out, encoded."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Picture:
    """A file in memory: JPEG, PNG or WebP, as `content_type` says."""

    data: bytes = field(repr=False)
    content_type: str
