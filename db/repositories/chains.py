"""Chains from a chosen face to a training."""

from collections.abc import Sequence
from datetime import datetime

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import ImageId, JobId, LoraModelId, SubjectId
from domain.trainings.chain import Chain, HeldBackBy

FIELDS = tuple(Chain.__dataclass_fields__)

ADD = Statement("""
INSERT INTO training_chains (sheet_job_id, user_id, subject_id, base_image_id, created_at, sent_at)
VALUES (:sheet_job_id, :user_id, :subject_id, :base_image_id, :created_at, now())
""")
GET = Statement(f"SELECT {', '.join(FIELDS)} FROM training_chains WHERE sheet_job_id = :id")  # noqa: S608 - our own field names
UNDER_WAY = Statement("SELECT sheet_job_id FROM training_chains WHERE subject_id = :subject_id AND ended_at IS NULL")
SHEETS = Statement("SELECT id FROM images WHERE job_id = :id AND deleted_at IS NULL ORDER BY index")
END = Statement("""
UPDATE training_chains SET training_id = :training_id, stopped_by = :stopped_by, ended_at = :ended_at WHERE sheet_job_id = :id
""")


class SqlChains:
    """See `domain.ports.chains.Chains`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, chain: Chain) -> None:
        await self._transaction.run(ADD, {name: getattr(chain, name) for name in FIELDS})

    async def get(self, sheet_job_id: JobId) -> Chain | None:
        row = await self._transaction.row(GET, {"id": sheet_job_id})
        if row is None:
            return None
        values = dict(row)
        values["stopped_by"] = HeldBackBy(values["stopped_by"]) if values["stopped_by"] else None
        return Chain(**values)

    async def is_under_way(self, subject_id: SubjectId) -> bool:
        return await self._transaction.row(UNDER_WAY, {"subject_id": subject_id}) is not None

    async def sheets(self, sheet_job_id: JobId) -> Sequence[ImageId]:
        return [ImageId(row["id"]) for row in await self._transaction.rows(SHEETS, {"id": sheet_job_id})]

    async def reopen(self, sheet_job_id: JobId) -> None:
        await self._end(sheet_job_id, None, None, None)

    async def finish(self, sheet_job_id: JobId, training_id: LoraModelId, *, now: datetime) -> None:
        await self._end(sheet_job_id, training_id, None, now)

    async def stop(self, sheet_job_id: JobId, by: HeldBackBy, *, now: datetime) -> None:
        await self._end(sheet_job_id, None, by, now)

    async def _end(
        self, sheet_job_id: JobId, training_id: LoraModelId | None, by: HeldBackBy | None, at: datetime | None
    ) -> None:
        values = {"id": sheet_job_id, "training_id": training_id, "stopped_by": by, "ended_at": at}
        await self._transaction.run(END, values)
