"""What every `ImageProvider` promises: our sketch, and OpenAI's adapter against its emulator. Then what only our sketch does."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import ExifTags, Image

from domain.errors import LoraMissing, ProviderRefused, ProviderRequestInvalid, ProviderUnavailable, RateLimited
from domain.images.picture import Picture
from domain.influencers.appearance import Appearance, Gender, Style
from domain.jobs.text_overlay import TextOverlay
from domain.jobs.views import View
from domain.models.model import Ability
from domain.ports.image_provider import ImageProvider, Look, LoraUse, RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from providers.local.faults import LocalFaults
from providers.local.images import LocalImages
from providers.local.likeness.palette import MeasuredPalette, written
from providers.openai.client import OpenAIClient
from providers.openai.images import OpenAIImages
from tests.support.composing import shown
from tests.support.emulators.openai import OpenAIEmulator
from tests.support.emulators.serving import served
from tests.support.sketches import as_picture

REQUEST = RenderRequest(
    attempt_key="first",
    model="local-sketch-1",
    prompt="a portrait",
    negative_prompt="",
    width=192,
    height=288,
    steps=20,
    seed=11,
    look=Look(
        appearance=Appearance(
            style=Style.REALISTIC,
            gender=Gender.NON_BINARY,
            age=31,
            ethnicity="south_asian",
            hair_color="black",
            hair_style="long_wavy",
            eye_color="hazel",
            body_type="slim",
        ),
        identity_seed=5,
    ),
    scene=Scene.COZY_HOME,
    environment=Environment.HOME_LIVING_ROOM,
    outfit=Outfit.COZY_KNIT,
    pose=1,
)


@pytest.fixture
def provider() -> Iterator[LocalImages]:
    images = LocalImages()
    yield images
    images.close()


@pytest.fixture(params=["local", "openai"])
async def asked(
    request: pytest.FixtureRequest, provider: LocalImages
) -> AsyncIterator[tuple[ImageProvider, RenderRequest]]:
    """A provider, and a request to it."""
    if request.param == "local":
        yield provider, REQUEST
        return
    emulator = OpenAIEmulator()
    with served(emulator.app) as url:
        client = OpenAIClient(key=emulator.key, base_url=f"{url}/v1")
        yield OpenAIImages(client), replace(REQUEST, model="openai/gpt-image-2.6-flare")
        await client.close()


def ignore(percent: int) -> None:
    """For renders whose progress does not matter."""


async def local_with(spec: str) -> LocalImages:
    return LocalImages(LocalFaults.parse(spec), workers=1)


async def test_gives_an_image_of_the_exact_size(asked: tuple[ImageProvider, RenderRequest]) -> None:
    provider, request = asked
    percents: list[int] = []
    rendered = await provider.render(request, on_progress=percents.append)
    image = Image.open(BytesIO(rendered.data))
    assert image.size == (192, 288)
    assert rendered.content_type == Image.MIME[image.format or ""]
    assert rendered.seed == 11
    assert (percents[0], percents[-1]) == (0, 100)
    assert percents == sorted(percents)


async def test_a_call_that_is_cancelled_ends_and_tells_nothing_more(asked: tuple[ImageProvider, RenderRequest]) -> None:
    provider, request = asked
    percents: list[int] = []
    begun = asyncio.Event()

    def on_progress(percent: int) -> None:
        percents.append(percent)
        begun.set()

    large = replace(request, width=1024, height=1024)
    render = asyncio.create_task(provider.render(large, on_progress=on_progress))
    await begun.wait()
    render.cancel()
    with pytest.raises(asyncio.CancelledError):
        await render
    told = list(percents)
    await asyncio.sleep(0.2)
    assert percents == told
    assert told[-1] < 100


async def test_local_progress_rises_from_0_to_100_on_the_loop_and_then_stays_silent(provider: ImageProvider) -> None:
    percents: list[int] = []
    loop = asyncio.get_running_loop()

    def on_progress(percent: int) -> None:
        assert asyncio.get_running_loop() is loop
        percents.append(percent)

    await provider.render(REQUEST, on_progress=on_progress)
    told = list(percents)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 100)
    assert len({percent for percent in told if 0 < percent < 100}) >= 8
    for _ in range(10):
        await asyncio.sleep(0)
    assert percents == told


async def test_local_renders_side_by_side_do_not_mix(provider: ImageProvider) -> None:
    asked = [replace(REQUEST, pose=pose, width=96, height=144) for pose in range(3)]
    together = await asyncio.gather(*(provider.render(one, on_progress=ignore) for one in asked))
    alone = [await provider.render(one, on_progress=ignore) for one in asked]
    assert [one.data for one in together] == [one.data for one in alone]


async def test_local_repeats_itself_for_another_attempt(provider: ImageProvider) -> None:
    first = await provider.render(REQUEST, on_progress=ignore)
    second = await provider.render(replace(REQUEST, attempt_key="second"), on_progress=ignore)
    assert first == second
    assert (first.provider, first.model) == ("local", "local-sketch-1")


async def test_local_says_in_the_file_what_it_is(provider: ImageProvider) -> None:
    image = Image.open(BytesIO((await provider.render(REQUEST, on_progress=ignore)).data))
    words = "Likeness local sketch (procedural drawing, no AI model)"
    exif, xmp = image.getexif(), image.info["xmp"].decode()
    assert exif[ExifTags.Base.ImageDescription] == f"{words}; seed 11"
    assert "local-sketch-1" in exif[ExifTags.Base.Software]
    assert "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia" in xmp
    assert words in xmp
    assert 'likeness:provider="local" likeness:model="local-sketch-1" likeness:seed="11"' in xmp


async def test_local_draws_with_a_trained_file_and_says_without_one(provider: ImageProvider) -> None:
    palette = MeasuredPalette(
        parts=np.full((5, 3), 0.5, np.float32),
        agreement=np.ones(5, np.float32),
        palette=np.zeros((8, 3), np.float32),
        sharpness=9.0,
    )
    lora = LoraUse(url="https://x.example/w", file_name="w.safetensors", trigger="ohwx", weights=written(palette, {}))
    plain = await provider.render(REQUEST, on_progress=ignore)
    fine = await provider.render(replace(REQUEST, loras=(lora,)), on_progress=ignore)
    assert fine.data != plain.data
    assert replace(fine, data=b"") == replace(plain, data=b"")
    with pytest.raises(LoraMissing):
        await provider.render(replace(REQUEST, loras=(replace(lora, weights=None),)), on_progress=ignore)


async def test_cancelling_stops_the_drawing() -> None:
    images = await local_with("")
    percents: list[int] = []
    begun = asyncio.Event()

    def on_progress(percent: int) -> None:
        percents.append(percent)
        if percent > 0:
            begun.set()

    render = asyncio.create_task(images.render(replace(REQUEST, width=1024, height=1024), on_progress=on_progress))
    await begun.wait()
    render.cancel()
    with pytest.raises(asyncio.CancelledError):
        await render
    told = list(percents)
    await images.render(REQUEST, on_progress=ignore)  # One worker: this one starts after the cancelled one has let go.
    assert percents == told
    assert told[-1] < 100
    images.close()


@pytest.mark.parametrize(
    ("spec", "error"), [("fail=1", ProviderUnavailable), ("rate_limit=1:3", RateLimited), ("refuse=1", ProviderRefused)]
)
async def test_local_fails_as_told(spec: str, error: type[Exception]) -> None:
    images = await local_with(spec)
    with pytest.raises(error) as raised:
        await images.render(REQUEST, on_progress=ignore)
    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after is not None
        assert raised.value.retry_after.total_seconds() == 3
    images.close()


async def test_local_hangs_until_cancelled() -> None:
    images = await local_with("hang")
    percents: list[int] = []
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await images.render(REQUEST, on_progress=percents.append)
    assert percents == [0]
    images.close()


PHOTO = as_picture(Image.effect_mandelbrot((192, 288), (-2, -1.5, 1, 1.5), 60).convert("RGB"))
BLACK = as_picture(Image.new("L", (192, 288)))


def white_in_the_middle() -> Picture:
    mask = Image.new("L", (192, 288))
    mask.paste(255, (60, 80, 140, 200))
    return as_picture(mask)


KINDS = {
    "sheet": replace(REQUEST, ability=Ability.SHEET, view=View.SIDE_LEFT, references=(PHOTO, PHOTO)),
    "inpaint": replace(
        REQUEST, ability=Ability.INPAINT, references=(PHOTO,), mask=white_in_the_middle(), prompt="tulips"
    ),
    "text": replace(REQUEST, ability=Ability.EDIT, references=(PHOTO,), overlay=TextOverlay(text="Hello")),
    "restyle": replace(REQUEST, ability=Ability.EDIT, references=(PHOTO,), restyle="watercolour"),
    "edit": replace(REQUEST, ability=Ability.EDIT, references=(PHOTO,), scene=None, prompt="warmer"),
    "variation": replace(REQUEST, ability=Ability.EDIT, references=(PHOTO,), style=PHOTO, extras=("glasses",)),
    "portrait": replace(REQUEST, look=None, ability=Ability.FACE, references=(shown("hopper"),)),
}
SOURCE_TYPES = {
    "sheet": "algorithmicMedia",
    "inpaint": "compositeSynthetic",
    "text": "algorithmicallyEnhanced",
    "restyle": "algorithmicallyEnhanced",
    "edit": "algorithmicallyEnhanced",
    "variation": "algorithmicMedia",
    "portrait": "compositeSynthetic",
}


@pytest.mark.parametrize("kind", KINDS)
async def test_local_makes_every_kind_in_its_size_and_repeats_itself(kind: str, provider: ImageProvider) -> None:
    percents: list[int] = []
    first = await provider.render(KINDS[kind], on_progress=percents.append)
    second = await provider.render(replace(KINDS[kind], attempt_key="second"), on_progress=ignore)
    assert first == second
    assert Image.open(BytesIO(first.data)).size == (192, 288)
    assert (percents[0], percents[-1]) == (0, 100)
    assert percents == sorted(percents)


@pytest.mark.parametrize("kind", KINDS)
async def test_local_says_of_every_kind_what_it_is(kind: str, provider: ImageProvider) -> None:
    rendered = await provider.render(KINDS[kind], on_progress=ignore)
    image = Image.open(BytesIO(rendered.data))
    assert rendered.content_type == ("image/png" if kind == "inpaint" else "image/jpeg")
    assert Image.MIME[image.format or ""] == rendered.content_type
    xmp = image.info["xmp"] if kind != "inpaint" else image.info["XML:com.adobe.xmp"]
    text = xmp if isinstance(xmp, str) else xmp.decode()
    assert f"http://cv.iptc.org/newscodes/digitalsourcetype/{SOURCE_TYPES[kind]}" in text
    assert "no AI model" in image.getexif()[ExifTags.Base.ImageDescription]


async def test_local_inpainting_keeps_what_is_not_masked_through_the_file(provider: ImageProvider) -> None:
    rendered = await provider.render(KINDS["inpaint"], on_progress=ignore)
    before, after = (np.asarray(Image.open(BytesIO(data)).convert("RGB")) for data in (PHOTO.data, rendered.data))
    changed = (before != after).any(axis=-1)
    assert changed[80:200, 60:140].mean() > 0.5
    changed[80:200, 60:140] = False
    assert not changed.any()


@pytest.mark.parametrize("kind", KINDS)
async def test_local_faults_hit_every_kind(kind: str) -> None:
    images = await local_with("fail=1")
    with pytest.raises(ProviderUnavailable):
        await images.render(KINDS[kind], on_progress=ignore)
    images.close()


async def test_local_refuses_what_cannot_be_made_for_good(provider: ImageProvider) -> None:
    """Neither is worth another try."""
    with pytest.raises(ProviderRequestInvalid, match="no white"):
        await provider.render(replace(KINDS["inpaint"], mask=BLACK), on_progress=ignore)
    with pytest.raises(ProviderRefused, match="has no 日"):
        await provider.render(replace(KINDS["text"], overlay=TextOverlay(text="日")), on_progress=ignore)


@pytest.mark.parametrize("kind", ["sheet", "inpaint", "restyle", "variation"])
async def test_cancelling_stops_every_kind(kind: str) -> None:
    images = await local_with("")
    percents: list[int] = []
    begun = asyncio.Event()

    def on_progress(percent: int) -> None:
        percents.append(percent)
        if percent > 1:
            begun.set()

    large = replace(KINDS[kind], width=1024, height=1024)
    render = asyncio.create_task(images.render(large, on_progress=on_progress))
    await begun.wait()
    render.cancel()
    with pytest.raises(asyncio.CancelledError):
        await render
    told = list(percents)
    await images.render(REQUEST, on_progress=ignore)  # One worker: this one starts after the cancelled one has let go.
    assert percents == told
    assert told[-1] < 100
    images.close()


async def test_local_is_slow_without_holding_its_workers() -> None:
    images = await local_with("slow=1")
    loop = asyncio.get_running_loop()
    small = replace(REQUEST, width=64, height=64)
    percents: list[int] = []
    start = loop.time()
    await asyncio.gather(
        images.render(small, on_progress=percents.append), *(images.render(small, on_progress=ignore) for _ in range(3))
    )
    assert 1 <= loop.time() - start < 4  # One after the other would take 4 s and more.
    assert percents == sorted(percents)
    assert percents[-1] == 100
    images.close()
