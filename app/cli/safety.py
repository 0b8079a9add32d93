"""`likeness safety`: done as the owner of the tables, who alone sees every user's decisions."""

import asyncio
from collections.abc import Mapping

from sqlalchemy import text

from app.cli.servers import reached_servers
from app.settings import Settings
from db.engine import Database
from db.queries.safety import Walk, walk_chains

OF_ONE_MOMENT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def verify_decisions(env: Mapping[str, str]) -> int:
    """The exit status: 1 when a decision was changed, taken out or put in."""
    with reached_servers(env) as environment:
        return asyncio.run(_verify(Settings.from_env(environment).database.owner))


async def _verify(url: str) -> int:
    database = Database(url, application_name="likeness-operator", pool_size=1)
    try:
        async with database.as_nobody() as connection:
            await connection.execute(OF_ONE_MOMENT)
            walk = await walk_chains(connection)
    finally:
        await database.close()
    return _tell(walk)


def _tell(walk: Walk) -> int:
    for found in walk.breaks:
        print(f"{found.user_id}  {found.what}")
    print(f"{len(walk.breaks)} of {walk.chains} chains are broken, {walk.decisions} decisions.")
    return 1 if walk.breaks else 0
