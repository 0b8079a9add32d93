"""Deletions: what was asked for, hidden in the same transaction, emptied by a task, and at last accounted for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from db.codec import json_text
from db.repositories.files import ASK
from db.statements import Statement
from db.transaction import Transaction
from domain.errors import NotFound
from domain.files.removal import KEPT_WITHIN, MARGIN
from domain.ids import ConsentId, DeletionId, SubjectId, UserId
from domain.models.model import Provider
from domain.ports.deletions import RunningJob
from domain.privacy.copies import ProviderCopies, SentCalls
from domain.privacy.deletion import Deletion, DeletionReason

COPIES: TypeAdapter[tuple[ProviderCopies, ...]] = TypeAdapter(tuple[ProviderCopies, ...])
FIELDS = tuple(Deletion.__dataclass_fields__)
COLUMNS = ", ".join("CAST(d.copies AS text) AS copies" if name == "copies" else f"d.{name}" for name in FIELDS)

ADD = Statement(
    f"INSERT INTO deletions ({', '.join(FIELDS)}, sent_at) VALUES ({', '.join(':' + name for name in FIELDS)}, now())"  # noqa: S608 - our own field names
)
OF_CONSENT = Statement(f"SELECT {COLUMNS} FROM deletions d WHERE d.consent_id = :id")  # noqa: S608
RUNNING = Statement(
    "SELECT id, credits_reserved FROM jobs WHERE subject_id = ANY(:ids) AND finished_at IS NULL ORDER BY id"
)
SENT_CALLS = Statement("""
WITH sent AS (
  SELECT c.provider, c.ended_at FROM jobs j JOIN provider_calls c ON c.job_id = j.id WHERE j.subject_id = ANY(:ids)
  UNION ALL
  SELECT split_part(m.trainer, '/', 1), m.completed_at FROM lora_models m, generate_series(1, m.attempt) AS number
   WHERE m.subject_id = ANY(:ids) AND (number < m.attempt OR m.call_state IS NOT NULL)
  UNION ALL
  SELECT :analyst, a.finished_at FROM persona_analyses a
   WHERE a.persona_id = ANY(:ids)
     AND (a.is_asking OR a.result ->> 'analyzed_by' = 'OPENAI' OR a.result ->> 'because' IN ('REFUSED', 'UNFIT_ANSWER', 'OUTCOME_UNKNOWN'))
)
SELECT provider, count(*) AS count, max(coalesce(ended_at, :now)) AS last_at FROM sent GROUP BY provider ORDER BY provider
""")
HIDE_IMAGES = Statement("""
UPDATE images SET deleted_at = coalesce(deleted_at, :now), restorable_until = least(restorable_until, :now)
 WHERE subject_id = ANY(:ids) AND purged_at IS NULL
RETURNING id
""")
HIDE_UNSEEN = Statement("""
WITH hidden AS (
  UPDATE images i SET deleted_at = coalesce(i.deleted_at, now()), restorable_until = now()
    FROM deletions d
   WHERE d.id = :id AND d.reason = 'INFLUENCER_DELETED' AND i.subject_id = ANY(d.persona_ids)
     AND i.purged_at IS NULL AND (i.restorable_until IS NULL OR i.restorable_until > now())
  RETURNING i.id
)
UPDATE deletions SET image_count = image_count + found.count
  FROM (SELECT count(*) AS count FROM hidden) found WHERE id = :id AND found.count > 0
""")
HIDE_PHOTOS = Statement("""
WITH hidden AS (
  UPDATE persona_photos p SET removed_at = :now
   WHERE p.removed_at IS NULL AND (p.persona_id = ANY(:ids) OR p.upload_id IN (SELECT id FROM uploads WHERE consent_id = :consent_id))
  RETURNING p.upload_id
), stills AS (
  UPDATE project_stills s SET removed_at = :now
   WHERE s.removed_at IS NULL AND s.upload_id IN (SELECT id FROM uploads WHERE consent_id = :consent_id)
), waiting AS (
  SELECT id FROM uploads WHERE consent_id = :consent_id AND storage_key IS NOT NULL
)
SELECT count(*) AS count FROM (SELECT upload_id FROM hidden UNION SELECT id FROM waiting) every
""")
IS_UNFINISHED = Statement("SELECT 1 FROM deletions WHERE id = :id AND finished_at IS NULL")

# What is emptied waits once more for its end: its address may still take a file, and what comes by then goes with it
# (`db.repositories.uploads.EXPIRE`). Files are named by content: another upload may have the same one.
EMPTY_PHOTOS = Statement(f"""
WITH due AS (
  SELECT u.id, u.original_key, u.storage_key FROM uploads u
   WHERE u.user_id = :user_id AND u.consent_id IS NOT NULL AND u.file_name <> '' AND u.status <> 'EXPIRED'
     AND (EXISTS (SELECT FROM consents c WHERE c.id = u.consent_id AND c.withdrawn_at IS NOT NULL)
          OR EXISTS (SELECT FROM persona_photos p WHERE p.upload_id = u.id AND p.removed_at IS NOT NULL)
          OR EXISTS (SELECT FROM project_stills s WHERE s.upload_id = u.id AND s.removed_at IS NOT NULL))
), let_go AS (
  UPDATE persona_photos p SET upload_id = NULL FROM due WHERE p.upload_id = due.id
), let_stills_go AS (
  UPDATE project_stills s SET upload_id = NULL FROM due WHERE s.upload_id = due.id
), emptied AS (
  UPDATE uploads u
     SET status = 'PENDING', file_name = '', issue_code = NULL, issue_message = NULL, storage_key = NULL, sha256 = NULL,
         measures = NULL, faces = NULL, used_at = NULL, ended_at = NULL, usable_until = least(u.usable_until, u.slot_expires_at + interval '1 hour')
    FROM due WHERE u.id = due.id
), unshared AS (
  SELECT original_key AS key FROM due
   UNION
  SELECT storage_key FROM due
   WHERE storage_key IS NOT NULL
     AND NOT EXISTS (SELECT FROM uploads o WHERE o.user_id = :user_id AND o.storage_key = due.storage_key AND o.id NOT IN (SELECT id FROM due))
)
{ASK}
""")  # noqa: S608
UNASKED = Statement("""
UPDATE deletions SET unasked_trainers = array_append(unasked_trainers, CAST(:trainer AS text))
 WHERE user_id = :user_id AND finished_at IS NULL AND CAST(:subject_id AS uuid) = ANY(persona_ids)
   AND NOT CAST(:trainer AS text) = ANY(unasked_trainers)
""")
FINISH = Statement("""
UPDATE deletions d SET finished_at = now()
 WHERE d.id = :id AND d.finished_at IS NULL
   AND NOT EXISTS (SELECT FROM file_removals f WHERE f.user_id = :user_id AND f.removed_at IS NULL
                      AND f.asked_at <= greatest(now(), d.requested_at + :kept_within)) -- announced by work from before it
   AND NOT EXISTS (SELECT FROM persona_photos p WHERE p.user_id = :user_id AND p.removed_at IS NOT NULL AND p.upload_id IS NOT NULL)
   AND NOT EXISTS (SELECT FROM project_stills s WHERE s.user_id = :user_id AND s.removed_at IS NOT NULL AND s.upload_id IS NOT NULL)
   AND NOT EXISTS (SELECT FROM images i WHERE i.subject_id = ANY(d.persona_ids) AND i.restorable_until <= greatest(now(), d.requested_at)
                      AND i.purged_at IS NULL)
   AND NOT EXISTS (SELECT FROM archives a WHERE a.user_id = :user_id
                      AND ((a.status = 'READY' AND a.expires_at <= now()) -- or a worker may be storing what it packed before
                           OR (a.status IN ('QUEUED', 'BUILDING') AND a.attempt > 0 AND a.created_at <= d.requested_at)))
   AND NOT EXISTS (SELECT FROM lora_models m WHERE m.subject_id = ANY(d.persona_ids) AND m.deleted_at IS NOT NULL AND m.forgotten_at IS NULL)
RETURNING d.id
""")


def deletion_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Deletion:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    values["reason"] = DeletionReason(values["reason"])
    values["copies"] = COPIES.validate_json(values["copies"])
    return Deletion(**values)


class SqlDeletions:
    """See `domain.ports.deletions.Deletions`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, deletion: Deletion) -> None:
        values = {name: getattr(deletion, name) for name in FIELDS}
        await self._transaction.run(
            ADD,
            {
                **values,
                "persona_ids": list(deletion.persona_ids),
                "copies": json_text(deletion.copies),
                "unasked_trainers": list(deletion.unasked_trainers),
            },
        )

    async def of_consent(self, consent_id: ConsentId) -> Deletion:
        row = await self._transaction.row(OF_CONSENT, {"id": consent_id})
        if row is None:
            raise NotFound("There is no such deletion.")
        return deletion_of(dict(row))

    async def running_jobs(self, subject_ids: Sequence[SubjectId]) -> Sequence[RunningJob]:
        rows = await self._transaction.rows(RUNNING, {"ids": list(subject_ids)})
        return [RunningJob(row["id"], row["credits_reserved"]) for row in rows]

    async def sent_calls(self, subject_ids: Sequence[SubjectId], *, now: datetime) -> Sequence[SentCalls]:
        values = {"ids": list(subject_ids), "now": now, "analyst": Provider.OPENAI}
        rows = await self._transaction.rows(SENT_CALLS, values)
        return [SentCalls(provider=row["provider"], count=row["count"], last_at=row["last_at"]) for row in rows]

    async def hide_images(self, subject_ids: Sequence[SubjectId], *, now: datetime) -> int:
        return len(await self._transaction.rows(HIDE_IMAGES, {"ids": list(subject_ids), "now": now}))

    async def hide_unseen(self, deletion_id: DeletionId) -> None:
        await self._transaction.run(HIDE_UNSEEN, {"id": deletion_id})

    async def hide_photos(
        self, *, consent_id: ConsentId | None, persona_ids: Sequence[SubjectId], now: datetime
    ) -> int:
        values = {"consent_id": consent_id, "ids": list(persona_ids), "now": now}
        ((count,),) = await self._transaction.rows(HIDE_PHOTOS, values)
        return int(count)

    async def is_unfinished(self, deletion_id: DeletionId) -> bool:
        return await self._transaction.row(IS_UNFINISHED, {"id": deletion_id}) is not None

    async def empty_photos(self, user_id: UserId) -> None:
        await self._transaction.run(EMPTY_PHOTOS, {"user_id": user_id})

    async def note_unasked(self, user_id: UserId, subject_id: SubjectId, trainer: str) -> None:
        await self._transaction.run(UNASKED, {"user_id": user_id, "subject_id": subject_id, "trainer": trainer})

    async def finish(self, user_id: UserId, deletion_id: DeletionId) -> bool:
        return (
            await self._transaction.row(
                FINISH, {"user_id": user_id, "id": deletion_id, "kept_within": KEPT_WITHIN + MARGIN}
            )
            is not None
        )
