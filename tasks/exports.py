"""Everything there is of a user, or of one subject, is packed: files first, then what is known, in files that machines read.

No more than a page of rows and one picture are ever in memory. What is known of each file is gathered on the disk meanwhile, so
that the ZIP tells of exactly the files that are in it. Every page is a transaction of its own: what changes in between is told
as it is when its page is read.
"""

import asyncio
import csv
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from itertools import groupby
from tempfile import TemporaryFile
from typing import BinaryIO

import orjson
import structlog

from domain.archives.archive import PackingTask
from domain.archives.exported import FILES, LEDGER_TABLE, METADATA, README, ROWS, Exported, ExportedFile
from domain.archives.readme import readme_of
from domain.errors import NotFound
from domain.ids import SubjectId, UserId
from domain.images.image import StoredFile
from domain.ports.unit_of_work import UnitOfWork
from tasks.packing import PIECE, Zip
from tasks.registry import Services

log = structlog.get_logger("likeness.archives")

COLUMNS = (
    *("number", "createdAt", "type", "amount", "availableDelta", "reservedDelta", "availableAfter", "reservedAfter"),
    *("description", "jobId", "trainingId"),
)
"""Of the ledger as a table."""


@dataclass(slots=True)
class Progress:
    """`told` is how far those who watch know of."""

    packed: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class Packing:
    """One export under way."""

    services: Services
    claim: PackingTask
    packer: Zip
    progress: Progress
    at: datetime

    @property
    def of(self) -> tuple[UserId, SubjectId | None]:
        return self.claim.archive.user_id, self.claim.archive.subject_id

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.services.unit_of_work(self.claim.archive.user_id)


async def export(services: Services, claim: PackingTask, disk: BinaryIO, progress: Progress) -> StoredFile:
    """Raises `NotFound` where the subject was deleted since."""
    with ExitStack() as stack:
        packer = stack.enter_context(Zip(disk))
        known = {kind.name: stack.enter_context(TemporaryFile()) for kind in FILES}
        packing = Packing(services, claim, packer, progress, services.now())
        await _check_subject(packing)
        for kind in FILES:
            await _pack_files(packing, kind, known[kind.name])
        for name, kinds in groupby(ROWS, key=lambda kind: kind.file):
            await _write_rows(packing, name, list(kinds), known if name == METADATA else {})
        await _write_ledger(packing)
        words = readme_of(claim.archive, packed=progress.packed)
        await asyncio.to_thread(packer.write, README, words.encode(), at=packing.at, packs=True)
        return await asyncio.to_thread(packer.finish, claim)


async def _check_subject(packing: Packing) -> None:
    _, subject_id = packing.of
    if subject_id is None:
        return
    async with packing.unit_of_work() as uow:
        if not await uow.exports.has_subject(subject_id):
            raise NotFound("What this export is of was deleted.")


async def _pack_files(packing: Packing, kind: Exported, known: BinaryIO) -> None:
    number, after = 1, None
    while True:
        async with packing.unit_of_work() as uow:
            page, after = await uow.exports.files(kind, *packing.of, after=after, first_number=number)
        for file in page:
            await _pack_file(packing, file, known)
        number += len(page)
        if after is None:
            return


async def _pack_file(packing: Packing, file: ExportedFile, known: BinaryIO) -> None:
    """One whose file went in this moment is told of without it."""
    metadata = dict(file.metadata)
    if file.key is not None:
        try:
            data = await packing.services.files.get(file.key)
        except NotFound:
            metadata["file"] = None
            log.warning("a row without a file was exported without it", path=file.path)
        else:
            await asyncio.to_thread(packing.packer.write, file.path, data, at=file.at)
            packing.progress.packed += 1
    known.write((b",\n" if known.tell() else b"") + orjson.dumps(metadata))


async def _write_rows(packing: Packing, name: str, kinds: Sequence[Exported], known: Mapping[str, BinaryIO]) -> None:
    """An object of lists: one for each kind, and those that were gathered before."""
    with packing.packer.writing(name, at=packing.at) as write:
        before = "{"
        for kind in kinds:
            await asyncio.to_thread(write, f'{before}\n"{kind.name}": ['.encode())
            before, between = ",", "\n"
            async for rows in _pages(packing, kind):
                await asyncio.to_thread(write, (between + ",\n".join(rows)).encode())
                between = ",\n"
            await asyncio.to_thread(write, b"\n]")
        for list_name, gathered in known.items():
            await asyncio.to_thread(write, f',\n"{list_name}": [\n'.encode())
            await asyncio.to_thread(_copy, gathered, write)
            await asyncio.to_thread(write, b"\n]")
        await asyncio.to_thread(write, b"\n}\n")


def _copy(gathered: BinaryIO, write: Callable[[bytes], None]) -> None:
    gathered.seek(0)
    while piece := gathered.read(PIECE):
        write(piece)


async def _write_ledger(packing: Packing) -> None:
    entries = next(kind for kind in ROWS if kind.table == "credit_entries")
    with packing.packer.writing(LEDGER_TABLE, at=packing.at) as write:
        await asyncio.to_thread(write, _as_table([COLUMNS]))
        async for rows in _pages(packing, entries):
            read = [orjson.loads(row) for row in rows]
            await asyncio.to_thread(write, _as_table([[row[column] for column in COLUMNS] for row in read]))


def _as_table(rows: Sequence[Sequence[object]]) -> bytes:
    """RFC 4180."""
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


async def _pages(packing: Packing, kind: Exported) -> AsyncIterator[Sequence[str]]:
    """None that is empty."""
    after = None
    while True:
        async with packing.unit_of_work() as uow:
            rows, after = await uow.exports.rows(kind, *packing.of, after=after)
        if rows:
            yield rows
        if after is None:
            return
