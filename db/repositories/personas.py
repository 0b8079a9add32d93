"""Personas: a subject and its words, two rows that are always written together; and photos, which are uploads put to use."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row

from db.repositories.drawn_with import LORA_COLUMNS, drawn_with, join_lora
from db.repositories.uploads import faces_of
from db.statements import Statement
from db.transaction import Transaction
from domain.errors import NotFound
from domain.ids import ConsentId, PhotoId, SubjectId, UploadId, UserId
from domain.images.image import StoredFile
from domain.personas.persona import Persona, PersonaPhoto, PersonaStatus, PersonaWords
from domain.ports.personas import UsedUpload
from domain.uploads.measures import PhotoMeasures

STATUS = """
CASE WHEN EXISTS (SELECT FROM images i WHERE i.subject_id = p.subject_id AND i.kind = 'PORTRAITS' AND i.deleted_at IS NULL) THEN 'READY'
     ELSE coalesce((SELECT CASE WHEN j.finished_at IS NULL THEN 'ANALYZING' WHEN j.status = 'FAILED' THEN 'FAILED' END
                      FROM jobs j WHERE j.subject_id = p.subject_id AND j.kind = 'PORTRAITS' ORDER BY j.created_at DESC LIMIT 1), p.status) END
"""
"""It follows from its portraits, so that deleting these, or a job that is cancelled, needs no second write."""

COLUMNS = f"""
  s.id, s.user_id, s.name, s.created_at, p.consent_id, p.description, p.tags, {STATUS} AS status, p.is_default, c.withdrawn_at IS NULL AS has_consent,
  {LORA_COLUMNS},
  (SELECT count(*) FROM persona_photos f WHERE f.persona_id = p.subject_id AND f.removed_at IS NULL) AS photo_count
"""  # noqa: S608 - our own words
FROM = f"FROM personas p JOIN subjects s ON s.id = p.subject_id JOIN consents c ON c.id = p.consent_id {join_lora()}"
PRESENT = "p.deleted_at IS NULL"

ADD = Statement("""
WITH subject AS (
  INSERT INTO subjects (id, user_id, type, name, created_at) VALUES (:id, :user_id, 'PERSONA', :name, :created_at)
)
INSERT INTO personas (subject_id, user_id, consent_id, description, tags, status, is_default)
VALUES (:id, :user_id, :consent_id, :description, :tags, :status, :is_default)
""")
GET = Statement(f"SELECT {COLUMNS} {FROM} WHERE p.subject_id = :id AND {PRESENT}")
COUNT = Statement(f"SELECT count(*) AS count FROM personas p WHERE p.user_id = :user_id AND {PRESENT}")  # noqa: S608
# Photos come under the newest consent, which need not be their persona's.
UNDER = Statement("""
SELECT p.subject_id FROM personas p
 WHERE p.deleted_at IS NULL
   AND (p.consent_id = :id
        OR EXISTS (SELECT FROM persona_photos f JOIN uploads u ON u.id = f.upload_id WHERE f.persona_id = p.subject_id AND u.consent_id = :id))
 ORDER BY p.subject_id
""")
CHANGE = Statement("""
WITH subject AS (
  UPDATE subjects SET name = :name WHERE id = :id
)
UPDATE personas SET description = :description, tags = :tags, consent_id = :consent_id WHERE subject_id = :id
""")
MOVE = Statement("""
UPDATE personas SET status = :to WHERE subject_id = ANY(:ids) AND deleted_at IS NULL AND status = ANY(:since)
""")
NOT_DEFAULT = Statement("UPDATE personas SET is_default = false WHERE user_id = :user_id AND is_default")
DEFAULT = Statement("UPDATE personas SET is_default = true WHERE subject_id = :id")
START_OVER = Statement("UPDATE personas SET status = 'PENDING_UPLOAD' WHERE subject_id = ANY(:ids)")
DELETE = Statement("""
WITH subject AS (
  UPDATE subjects SET name = 'Deleted' WHERE id = :id
)
UPDATE personas SET description = '', tags = '{}', is_default = false, deleted_at = :now WHERE subject_id = :id
""")
NEXT_DEFAULT = Statement("""
UPDATE personas SET is_default = true
 WHERE subject_id = (
   SELECT p.subject_id FROM personas p JOIN subjects s ON s.id = p.subject_id
    WHERE p.user_id = (SELECT user_id FROM subjects WHERE id = :id) AND p.deleted_at IS NULL
    ORDER BY s.created_at DESC, s.id DESC LIMIT 1)
   AND NOT EXISTS (SELECT FROM personas o WHERE o.user_id = personas.user_id AND o.is_default)
""")

PHOTO = """
  f.id, f.persona_id, f.added_at, u.storage_key, u.sha256, u.content_type, u.size_bytes, u.width, u.height, u.announced_type,
  u.announced_size_bytes, CAST(u.measures AS text) AS measures, CAST(u.faces AS text) AS faces
"""
PHOTOS_FROM = "FROM persona_photos f JOIN uploads u ON u.id = f.upload_id"
PHOTOS = Statement(f"""
SELECT {PHOTO} {PHOTOS_FROM} WHERE f.persona_id = :id AND f.removed_at IS NULL ORDER BY f.added_at, f.id
""")
USED = Statement("SELECT id, upload_id, persona_id FROM persona_photos WHERE upload_id = ANY(:ids)")
ADD_PHOTOS = Statement("""
INSERT INTO persona_photos (id, user_id, persona_id, upload_id, added_at)
SELECT id, :user_id, :persona_id, upload_id, :now FROM unnest(CAST(:ids AS uuid[]), CAST(:upload_ids AS uuid[])) AS new (id, upload_id)
""")
REMOVE_PHOTOS = Statement("UPDATE persona_photos SET removed_at = :now WHERE id = ANY(:ids) AND removed_at IS NULL")


def persona_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Persona:
    """From a row with `COLUMNS`, or its values by name."""
    values = row._mapping if isinstance(row, Row) else row
    return Persona(
        id=values["id"],
        user_id=values["user_id"],
        consent_id=values["consent_id"],
        has_consent=values["has_consent"],
        words=PersonaWords(name=values["name"], description=values["description"], tags=tuple(values["tags"])),
        status=PersonaStatus(values["status"]),
        is_default=values["is_default"],
        photo_count=values["photo_count"],
        created_at=values["created_at"],
        **drawn_with(dict(values)),
    )


def photo_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> PersonaPhoto:
    """From a row with `PHOTO`, or its values by name."""
    values = row._mapping if isinstance(row, Row) else row
    return PersonaPhoto(
        id=values["id"],
        persona_id=values["persona_id"],
        file=StoredFile(
            key=values["storage_key"],
            sha256=values["sha256"],
            content_type=values["content_type"],
            size_bytes=values["size_bytes"],
        ),
        width=values["width"],
        height=values["height"],
        sent_type=values["announced_type"],
        sent_size_bytes=values["announced_size_bytes"],
        measures=PhotoMeasures(**orjson.loads(values["measures"])),
        faces=faces_of(values["faces"]),
        added_at=values["added_at"],
    )


class SqlPersonas:
    """See `domain.ports.personas.Personas`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, persona: Persona) -> None:
        await self._transaction.run(
            ADD,
            {
                **_words(persona.words),
                "id": persona.id,
                "user_id": persona.user_id,
                "created_at": persona.created_at,
                "consent_id": persona.consent_id,
                "status": persona.status,
                "is_default": persona.is_default,
            },
        )

    async def get(self, persona_id: SubjectId) -> Persona:
        found = await self.find(persona_id)
        if found is None:
            raise NotFound("There is no such persona.")
        return found

    async def find(self, persona_id: SubjectId) -> Persona | None:
        row = await self._transaction.row(GET, {"id": persona_id})
        return persona_of(dict(row)) if row else None

    async def count(self, user_id: UserId) -> int:
        ((count,),) = await self._transaction.rows(COUNT, {"user_id": user_id})
        return int(count)

    async def under(self, consent_id: ConsentId) -> Sequence[SubjectId]:
        return [row["subject_id"] for row in await self._transaction.rows(UNDER, {"id": consent_id})]

    async def change(self, persona_id: SubjectId, words: PersonaWords, *, consent_id: ConsentId) -> None:
        await self._transaction.run(CHANGE, {**_words(words), "id": persona_id, "consent_id": consent_id})

    async def make_default(self, user_id: UserId, persona_id: SubjectId) -> None:
        await self._transaction.run(NOT_DEFAULT, {"user_id": user_id})
        await self._transaction.run(DEFAULT, {"id": persona_id})

    async def start_over(self, persona_ids: Sequence[SubjectId]) -> None:
        await self._transaction.run(START_OVER, {"ids": list(persona_ids)})

    async def move(
        self, persona_ids: Sequence[SubjectId], to: PersonaStatus, *, since: Sequence[PersonaStatus]
    ) -> None:
        await self._transaction.run(MOVE, {"ids": list(persona_ids), "to": to, "since": list(since)})

    async def delete(self, persona_id: SubjectId, *, now: datetime) -> None:
        await self._transaction.run(DELETE, {"id": persona_id, "now": now})
        await self._transaction.run(NEXT_DEFAULT, {"id": persona_id})

    async def photos(self, persona_id: SubjectId) -> Sequence[PersonaPhoto]:
        return [photo_of(dict(row)) for row in await self._transaction.rows(PHOTOS, {"id": persona_id})]

    async def uploads_used(self, upload_ids: Sequence[UploadId]) -> Mapping[UploadId, UsedUpload]:
        rows = await self._transaction.rows(USED, {"ids": list(upload_ids)})
        return {row["upload_id"]: UsedUpload(row["id"], row["persona_id"]) for row in rows}

    async def add_photos(
        self,
        user_id: UserId,
        persona_id: SubjectId,
        photo_ids: Sequence[PhotoId],
        upload_ids: Sequence[UploadId],
        *,
        now: datetime,
    ) -> None:
        await self._transaction.run(
            ADD_PHOTOS,
            {
                "user_id": user_id,
                "persona_id": persona_id,
                "ids": list(photo_ids),
                "upload_ids": list(upload_ids),
                "now": now,
            },
        )

    async def remove_photos(self, photo_ids: Sequence[PhotoId], *, now: datetime) -> None:
        await self._transaction.run(REMOVE_PHOTOS, {"ids": list(photo_ids), "now": now})


def _words(words: PersonaWords) -> Mapping[str, object]:
    return {"name": words.name, "description": words.description, "tags": list(words.tags)}
