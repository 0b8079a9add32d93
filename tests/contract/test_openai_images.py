"""Pictures by the real SDK against an emulated OpenAI; with `OPENAI_API_KEY` set, the first of these against the real one."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageStat

from domain.errors import (
    DomainError,
    OutcomeUnknown,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.images.picture import Picture
from domain.models.model import Ability
from domain.ports.image_provider import LoraUse, RenderedImage
from domain.social.graphic import Reference, graphic_for
from domain.social.platforms import Platform
from providers.graphics.finishing import finished_graphic
from providers.openai.client import OpenAIClient
from providers.openai.images import OpenAIImages
from tests.contract.test_image_provider import REQUEST as ANY
from tests.support.emulators.drawing import drawn
from tests.support.emulators.faults import Fault
from tests.support.emulators.openai import KEY, OpenAIEmulator
from tests.support.emulators.openai_images import Ending, StreamFault
from tests.support.emulators.serving import Stand, served
from tests.support.waiting import until

REQUEST = replace(ANY, model="openai/gpt-image-2.6-flare", negative_prompt="text", width=320, height=480)


@pytest.fixture
def emulator() -> OpenAIEmulator:
    return OpenAIEmulator(seconds=0.05, longest=128)


@pytest.fixture(scope="module")
def stand() -> Iterator[tuple[Stand, str]]:
    stand = Stand()
    with served(stand) as url:
        yield stand, url


@pytest.fixture
async def client(stand: tuple[Stand, str], emulator: OpenAIEmulator) -> AsyncIterator[OpenAIClient]:
    stand[0].app = emulator.app
    client = OpenAIClient(key=KEY, base_url=f"{stand[1]}/v1")
    yield client
    await client.close()


@pytest.fixture
def images(client: OpenAIClient) -> OpenAIImages:
    return OpenAIImages(client)


@pytest.fixture(params=["emulated", "live"])
async def any_images(request: pytest.FixtureRequest, images: OpenAIImages) -> AsyncIterator[OpenAIImages]:
    if request.param == "emulated":
        yield images
        return
    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        pytest.skip("no OPENAI_API_KEY: the real OpenAI is not asked, and nothing is paid")
    client = OpenAIClient(key=key)
    yield OpenAIImages(client)
    await client.close()


class Watcher:
    """Keeps what it is told, in turn."""

    def __init__(self) -> None:
        self.told: list[int | Picture] = []

    @property
    def percents(self) -> list[int]:
        return [one for one in self.told if isinstance(one, int)]

    @property
    def previews(self) -> list[Picture]:
        return [one for one in self.told if isinstance(one, Picture)]


def ignore(percent: int) -> None:
    """For renders whose progress does not matter."""


def reference(seed: int, size: tuple[int, int] = (64, 96), kind: str = "PNG") -> Picture:
    data = drawn("a woman", width=size[0], height=size[1], seed=seed, format=kind)
    return Picture(data, f"image/{kind.lower()}")


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


async def render(images: OpenAIImages, **changes: object) -> RenderedImage:
    return await images.render(replace(REQUEST, **changes), on_progress=ignore)  # type: ignore[arg-type] # by name


async def test_gives_a_picture_of_the_exact_size_which_was_seen_to_form(any_images: OpenAIImages) -> None:
    watcher = Watcher()

    rendered = await any_images.render(REQUEST, on_progress=watcher.told.append, on_preview=watcher.told.append)

    assert opened(rendered.data).size == (320, 480)
    assert rendered.content_type == Image.MIME[opened(rendered.data).format or ""]
    assert (rendered.provider, rendered.model, rendered.seed) == ("openai", "openai/gpt-image-2.6-flare", 11)
    assert (watcher.percents[0], watcher.percents[-1]) == (0, 100)
    assert watcher.percents == sorted(watcher.percents)
    assert {opened(one.data).size for one in watcher.previews} <= {(1024, 1536)}


async def test_previews_come_before_the_end_each_finer_than_the_last(images: OpenAIImages) -> None:
    watcher = Watcher()

    await images.render(REQUEST, on_progress=watcher.told.append, on_preview=watcher.told.append)

    first, second, third = watcher.previews
    assert watcher.told == [0, first, 25, second, 50, third, 75, 100]
    assert {one.content_type for one in watcher.previews} == {"image/jpeg"}
    spread = [ImageStat.Stat(opened(one.data).convert("L")).var[0] for one in watcher.previews]
    assert spread == sorted(spread)


async def test_a_generation_on_the_wire(emulator: OpenAIEmulator, images: OpenAIImages) -> None:
    watcher = Watcher()

    await images.render(REQUEST, on_progress=ignore, on_preview=watcher.told.append)

    (call,) = emulator.calls
    assert call.path == "/v1/images/generations"
    assert call.body == {
        "model": "gpt-image-2.6-flare",
        "prompt": "a portrait\n\nKeep out of the picture: text.",
        "n": 1,
        "size": "1024x1536",
        "quality": "medium",
        "output_format": "jpeg",
        "partial_images": 3,
        "stream": True,
    }
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.headers["x-stainless-retry-count"] == "0"
    assert {"idempotency-key", "openai-organization", "openai-project"} & call.headers.keys() == set()


async def test_previews_are_paid_for_only_when_somebody_looks(emulator: OpenAIEmulator, images: OpenAIImages) -> None:
    await render(images, model="openai/gpt-image-2.5-flare", width=832, height=1216, quality="high", negative_prompt="")

    (call,) = emulator.calls
    assert call.body["partial_images"] == 0
    assert (call.body["size"], call.body["quality"]) == ("832x1216", "high")
    assert call.body["prompt"] == "a portrait"


async def test_an_edit_on_the_wire(emulator: OpenAIEmulator, images: OpenAIImages) -> None:
    references = (reference(1), reference(2, kind="WEBP"), reference(3, kind="JPEG"))

    rendered = await render(images, ability=Ability.EDIT, references=references)

    (call,) = emulator.calls
    assert call.path == "/v1/images/edits"
    assert call.body == {
        "model": "gpt-image-2.6-flare",
        "prompt": "a portrait\n\nKeep out of the picture: text.",
        "n": "1",
        "size": "1024x1536",
        "quality": "medium",
        "output_format": "jpeg",
        "partial_images": "0",
        "stream": "true",
    }
    assert [(file.name, file.file_name, file.content_type) for file in call.files] == [
        ("image[]", "0.png", "image/png"),
        ("image[]", "1.webp", "image/webp"),
        ("image[]", "2.jpeg", "image/jpeg"),
    ]
    assert tuple(file.data for file in call.files) == tuple(one.data for one in references)
    assert opened(rendered.data).size == (320, 480)


@pytest.mark.parametrize(
    ("platform", "size"),
    [
        (Platform.LINKEDIN, "1536x1024"),
        (Platform.INSTAGRAM_STORY, "1024x1536"),
        (Platform.FACEBOOK_SQUARE, "1024x1024"),
    ],
)
async def test_a_graphic_is_asked_for_in_the_nearest_size_and_comes_in_its_platforms(
    emulator: OpenAIEmulator, images: OpenAIImages, platform: Platform, size: str
) -> None:
    graphic = graphic_for(platform, text="Out now", reference=Reference(image_id=None, reason=""), brand=None)
    shown = tuple(reference(seed) for seed in range(4))

    rendered = await render(
        images, ability=Ability.EDIT, references=shown, width=graphic.width, height=graphic.height, crop_to_face=True
    )
    finished = finished_graphic(Picture(rendered.data, rendered.content_type), graphic, None)

    (call,) = emulator.calls
    assert (call.path, call.body["size"], len(call.files)) == ("/v1/images/edits", size, 4)
    assert opened(rendered.data).size == opened(finished).size == (graphic.width, graphic.height)
    assert len(finished) <= graphic.most_bytes


async def test_sixteen_references_are_taken_and_no_more(emulator: OpenAIEmulator, images: OpenAIImages) -> None:
    references = tuple(reference(seed) for seed in range(17))

    await render(images, ability=Ability.EDIT, references=references[:16])
    with pytest.raises(ProviderRequestInvalid):
        await render(images, ability=Ability.EDIT, references=references)

    assert [len(call.files) for call in emulator.calls] == [16]


async def test_how_close_to_a_reference_is_said_only_to_a_model_that_can_be_told(
    emulator: OpenAIEmulator, images: OpenAIImages
) -> None:
    for model in ("openai/gpt-image-1.5", "openai/gpt-image-2", "openai/gpt-image-2.6-flare"):
        await render(images, model=model, ability=Ability.EDIT, references=(reference(1),))

    assert [call.body.get("input_fidelity") for call in emulator.calls] == ["high", None, None]


async def test_inpainting_changes_what_is_white_and_nothing_else(
    emulator: OpenAIEmulator, images: OpenAIImages
) -> None:
    source = reference(5, (1024, 1536))
    white = Image.new("L", (512, 768), 0)
    white.paste(255, (0, 0, 512, 384))
    file = BytesIO()
    white.save(file, "PNG")

    rendered = await render(
        images,
        ability=Ability.INPAINT,
        references=(source,),
        mask=Picture(file.getvalue(), "image/png"),
        width=1024,
        height=1536,
    )

    (call,) = emulator.calls
    assert [(file.name, file.file_name, file.content_type) for file in call.files] == [
        ("image[]", "0.png", "image/png"),
        ("mask", "1.png", "image/png"),
    ]
    alpha = opened(call.files[1].data).getchannel("A")
    assert alpha.size == (1024, 1536)
    assert (alpha.getpixel((500, 100)), alpha.getpixel((500, 1400))) == (0, 255)
    assert rendered.content_type == "image/jpeg"  # As it came: the size was right.
    upper, lower = (0, 0, 1024, 768), (0, 768, 1024, 1536)
    assert difference(rendered.data, source.data, lower) < 3 < difference(rendered.data, source.data, upper)


def difference(one: bytes, other: bytes, box: tuple[int, int, int, int]) -> float:
    """On average, in levels of grey."""
    left, right = (opened(data).convert("L").crop(box) for data in (one, other))
    return sum(abs(a - b) for a, b in zip(left.tobytes(), right.tobytes(), strict=True)) / (left.width * left.height)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"model": "fal/flux-lora"}, "not a model of OpenAI: fal/flux-lora"),
        ({"model": "gone"}, "not a model of OpenAI: gone"),
        ({"ability": Ability.FACE, "references": (reference(1),)}, "cannot FACE, 1 references"),
        ({"ability": Ability.EDIT}, "0 references"),
        ({"ability": Ability.INPAINT, "references": (reference(1),)}, "a mask to inpaint"),
        ({"references": (reference(1),)}, "1 references"),
        ({"mask": reference(1)}, "a mask to inpaint"),
        ({"loras": (LoraUse(url=None, file_name="a", trigger="b"),)}, "LoRAs"),
        ({"quality": "best"}, "quality best"),
    ],
)
async def test_what_these_models_cannot_do_is_not_sent(
    emulator: OpenAIEmulator, images: OpenAIImages, changes: dict[str, object], detail: str
) -> None:
    with pytest.raises(ProviderRequestInvalid) as refused:
        await render(images, **changes)

    assert refused.value.detail.removeprefix("openai/gpt-image-2.6-flare: ") == detail
    assert emulator.calls == []


BLOCKED = (
    b'{"error": {"type": "image_generation_user_error", "code": "moderation_blocked", "message": "no", "param": null}}'
)
QUOTA = b'{"error": {"type": "insufficient_quota", "code": "insufficient_quota", "message": "no", "param": null}}'
LIMIT = b'{"error": {"type": "requests", "code": "rate_limit_exceeded", "message": "no", "param": null}}'


@pytest.mark.parametrize(
    ("fault", "error", "accepted"),
    [
        (Fault(status=400, body=BLOCKED), ProviderRefused, 0),
        (Fault(status=429, body=QUOTA), ProviderMisconfigured, 0),
        (Fault(status=429, body=LIMIT), RateLimited, 0),
        (Fault(status=429, body=LIMIT, headers={"retry-after": "7"}), RateLimited, 0),
        (Fault(status=500, body=b"oops"), ProviderUnavailable, 0),
        (Fault(status=503), ProviderUnavailable, 0),
        (Fault(status=307, headers={"location": "/v1/images/generations"}), ProviderMisconfigured, 0),
        (Fault(), OutcomeUnknown, 0),
        (Fault(after_accepting=True), OutcomeUnknown, 1),
        (Fault(status=504, after_accepting=True), OutcomeUnknown, 1),
        (Fault(status=200, body=b"{not json", after_accepting=True), OutcomeUnknown, 1),
        (
            Fault(status=200, body=b"<html>", headers={"content-type": "text/html"}, after_accepting=True),
            OutcomeUnknown,
            1,
        ),
    ],
    ids=["refused", "quota", "limit", "wait", "500", "503", "redirect", "hang-up", "unheard", "504", "garbled", "html"],
)
async def test_whatever_happens_a_picture_is_asked_for_once(
    emulator: OpenAIEmulator, images: OpenAIImages, fault: Fault, error: type[DomainError], accepted: int
) -> None:
    emulator.faults.plan("generations", fault)

    with pytest.raises(error) as raised:
        await render(images)

    assert type(raised.value) is error
    assert (len(emulator.calls), emulator.accepted) == (1, accepted)
    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after == (timedelta(seconds=7) if fault.headers else None)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (StreamFault(ending=Ending.CUT), OutcomeUnknown),
        (StreamFault(ending=Ending.CUT, after=0), OutcomeUnknown),
        (StreamFault(ending=Ending.SHORT), OutcomeUnknown),
        (StreamFault(ending=Ending.GARBLED), OutcomeUnknown),
        (StreamFault(ending=Ending.ODD), OutcomeUnknown),
        (StreamFault(ending=Ending.NO_PICTURE), ProviderUnavailable),
        (StreamFault(ending=Ending.ERROR), ProviderUnavailable),
        (StreamFault(ending=Ending.FLAT_ERROR), ProviderUnavailable),
        (StreamFault(ending=Ending.ERROR, code="moderation_blocked"), ProviderRefused),
        (StreamFault(ending=Ending.FLAT_ERROR, code="moderation_blocked"), ProviderRefused),
        (StreamFault(ending=Ending.ERROR, code="rate_limit_exceeded"), RateLimited),
        (StreamFault(ending=Ending.ERROR, code="insufficient_quota"), ProviderMisconfigured),
    ],
    ids=lambda value: f"{value.ending}-{value.after}-{value.code}" if isinstance(value, StreamFault) else "",
)
async def test_a_stream_that_ends_badly(
    emulator: OpenAIEmulator, images: OpenAIImages, fault: StreamFault, error: type[DomainError]
) -> None:
    watcher = Watcher()
    emulator.stream_faults.append(fault)

    with pytest.raises(error) as raised:
        await images.render(REQUEST, on_progress=watcher.told.append, on_preview=watcher.told.append)

    assert type(raised.value) is error
    assert len(watcher.previews) == fault.after
    assert (len(emulator.calls), emulator.accepted) == (1, 1)
    assert 100 not in watcher.percents


@pytest.mark.parametrize("ending", [Ending.SILENT, None])
async def test_no_answer_in_time_is_unknown_and_the_connection_is_let_go(
    emulator: OpenAIEmulator, client: OpenAIClient, ending: Ending | None
) -> None:
    emulator.seconds = 0.05 if ending else 60
    if ending:
        emulator.stream_faults.append(StreamFault(ending=ending))
    images = OpenAIImages(client, limit=timedelta(seconds=1))

    with pytest.raises(OutcomeUnknown) as raised:
        await images.render(REQUEST, on_progress=ignore, on_preview=lambda _: None)

    assert raised.value.detail == "no answer in 1 s"
    await until(lambda: is_left(emulator))
    assert (len(emulator.calls), emulator.accepted) == (1, 1)


async def is_left(emulator: OpenAIEmulator) -> bool:
    return emulator.abandoned == 1


async def test_no_connection_is_no_paid_call(client: OpenAIClient) -> None:
    nobody = OpenAIClient(key=KEY, base_url="http://127.0.0.1:9/v1")

    with pytest.raises(ProviderUnavailable) as raised:
        await render(OpenAIImages(nobody))

    assert raised.value.detail == "ConnectError"
    await nobody.close()


async def test_cancelling_cuts_the_connection(emulator: OpenAIEmulator, images: OpenAIImages) -> None:
    emulator.seconds = 0.4
    emulator.stream_faults.append(StreamFault(ending=Ending.SILENT, after=1))
    forming = asyncio.Event()
    task = asyncio.create_task(images.render(REQUEST, on_progress=ignore, on_preview=lambda _: forming.set()))
    await forming.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await until(lambda: is_left(emulator))
    assert (len(emulator.calls), emulator.accepted) == (1, 1)
    emulator.seconds = 0.05
    await render(images)  # The client is still good.


async def test_a_wrong_key_is_the_operators(emulator: OpenAIEmulator, client: OpenAIClient) -> None:
    emulator.key = "sk-another"

    with pytest.raises(ProviderMisconfigured) as raised:
        await render(OpenAIImages(client))

    assert raised.value.detail.startswith("401 invalid_api_key invalid_request_error request=req_")
    assert emulator.accepted == 0


async def test_many_at_once_do_not_mix(images: OpenAIImages) -> None:
    prompts = [f"a woman with {hair} hair" for hair in ("black", "blonde", "red")]

    together = await asyncio.gather(*(render(images, prompt=prompt) for prompt in prompts))
    alone = [await render(images, prompt=prompt) for prompt in prompts]

    assert [one.data for one in together] == [one.data for one in alone]
    assert len({one.data for one in together}) == 3
