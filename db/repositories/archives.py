"""Archives. Leases and waits are measured by the database's clock, which all workers share."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from db.repositories.files import ASK
from db.statements import Statement
from db.transaction import Transaction
from domain.archives.archive import Archive, ArchiveCounts, ArchiveScope, ArchiveStatus, PackingTask
from domain.ids import ArchiveId, ImageId, SubjectId, UserId
from domain.images.image import StoredFile

FIELDS = tuple(Archive.__dataclass_fields__)
COLUMNS = ", ".join(f"a.{name}" for name in FIELDS)
"""The columns have the fields' names."""

ADD = Statement("""
INSERT INTO archives (id, user_id, status, scope, subject_id, image_ids, image_count, created_at, sent_at)
VALUES (:id, :user_id, :status, :scope, :subject_id, :image_ids, :image_count, :created_at, now())
""")
COUNTS = Statement("""
SELECT count(*) FILTER (WHERE status IN ('QUEUED', 'BUILDING')) AS unfinished, count(*) AS kept
  FROM archives WHERE user_id = :user_id AND scope = 'IMAGES' AND status IN ('QUEUED', 'BUILDING', 'READY')
""")
# The lease counts from this moment: now() is when the transaction began, which may have waited for its user's lock since.
CLAIM = Statement(f"""
UPDATE archives a
   SET status = 'BUILDING', attempt = attempt + 1, tries = tries + 1, packed_count = 0, lease_until = clock_timestamp() + :lease
 WHERE id = :id AND (status = 'QUEUED' OR (status = 'BUILDING' AND lease_until < now()))
RETURNING {COLUMNS}, a.image_ids, a.attempt, a.tries
""")  # noqa: S608 - our own field names
HELD = "id = :id AND attempt = :attempt AND status = 'BUILDING'"
EXPECT = Statement(
    "UPDATE archives SET image_count = :count WHERE id = :id AND attempt = :attempt AND status = 'BUILDING'"
)
BEAT = Statement(f"""
UPDATE archives SET packed_count = least(:packed, image_count), lease_until = clock_timestamp() + :lease
 WHERE {HELD} AND lease_until > now() RETURNING id
""")  # noqa: S608
FINISH = Statement(f"""
UPDATE archives SET status = 'READY', packed_count = :packed,
                    image_count = CASE scope WHEN 'IMAGES' THEN image_count ELSE :packed END, storage_key = :key,
                    size_bytes = :size_bytes, lease_until = NULL, finished_at = :now, expires_at = :expires_at
 WHERE {HELD} RETURNING id
""")  # noqa: S608
FAIL = Statement(f"""
UPDATE archives SET status = 'FAILED', image_ids = '{{}}', lease_until = NULL, finished_at = :now, error_code = :code,
                    error_message = :message
 WHERE {HELD} RETURNING id
""")  # noqa: S608
PUT_BACK = Statement(f"""
UPDATE archives SET status = 'QUEUED', packed_count = 0, tries = :tries, sent_at = now() + :wait, lease_until = NULL WHERE {HELD} RETURNING id
""")  # noqa: S608
KEYS = "'archives/' || a.user_id || '/' || encode(sha256(convert_to(a.id || ':' || n, 'UTF8')), 'hex') || '.zip'"
"""What the file of attempt `n` is called: see `domain.ports.object_store.archive_file`."""

# Whatever attempts may have stored, also one that was killed before it could say so.
EXPIRE = Statement(f"""
WITH due AS (
  SELECT id, user_id, attempt, storage_key FROM archives WHERE user_id = :user_id AND status = 'READY' AND expires_at <= now()
), expired AS (
  UPDATE archives a SET status = 'EXPIRED', image_ids = '{{}}', storage_key = NULL FROM due WHERE a.id = due.id
), unshared AS (
  SELECT storage_key AS key FROM due
   WHERE NOT EXISTS (SELECT FROM archives o WHERE o.user_id = :user_id AND o.storage_key = due.storage_key AND o.id NOT IN (SELECT id FROM due))
   UNION
  SELECT {KEYS} FROM due a, generate_series(1, a.attempt) n
)
{ASK}
""")  # noqa: S608
LET_GO = Statement(f"""
WITH unshared AS (
  SELECT {KEYS} AS key FROM archives a, generate_series(1, :attempt) n WHERE a.id = :id AND {KEYS} IS DISTINCT FROM a.storage_key
)
{ASK}
""")  # noqa: S608
TAKE_BACK = Statement("""
WITH taken AS (
  SELECT id, status FROM archives a
   WHERE a.user_id = :user_id AND (status = 'BUILDING' OR (status = 'READY' AND expires_at > now()))
     AND (a.scope = 'EVERYTHING' OR a.subject_id = ANY(:subject_ids)
          OR a.image_ids && ARRAY(SELECT id FROM images WHERE subject_id = ANY(:subjects_of_images)))
)
UPDATE archives a
   SET status = CASE a.status WHEN 'BUILDING' THEN 'QUEUED' ELSE a.status END, lease_until = NULL, sent_at = now(),
       packed_count = CASE a.status WHEN 'BUILDING' THEN 0 ELSE a.packed_count END,
       expires_at = CASE a.status WHEN 'READY' THEN now() END
  FROM taken WHERE a.id = taken.id
RETURNING a.id, taken.status
""")


def archive_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Archive:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    values["status"], values["scope"] = ArchiveStatus(values["status"]), ArchiveScope(values["scope"])
    return Archive(**values)


class SqlArchives:
    """See `domain.ports.archives.Archives`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, archive: Archive, image_ids: Sequence[ImageId]) -> None:
        await self._transaction.run(
            ADD,
            {
                "id": archive.id,
                "user_id": archive.user_id,
                "status": archive.status,
                "scope": archive.scope,
                "subject_id": archive.subject_id,
                "image_ids": list(image_ids),
                "image_count": archive.image_count,
                "created_at": archive.created_at,
            },
        )

    async def counts(self, user_id: UserId) -> ArchiveCounts:
        ((unfinished, kept),) = await self._transaction.rows(COUNTS, {"user_id": user_id})
        return ArchiveCounts(unfinished=unfinished, kept=kept)

    async def claim(self, archive_id: ArchiveId, *, lease: timedelta) -> PackingTask | None:
        row = await self._transaction.row(CLAIM, {"id": archive_id, "lease": lease})
        if row is None:
            return None
        values = dict(row)
        image_ids, attempt, tries = (values.pop(name) for name in ("image_ids", "attempt", "tries"))
        return PackingTask(archive=archive_of(values), image_ids=image_ids, attempt=attempt, tries=tries)

    async def expect(self, claim: PackingTask, count: int) -> None:
        await self._transaction.run(EXPECT, {"id": claim.archive.id, "attempt": claim.attempt, "count": count})

    async def beat(self, claim: PackingTask, *, packed: int, lease: timedelta) -> bool:
        return await self._write(BEAT, claim, packed=packed, lease=lease)

    async def finish(
        self, claim: PackingTask, file: StoredFile, *, packed: int, expires_at: datetime, now: datetime
    ) -> bool:
        return await self._write(
            FINISH, claim, packed=packed, key=file.key, size_bytes=file.size_bytes, expires_at=expires_at, now=now
        )

    async def fail(self, claim: PackingTask, *, code: str, message: str, now: datetime) -> bool:
        return await self._write(FAIL, claim, code=code, message=message, now=now)

    async def put_back(self, claim: PackingTask, *, wait: timedelta, tries: int) -> bool:
        return await self._write(PUT_BACK, claim, wait=wait, tries=tries)

    async def expire(self, user_id: UserId) -> None:
        await self._transaction.run(EXPIRE, {"user_id": user_id})

    async def let_go(self, claim: PackingTask) -> None:
        values = {"user_id": claim.archive.user_id, "id": claim.archive.id, "attempt": claim.attempt}
        await self._transaction.run(LET_GO, values)

    async def take_back(
        self, user_id: UserId, subject_ids: Sequence[SubjectId], *, with_images: bool
    ) -> tuple[Sequence[ArchiveId], int]:
        values = {
            "user_id": user_id,
            "subject_ids": list(subject_ids),
            "subjects_of_images": list(subject_ids) if with_images else [],
        }
        found = await self._transaction.rows(TAKE_BACK, values)
        again = [row["id"] for row in found if row["status"] == ArchiveStatus.BUILDING]
        return again, len(found) - len(again)

    async def _write(self, statement: Statement, claim: PackingTask, **values: object) -> bool:
        """Whether this attempt may still write; it has then."""
        row = await self._transaction.row(statement, {"id": claim.archive.id, "attempt": claim.attempt, **values})
        return row is not None
