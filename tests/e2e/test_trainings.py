"""Trainings whose worker is killed: another one goes on with the same call, and it is paid once."""

from uuid import uuid4

import pytest

from tests.support.cluster import Cluster, start_packs, until
from tests.support.operations import operations
from tests.support.studio import JOB, Studio

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

OPERATIONS = operations()
PRICE = 20_000
TELL = "SELECT status, attempt, claims, credits_reserved, credits_captured, dataset_key FROM lora_models"


@pytest.mark.parametrize("step", ["status = 'TRAINING'", "call_state = 'SUBMITTED'", "current_step > 0"])
async def test_killed_worker_leaves_a_training_to_the_next_and_it_is_charged_once(
    cluster: Cluster, user: Studio, step: str
) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    await cluster.owner.grant(user, PRICE)
    with cluster.worker_with("quick", LOCAL_TRAINING_SECONDS="3") as first:
        (job,) = await start_packs(user, influencer, [5])
        await user.ended(job)
        available, _ = await user.balance()
        images = [edge["node"]["id"] for edge in (await user.ask(JOB, id=job))["images"]["edges"]]
        wish = {"subjectId": influencer, "imageIds": images, "idempotencyKey": uuid4().hex}
        started = await user.ask(OPERATIONS["StartTraining"], input=wish)
        assert started["errors"] == []

        async def is_there() -> bool:
            return bool(await cluster.owner.value(f"SELECT count(*) FROM lora_models WHERE {step}"))  # noqa: S608

        await until(is_there, within=20)
        first.kill()
    with cluster.worker_with("quick"):

        async def is_over() -> bool:
            return bool(await cluster.owner.value("SELECT count(*) FROM lora_models WHERE completed_at IS NOT NULL"))

        await until(is_over, within=40)
        assert await cluster.owner.rows(TELL) == [("READY", 1, 2, 0, PRICE, None)]
        assert await user.balance() == (available - PRICE, 0)
        await cluster.relayed()
    told = await cluster.owner.rows(
        "SELECT type, count(*) FROM notifications WHERE type NOT LIKE 'job.%' GROUP BY type ORDER BY type"
    )
    assert told == [("hd_mode.unlocked", 1), ("lora.training.completed", 1), ("lora.training.started", 1)]
    assert await cluster.owner.violations() == []
