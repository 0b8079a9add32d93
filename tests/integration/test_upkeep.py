"""What is looked after on a schedule, and what happens before a user's first request."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from db.dispatch import Dispatch
from db.engine import Database
from db.metrics import SqlMetrics
from domain.accounts.account import Actor, provision
from domain.errors import ProviderUnavailable
from domain.ids import UserId
from domain.jobs.rendering import _said_of
from tests.support.studio import Studio
from tests.support.values import NOW


async def test_a_grant_before_the_first_request_does_not_cost_the_welcome_credits(database: Database) -> None:
    user = UserId(uuid4())
    async with database.unit_of_work(user) as uow:
        await uow.accounts.add_if_new(user, email=None, display_name=None, now=NOW)

    for _ in range(2):
        async with database.unit_of_work(user) as uow:
            await provision(uow, Actor(user_id=user), signup_credits=100, now=NOW)

    async with database.unit_of_work(user) as uow:
        assert (await uow.credits.balance(user)).available == 100


async def test_pruning_leaves_a_busy_user_for_the_next_time(studio: Studio, worker_database: Database) -> None:
    influencer = await studio.influencer()
    await studio.start_base_images(influencer)
    dispatch, everything = Dispatch(worker_database), timedelta(seconds=-60)
    await SqlMetrics(worker_database).count_everyone()
    async with worker_database.dispatch() as watching:
        owner = UserId((await watching.execute(text("SELECT DISTINCT user_id FROM events"))).scalar_one())

    async with worker_database.unit_of_work(owner) as uow:
        await uow.lock_user(owner)
        async with asyncio.timeout(4):
            await dispatch.prune(keep_events=everything, keep_answers=timedelta(days=1))
    assert await events_left(worker_database) == 2

    await dispatch.prune(keep_events=everything, keep_answers=timedelta(days=1))
    assert await events_left(worker_database) == 0


async def events_left(database: Database) -> int:
    async with database.dispatch() as connection:
        count: int = (await connection.execute(text("SELECT count(user_id) FROM events"))).scalar_one()
        return count


def test_only_our_own_refusals_are_told_in_their_words() -> None:
    assert _said_of(ProviderUnavailable("The provider took too long.")) == "The provider took too long."
    assert "secret" not in _said_of(OSError(2, "no", "/srv/secret.pem"))
