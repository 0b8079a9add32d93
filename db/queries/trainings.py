"""Trainings by id and by page, and the images a LoRA could be trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.images import COLUMNS as IMAGE_COLUMNS
from db.repositories.images import PRESENT, image_of
from db.repositories.trainings import COLUMNS, lora_model_of
from domain.ids import SubjectId
from domain.images.image import Image
from domain.pages import Page
from domain.trainings.training import LoraModel

MOST_OFFERED = 100
"""Images to choose from, newest first."""

BY_ID = text(f"SELECT {COLUMNS} FROM lora_models m WHERE m.id = ANY(:ids)")  # noqa: S608 - our own field names
PAGE = text(f"""
SELECT {COLUMNS} FROM lora_models m
 WHERE m.subject_id = :subject_id
   AND (CAST(:at AS timestamptz) IS NULL OR (m.created_at, m.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY m.created_at DESC, m.id DESC LIMIT :limit
""")  # noqa: S608
OFFERED = text(f"""
SELECT {IMAGE_COLUMNS} FROM images i WHERE i.subject_id = :subject_id AND NOT i.nsfw AND {PRESENT}
 ORDER BY i.created_at DESC, i.id DESC LIMIT :limit
""")  # noqa: S608
# Of the subject's own: the liked ones, and how many of them were not in its newest LoRA.
NEW_LIKED = text(f"""
SELECT count(*) FROM images i
 WHERE i.subject_id = :subject_id AND i.liked AND NOT i.nsfw AND {PRESENT}
   AND NOT EXISTS (SELECT FROM lora_models m WHERE m.subject_id = i.subject_id AND m.status = 'READY' AND i.id = ANY (m.image_ids))
   AND i.created_at > coalesce((SELECT max(m.created_at) FROM lora_models m WHERE m.subject_id = :subject_id AND m.status = 'READY'), '-infinity')
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Offered:
    """`profile` is the base image and the character sheets."""

    images: Sequence[Image]
    liked: Sequence[Image]
    profile: Sequence[Image]


async def lora_models_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, LoraModel]:
    return {model.id: model for model in map(lora_model_of, await connection.execute(BY_ID, {"ids": list(ids)}))}


async def lora_models_page(
    connection: AsyncConnection, subject_id: SubjectId, *, first: int, after: str | None
) -> Page[LoraModel]:
    place = place_of(after) if after is not None else None
    values = {
        "subject_id": subject_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [lora_model_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(model.created_at, model.id) for model in found], first)


async def offered_images(connection: AsyncConnection, subject_id: SubjectId, base_image: UUID | None) -> Offered:
    rows = await connection.execute(OFFERED, {"subject_id": subject_id, "limit": MOST_OFFERED})
    images = [image_of(row) for row in rows]
    return Offered(
        images=images,
        liked=[image for image in images if image.liked],
        profile=[image for image in images if image.id == base_image or image.kind == "CHARACTER_SHEET"],
    )


async def count_new_liked(connection: AsyncConnection, subject_id: SubjectId) -> int:
    found: int = (await connection.execute(NEW_LIKED, {"subject_id": subject_id})).scalar_one()
    return found
