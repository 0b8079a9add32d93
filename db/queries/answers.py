"""Whether a key was answered before, asked without a lock: good enough to spare work, not to decide by."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import UserId

IS_KNOWN = text("SELECT EXISTS (SELECT FROM idempotency_keys WHERE user_id = :user_id AND key = :key)")


async def was_answered(connection: AsyncConnection, user_id: UserId, key: str) -> bool:
    return bool((await connection.execute(IS_KNOWN, {"user_id": user_id, "key": key})).scalar_one())
