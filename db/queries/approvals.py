"""Of many personas at once: the newest image of each style, and rounds of approval."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.approvals import COLUMNS as ROUND
from db.repositories.approvals import HAVE_IMAGES, round_of
from db.repositories.images import COLUMNS, PRESENT, image_of
from domain.images.image import Image
from domain.jobs.job import JobKind
from domain.personas.approval import ApprovalRound

NEWEST_OF_STYLES = text(f"""
SELECT DISTINCT ON (i.subject_id, i.style) {COLUMNS} FROM images i
 WHERE i.subject_id = ANY(:ids) AND i.kind = :kind AND i.kind IN ('PORTRAITS', 'PREVIEW_SAMPLES', 'DISPLAY_SAMPLES') AND {PRESENT}
 ORDER BY i.subject_id, i.style, i.created_at DESC, i.id DESC
""")  # noqa: S608 - our own column list
ROUNDS = text(f"""
SELECT {ROUND} FROM approval_rounds r WHERE r.persona_id = ANY(:ids) ORDER BY r.created_at DESC, r.id DESC
""")  # noqa: S608
PREVIEWS = text(f"""
SELECT subject_id, array_agg(DISTINCT recipe ->> 'photo_set') AS photo_sets FROM jobs
 WHERE subject_id = ANY(:ids) AND kind = 'PREVIEW_SAMPLES' AND {HAVE_IMAGES} GROUP BY subject_id
""")  # noqa: S608


async def newest_of_styles(connection: AsyncConnection, ids: Sequence[UUID], kind: JobKind) -> dict[UUID, list[Image]]:
    """By subject. An image that was made again takes the place of the one before."""
    found: dict[UUID, list[Image]] = {}
    for image in map(image_of, await connection.execute(NEWEST_OF_STYLES, {"ids": list(ids), "kind": kind})):
        found.setdefault(image.subject_id, []).append(image)
    return found


async def rounds_of_personas(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[ApprovalRound]]:
    found: dict[UUID, list[ApprovalRound]] = {}
    for one in map(round_of, await connection.execute(ROUNDS, {"ids": list(ids)})):
        found.setdefault(one.persona_id, []).append(one)
    return found


async def previewed_sets(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """Of which sets of photos each persona has preview samples that can be seen. A sample of an older set may be made again later than these."""
    rows = await connection.execute(PREVIEWS, {"ids": list(ids)})
    return {row.subject_id: frozenset(row.photo_sets) for row in rows}
