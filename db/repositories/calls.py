"""Paid calls to providers."""

from db.statements import Statement
from db.transaction import Record, Transaction
from domain.calls.call import CallState, ProviderCall
from domain.ids import CallId, JobId
from domain.models.model import Provider

FIELDS = tuple(ProviderCall.__dataclass_fields__)
COLUMNS = ", ".join(FIELDS)

ADD = Statement(
    f"INSERT INTO provider_calls ({COLUMNS}) VALUES ({', '.join(':' + name for name in FIELDS)})"  # noqa: S608 - our own field names
)
GET = Statement(f"SELECT {COLUMNS} FROM provider_calls WHERE id = :id")  # noqa: S608
OPEN_OF = Statement(
    f"SELECT {COLUMNS} FROM provider_calls WHERE job_id = :job_id AND index = :index AND ended_at IS NULL"  # noqa: S608
)
LOST_COUNT = Statement("""
SELECT count(*) AS count FROM provider_calls
 WHERE job_id = :job_id AND index = :index AND round = :round AND state = 'LOST'
""")
SUBMIT = Statement("""
UPDATE provider_calls
   SET state = CASE WHEN ended_at IS NULL THEN 'SUBMITTED' ELSE state END,
       request_id = :request_id, submitted_at = coalesce(submitted_at, now())
 WHERE id = :id
RETURNING ended_at IS NULL AS is_open
""")
HINT = Statement(f"""
UPDATE provider_calls
   SET state = 'SUBMITTED', request_id = :request_id, submitted_at = coalesce(submitted_at, now()), hinted_at = now()
 WHERE id = :id AND ended_at IS NULL AND hinted_at IS NULL AND coalesce(request_id, :request_id) = :request_id
RETURNING {COLUMNS}
""")  # noqa: S608
END = Statement("""
UPDATE provider_calls SET state = :state, ended_at = now(), error_code = :code, error_detail = nullif(:detail, '')
 WHERE id = :id AND ended_at IS NULL
""")


def call_of(row: Record) -> ProviderCall:
    values = dict(row)
    values["provider"] = Provider(values["provider"])
    values["state"] = CallState(values["state"])
    return ProviderCall(**values)


class SqlCalls:
    """See `domain.ports.calls.Calls`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, call: ProviderCall) -> None:
        await self._transaction.run(ADD, {name: getattr(call, name) for name in FIELDS})

    async def get(self, call_id: CallId) -> ProviderCall | None:
        row = await self._transaction.row(GET, {"id": call_id})
        return call_of(row) if row else None

    async def open_of(self, job_id: JobId, index: int) -> ProviderCall | None:
        row = await self._transaction.row(OPEN_OF, {"job_id": job_id, "index": index})
        return call_of(row) if row else None

    async def lost_count(self, job_id: JobId, index: int, round_: int) -> int:
        row = await self._transaction.row(LOST_COUNT, {"job_id": job_id, "index": index, "round": round_})
        return int(row["count"]) if row else 0

    async def submit(self, call_id: CallId, *, request_id: str) -> bool:
        row = await self._transaction.row(SUBMIT, {"id": call_id, "request_id": request_id})
        return bool(row and row["is_open"])

    async def hint(self, call_id: CallId, *, request_id: str) -> ProviderCall | None:
        row = await self._transaction.row(HINT, {"id": call_id, "request_id": request_id})
        return call_of(row) if row else None

    async def end(self, call_id: CallId, state: CallState, *, code: str | None = None, detail: str = "") -> None:
        await self._transaction.run(END, {"id": call_id, "state": state, "code": code, "detail": detail[:500]})
