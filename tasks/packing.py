"""A ZIP that is written to disk piece by piece. What blocks here belongs into a thread."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import BinaryIO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import orjson

from domain.archives.archive import PackingTask
from domain.archives.contents import METADATA, PackedImage
from domain.images.image import StoredFile
from domain.ports.object_store import archive_file

READABLE = 0o644 << 16
UNIX = 3
PIECE = 1024 * 1024  # bytes
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
"""A ZIP knows no earlier time."""


class Zip:
    """Pictures are compressed already, so nothing is done to them here; text is."""

    def __init__(self, disk: BinaryIO) -> None:
        self._disk = disk
        self._zip = ZipFile(disk, "w", ZIP_STORED)
        self._writing = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Also in the midst of it: then a thread may be at work still, and is waited for, a piece's time at the most."""
        with self._writing:
            self._zip.close()

    def write(self, name: str, data: bytes, *, at: datetime, packs: bool = False) -> None:
        with self._writing:
            self._zip.writestr(_info(name, at, packs=packs), data)

    @contextmanager
    def writing(self, name: str, *, at: datetime) -> Iterator[Callable[[bytes], None]]:
        """One long text, a piece at a time; nothing else can be written meanwhile."""
        file = self._zip.open(_info(name, at, packs=True), "w", force_zip64=True)

        def write(data: bytes) -> None:
            with self._writing:
                file.write(data)

        try:
            yield write
        finally:
            with self._writing:
                file.close()

    def finish(self, claim: PackingTask) -> StoredFile:
        """What the whole is called. Call it once, at the end."""
        with self._writing:
            self._zip.close()
        self._disk.seek(0)
        digest = hashlib.sha256()
        while piece := self._disk.read(PIECE):
            digest.update(piece)
        archive = claim.archive
        return archive_file(
            archive.user_id, archive.id, claim.attempt, digest=digest.hexdigest(), size_bytes=self._disk.tell()
        )


class ImageZip(Zip):
    """The same images give the same bytes: times are their own."""

    def __init__(self, disk: BinaryIO) -> None:
        super().__init__(disk)
        self._known: list[dict[str, object]] = []
        self._newest = OLDEST

    def add(self, image: PackedImage, data: bytes) -> None:
        self.write(image.file_name, data, at=image.image.created_at)
        self._known.append({**image.metadata})
        self._newest = max(self._newest, image.image.created_at)

    def finish(self, claim: PackingTask) -> StoredFile:
        """With what is known of the images."""
        known = orjson.dumps({"images": self._known}, option=orjson.OPT_INDENT_2)
        self.write(METADATA, known, at=self._newest)
        return super().finish(claim)


def _info(name: str, at: datetime, *, packs: bool) -> ZipInfo:
    at = max(at, OLDEST)
    info = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.external_attr, info.create_system = READABLE, UNIX
    info.compress_type = ZIP_DEFLATED if packs else ZIP_STORED
    return info
