"""Consents: rows that are only ever added, and withdrawn once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from db.statements import Statement
from db.transaction import Transaction
from domain.consents.consent import Consent
from domain.consents.texts import ConsentPurpose
from domain.errors import NotFound
from domain.ids import ConsentId, UserId

FIELDS = tuple(Consent.__dataclass_fields__)
COLUMNS = ", ".join(f"c.{name}" for name in FIELDS)
GIVEN = tuple(name for name in FIELDS if name != "withdrawn_at")

ADD = Statement(
    f"INSERT INTO consents ({', '.join(GIVEN)}) VALUES ({', '.join(':' + name for name in GIVEN)})"  # noqa: S608 - our own field names
)
GET = Statement(f"SELECT {COLUMNS} FROM consents c WHERE c.id = :id")  # noqa: S608
LIVE = Statement(f"""
SELECT {COLUMNS} FROM consents c WHERE c.user_id = :user_id AND c.purpose = :purpose AND c.withdrawn_at IS NULL ORDER BY c.given_at DESC
""")  # noqa: S608
WITHDRAW = Statement("UPDATE consents SET withdrawn_at = :now WHERE id = :id")


def consent_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Consent:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    values["purpose"] = ConsentPurpose(values["purpose"])
    return Consent(**values)


class SqlConsents:
    """See `domain.ports.consents.Consents`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, consent: Consent) -> None:
        await self._transaction.run(ADD, {name: getattr(consent, name) for name in GIVEN})

    async def get(self, consent_id: ConsentId) -> Consent:
        row = await self._transaction.row(GET, {"id": consent_id})
        if row is None:
            raise NotFound("There is no such consent.")
        return consent_of(dict(row))

    async def live(self, user_id: UserId, purpose: ConsentPurpose) -> Sequence[Consent]:
        rows = await self._transaction.rows(LIVE, {"user_id": user_id, "purpose": purpose})
        return [consent_of(dict(row)) for row in rows]

    async def withdraw(self, consent_id: ConsentId, *, now: datetime) -> None:
        await self._transaction.run(WITHDRAW, {"id": consent_id, "now": now})
