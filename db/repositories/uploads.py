"""Uploads. Several are written by one statement, which is given them as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Row

from db.codec import json_text
from db.repositories.files import ASK
from db.statements import Statement
from db.transaction import Transaction
from domain.brands.source import SourceReading
from domain.ids import UploadId, UserId
from domain.images.image import StoredFile
from domain.personas.faces import Face
from domain.uploads.issues import Issue, IssueCode
from domain.uploads.measures import PhotoMeasures
from domain.uploads.upload import Upload, UploadPurpose, UploadStatus

READING: TypeAdapter[SourceReading] = TypeAdapter(SourceReading)
FACES: TypeAdapter[tuple[Face, ...]] = TypeAdapter(tuple[Face, ...])

PLAIN = (
    "id",
    "user_id",
    "file_name",
    "announced_type",
    "announced_size_bytes",
    "original_key",
    "width",
    "height",
    "coverage",
    "consent_id",
    "created_at",
    "slot_expires_at",
    "usable_until",
)
"""Columns that have their fields' names."""

COLUMNS = (
    ", ".join(
        f"u.{name}"
        for name in (
            *PLAIN,
            *(
                "purpose",
                "status",
                "issue_code",
                "issue_message",
                "storage_key",
                "sha256",
                "content_type",
                "size_bytes",
            ),
        )
    )
    + ", CAST(u.measures AS text) AS measures, CAST(u.faces AS text) AS faces, CAST(u.reading AS text) AS reading"
)

ADD = Statement("""
INSERT INTO uploads (id, user_id, purpose, status, file_name, announced_type, announced_size_bytes, original_key, consent_id, created_at,
                     slot_expires_at, usable_until)
SELECT id, user_id, purpose, status, file_name, announced_type, announced_size_bytes, original_key, consent_id, created_at, slot_expires_at,
       usable_until
  FROM jsonb_to_recordset(CAST(:uploads AS jsonb)) AS n (id uuid, user_id uuid, purpose text, status text, file_name text,
       announced_type text, announced_size_bytes integer, original_key text, consent_id uuid, created_at timestamptz, slot_expires_at timestamptz,
       usable_until timestamptz)
""")
COUNT_OPEN = Statement("""
SELECT count(*) AS count FROM uploads
 WHERE user_id = :user_id AND status IN ('PENDING', 'READY') AND used_at IS NULL AND usable_until > now()
""")
GET = Statement(f"SELECT {COLUMNS} FROM uploads u WHERE u.id = ANY(:ids)")  # noqa: S608 - our own field names
SETTLE = Statement(f"""
WITH settled AS (
  UPDATE uploads u
     SET status = n.status, issue_code = n.issue_code, issue_message = n.issue_message, storage_key = n.storage_key, sha256 = n.sha256,
         content_type = n.content_type, size_bytes = n.size_bytes, width = n.width, height = n.height, coverage = n.coverage, measures = n.measures,
         faces = n.faces, reading = n.reading
    FROM jsonb_to_recordset(CAST(:uploads AS jsonb)) AS n (id uuid, status text, issue_code text, issue_message text, storage_key text,
         sha256 text, content_type text, size_bytes integer, width integer, height integer, coverage double precision, measures jsonb,
         faces jsonb, reading jsonb)
   WHERE u.id = n.id AND u.user_id = :user_id AND u.status = 'PENDING'
  RETURNING u.original_key
), unshared AS (
  SELECT original_key AS key FROM settled
)
{ASK}
""")  # noqa: S608
LET_GO = Statement(f"""
WITH gone AS (
  SELECT original_key, storage_key
    FROM jsonb_to_recordset(CAST(:uploads AS jsonb)) AS n (original_key text, storage_key text)
), unshared AS (
  SELECT original_key AS key FROM gone
   UNION
  SELECT storage_key FROM gone
   WHERE storage_key IS NOT NULL AND NOT EXISTS (SELECT FROM uploads o WHERE o.user_id = :user_id AND o.storage_key = gone.storage_key)
)
{ASK}
""")  # noqa: S608
USE = Statement("""
UPDATE uploads SET used_at = coalesce(used_at, :now)
 WHERE user_id = :user_id AND id = ANY(:ids) AND status = 'READY' RETURNING id
""")
# An address that had not expired when its file was looked at may have been sent to once more: so the original is asked to go
# again, of each that has ended. What is used keeps the file that was made of it, and so does whoever has the same one.
EXPIRE = Statement(f"""
WITH due AS (
  SELECT id, original_key, storage_key, used_at FROM uploads WHERE user_id = :user_id AND ended_at IS NULL AND usable_until <= now()
), ended AS (
  UPDATE uploads u
     SET ended_at = now(),
         status = CASE WHEN due.used_at IS NULL THEN 'EXPIRED' ELSE u.status END,
         issue_code = NULL, issue_message = NULL,
         storage_key = CASE WHEN due.used_at IS NULL THEN NULL ELSE u.storage_key END,
         reading = CASE WHEN due.used_at IS NULL THEN NULL ELSE u.reading END
    FROM due WHERE u.id = due.id
), unshared AS (
  SELECT original_key AS key FROM due
   UNION
  SELECT storage_key FROM due
   WHERE used_at IS NULL AND storage_key IS NOT NULL
     AND NOT EXISTS (SELECT FROM uploads o WHERE o.user_id = :user_id AND o.storage_key = due.storage_key
                        AND (o.used_at IS NOT NULL OR o.id NOT IN (SELECT id FROM due)))
)
{ASK}
""")  # noqa: S608


def upload_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Upload:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    return Upload(
        **{name: values[name] for name in PLAIN},
        purpose=UploadPurpose(values["purpose"]),
        status=UploadStatus(values["status"]),
        issue=Issue(IssueCode(values["issue_code"]), values["issue_message"]) if values["issue_code"] else None,
        file=_file_of(values) if values["storage_key"] else None,
        measures=PhotoMeasures(**orjson.loads(values["measures"])) if values["measures"] else None,
        faces=faces_of(values["faces"]),
        reading=READING.validate_json(values["reading"]) if values["reading"] else None,
    )


def faces_of(text: str | None) -> tuple[Face, ...] | None:
    """From JSON; None where nobody looked."""
    return None if text is None else FACES.validate_json(text)


def _file_of(values: Mapping[str, Any]) -> StoredFile:
    return StoredFile(
        key=values["storage_key"],
        sha256=values["sha256"],
        content_type=values["content_type"],
        size_bytes=values["size_bytes"],
    )


class SqlUploads:
    """See `domain.ports.uploads.Uploads`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, uploads: Sequence[Upload]) -> None:
        await self._transaction.run(ADD, {"uploads": json_text(uploads)})

    async def count_open(self, user_id: UserId) -> int:
        ((count,),) = await self._transaction.rows(COUNT_OPEN, {"user_id": user_id})
        return int(count)

    async def get(self, upload_ids: Sequence[UploadId]) -> Sequence[Upload]:
        return [upload_of(dict(row)) for row in await self._transaction.rows(GET, {"ids": list(upload_ids)})]

    async def settle(self, user_id: UserId, uploads: Sequence[Upload]) -> None:
        found = json_text([_finding_of(upload) for upload in uploads])
        await self._transaction.run(SETTLE, {"user_id": user_id, "uploads": found})

    async def let_go(self, user_id: UserId, uploads: Sequence[Upload]) -> None:
        gone = [{"original_key": one.original_key, "storage_key": one.file and one.file.key} for one in uploads]
        await self._transaction.run(LET_GO, {"user_id": user_id, "uploads": json_text(gone)})

    async def use(self, user_id: UserId, upload_ids: Sequence[UploadId], *, now: datetime) -> Sequence[UploadId]:
        values = {"user_id": user_id, "ids": list(upload_ids), "now": now}
        return [row["id"] for row in await self._transaction.rows(USE, values)]

    async def expire(self, user_id: UserId) -> None:
        await self._transaction.run(EXPIRE, {"user_id": user_id})


def _finding_of(upload: Upload) -> Mapping[str, object]:
    """The columns that are known once a file has been looked at."""
    return {
        "id": upload.id,
        "status": upload.status,
        "issue_code": upload.issue and upload.issue.code,
        "issue_message": upload.issue and upload.issue.message,
        "storage_key": upload.file and upload.file.key,
        "sha256": upload.file and upload.file.sha256,
        "content_type": upload.file and upload.file.content_type,
        "size_bytes": upload.file and upload.file.size_bytes,
        "width": upload.width,
        "height": upload.height,
        "coverage": upload.coverage,
        "measures": upload.measures,
        "faces": upload.faces,
        "reading": upload.reading,
    }
