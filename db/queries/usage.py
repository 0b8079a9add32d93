"""What subjects were used for, of many at once."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.subjects.usage import NEVER_USED, KindUsage, SubjectUsage

# Jobs count what they completed, and no deletion of an image takes that back. They are a tenth as many as images.
USAGE = text("""
SELECT subject_id, kind, sum(completed_count) AS made, sum(credits_captured) AS credits, max(created_at) AS last_at, 0 AS trainings
  FROM jobs WHERE subject_id = ANY(:ids) GROUP BY subject_id, kind
 UNION ALL
SELECT subject_id, NULL, 0, sum(credits_captured), max(created_at), count(*) FILTER (WHERE status = 'READY')
  FROM lora_models WHERE subject_id = ANY(:ids) GROUP BY subject_id
 ORDER BY subject_id, kind
""")


async def usage_of_subjects(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, SubjectUsage]:
    """Of each, also where there is none."""
    found = dict.fromkeys(ids, NEVER_USED)
    for subject_id, kind, made, credits_, last_at, trainings in await connection.execute(USAGE, {"ids": list(ids)}):
        usage = found[subject_id]
        last = max(usage.last_used_at or last_at, last_at)
        if kind is None:
            changed = replace(usage, training_count=trainings, training_credits=int(credits_), last_used_at=last)
        else:
            one = KindUsage(kind=kind, images_made=int(made), credits_spent=int(credits_))
            changed = replace(usage, by_kind=(*usage.by_kind, one), last_used_at=last)
        found[subject_id] = changed
    return found
