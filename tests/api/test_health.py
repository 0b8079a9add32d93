"""`/healthz` and `/readyz`."""

from app.worker import RunningWorker
from tests.support.owner import Owner
from tests.support.studio import Json, Studio
from tests.support.waiting import until

READY = {"database": "ok", "redis": "ok", "migrations": "ok", "worker": "ok", "signer": "ok"}


async def ask(studio: Studio, path: str) -> tuple[int, Json]:
    async with studio.http.get(f"{studio.url}{path}") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, await answer.json()


async def test_a_process_that_answers_is_alive(studio: Studio) -> None:
    assert await ask(studio, "/healthz") == (200, {"status": "ok"})


async def test_with_a_worker_it_is_ready(studio: Studio, quick_worker: RunningWorker) -> None:

    async def is_ready() -> bool:
        return (await ask(studio, "/readyz"))[0] == 200

    await until(is_ready)
    assert await ask(studio, "/readyz") == (200, READY)


async def test_without_a_worker_it_is_not_ready_and_says_so(studio: Studio) -> None:
    assert await ask(studio, "/readyz") == (503, {**READY, "worker": "no worker was heard of lately"})


async def test_a_worker_that_fell_silent_does_not_count(studio: Studio, owner: Owner) -> None:
    beat = "INSERT INTO worker_heartbeats VALUES (gen_random_uuid(), now(), now() - make_interval(secs => :ago))"
    await owner.run(beat, ago=31)
    assert (await ask(studio, "/readyz"))[0] == 503
    await owner.run(beat, ago=29)
    assert await ask(studio, "/readyz") == (200, READY)


async def test_a_schema_of_another_version_is_named(studio: Studio, owner: Owner) -> None:
    found = await owner.value("SELECT version_num FROM alembic_version")
    await owner.run("UPDATE alembic_version SET version_num = 'older'")
    try:
        status, checks = await ask(studio, "/readyz")
    finally:
        await owner.run("UPDATE alembic_version SET version_num = :found", found=found)
    assert (status, checks["migrations"]) == (
        503,
        f"at older, this code needs {found}: run 'likeness migrate'",
    )
