"""What there is of a user, read page by page for whoever packs it. Every page is a question of its own: none is held open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from db.queries.exported_rows import FILES, SOURCES, Source
from db.repositories.images import COLUMNS, PACKABLE, image_of
from db.statements import Statement
from db.transaction import Record, Transaction
from domain.archives.contents import PackedImage
from domain.archives.exported import ExportCounts, Exported, ExportedFile, Place
from domain.ids import SubjectId, UserId
from domain.images.naming import slug
from domain.ports.object_store import EXTENSIONS

ROWS_AT_ONCE, FILES_AT_ONCE = 500, 50

HAS_SUBJECT = Statement("""
SELECT 1 FROM subjects s LEFT JOIN personas p ON p.subject_id = s.id LEFT JOIN influencers i ON i.subject_id = s.id
 WHERE s.id = :subject_id AND p.deleted_at IS NULL AND i.deleted_at IS NULL
""")
COUNTS = Statement("""
SELECT count(*) FILTER (WHERE status IN ('QUEUED', 'BUILDING')) AS unfinished,
       count(*) FILTER (WHERE status <> 'FAILED' AND created_at > :since) AS recent,
       min(created_at) FILTER (WHERE status <> 'FAILED' AND created_at > :since) AS oldest_recent
  FROM archives WHERE user_id = :user_id AND scope <> 'IMAGES'
""")
COUNT_FILES = Statement(f"""
SELECT (SELECT count(*) FROM images i WHERE i.user_id = :user_id AND {PACKABLE}
           AND (CAST(:subject_id AS uuid) IS NULL OR i.subject_id = :subject_id))
     + (SELECT count(*) FROM persona_photos p WHERE p.user_id = :user_id AND p.removed_at IS NULL
           AND (CAST(:subject_id AS uuid) IS NULL OR p.persona_id = :subject_id))
     + (SELECT count(*) FROM uploads u WHERE u.user_id = :user_id AND u.storage_key IS NOT NULL AND CAST(:subject_id AS uuid) IS NULL
           AND NOT EXISTS (SELECT FROM persona_photos p WHERE p.upload_id = u.id)
           AND NOT EXISTS (SELECT FROM project_stills s WHERE s.upload_id = u.id AND s.removed_at IS NOT NULL)) AS count
""")  # noqa: S608 - our own field names

IMAGES = Source(
    rows=f"images i JOIN subjects s ON s.id = i.subject_id WHERE i.user_id = :user_id AND {PACKABLE}",
    order={"i.created_at": "timestamptz", "i.id": "uuid"},
    fields={},
    of_subject="i.subject_id = :subject_id",
)
IMAGE_PAGE = Statement(
    IMAGES.sql.replace("CAST(jsonb_build_object() AS text) AS row", f"{COLUMNS}, s.name AS subject_name"),
)
PAGES = {name: Statement(source.sql) for name, source in {**SOURCES, **FILES}.items()}


class SqlExports:
    """See `domain.ports.exports.Exports`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def has_subject(self, subject_id: SubjectId) -> bool:
        return await self._transaction.row(HAS_SUBJECT, {"subject_id": subject_id}) is not None

    async def counts(self, user_id: UserId, *, since: datetime) -> ExportCounts:
        ((unfinished, recent, oldest),) = await self._transaction.rows(COUNTS, {"user_id": user_id, "since": since})
        return ExportCounts(unfinished, recent, oldest)

    async def count_files(self, user_id: UserId, subject_id: SubjectId | None) -> int:
        ((count,),) = await self._transaction.rows(COUNT_FILES, {"user_id": user_id, "subject_id": subject_id})
        return int(count)

    async def rows(
        self, kind: Exported, user_id: UserId, subject_id: SubjectId | None, *, after: Place | None
    ) -> tuple[Sequence[str], Place | None]:
        source = SOURCES[kind.table]
        found = await self._page(PAGES[kind.table], source, user_id, subject_id, after=after, limit=ROWS_AT_ONCE)
        return [row["row"] for row in found], _end(found, source, ROWS_AT_ONCE)

    async def files(
        self, kind: Exported, user_id: UserId, subject_id: SubjectId | None, *, after: Place | None, first_number: int
    ) -> tuple[Sequence[ExportedFile], Place | None]:
        source, page = (IMAGES, IMAGE_PAGE) if kind.table == "images" else (FILES[kind.table], PAGES[kind.table])
        found = await self._page(page, source, user_id, subject_id, after=after, limit=FILES_AT_ONCE)
        files = [DRESSED[kind.table](row, number) for number, row in enumerate(found, first_number)]
        return files, _end(found, source, FILES_AT_ONCE)

    async def _page(
        self,
        page: Statement,
        source: Source,
        user_id: UserId,
        subject_id: SubjectId | None,
        *,
        after: Place | None,
        limit: int,
    ) -> Sequence[Record]:
        places = after.after if after else source.beginning
        behind = {f"after_{number}": value for number, value in enumerate(places)}
        values = {"user_id": user_id, "subject_id": subject_id, "limit": limit, **behind}
        return await self._transaction.rows(page, values)


def _end(found: Sequence[Record], source: Source, limit: int) -> Place | None:
    if len(found) < limit:
        return None
    return Place(tuple(found[-1][f"place_{number}"] for number in range(len(source.order))))


def _image_file(row: Record, number: int) -> ExportedFile:
    values: dict[str, Any] = {name: value for name, value in dict(row).items() if not name.startswith("place_")}
    subject_name = values.pop("subject_name")
    packed = PackedImage(image=image_of(values), subject_name=subject_name, number=number)
    path = f"images/{packed.file_name}"
    known = {**packed.metadata, "file": path, "jobId": str(packed.image.job_id), "index": packed.image.index}
    return ExportedFile(packed.image.storage_key, path, packed.image.created_at, known)


def _photo_file(row: Record, number: int) -> ExportedFile:
    known, key, name, at = _told(row)
    return _file(known, key, f"photos/{slug(name)}/photo_{number:03}", at)


def _upload_file(row: Record, number: int) -> ExportedFile:
    known, key, name, at = _told(row)
    return _file(known, key, f"uploads/{slug(name)}_{number:03}", at)


def _told(row: Record) -> tuple[dict[str, object], str | None, str, datetime]:
    known: dict[str, Any] = orjson.loads(row["row"])
    return known, known.pop("storageKey"), known.pop("name"), datetime.fromisoformat(known.pop("at"))


def _file(known: dict[str, object], key: str | None, stem: str, at: datetime) -> ExportedFile:
    path = f"{stem}.{EXTENSIONS[str(known['contentType'])]}" if key else ""
    return ExportedFile(key, path, at, {**known, "file": path or None})


DRESSED = {"images": _image_file, "persona_photos": _photo_file, "uploads": _upload_file}
