"""Drafts of brands (see `db.leased` for how workers take them)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from db.codec import json_text
from db.leased import HELD, Claim, Leased
from db.repositories.files import ASK
from db.statements import Statement
from db.transaction import Transaction
from domain.brands.draft import BrandDraft, BrandDraftStatus, BrandSource, DraftMaterial, DraftResult, DraftTask
from domain.ids import BrandDraftId, UserId

MATERIAL: TypeAdapter[DraftMaterial] = TypeAdapter(DraftMaterial)
RESULT: TypeAdapter[DraftResult] = TypeAdapter(DraftResult)

PLAIN = ("id", "user_id", "error_code", "requested_at", "finished_at", "confirmed_at")
"""Columns that have their fields' names."""
COLUMNS = (
    ", ".join(f"d.{name}" for name in (*PLAIN, "source", "status"))
    + ", CAST(d.material AS text) AS material, CAST(d.result AS text) AS result"
)
LEASED = Leased.of("brand_drafts", emptied=", material = '{}'")

ADD = Statement("""
INSERT INTO brand_drafts (id, user_id, source, material, status, requested_at, sent_at)
VALUES (:id, :user_id, :source, CAST(:material AS jsonb), :status, :requested_at, now())
""")
BY_IDS = f"SELECT {COLUMNS} FROM brand_drafts d WHERE d.id = ANY(:ids)"  # noqa: S608 - our own field names
GET = Statement(BY_IDS)
NEWEST_OF_USERS = f"""
SELECT DISTINCT ON (d.user_id) {COLUMNS} FROM brand_drafts d
 WHERE d.user_id = ANY(:ids) AND d.status <> 'CANCELLED' AND d.confirmed_at IS NULL ORDER BY d.user_id, d.requested_at DESC, d.id DESC
"""  # noqa: S608
COUNT = Statement("""
SELECT count(*) AS count, min(requested_at) AS first FROM brand_drafts WHERE user_id = :user_id AND requested_at > :since
""")
# The lease counts from this moment: now() is when the transaction began, which may have waited for its user's lock since.
CLAIM = Statement(f"""
UPDATE brand_drafts d
   SET status = 'RUNNING', attempt = attempt + 1, tries = tries + 1, lease_until = clock_timestamp() + :lease
 WHERE id = :id AND (status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now()))
RETURNING {COLUMNS}, d.attempt, d.tries, d.is_asking
""")  # noqa: S608
FINISH = Statement(f"""
UPDATE brand_drafts SET status = 'READY', result = CAST(:result AS jsonb), material = '{{}}', is_asking = false, lease_until = NULL,
                        finished_at = :now
 WHERE {HELD} RETURNING id
""")  # noqa: S608
CONFIRM = Statement("UPDATE brand_drafts SET confirmed_at = coalesce(confirmed_at, :now) WHERE id = :id")
EMPTIED = "status = 'CANCELLED', result = NULL, material = '{}', error_code = NULL, lease_until = NULL"
CANCEL = Statement(f"""
UPDATE brand_drafts SET {EMPTIED}, finished_at = :now WHERE user_id = :user_id AND status IN ('QUEUED', 'RUNNING')
""")  # noqa: S608
DELETE = Statement(f"""
UPDATE brand_drafts SET {EMPTIED}, finished_at = coalesce(finished_at, :now) WHERE user_id = :user_id AND status <> 'CANCELLED'
""")  # noqa: S608
# Logos that no brand has go as well; the brand's own goes with the brand.
LET_FILES_GO = Statement(f"""
WITH old AS (
  SELECT id, original_key, storage_key FROM uploads
   WHERE user_id = :user_id AND purpose IN ('BRAND_DOCUMENT', 'BRAND_IMAGE', 'LOGO') AND used_at IS NULL AND status IN ('PENDING', 'READY')
), gone AS (
  UPDATE uploads u SET status = 'EXPIRED', storage_key = NULL, reading = NULL, ended_at = coalesce(ended_at, now())
    FROM old WHERE u.id = old.id
), unshared AS (
  SELECT original_key AS key FROM old
   UNION
  SELECT storage_key FROM old
   WHERE storage_key IS NOT NULL
     AND NOT EXISTS (SELECT FROM uploads o WHERE o.user_id = :user_id AND o.storage_key = old.storage_key AND o.id NOT IN (SELECT id FROM old))
)
{ASK}
""")  # noqa: S608


def draft_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> BrandDraft:
    """From a row with `COLUMNS`, or its values by name."""
    values: Mapping[str, Any] = dict(row._mapping if isinstance(row, Row) else row)
    return BrandDraft(
        **{name: values[name] for name in PLAIN},
        source=BrandSource(values["source"]),
        status=BrandDraftStatus(values["status"]),
        material=MATERIAL.validate_json(values["material"]),
        result=RESULT.validate_json(values["result"]) if values["result"] else None,
    )


class SqlBrandDrafts:
    """See `domain.ports.brand_drafts.BrandDrafts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, draft: BrandDraft) -> None:
        values = {name: getattr(draft, name) for name in ("id", "user_id", "source", "status", "requested_at")}
        await self._transaction.run(ADD, {**values, "material": json_text(draft.material)})

    async def get(self, draft_id: BrandDraftId) -> BrandDraft | None:
        row = await self._transaction.row(GET, {"ids": [draft_id]})
        return None if row is None else draft_of(dict(row))

    async def count_since(self, user_id: UserId, since: datetime) -> tuple[int, datetime | None]:
        ((count, first),) = await self._transaction.rows(COUNT, {"user_id": user_id, "since": since})
        return int(count), first

    async def claim(self, draft_id: BrandDraftId, *, lease: timedelta) -> DraftTask | None:
        row = await self._transaction.row(CLAIM, {"id": draft_id, "lease": lease})
        if row is None:
            return None
        values = dict(row)
        told = {name: values[name] for name in ("attempt", "tries", "is_asking")}
        return DraftTask(draft=draft_of(values), **told)

    async def beat(self, claim: DraftTask, *, lease: timedelta) -> bool:
        return await self._held(claim).beat(lease=lease)

    async def set_asking(self, claim: DraftTask, *, is_asking: bool) -> bool:
        return await self._held(claim).set_asking(is_asking=is_asking)

    async def put_back(self, claim: DraftTask, *, wait: timedelta, tries: int) -> bool:
        return await self._held(claim).put_back(wait=wait, tries=tries)

    async def finish(self, claim: DraftTask, result: DraftResult, *, now: datetime) -> bool:
        return await self._held(claim).write(FINISH, result=json_text(result), now=now)

    async def fail(self, claim: DraftTask, *, code: str, now: datetime) -> bool:
        return await self._held(claim).fail(code=code, now=now)

    async def confirm(self, draft_id: BrandDraftId, *, now: datetime) -> None:
        await self._transaction.run(CONFIRM, {"id": draft_id, "now": now})

    async def cancel(self, user_id: UserId, *, now: datetime) -> None:
        await self._transaction.run(CANCEL, {"user_id": user_id, "now": now})

    async def delete_all(self, user_id: UserId, *, now: datetime) -> None:
        await self._transaction.run(LET_FILES_GO, {"user_id": user_id})
        await self._transaction.run(DELETE, {"user_id": user_id, "now": now})

    def _held(self, claim: DraftTask) -> Claim:
        return Claim(self._transaction, LEASED, claim.draft.id, claim.attempt)
