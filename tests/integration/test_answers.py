"""A wish that writes before it is refused: nothing of it stays but the memory of the refusal."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from app.wiring import utc_now
from db.codec import INFLUENCER
from db.transaction import transaction_of
from db.unit_of_work import SqlUnitOfWork
from domain.errors import Conflict, DomainError, RateLimited
from domain.idempotency import Outcome, answer_once
from domain.ids import JobId, SubjectId
from domain.influencers.influencer import Influencer
from domain.wishes import Wish
from tests.support.clones import a_clone
from tests.support.ledger import Bench, Purse, a_bench
from tests.support.servers import RunningServers
from tests.support.values import an_influencer

REFUSAL = "Not this one. Choose another."


@pytest.fixture(scope="module")
async def bench(template: RunningServers) -> AsyncIterator[Bench]:
    async with a_clone(template) as addresses, a_bench(addresses, connections=2) as running:
        yield running


async def ask(uow: SqlUnitOfWork, purse: Purse, *, refusal: DomainError | None) -> Outcome[Influencer]:
    """A wish that makes an influencer, leaves a message, and may then be refused."""

    async def work() -> Influencer:
        made = an_influencer(
            id=SubjectId(uuid4()), user_id=purse.user_id, base_image_id=None, identity_seed=0, created_at=utc_now()
        )
        await uow.influencers.add(made)
        await uow.outbox.job_cancelled(purse.user_id, JobId(uuid4()))
        if refusal is not None:
            raise refusal
        return made

    return await answer_once(uow, purse.user_id, Wish("key", "wish"), now=utc_now(), form=INFLUENCER, work=work)


async def standing(purse: Purse) -> tuple[int, int, int]:
    """Influencers, messages and keys of the user."""
    row = await purse.bench.sql.rows(
        "SELECT (SELECT count(*) FROM influencers WHERE user_id = :id), (SELECT count(*) FROM outbox WHERE user_id = :id), "
        "(SELECT count(*) FROM idempotency_keys WHERE user_id = :id)",
        id=purse.user_id,
    )
    return row[0][0], row[0][1], row[0][2]


async def test_a_refusal_takes_back_what_was_written_and_is_remembered(bench: Bench) -> None:
    purse = await bench.purse()
    before = await standing(purse)

    async with bench.api.unit_of_work(purse.user_id) as uow:
        first = await ask(uow, purse, refusal=Conflict(REFUSAL))
    async with bench.api.unit_of_work(purse.user_id) as uow:
        again = await ask(uow, purse, refusal=None)

    assert (type(first.answer), first.is_replay) == (Conflict, False)
    assert (type(again.answer), str(again.answer), again.is_replay) == (Conflict, REFUSAL, True)
    assert await standing(purse) == (before[0], before[1], 1)


async def test_an_answer_is_given_again_as_it_was(bench: Bench) -> None:
    purse = await bench.purse()

    async with bench.api.unit_of_work(purse.user_id) as uow:
        first = await ask(uow, purse, refusal=None)
    async with bench.api.unit_of_work(purse.user_id) as uow:
        again = await ask(uow, purse, refusal=Conflict(REFUSAL))

    assert (first.is_replay, again.is_replay) == (False, True)
    assert first.answer == again.answer
    assert await standing(purse) == (2, 1, 1)


async def test_not_now_is_not_remembered(bench: Bench) -> None:
    purse = await bench.purse()
    before = await standing(purse)

    with pytest.raises(RateLimited):
        async with bench.api.unit_of_work(purse.user_id) as uow:
            await ask(uow, purse, refusal=RateLimited())

    assert await standing(purse) == before


class Interrupted(SqlUnitOfWork):
    """Between the end of its first transaction and the lock of the next, the same wish is answered elsewhere."""

    purse: Purse

    async def start_over(self) -> None:
        await super().start_over()
        async with self.purse.bench.api.unit_of_work(self.purse.user_id) as other:
            await ask(other, self.purse, refusal=None)


async def test_a_refusal_yields_to_an_answer_that_came_between(bench: Bench) -> None:
    purse = await bench.purse()

    async with transaction_of(bench.api.engine, purse.user_id) as transaction:
        uow = Interrupted(transaction)
        uow.purse = purse
        outcome = await ask(uow, purse, refusal=Conflict(REFUSAL))
        await uow.finish()

    assert isinstance(outcome.answer, Influencer)
    assert outcome.is_replay
    assert await standing(purse) == (2, 1, 1)
