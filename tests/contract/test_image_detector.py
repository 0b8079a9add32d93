"""The second image detector over HTTP: what is sent, what counts as an answer, and that nothing else ever does."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from domain.errors import (
    DomainError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.images.picture import Picture
from domain.ports.image_detector import Detection
from providers.detector.http import MOST_BYTES, HttpDetector
from tests.support.emulators.detector import KEY, DetectorEmulator
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import Place, served
from tests.support.quick_images import picture_of

PICTURE = Picture(picture_of(7), "image/jpeg")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = Place()
    with served(place) as place.url:
        yield place


@pytest.fixture
def emulator(place: Place) -> DetectorEmulator:
    emulator = DetectorEmulator()
    place.app = emulator.app
    return emulator


@pytest.fixture
async def detector(place: Place, emulator: DetectorEmulator) -> AsyncIterator[HttpDetector]:
    detector = HttpDetector(url=f"{place.url}/judge", key=KEY)
    yield detector
    await detector.close()


async def test_a_picture_is_sent_as_it_is_and_scored(emulator: DetectorEmulator, detector: HttpDetector) -> None:
    emulator.sexual, emulator.minor_likeness = 0.75, 0.03
    assert await detector.detect(PICTURE) == Detection(sexual=0.75, minor_likeness=0.03, judge="detector emulated-1")
    assert emulator.seen == [("image/jpeg", PICTURE.data)]


async def test_scores_are_enough_and_whole_numbers_are_numbers(
    emulator: DetectorEmulator, detector: HttpDetector
) -> None:
    emulator.answer = {"scores": {"sexual": 1, "minor_likeness": 0, "weapons": "?"}}
    assert await detector.detect(PICTURE) == Detection(sexual=1.0, minor_likeness=0.0, judge="detector 127.0.0.1")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        "fine",
        {"scores": None},
        {"scores": {}},
        {"scores": {"sexual": 0.1}},
        {"scores": {"minor_likeness": 0.0}},
        {"scores": {"sexual": 0.1, "minor_likeness": None}},
        {"scores": {"sexual": 0.1, "minor_likeness": "0"}},
        {"scores": {"sexual": 0.1, "minor_likeness": False}},
        {"scores": {"sexual": 0.1, "minor_likeness": -0.1}},
        {"scores": {"sexual": 1.1, "minor_likeness": 0.0}},
        {"scores": {"sexual": float("nan"), "minor_likeness": 0.0}},
        {"scores": {"sexual": 0.1, "minor_likeness": 0.0}, "more": "x" * MOST_BYTES},
    ],
)
async def test_anything_less_than_both_scores_is_no_answer(
    emulator: DetectorEmulator, detector: HttpDetector, answer: object
) -> None:
    emulator.answer = answer
    with pytest.raises(ProviderUnavailable):
        await detector.detect(PICTURE)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=500), ProviderUnavailable),
        (Fault(status=503, headers={"retry-after": "7"}), ProviderUnavailable),
        (Fault(), ProviderUnavailable),
        (Fault(status=429, headers={"retry-after": "7"}), RateLimited),
        (Fault(status=401), ProviderMisconfigured),
        (Fault(status=403), ProviderMisconfigured),
        (Fault(status=404), ProviderMisconfigured),
        (Fault(status=302, headers={"location": "http://127.0.0.1:9/"}), ProviderRequestInvalid),
        (Fault(status=400), ProviderRequestInvalid),
        (Fault(status=200, body=b"not json"), ProviderUnavailable),
    ],
)
async def test_a_fault_is_told_as_what_it_is_and_nothing_is_asked_twice(
    emulator: DetectorEmulator, detector: HttpDetector, fault: Fault, error: type[DomainError]
) -> None:
    emulator.faults.plan("detect", fault)
    with pytest.raises(error) as raised:
        await detector.detect(PICTURE)
    assert len(emulator.seen) == 1
    if fault.headers.get("retry-after"):
        assert getattr(raised.value, "retry_after") == timedelta(seconds=7)  # noqa: B009 - not all of them have it


async def test_one_that_does_not_answer_is_not_waited_for(place: Place, emulator: DetectorEmulator) -> None:
    emulator.faults.plan("detect", Fault(status=200, wait=1.0))
    detector = HttpDetector(url=f"{place.url}/judge", key=KEY, patience=timedelta(seconds=0.1))
    with pytest.raises(ProviderUnavailable):
        await detector.detect(PICTURE)
    await detector.close()


async def test_a_wrong_key_is_the_operators_to_mend(place: Place, emulator: DetectorEmulator) -> None:
    for key in (None, "wrong"):
        detector = HttpDetector(url=f"{place.url}/judge", key=key)
        with pytest.raises(ProviderMisconfigured) as refusal:
            await detector.detect(PICTURE)
        assert refusal.value.detail == "detector: HTTP 401"
        await detector.close()


async def test_nobody_there_is_told_as_away() -> None:
    detector = HttpDetector(url="http://127.0.0.1:9/judge")
    with pytest.raises(ProviderUnavailable):
        await detector.detect(PICTURE)
    await detector.close()
