"""What accounts are known by where adult content is concerned: columns of `users`, of which the API may write one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import UserId
from domain.safety.policy import AdultAccount, AgeAssurance

GET = Statement("SELECT age_assurance, adult_opted_in_at FROM users WHERE id = :id")
OPT_IN = Statement("UPDATE users SET adult_opted_in_at = :at WHERE id = :id")
ASSURE = Statement("""
UPDATE users SET age_assurance = :level, age_assured_at = :at, age_assurance_reference = :reference WHERE id = :id
""")
TAINTED = Statement("SELECT images_of_real_people(:ids) AS found")


MARKED = Statement("SELECT EXISTS (SELECT FROM images WHERE id = ANY(:ids) AND nsfw) AS found")


class SqlAdultAccounts:
    """See `domain.ports.adult.AdultAccounts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, user_id: UserId) -> AdultAccount:
        row = await self._transaction.row(GET, {"id": user_id})
        if row is None:
            return AdultAccount()
        return AdultAccount(age_assurance=AgeAssurance(row["age_assurance"]), opted_in_at=row["adult_opted_in_at"])

    async def descend_from_uploads(self, image_ids: Sequence[UUID]) -> bool:
        ((found,),) = await self._transaction.rows(TAINTED, {"ids": list(image_ids)})
        return bool(found)

    async def are_adult(self, image_ids: Sequence[UUID]) -> bool:
        if not image_ids:
            return False
        ((found,),) = await self._transaction.rows(MARKED, {"ids": list(image_ids)})
        return bool(found)

    async def opt_in(self, user_id: UserId, *, at: datetime | None) -> None:
        await self._transaction.run(OPT_IN, {"id": user_id, "at": at})

    async def assure(self, user_id: UserId, level: AgeAssurance, *, reference: str | None, at: datetime) -> None:
        since = None if level is AgeAssurance.NONE else at
        await self._transaction.run(ASSURE, {"id": user_id, "level": level, "at": since, "reference": reference})
