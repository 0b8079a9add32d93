"""Finished images."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from db.codec import PROVENANCE, json_text
from db.repositories.files import ASK
from db.statements import Statement
from db.transaction import Record, Transaction
from domain.archives.contents import PackedImage
from domain.errors import NotFound
from domain.ids import ImageId, SubjectId, UserId
from domain.images.image import Image, ImageStanding
from domain.images.provenance import Provenance
from domain.jobs.job import GenerationMode, JobKind
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from domain.social.platforms import Platform

FIELDS = tuple(Image.__dataclass_fields__)
READS = {name: f"i.{name}" for name in FIELDS} | {"provenance": "CAST(i.provenance AS text) AS provenance"}
COLUMNS = ", ".join(READS.values())
"""The columns have the fields' names, so that a row and an `Image` are the same list."""

VALUES = ", ".join("CAST(:provenance AS jsonb)" if name == "provenance" else f":{name}" for name in FIELDS)
ADD = Statement(
    f"INSERT INTO images ({', '.join(FIELDS)}, decision) VALUES ({VALUES}, :decision) "  # noqa: S608 - our own field names
    "ON CONFLICT (job_id, index) DO NOTHING RETURNING id"
)
PRESENT = "i.deleted_at IS NULL"
"""Of every read: what is deleted is nowhere to be seen. As the indexes of pages say it, or they would not be used."""

GET = Statement(f"SELECT {COLUMNS} FROM images i WHERE i.id = :id AND {PRESENT}")  # noqa: S608
GET_MANY = text(f"SELECT {COLUMNS} FROM images i WHERE i.id = ANY(:ids) AND {PRESENT}")  # noqa: S608
GET_THESE = Statement(f"SELECT {COLUMNS} FROM images i WHERE i.id = ANY(:ids) AND {PRESENT}")  # noqa: S608
OF_SHEETS = Statement(f"""
SELECT {COLUMNS} FROM images i
 WHERE i.subject_id = :subject_id AND i.kind = 'CHARACTER_SHEET' AND {PRESENT}
   AND i.job_id = (SELECT s.job_id FROM images s WHERE s.subject_id = :subject_id AND s.kind = 'CHARACTER_SHEET' AND s.deleted_at IS NULL
                    ORDER BY s.created_at DESC LIMIT 1)
 ORDER BY i.index LIMIT :limit
""")  # noqa: S608
SAMPLES = Statement(f"""
SELECT DISTINCT ON (i.kind, i.style, i.liked) {COLUMNS} FROM images i
 WHERE i.subject_id = :subject_id AND i.kind IN ('PORTRAITS', 'PREVIEW_SAMPLES', 'DISPLAY_SAMPLES') AND i.style IS NOT NULL AND {PRESENT}
 ORDER BY i.kind, i.style, i.liked, i.created_at DESC, i.id DESC
""")  # noqa: S608
PACKABLE = f"{PRESENT} AND NOT i.nsfw"
COUNT_PACKABLE = Statement(f"SELECT count(*) AS count FROM images i WHERE i.id = ANY(:ids) AND {PACKABLE}")  # noqa: S608
COUNT = Statement(f"SELECT count(*) AS count FROM images i WHERE i.id = ANY(:ids) AND {PRESENT}")  # noqa: S608
LIKE = Statement(
    "UPDATE images i SET liked = :liked, liked_at = CASE WHEN NOT :liked THEN NULL WHEN i.liked THEN i.liked_at ELSE now() END "  # noqa: S608
    f"WHERE i.id = ANY(:ids) AND {PRESENT} RETURNING {COLUMNS}"
)
COUNT_DOWNLOAD = Statement(
    f"UPDATE images i SET download_count = download_count + 1 WHERE i.id = :id AND {PRESENT} RETURNING {COLUMNS}"  # noqa: S608
)
WITH_SUBJECTS = Statement(f"""
SELECT {COLUMNS}, s.name AS subject_name FROM images i JOIN subjects s ON s.id = i.subject_id WHERE i.id = ANY(:ids) AND {PACKABLE}
""")  # noqa: S608

STANDING = Statement("""
SELECT i.id, i.restorable_until, i.purged_at IS NOT NULL AS is_purged,
       (SELECT s.name FROM influencers f JOIN subjects s ON s.id = f.subject_id WHERE f.base_image_id = i.id LIMIT 1) AS base_of,
       CAST(i.id AS text) = ANY (ARRAY(
         SELECT used.id FROM jobs j, LATERAL (
           VALUES (j.recipe ->> 'base_image_id'), (j.recipe ->> 'source_image_id')
           UNION ALL SELECT jsonb_array_elements_text(j.recipe -> 'reference_image_ids')) used (id)
          WHERE j.user_id = :user_id AND j.finished_at IS NULL AND used.id IS NOT NULL))
       OR EXISTS (SELECT FROM lora_models m WHERE m.subject_id = i.subject_id AND m.status IN ('PENDING', 'TRAINING') AND i.id = ANY (m.image_ids))
         AS is_needed
  FROM images i WHERE i.id = ANY(:ids)
""")
DELETE = Statement("UPDATE images SET deleted_at = :now, restorable_until = :until WHERE id = ANY(:ids)")
RESTORE = Statement(
    f"UPDATE images i SET deleted_at = NULL, restorable_until = NULL WHERE i.id = ANY(:ids) RETURNING {COLUMNS}"  # noqa: S608
)
# Files are named by content: another image may have the same one. A mask that goes takes its upload along.
# No archive outlives an image that is in it.
PURGE = Statement(f"""
WITH due AS (
  SELECT id, subject_id, deleted_at, storage_key, thumbnail_key, mask_key FROM images
   WHERE user_id = :user_id AND restorable_until <= now() AND purged_at IS NULL ORDER BY restorable_until LIMIT :limit
), emptied AS (
  UPDATE images i
     SET purged_at = now(), storage_key = '', thumbnail_key = '', sha256 = '', prompt = '', negative_prompt = '',
         scene = NULL, environment = NULL, outfit = NULL, seed = 0, liked = false, mask_key = NULL,
         provenance = NULL
    FROM due WHERE i.id = due.id
), outlived AS (
  UPDATE archives SET expires_at = least(expires_at, now())
   WHERE user_id = :user_id AND status = 'READY'
     AND (image_ids && ARRAY(SELECT id FROM due)
          OR (scope <> 'IMAGES' AND EXISTS (SELECT FROM due WHERE due.deleted_at >= archives.created_at
                                               AND coalesce(archives.subject_id, due.subject_id) = due.subject_id)))
), unshared AS (
  SELECT DISTINCT file.key FROM due, LATERAL (VALUES (due.storage_key), (due.thumbnail_key), (due.mask_key)) file (key)
   WHERE file.key IS NOT NULL
     AND NOT EXISTS (SELECT FROM images o WHERE o.storage_key = file.key AND o.purged_at IS NULL AND o.id NOT IN (SELECT id FROM due))
     AND NOT EXISTS (SELECT FROM images o WHERE o.thumbnail_key = file.key AND o.purged_at IS NULL AND o.id NOT IN (SELECT id FROM due))
     AND NOT EXISTS (SELECT FROM images o WHERE o.mask_key = file.key AND o.purged_at IS NULL AND o.id NOT IN (SELECT id FROM due))
     AND NOT EXISTS (SELECT FROM jobs j WHERE j.user_id = :user_id AND j.finished_at IS NULL AND j.recipe -> 'mask' ->> 'key' = file.key)
), masks_ended AS (
  UPDATE uploads SET status = 'EXPIRED', storage_key = NULL, used_at = NULL, ended_at = coalesce(ended_at, now())
   WHERE user_id = :user_id AND storage_key IN (SELECT key FROM unshared)
), asked AS (
  {ASK}
)
SELECT count(*) AS count FROM due
""")  # noqa: S608


def image_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Image:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    values["kind"] = JobKind(values["kind"])
    values["aspect_ratio"] = AspectRatio(values["aspect_ratio"])
    values["quality"] = Quality(values["quality"])
    values["outfit"] = Outfit(values["outfit"])
    values["scene"] = Scene(values["scene"]) if values["scene"] else None
    values["environment"] = Environment(values["environment"]) if values["environment"] else None
    values["mode"] = GenerationMode(values["mode"]) if values["mode"] else None
    values["provenance"] = provenance_from(values["provenance"])
    values["platform"] = Platform(values["platform"]) if values["platform"] else None
    return Image(**values)


def provenance_from(kept: str | None) -> Provenance | None:
    return PROVENANCE.validate_json(kept) if kept else None


class SqlImages:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, image: Image, *, decision: int) -> bool:
        values = {name: getattr(image, name) for name in FIELDS}
        values["provenance"] = json_text(image.provenance) if image.provenance else None
        return await self._transaction.row(ADD, {**values, "decision": decision}) is not None

    async def get(self, image_id: ImageId) -> Image:
        row = await self._transaction.row(GET, {"id": image_id})
        if row is None:
            raise NotFound("There is no such image.")
        return image_of(dict(row))

    async def get_many(self, image_ids: Sequence[ImageId]) -> Sequence[Image]:
        found = _in_order(image_ids, await self._transaction.rows(GET_THESE, {"ids": list(image_ids)}))
        if len(found) < len(image_ids):
            raise NotFound("An image that is needed is not there any more.")
        return found

    async def of_sheets(self, subject_id: SubjectId, *, limit: int) -> Sequence[Image]:
        rows = await self._transaction.rows(OF_SHEETS, {"subject_id": subject_id, "limit": limit})
        return [image_of(dict(row)) for row in rows]

    async def samples_of(self, subject_id: SubjectId) -> Sequence[Image]:
        return [image_of(dict(row)) for row in await self._transaction.rows(SAMPLES, {"subject_id": subject_id})]

    async def count_present(self, image_ids: Sequence[ImageId]) -> int:
        return await self._count(COUNT, {"ids": list(image_ids)})

    async def count_packable(self, image_ids: Sequence[ImageId]) -> int:
        return await self._count(COUNT_PACKABLE, {"ids": list(image_ids)})

    async def standing(self, user_id: UserId, image_ids: Sequence[ImageId]) -> Sequence[ImageStanding]:
        rows = await self._transaction.rows(STANDING, {"user_id": user_id, "ids": list(image_ids)})
        return [ImageStanding(**dict(row)) for row in rows]

    async def delete(self, image_ids: Sequence[ImageId], *, until: datetime, now: datetime) -> None:
        await self._transaction.run(DELETE, {"ids": list(image_ids), "until": until, "now": now})

    async def restore(self, image_ids: Sequence[ImageId]) -> Sequence[Image]:
        return _in_order(image_ids, await self._transaction.rows(RESTORE, {"ids": list(image_ids)}))

    async def purge(self, user_id: UserId, *, limit: int) -> int:
        return await self._count(PURGE, {"user_id": user_id, "limit": limit})

    async def count_download(self, image_id: ImageId) -> Image:
        row = await self._transaction.row(COUNT_DOWNLOAD, {"id": image_id})
        if row is None:
            raise NotFound("There is no such image.")
        return image_of(dict(row))

    async def packed(self, image_ids: Sequence[ImageId], *, first_number: int) -> Sequence[PackedImage]:
        found = {row["id"]: dict(row) for row in await self._transaction.rows(WITH_SUBJECTS, {"ids": list(image_ids)})}
        present = [found[image_id] for image_id in image_ids if image_id in found]
        names = [values.pop("subject_name") for values in present]
        return [
            PackedImage(image_of(values), name, number)
            for number, (values, name) in enumerate(zip(present, names, strict=True), first_number)
        ]

    async def set_liked(self, image_ids: Sequence[ImageId], *, liked: bool) -> Sequence[Image]:
        return _in_order(image_ids, await self._transaction.rows(LIKE, {"ids": list(image_ids), "liked": liked}))

    async def _count(self, statement: Statement, values: Mapping[str, object]) -> int:
        ((count,),) = await self._transaction.rows(statement, values)
        return int(count)


def _in_order(image_ids: Sequence[ImageId], rows: Sequence[Record]) -> list[Image]:
    found = {image.id: image for image in (image_of(dict(row)) for row in rows)}
    return [found[image_id] for image_id in image_ids if image_id in found]
