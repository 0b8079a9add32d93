"""Rounds of approval: rows that are added, read once more, and emptied of words when their persona goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import JobId, RoundId, SubjectId
from domain.personas.approval import ApprovalRound, Feedback
from domain.personas.samples import ReadBy, Reading, SampleIssue

FIELDS = (
    "id",
    "user_id",
    "persona_id",
    "job_id",
    "photo_set",
    "approved",
    "issues",
    "comment",
    "should_proceed",
    "recommendations",
    "read_by",
    "is_being_read",
    "created_at",
)
COLUMNS = ", ".join(f"r.{name}" for name in FIELDS)

ADD = Statement(
    f"INSERT INTO approval_rounds ({', '.join(FIELDS)}) VALUES ({', '.join(':' + name for name in FIELDS)})"  # noqa: S608 - our own field names
)
GET = Statement(f"SELECT {COLUMNS} FROM approval_rounds r WHERE r.id = :id")  # noqa: S608
OF = Statement(
    f"SELECT {COLUMNS} FROM approval_rounds r WHERE r.persona_id = :id ORDER BY r.created_at DESC, r.id DESC"  # noqa: S608
)
HAVE_IMAGES = "EXISTS (SELECT FROM images i WHERE i.job_id = jobs.id AND i.deleted_at IS NULL)"
"""Of jobs of samples: what was deleted can be seen by nobody, and so not be reviewed."""

COUNT = Statement("SELECT count(*) AS count FROM approval_rounds WHERE persona_id = :id")
NEWEST_PREVIEW = Statement(f"""
SELECT id FROM jobs
 WHERE subject_id = :id AND kind = 'PREVIEW_SAMPLES' AND recipe ->> 'photo_set' = :photo_set AND {HAVE_IMAGES}
 ORDER BY created_at DESC LIMIT 1
""")  # noqa: S608
READ = Statement("""
UPDATE approval_rounds
   SET should_proceed = :should_proceed, recommendations = :recommendations, read_by = :read_by, is_being_read = false
 WHERE id = :id
""")
LEAVE = Statement("UPDATE approval_rounds SET is_being_read = false WHERE id = :id")
FORGET = Statement("""
UPDATE approval_rounds SET comment = '', recommendations = '{}', is_being_read = false WHERE persona_id = ANY(:ids)
""")


def round_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> ApprovalRound:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    feedback = Feedback(
        approved=values.pop("approved"),
        issues=tuple(SampleIssue(issue) for issue in values.pop("issues")),
        comment=values.pop("comment"),
    )
    reading = Reading(
        should_proceed=values.pop("should_proceed"),
        recommendations=tuple(values.pop("recommendations")),
        read_by=ReadBy(values.pop("read_by")),
    )
    return ApprovalRound(**values, feedback=feedback, reading=reading)


class SqlApprovals:
    """See `domain.ports.approvals.Approvals`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def newest_preview(self, persona_id: SubjectId, photo_set: str) -> JobId | None:
        row = await self._transaction.row(NEWEST_PREVIEW, {"id": persona_id, "photo_set": photo_set})
        return JobId(row["id"]) if row else None

    async def add(self, made: ApprovalRound) -> None:
        said = {
            "approved": made.feedback.approved,
            "issues": list(made.feedback.issues),
            "comment": made.feedback.comment,
        }
        plain = ("id", "user_id", "persona_id", "job_id", "photo_set", "is_being_read", "created_at")
        await self._transaction.run(
            ADD, {**{name: getattr(made, name) for name in plain}, **said, **_reading(made.reading)}
        )

    async def find(self, round_id: RoundId) -> ApprovalRound | None:
        row = await self._transaction.row(GET, {"id": round_id})
        return round_of(dict(row)) if row else None

    async def of(self, persona_id: SubjectId) -> Sequence[ApprovalRound]:
        return [round_of(dict(row)) for row in await self._transaction.rows(OF, {"id": persona_id})]

    async def count(self, persona_id: SubjectId) -> int:
        ((count,),) = await self._transaction.rows(COUNT, {"id": persona_id})
        return int(count)

    async def read(self, round_id: RoundId, reading: Reading | None) -> None:
        if reading is None:
            await self._transaction.run(LEAVE, {"id": round_id})
        else:
            await self._transaction.run(READ, {"id": round_id, **_reading(reading)})

    async def forget(self, persona_ids: Sequence[SubjectId]) -> None:
        await self._transaction.run(FORGET, {"ids": list(persona_ids)})


def _reading(reading: Reading) -> Mapping[str, object]:
    return {
        "should_proceed": reading.should_proceed,
        "recommendations": list(reading.recommendations),
        "read_by": reading.read_by,
    }
