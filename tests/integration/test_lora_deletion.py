"""A LoRA is deleted, or goes with its subject: its weights here and at its trainer, what is under way, and what that had reserved."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from schema.ids import parse_id
from tests.conftest import free_port
from tests.integration.test_privacy import a_persona
from tests.support.operations import operations
from tests.support.servers import RunningServers
from tests.support.studio import Json
from tests.support.training_bench import PRICE, Pods, TrainingBench, a_bench

OPERATIONS = operations()
DELETE = OPERATIONS["DeleteLoraModel"]
SEEN = "query ($id: ID!) { node(id: $id) { id } }"
LORA = """query ($id: ID!) { influencer(id: $id) {
  generationMode loraModel { id } loraHistory(first: 5) { edges { node { id } } } } }"""
RECEIPTS = """{ viewer { deletionReceipts(first: 5) { edges { node {
  reason loraModelCount cancelledTrainingCount creditsReleased completedAt } } } } }"""
MOVE = "UPDATE lora_models SET subject_id = :subject WHERE id = :id"


@pytest.fixture(scope="module")
async def running(session_settings: Settings, template: RunningServers) -> AsyncIterator[TrainingBench]:
    async with a_bench("runpod", session_settings, template, port=free_port()) as made:
        yield made


@pytest.fixture
async def bench(running: TrainingBench, settings: Settings) -> TrainingBench:
    return running.anew()


async def delete(bench: TrainingBench) -> Json:
    found: Json = await bench.studio.ask(DELETE, input={"loraModelId": bench.training})
    return found


async def receipt(bench: TrainingBench) -> Json:
    (edge,) = (await bench.studio.ask(RECEIPTS))["deletionReceipts"]["edges"]
    node: Json = edge["node"]
    return node


async def files(bench: TrainingBench) -> list[str]:
    """Of the LoRA, where we keep it."""
    root = bench.studio.settings.data_dir / "files"
    ((weights, config),) = await bench.owner.rows(
        "SELECT weights_key, config_key FROM lora_models WHERE id = :id", id=bench.id
    )
    return [key for key in (weights, config) if key and (root / key).is_file()]


async def test_deleted_it_is_gone_at_once_and_then_everywhere(bench: TrainingBench) -> None:
    assert isinstance(bench.trainer, Pods)
    emulator = bench.trainer.emulator
    await bench.start()
    await bench.until_over()
    kept, paid = await files(bench), await bench.studio.balance()
    assert len(kept) == 2
    job = (await bench.studio.start_pack(bench.influencer, count=1))["job"]
    refused = await delete(bench)
    assert [error["__typename"] for error in refused["errors"]] == ["ConflictError"]
    assert "A job draws with this LoRA" in refused["errors"][0]["message"]
    await bench.studio.ask(OPERATIONS["CancelJob"], input={"jobId": job["id"]})

    assert (await delete(bench))["errors"] == []
    assert await bench.studio.ask(SEEN, id=bench.training) is None
    seen = await bench.studio.ask(LORA, id=bench.influencer)
    assert (seen["generationMode"], seen["loraModel"], seen["loraHistory"]["edges"]) == ("FACE_SWAP", None, [])
    assert (await receipt(bench))["completedAt"] is None
    [volume] = emulator.volumes.values()
    assert any(path.endswith(".safetensors") for path in volume)

    await bench.carry_out_all()
    assert [path for path in volume if path.endswith(".safetensors")] == []
    assert [key for key in kept if (bench.studio.settings.data_dir / "files" / key).exists()] == []
    assert (emulator.rented, len(emulator.called("rent"))) == ([], 2)
    told = await receipt(bench)
    assert (told.pop("completedAt") is not None, told) == (
        True,
        {"reason": "LORA_DELETED", "loraModelCount": 1, "cancelledTrainingCount": 0, "creditsReleased": 0},
    )
    assert await bench.studio.balance() == paid
    again = await delete(bench)
    assert [error["__typename"] for error in again["errors"]] == ["NotFoundError"]
    assert await bench.owner.violations() == []


async def test_while_it_is_trained_it_is_cancelled_first(bench: TrainingBench) -> None:
    bench.trainer.hold()
    await bench.start()
    await bench.step()
    async with bench.owner.nothing_moves(bench.studio):
        refused = await delete(bench)
    assert [error["message"] for error in refused["errors"]] == [
        "This LoRA is being trained. Cancel the training first, then delete it."
    ]
    await bench.studio.ask(OPERATIONS["CancelTraining"], input={"loraModelId": bench.training})
    assert (await delete(bench))["receipt"]["loraModelCount"] == 0


async def test_the_one_before_it_is_drawn_with_again_and_has_files_of_its_own(bench: TrainingBench) -> None:
    """The emulator makes the same bytes of the same pictures."""
    wish = await bench.wish()
    await bench.owner.grant(bench.studio, PRICE["runpod"])
    trained = []
    for _ in range(2):
        await bench.start(wish)
        await bench.until_over()
        trained.append(bench.training)
    assert (await bench.studio.ask(LORA, id=bench.influencer))["loraModel"] == {"id": trained[1]}
    assert (await delete(bench))["errors"] == []
    await bench.carry_out_all()
    bench.training = trained[0]
    assert len(await files(bench)) == 2
    assert (await bench.studio.ask(LORA, id=bench.influencer))["loraModel"] == {"id": trained[0]}


async def test_withdrawing_a_consent_takes_its_loras_and_stops_its_trainings(bench: TrainingBench) -> None:
    """No training can be started for personas here yet, so two are moved."""
    wish = await bench.wish()
    await bench.start(wish)
    await bench.until_over()
    consent, persona = await a_persona(bench.studio, 1)
    subject = parse_id(persona)[1]
    await bench.owner.run(MOVE, subject=subject, id=bench.id)
    kept = await files(bench)
    bench.trainer.hold()
    await bench.start(wish)
    await bench.step()
    await bench.owner.run(MOVE, subject=subject, id=bench.id)
    assert (bench.trainer.running, (await bench.studio.balance())[1]) == (1, PRICE["runpod"])

    withdrawn = await bench.studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": consent})
    assert (withdrawn["errors"], (await bench.studio.balance())[1]) == ([], 0)
    await bench.carry_out_all()
    assert bench.trainer.running == 0
    assert [key for key in kept if (bench.studio.settings.data_dir / "files" / key).exists()] == []
    told = await receipt(bench)
    told.pop("completedAt")
    assert told == {
        "reason": "CONSENT_WITHDRAWN",
        "loraModelCount": 1,
        "cancelledTrainingCount": 1,
        "creditsReleased": PRICE["runpod"],
    }
    assert await bench.owner.rows("SELECT status, weights_key FROM lora_models ORDER BY created_at") == [
        ("READY", None),
        ("CANCELLED", None),
    ]
    assert await bench.owner.violations() == []
