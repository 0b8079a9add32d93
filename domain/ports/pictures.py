"""Reads pictures that strangers sent, and draws them anew."""

from dataclasses import dataclass
from typing import Protocol

from domain.brands.source import SourceReading
from domain.personas.faces import Face
from domain.uploads.demands import Demands
from domain.uploads.issues import Issue
from domain.uploads.measures import PhotoMeasures


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPicture:
    """A new file with nothing in it but the picture, or a sheet of a document's pages: no metadata, no profile, no byte of the file it
    was drawn from."""

    data: bytes
    content_type: str
    width: int
    height: int
    coverage: float | None = None
    """Of a mask."""
    measures: PhotoMeasures | None = None
    """Of a photo, as are its faces, in its own pixels."""
    faces: tuple[Face, ...] | None = None
    reading: SourceReading | None = None
    """Of what a brand is read off."""


class PictureRefused(Exception):
    """These bytes are not taken. Looked at again, they would be refused again."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


class Pictures(Protocol):
    async def cleaned(self, data: bytes, *, content_type: str, size_bytes: int, demands: Demands) -> CleanPicture:
        """`content_type` and `size_bytes` are what was announced. Upright, in sRGB, with 8 bits a channel.

        Equal bytes give equal bytes. Raises `PictureRefused`, and `ProviderUnavailable` where it could not be looked at now.
        """
        ...
