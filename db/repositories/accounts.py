"""Users and the credit account that comes with each."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import UserId

ADD_USER = text(
    "INSERT INTO users (id, email, display_name, created_at) VALUES (:id, :email, :display_name, :now) "
    "ON CONFLICT (id) DO NOTHING RETURNING id"
)
ADD_ACCOUNT = text("INSERT INTO credit_accounts (user_id) VALUES (:id)")


class SqlAccounts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_if_new(self, user_id: UserId, *, email: str | None, display_name: str | None, now: datetime) -> bool:
        """Two first requests at once: the second waits for the first and finds its account."""
        created = await self._connection.execute(
            ADD_USER, {"id": user_id, "email": email, "display_name": display_name, "now": now}
        )
        if created.first() is None:
            return False
        await self._connection.execute(ADD_ACCOUNT, {"id": user_id})
        return True
