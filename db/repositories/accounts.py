"""Users and the credit account that comes with each."""

from datetime import datetime

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import UserId

ADD_USER = Statement(
    "INSERT INTO users (id, email, display_name, created_at) VALUES (:id, :email, :display_name, :now) "
    "ON CONFLICT (id) DO NOTHING RETURNING id"
)
ADD_ACCOUNT = Statement("INSERT INTO credit_accounts (user_id) VALUES (:id)")


class SqlAccounts:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add_if_new(self, user_id: UserId, *, email: str | None, display_name: str | None, now: datetime) -> bool:
        """Two first requests at once: the second waits for the first and finds its account."""
        created = await self._transaction.rows(
            ADD_USER, {"id": user_id, "email": email, "display_name": display_name, "now": now}
        )
        if not created:
            return False
        await self._transaction.run(ADD_ACCOUNT, {"id": user_id})
        return True
