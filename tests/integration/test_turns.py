"""A user whose lock is held elsewhere: connections stay free for everybody else."""

import asyncio

from sqlalchemy import text

from app.settings import Settings
from app.worker import running_worker
from db.engine import Database
from db.turns import AT_ONCE
from providers.local.tokens import user_id_of
from tests.support.cluster import until
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import Studio

LOCK = text("SELECT FROM users WHERE id = :user_id FOR NO KEY UPDATE")
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'likeness-worker' AND wait_event_type = 'Lock'"
)

WAITING_CHANGES = WAITING.replace("likeness-worker", "likeness-api")


async def test_images_of_a_locked_user_leave_the_connections_to_others(
    studio: Studio, owner: Owner, session_owner_database: Database, settings: Settings
) -> None:
    other = studio.another()
    influencer, of_other = await owner.influencer_with_face(studio), await owner.influencer_with_face(other)
    await owner.grant(studio, 1000)
    jobs = [(await studio.start_pack(influencer, count=10))["job"]["id"] for _ in range(3)]
    seen = []
    async with session_owner_database.engine.connect() as locking, asyncio.timeout(20):
        await locking.execute(LOCK, {"user_id": user_id_of(studio.user)})
        async with running_worker(settings, images=QuickImages()):

            async def is_full() -> bool:
                seen.append(await owner.value(WAITING))
                return bool(seen[-1] >= AT_ONCE)

            await until(is_full, what="the locked user's images to wait")
            job = (await other.start_pack(of_other, count=5))["job"]["id"]
            assert (await other.ended(job))["status"] == "COMPLETED"
            seen.append(await owner.value(WAITING))
            await locking.execute(text("SELECT 1"))  # raises when its lock was gone by then
            await locking.rollback()
            assert max(seen) == AT_ONCE
            assert [(await studio.ended(job))["status"] for job in jobs] == ["COMPLETED"] * 3


async def test_changes_of_a_locked_user_leave_the_connections_to_others(
    studio: Studio, owner: Owner, session_owner_database: Database
) -> None:
    other = studio.another()
    influencer, of_other = await owner.influencer_with_face(studio), await owner.influencer_with_face(other)
    async with session_owner_database.engine.connect() as locking, asyncio.timeout(20):
        await locking.execute(LOCK, {"user_id": user_id_of(studio.user)})
        asked = [asyncio.create_task(studio.start_pack(influencer, count=1)) for _ in range(8)]
        await until(lambda: is_waiting(owner, AT_ONCE), what="the locked user's changes to wait")
        for _ in range(5):
            assert (await other.start_pack(of_other, count=1))["errors"] == []
            assert await owner.value(WAITING_CHANGES) == AT_ONCE
        await locking.rollback()
        assert [(await each)["errors"] for each in asked] == [[]] * 8


async def is_waiting(owner: Owner, count: int) -> bool:
    return bool(await owner.value(WAITING_CHANGES) == count)
