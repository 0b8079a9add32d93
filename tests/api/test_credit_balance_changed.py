"""`creditBalanceChanged`: the balance as it is, then as it changes."""

import asyncio

from app.worker import RunningWorker
from tests.support.owner import Owner
from tests.support.studio import Json, Studio

BALANCES = "subscription { creditBalanceChanged { available reserved total } }"


def balance(available: int, reserved: int) -> Json:
    return {"available": available, "reserved": reserved, "total": available + reserved}


async def test_the_present_balance_comes_first_and_the_newest_in_the_end(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    influencer = await owner.influencer_with_face(studio)
    seen: list[Json] = []
    async with asyncio.timeout(20), studio.socket() as socket:
        async for value in socket.events(BALANCES):
            if not seen:
                await studio.start_pack(influencer, count=5)
            seen.append(value)
            if value == balance(50, 0):
                break

    assert seen[0] == balance(100, 0)
    assert all(value in [balance(100, 0), *(balance(50, n) for n in (50, 40, 30, 20, 10, 0))] for value in seen)
    totals = [value["total"] for value in seen]
    assert totals == sorted(totals, reverse=True)


async def test_a_grant_by_an_operator_arrives(studio: Studio, owner: Owner, quick_worker: RunningWorker) -> None:
    async with asyncio.timeout(20), studio.socket() as socket:
        seen = []
        async for value in socket.events(BALANCES):
            seen.append(value)
            if len(seen) == 2:
                break
            await owner.grant(studio, 400)
    assert seen == [balance(100, 0), balance(500, 0)]


async def test_what_another_user_spends_is_not_told(studio: Studio, owner: Owner, quick_worker: RunningWorker) -> None:
    other = studio.another()
    theirs = await owner.influencer_with_face(other)
    async with asyncio.timeout(20), studio.socket() as socket:
        seen = []
        async for value in socket.events(BALANCES):
            seen.append(value)
            if len(seen) == 2:
                break
            job = (await other.start_pack(theirs, count=2))["job"]
            await other.ended(job["id"])
            await owner.grant(studio, 1)
    assert seen == [balance(100, 0), balance(101, 0)]
