"""`Database.fetch` under cancellation: whose rows a connection shows depends on the statement alone, never on the one before."""

import asyncio
import random

import pytest
from sqlalchemy import text

from app.settings import Settings
from db.engine import Database
from domain.ids import UserId
from providers.local.tokens import user_id_of
from tests.support.studio import Studio

MINE = "SELECT users.id FROM users, pg_sleep($2::float8)"
PATIENCE = 20  # seconds


@pytest.fixture
async def users(studio: Studio) -> list[UserId]:
    studios = [studio.another() for _ in range(4)]
    for each in studios:
        await each.balance()
    return [user_id_of(each.user) for each in studios]


async def test_nobody_sees_another_whoever_is_cancelled(settings: Settings, users: list[UserId]) -> None:
    database = Database(settings.database.api, application_name="test-fetch", pool_size=2)
    chance, seen = random.Random(5), 0  # noqa: S311 - to be the same in every run

    async def ask(user_id: UserId) -> None:
        nonlocal seen
        try:
            async with asyncio.timeout(chance.choice((0.001, 0.003, 0.01, None))):
                found = await database.fetch(user_id, MINE, chance.choice((0.0, 0.002)))
        except TimeoutError:
            return
        assert [row["id"] for row in found] == [user_id]
        seen += 1

    async with asyncio.timeout(PATIENCE):
        # Both connections are made first: SQLAlchemy's pool tells whoever waits nothing when the making of one is cancelled.
        await asyncio.gather(*(database.fetch(user_id, MINE, 0.05) for user_id in users[:2]))
        await asyncio.gather(*(ask(users[number % len(users)]) for number in range(200)))
        for user_id in users:  # none of the connections is lost or busy
            assert [row["id"] for row in await database.fetch(user_id, MINE, 0.0)] == [user_id]
        async with database.as_nobody() as connection:
            assert (await connection.execute(text("SELECT current_setting('app.user_id', true)"))).scalar() in {
                "",
                None,
            }
            assert (await connection.execute(text("SELECT count(*) FROM users"))).scalar() == 0
    assert 0 < seen < 200
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # of the pool that it has
    await database.close()
