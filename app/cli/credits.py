"""`likeness credits`: done as the owner of the tables, for no API role may."""

import asyncio
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import text

from app.cli.errors import CommandError
from app.cli.servers import reached_servers
from app.settings import Settings
from app.wiring import utc_now
from db.engine import Database
from domain.ids import UserId
from providers.local.tokens import user_id_of

VIOLATIONS = text("SELECT user_id, violation, detail FROM ledger_violations ORDER BY user_id, violation, detail")
ENTRIES = text("SELECT count(*) FROM credit_entries")


def grant_credits(env: Mapping[str, str], user: str, amount: int, *, reason: str, key: str | None) -> None:
    with reached_servers(env) as environment:
        owner = Settings.from_env(environment).database.owner
        print(asyncio.run(_grant(owner, user_id_of_words(user), amount, reason=reason, key=key or uuid4().hex)))


def verify_ledger(env: Mapping[str, str]) -> int:
    """The exit status: 1 when the ledger does not add up."""
    with reached_servers(env) as environment:
        return asyncio.run(_verify(Settings.from_env(environment).database.owner))


async def _grant(url: str, user_id: UserId, amount: int, *, reason: str, key: str) -> str:
    database = Database(url, application_name="likeness-operator", pool_size=1)
    try:
        async with database.unit_of_work(user_id) as uow:
            await uow.lock_user(user_id)
            await uow.accounts.add_if_new(user_id, email=None, display_name=None, now=utc_now())
            balance = await uow.credits.grant(
                user_id, amount, movement_key=f"operator:{key}", description=reason, now=utc_now()
            )
            if balance is None:
                return "This key was granted before; nothing was changed."
            await uow.outbox.balance_changed(user_id, balance)
    finally:
        await database.close()
    return f"Granted {amount} credits to {user_id}: {balance.available} available, {balance.reserved} reserved."


async def _verify(url: str) -> int:
    database = Database(url, application_name="likeness-operator", pool_size=1)
    try:
        async with database.as_nobody() as connection:
            found = (await connection.execute(VIOLATIONS)).all()
            entries = (await connection.execute(ENTRIES)).scalar_one()
    finally:
        await database.close()
    for user_id, violation, detail in found:
        print(f"{user_id}  {violation}: {detail}")
    print(f"{len(found)} violations in {entries} ledger entries.")
    return 1 if found else 0


def user_id_of_words(user: str) -> UserId:
    """An id, or the name a development token was made for. Raises `CommandError`."""
    try:
        return UserId(UUID(user))
    except ValueError:
        if not user.strip():
            raise CommandError("Name a user: an id, or the name a development token was made for.") from None
        return user_id_of(user)
