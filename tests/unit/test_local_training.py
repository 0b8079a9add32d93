"""The local stand-in for a trainer: its clock, its faults, and the file it leaves."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image

from domain.errors import (
    ImageNotMade,
    InvalidInput,
    NotFound,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
)
from domain.images.picture import Picture
from domain.ports.image_provider import Ready
from domain.ports.trainer import Training, TrainingRequest
from providers.local.faults import LocalFaults
from providers.local.likeness.safetensors import read
from providers.local.training import SIMULATED, LocalTrainer
from tests.support.trainer_requests import a_training_of, jpeg_of

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
MODEL = "local/palette-trainer"


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def trainer(folder: Path, clock: Clock, faults: str = "", *, seconds: float = 20) -> LocalTrainer:
    return LocalTrainer(
        folder=folder / "state", now=clock.now, seconds=timedelta(seconds=seconds), faults=LocalFaults.parse(faults)
    )


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "state").glob("*")) if (folder / "state").exists() else []


def weights_in(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*.safetensors")]


def asked(**changes: object) -> TrainingRequest:
    return replace(a_training_of(MODEL), **changes)  # type: ignore[arg-type]  # The names are checked by replace itself.


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(-5, 0), (0, 0), (0.02, 0), (0.03, 1), (5, 175), (10, 350), (19.99, 699), (20, None), (9e9, None)],
)
async def test_the_step_follows_the_clock(tmp_path: Path, clock: Clock, seconds: float, step: int | None) -> None:
    submitted = await trainer(tmp_path, clock).submit(asked(), webhook=None)
    clock.seconds = seconds
    state = await trainer(tmp_path, clock).check(submitted)
    assert state == (Ready() if step is None else Training(step=step, total_steps=700))


async def test_a_training_that_takes_no_time_is_ready_at_once(tmp_path: Path, clock: Clock) -> None:
    one = trainer(tmp_path, clock, seconds=0)
    assert await one.check(await one.submit(asked(), webhook=None)) == Ready()


async def test_the_time_it_takes_is_that_of_the_trainer_it_began_with(tmp_path: Path, clock: Clock) -> None:
    submitted = await trainer(tmp_path, clock).submit(asked(steps=1000), webhook=None)
    clock.seconds = 10
    assert await trainer(tmp_path, clock, seconds=1).check(submitted) == Training(step=500, total_steps=1000)


async def test_the_number_is_the_id_and_a_second_submit_finds_the_first(tmp_path: Path, clock: Clock) -> None:
    request = asked()
    first = await trainer(tmp_path, clock).submit(request, webhook=None)
    clock.seconds = 10
    second = await trainer(tmp_path, clock).submit(request, webhook="https://nobody.example")
    assert first == second
    assert first.request_id == str(request.training_id)
    assert (first.model, first.endpoint) == (MODEL, "local-palette-1")
    assert files_in(tmp_path) == [f"{request.training_id}.json"]
    assert await trainer(tmp_path, clock).check(second) == Training(step=350, total_steps=700)


async def test_of_many_submits_at_once_one_begins_it(tmp_path: Path, clock: Clock) -> None:
    request, one = asked(), trainer(tmp_path, clock)
    submitted = await asyncio.gather(*(one.submit(request, webhook=None) for _ in range(8)))
    assert len(set(submitted)) == 1
    assert files_in(tmp_path) == [f"{request.training_id}.json"]


@pytest.mark.parametrize("end", ["cancel", "forget"])
async def test_nothing_is_left_of_a_training_that_was_ended(tmp_path: Path, clock: Clock, end: str) -> None:
    one = trainer(tmp_path, clock)
    kept, submitted = [await one.submit(asked(), webhook=None) for _ in range(2)]
    if end == "cancel":
        await one.cancel(submitted)
    else:
        await one.forget(submitted, "any.safetensors")
    assert files_in(tmp_path) == [f"{kept.request_id}.json"]
    with pytest.raises(NotFound):
        await one.check(submitted)


@pytest.mark.parametrize("number", ["", "../../etc/passwd", "x" * 400, "00000000-0000-4000-8000-000000000000\x00"])
async def test_a_number_that_is_none_leads_to_no_file(tmp_path: Path, clock: Clock, number: str) -> None:
    one = trainer(tmp_path, clock)
    submitted = replace(await one.submit(asked(), webhook=None), request_id=number)
    with pytest.raises(NotFound):
        await one.check(submitted)
    await one.cancel(submitted)
    assert len(files_in(tmp_path)) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"model": 1'])
async def test_a_damaged_state_is_a_training_that_failed(tmp_path: Path, clock: Clock, text: str) -> None:
    one = trainer(tmp_path, clock)
    submitted = await one.submit(asked(), webhook=None)
    (tmp_path / "state" / f"{submitted.request_id}.json").write_text(text)
    with pytest.raises(ImageNotMade):
        await one.check(submitted)


@pytest.mark.parametrize(
    "changes",
    [{"model": "fal/z-image-trainer"}, {"model": "local/sketch"}, {"model": "x"}, {"steps": 0}, {"pictures": ()}],
)
async def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    tmp_path: Path, clock: Clock, changes: dict[str, object]
) -> None:
    with pytest.raises(ProviderRequestInvalid):
        await trainer(tmp_path, clock).submit(asked(**changes), webhook=None)
    assert files_in(tmp_path) == []


async def test_a_refusal_on_demand_leaves_nothing(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(ProviderRefused, match="told to refuse this training"):
        await trainer(tmp_path, clock, "train_refuse").submit(asked(), webhook=None)
    assert files_in(tmp_path) == []


async def test_a_failure_on_demand_comes_at_its_step_and_stays(tmp_path: Path, clock: Clock) -> None:
    submitted = await trainer(tmp_path, clock, "train_fail=1:350").submit(asked(), webhook=None)
    without_faults = trainer(tmp_path, clock)
    clock.seconds = 9.99
    assert await without_faults.check(submitted) == Training(step=349, total_steps=700)
    for clock.seconds in (10, 20, 500):
        with pytest.raises(ImageNotMade) as failure:
            await without_faults.check(submitted)
        assert failure.value.detail == "at step 350"
    with pytest.raises(ImageNotMade):
        await without_faults.fetch(submitted, asked(), folder=tmp_path)
    assert weights_in(tmp_path) == []


async def test_a_failure_past_the_end_comes_at_the_end(tmp_path: Path, clock: Clock) -> None:
    submitted = await trainer(tmp_path, clock, "train_fail=1:9000").submit(asked(), webhook=None)
    clock.seconds = 20
    with pytest.raises(ImageNotMade):
        await trainer(tmp_path, clock).check(submitted)


async def test_a_training_that_hangs_never_ends(tmp_path: Path, clock: Clock) -> None:
    submitted = await trainer(tmp_path, clock, "train_hang").submit(asked(), webhook=None)
    for clock.seconds in (8, 20, 10**6):
        assert await trainer(tmp_path, clock).check(submitted) == Training(step=280, total_steps=700)


async def test_faults_of_images_do_not_touch_trainings(tmp_path: Path, clock: Clock) -> None:
    one = trainer(tmp_path, clock, "fail=1,refuse=1,hang,rate_limit=1:3,fail_pose=0")
    submitted = await one.submit(asked(), webhook=None)
    clock.seconds = 20
    assert await one.check(submitted) == Ready()
    LocalFaults.parse("train_fail=1,train_refuse,train_hang").check("any", pose=0)


def test_faults_hit_trainings_in_their_share_and_always_the_same() -> None:
    faults = LocalFaults.parse("train_fail=0.3:7,train_hang=0.2")
    keys = [str(UUID(int=number)) for number in range(1000)]
    failing = [key for key in keys if faults.training_fails_at(key, steps=700) == 7]
    assert failing == [key for key in keys if faults.training_fails_at(key, steps=700) is not None]
    assert 250 < len(failing) < 350
    assert 150 < sum(faults.training_hangs(key) for key in keys) < 250


@pytest.mark.parametrize(
    "spec", ["train_fail=2", "train_fail=0.5:-1", "train_fail=0.5:soon", "train_hang=x", "train=1"]
)
def test_unreadable_faults_are_named(spec: str) -> None:
    with pytest.raises(InvalidInput, match=spec):
        LocalFaults.parse(f"hang=0,{spec}")


async def test_a_file_is_only_there_once_the_training_has_ended(tmp_path: Path, clock: Clock) -> None:
    one = trainer(tmp_path, clock)
    submitted = await one.submit(asked(), webhook=None)
    clock.seconds = 19.99
    with pytest.raises(ProviderUnavailable, match="not ended"):
        await one.fetch(submitted, asked(), folder=tmp_path)
    assert weights_in(tmp_path) == []


async def test_the_file_says_what_it_is_and_of_what(tmp_path: Path, clock: Clock) -> None:
    one, request = trainer(tmp_path, clock, seconds=0), asked()
    files = await one.fetch(await one.submit(request, webhook=None), request, folder=tmp_path)
    digests = b"".join(sha256(item.picture.data).digest() for item in request.pictures)
    about = {
        "made_by": SIMULATED,
        "model": "local-palette-1",
        "trigger": "ohwx woman",
        "steps": "700",
        "pictures": "5",
        "pictures_sha256": sha256(digests).hexdigest(),
    }
    weights = read(files.weights.read_bytes())
    more = {"format": "likeness-palette-1", "parts": "skin,lips,eyes,hair,clothes", "simulated": "true"}
    assert weights.metadata == {**about, **more}
    assert {name: numbers.shape for name, numbers in weights.tensors.items()} == {
        "agreement": (5,), "palette": (8, 3), "parts": (5, 3), "sharpness": (1,),
    }  # fmt: skip
    assert files.config is not None
    assert json.loads(files.config) == {**about, "simulated": True, "sharpness": 0.0}
    assert files.file_name == f"{request.training_id}.safetensors"


async def test_the_same_pictures_give_the_same_bytes_whatever_the_attempt(tmp_path: Path, clock: Clock) -> None:
    one, first = trainer(tmp_path, clock, seconds=0), asked()
    second = replace(first, training_id=uuid4())
    other = replace(first, pictures=first.pictures[:4])
    written = [
        (await one.fetch(await one.submit(request, webhook=None), request, folder=tmp_path)).weights.read_bytes()
        for request in (first, second, other)
    ]
    assert written[0] == written[1]
    assert written[0] != written[2]


async def test_a_picture_that_cannot_be_read_fails_the_fetch(tmp_path: Path, clock: Clock) -> None:
    one = trainer(tmp_path, clock, seconds=0)
    request = a_training_of(MODEL, jpeg_of(Image.new("RGB", (64, 64))), Picture(b"no picture", "image/jpeg"))
    with pytest.raises(ProviderRequestInvalid):
        await one.fetch(await one.submit(request, webhook=None), request, folder=tmp_path)
    assert weights_in(tmp_path) == []
