"""An archive whose worker is killed in the middle is made by the next, once."""

import io
import zipfile
from uuid import uuid4

import pytest
from yarl import URL

from tests.support.cluster import Cluster, say, start_packs, until
from tests.support.operations import operations
from tests.support.studio import Studio

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

REQUEST, ARCHIVE = operations()["RequestArchive"], operations()["Archive"]
PACKED = "SELECT packed_count FROM archives"
STATUS = "SELECT status FROM archives"


async def test_archive_of_a_killed_worker_is_made_by_the_next_and_told_of_once(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("reading", READ_SECONDS="0.2") as first:
        await start_packs(user, influencer, [10, 10])
        await cluster.settled()
        wish = {"filter": {"kinds": ["PACK"]}, "idempotencyKey": uuid4().hex}
        archive = (await user.ask(REQUEST, input=wish))["archive"]["id"]

        async def is_under_way() -> bool:
            return bool(await cluster.owner.value(PACKED) >= 3)

        await until(is_under_way, what="three images to be packed")
        first.kill()
    with cluster.worker_with("reading", READ_SECONDS="0"):
        seconds = await until(lambda: is_ready(cluster), what="the archive", within=30)
    say(f"an archive was ready {seconds:.1f} s after kill -9 of its worker")

    found = await user.ask(ARCHIVE, id=archive)
    async with user.http.get(URL(found["url"], encoded=True)) as answer:
        packed = zipfile.ZipFile(io.BytesIO(await answer.read()))
    assert packed.testzip() is None
    assert len(packed.namelist()) == 21
    assert await cluster.owner.rows("SELECT attempt, tries, packed_count FROM archives") == [(2, 2, 20)]
    assert await cluster.owner.value("SELECT count(*) FROM notifications WHERE type = 'archive.ready'") == 1
    stored = [path.name for path in (cluster.settings.data_dir / "files" / "archives").rglob("*") if path.is_file()]
    assert len(stored) == 1


async def test_worker_that_stops_hands_its_archive_back(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("reading", READ_SECONDS="0.2") as first:
        await start_packs(user, influencer, [10])
        await cluster.settled()
        await user.ask(REQUEST, input={"filter": {"kinds": ["PACK"]}, "idempotencyKey": uuid4().hex})

        async def is_begun() -> bool:
            return bool(await cluster.owner.value(STATUS) == "BUILDING")

        await until(is_begun, what="the archive to be begun")
        first.popen.terminate()
        await first.ended()
        assert await cluster.owner.rows("SELECT status, tries FROM archives") == [("QUEUED", 0)]
    with cluster.worker_with("reading", READ_SECONDS="0"):
        await until(lambda: is_ready(cluster), what="the archive", within=30)
    assert await cluster.owner.rows("SELECT attempt, tries, packed_count FROM archives") == [(2, 1, 10)]


async def is_ready(cluster: Cluster) -> bool:
    return bool(await cluster.owner.value(STATUS) == "READY")
