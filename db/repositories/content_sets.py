"""Content sets. What counts of their jobs is read with them."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from db.statements import Statement
from db.transaction import Transaction
from domain.content_sets.content_set import ContentSet, SetPart
from domain.errors import NotFound
from domain.ids import ContentSetId

PARTS_OF: TypeAdapter[tuple[SetPart, ...]] = TypeAdapter(tuple[SetPart, ...])
PLAIN = ("id", "user_id", "project_id", "subject_id", "thumbnails_job_id", "social_job_id", "created_at")
COLUMNS = f"""
  {", ".join(f"s.{name}" for name in PLAIN)},
  CAST((SELECT jsonb_agg(jsonb_build_object('job_id', j.id, 'status', j.status, 'image_count', j.image_count,
                 'completed_count', j.completed_count, 'failed_count', j.failed_count, 'cancelled_count', j.cancelled_count,
                 'credits_reserved', j.credits_reserved, 'credits_captured', j.credits_captured) ORDER BY j.id <> s.thumbnails_job_id)
          FROM jobs j WHERE j.id IN (s.thumbnails_job_id, s.social_job_id)) AS text) AS parts
"""  # noqa: S608 - our own words

ADD = Statement(f"INSERT INTO content_sets ({', '.join(PLAIN)}) VALUES ({', '.join(':' + name for name in PLAIN)})")  # noqa: S608
GET = Statement(f"SELECT {COLUMNS} FROM content_sets s WHERE s.id = :id")  # noqa: S608


def content_set_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> ContentSet:
    """From a row with `COLUMNS`, or its values by name."""
    values = row._mapping if isinstance(row, Row) else row
    return ContentSet(**{name: values[name] for name in PLAIN}, parts=PARTS_OF.validate_json(values["parts"] or "[]"))


class SqlContentSets:
    """See `domain.ports.content_sets.ContentSets`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, content_set: ContentSet) -> None:
        await self._transaction.run(ADD, {name: getattr(content_set, name) for name in PLAIN})

    async def get(self, set_id: ContentSetId) -> ContentSet:
        row = await self._transaction.row(GET, {"id": set_id})
        if row is None:
            raise NotFound("There is no such content set.")
        return content_set_of(dict(row))
