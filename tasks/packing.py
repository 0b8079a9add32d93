"""A ZIP that is written to disk piece by piece. What blocks here belongs into a thread."""

import hashlib
from datetime import UTC, datetime
from threading import Lock
from typing import BinaryIO, Self
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import orjson

from domain.archives.contents import METADATA, PackedImage
from domain.ids import UserId
from domain.images.image import StoredFile
from domain.ports.object_store import archive_of

READABLE = 0o644 << 16
UNIX = 3
PIECE = 1024 * 1024  # bytes
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
"""A ZIP knows no earlier time."""


class Zip:
    """Pictures are compressed already, so nothing is here. The same images give the same bytes: times are their own."""

    def __init__(self, disk: BinaryIO) -> None:
        self._disk = disk
        self._zip = ZipFile(disk, "w", ZIP_STORED)
        self._known: list[dict[str, object]] = []
        self._newest = OLDEST
        self._writing = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Also in the midst of it: then a thread may be at work still, and is waited for, a picture's time at the most."""
        with self._writing:
            self._zip.close()

    def add(self, image: PackedImage, data: bytes) -> None:
        with self._writing:
            self._write(image.file_name, data, at=image.image.created_at)
        self._known.append({**image.metadata})
        self._newest = max(self._newest, image.image.created_at)

    def finish(self, user_id: UserId) -> StoredFile:
        """Writes what is known of the images, and returns what the whole is called. Call it once, after the last image."""
        known = orjson.dumps({"images": self._known}, option=orjson.OPT_INDENT_2)
        with self._writing:
            self._write(METADATA, known, at=self._newest)
            self._zip.close()
        self._disk.seek(0)
        digest = hashlib.sha256()
        while piece := self._disk.read(PIECE):
            digest.update(piece)
        return archive_of(user_id, digest.hexdigest(), self._disk.tell())

    def _write(self, name: str, data: bytes, *, at: datetime) -> None:
        info = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
        info.external_attr, info.create_system = READABLE, UNIX
        self._zip.writestr(info, data)
