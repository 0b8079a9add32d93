"""Trainings by id and by page, and the images a LoRA could be trained on."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.images import COLUMNS as IMAGE_COLUMNS
from db.repositories.images import PRESENT, image_of
from db.repositories.loras import LIKED_SINCE, PAST_TRAININGS, past_trainings_of
from db.repositories.trainings import COLUMNS, lora_model_of, right_of
from domain.images.image import Image
from domain.pages import Page
from domain.trainings.liking import RetrainFacts
from domain.trainings.retrains import PastTrainings
from domain.trainings.training import LoraModel

MOST_OFFERED = 100
"""Images to choose from, newest first."""

PAST = text(PAST_TRAININGS)
BY_ID = text(f"SELECT {COLUMNS} FROM lora_models m WHERE m.id = ANY(:ids) AND m.deleted_at IS NULL")  # noqa: S608 - our own field names
PAGES = text(f"""
SELECT model.* FROM unnest(CAST(:ids AS uuid[])) subject (id), LATERAL (
  SELECT {COLUMNS} FROM lora_models m
   WHERE m.subject_id = subject.id AND m.deleted_at IS NULL
     AND (CAST(:at AS timestamptz) IS NULL OR (m.created_at, m.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
   ORDER BY m.created_at DESC, m.id DESC LIMIT :limit) model
""")  # noqa: S608
OFFERED = text(f"""
SELECT image.* FROM unnest(CAST(:ids AS uuid[])) subject (id), LATERAL (
  SELECT {IMAGE_COLUMNS} FROM images i WHERE i.subject_id = subject.id AND NOT i.nsfw AND {PRESENT}
   ORDER BY i.created_at DESC, i.id DESC LIMIT :limit) image
""")  # noqa: S608
# Each with what is there for another training: what was liked since the last, and the free retry that the newest failure left.
RETRAINS = text(f"""
SELECT since.subject_id, (SELECT count(*) FROM images i WHERE i.subject_id = since.subject_id AND {LIKED_SINCE}) AS new_count,
       freed.id, freed.base_model, freed.image_count
  FROM (SELECT m.subject_id, max(m.created_at) AS at FROM lora_models m WHERE m.subject_id = ANY(:ids) AND m.status = 'READY'
         GROUP BY m.subject_id) since
  LEFT JOIN LATERAL (SELECT m.id, m.base_model, m.image_count FROM lora_models m
                      WHERE m.subject_id = since.subject_id AND m.status = 'FAILED' AND m.is_retry_free
                      ORDER BY m.created_at DESC LIMIT 1) freed ON true
""")  # noqa: S608


async def lora_models_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, LoraModel]:
    return {model.id: model for model in map(lora_model_of, await connection.execute(BY_ID, {"ids": list(ids)}))}


async def lora_models_of(
    connection: AsyncConnection, subject_ids: Sequence[UUID], *, first: int, after: str | None
) -> dict[UUID, Page[LoraModel]]:
    """A page for each of those, all from the same place on."""
    place = place_of(after) if after is not None else None
    at, id_ = (place.created_at, place.id) if place else (None, None)
    values = {"ids": list(subject_ids), "limit": check_first(first) + 1, "at": at, "id": id_}
    found: dict[UUID, list[LoraModel]] = {subject_id: [] for subject_id in subject_ids}
    for model in map(lora_model_of, await connection.execute(PAGES, values)):
        found[model.subject_id].append(model)
    return {
        subject_id: page_of(models, [Place(model.created_at, model.id) for model in models], first)
        for subject_id, models in found.items()
    }


async def past_trainings(connection: AsyncConnection, persona_ids: Sequence[UUID]) -> dict[UUID, PastTrainings]:
    rows = await connection.execute(PAST, {"ids": list(persona_ids)})
    return {row.id: past_trainings_of(dict(row._mapping)) for row in rows}


async def images_offered(connection: AsyncConnection, subject_ids: Sequence[UUID]) -> dict[UUID, list[Image]]:
    """The newest of each subject, by subject."""
    found: dict[UUID, list[Image]] = {subject_id: [] for subject_id in subject_ids}
    for image in map(image_of, await connection.execute(OFFERED, {"ids": list(subject_ids), "limit": MOST_OFFERED})):
        found[image.subject_id].append(image)
    return found


async def retrain_facts(connection: AsyncConnection, subject_ids: Sequence[UUID]) -> dict[UUID, RetrainFacts]:
    """By subject; without those that were never trained."""
    rows = await connection.execute(RETRAINS, {"ids": list(subject_ids)})
    return {
        row.subject_id: RetrainFacts(new_liked=row.new_count, right=right_of(dict(row._mapping)) if row.id else None)
        for row in rows
    }
