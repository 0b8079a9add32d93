"""Sizes to ask for, and masks in OpenAI's meaning."""

import asyncio
import base64
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from domain.images.picture import Picture
from domain.models.registry import MODELS
from providers.openai.pictures import as_reference, decoded, masked, to_look_at
from providers.openai.sizes import nearest
from tests.support.emulators.openai_fields import size_of

THREE = MODELS["openai/gpt-image-2.6-flare"].sizes
ANY = MODELS["openai/gpt-image-2.5-flare"].sizes


def picture(size: tuple[int, int], kind: str = "PNG", *, orientation: int = 1) -> Picture:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", size, (200, 100, 50)).save(file, kind, exif=exif)
    return Picture(file.getvalue(), f"image/{kind.lower()}")


def mask(size: tuple[int, int], white: tuple[int, int, int, int]) -> Picture:
    file = BytesIO()
    image = Image.new("L", size, 0)
    image.paste(255, white)
    image.save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


def opened(one: Picture) -> Image.Image:
    return Image.open(BytesIO(one.data))


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ((1024, 1024), (1024, 1024)),
        ((512, 512), (1024, 1024)),
        ((832, 1216), (1024, 1536)),
        ((1920, 1080), (1536, 1024)),
        ((1080, 1920), (1024, 1536)),
        ((1000, 1100), (1024, 1024)),
    ],
)
def test_of_three_sizes_the_one_of_the_nearest_proportions(wanted: tuple[int, int], asked: tuple[int, int]) -> None:
    assert nearest(*wanted, THREE) == asked


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ((1024, 1536), (1024, 1536)),
        ((832, 1216), (832, 1216)),
        ((1080, 1350), (1088, 1360)),
        ((512, 512), (816, 816)),  # No fewer than 655,360 pixels.
        ((1000, 100), (1536, 512)),  # No steeper than 3 to 1.
        ((3000, 3000), (1920, 1920)),  # No more than 2560 x 1440.
    ],
)
def test_of_any_size_the_next_legal_one(wanted: tuple[int, int], asked: tuple[int, int]) -> None:
    assert nearest(*wanted, ANY) == asked


@given(st.integers(16, 5000), st.integers(16, 5000))
def test_every_size_that_is_asked_for_is_legal(width: int, height: int) -> None:
    asked = nearest(width, height, ANY)

    assert size_of(f"{asked[0]}x{asked[1]}", ANY) == asked
    assert asked[0] * asked[1] <= ANY.most_pixels
    assert nearest(width, height, THREE) in THREE.named


async def test_white_becomes_transparent_and_the_mask_as_large_as_the_picture() -> None:
    source = picture((80, 40))

    same, theirs = await masked(source, mask((40, 20), (10, 5, 20, 10)))

    alpha = opened(theirs).getchannel("A")
    assert same == source
    assert (theirs.content_type, opened(theirs).format) == ("image/png", "PNG")
    assert alpha.size == (80, 40)
    assert set(alpha.tobytes()) == {0, 255}
    assert (alpha.getpixel((30, 15)), alpha.getpixel((5, 5)), alpha.getpixel((60, 30))) == (0, 255, 255)


async def test_a_picture_that_a_camera_turned_is_turned_back_with_its_mask() -> None:
    source, theirs = await masked(picture((80, 40), "JPEG", orientation=6), mask((40, 80), (0, 0, 40, 40)))

    alpha = opened(theirs).getchannel("A")
    assert opened(source).size == alpha.size == (40, 80)
    assert opened(source).getexif().get(0x0112, 1) == 1
    assert (alpha.getpixel((20, 10)), alpha.getpixel((20, 70))) == (0, 255)


async def test_pictures_to_look_at_are_made_small() -> None:
    small, large = picture((300, 200)), picture((5000, 1000))

    kept, shrunk = await asyncio.gather(to_look_at(small), to_look_at(large))

    assert kept == f"data:image/png;base64,{base64.b64encode(small.data).decode()}"
    head, _, data = shrunk.partition(",")
    assert head == "data:image/jpeg;base64"
    assert Image.open(BytesIO(base64.b64decode(data))).size == (2048, 410)


async def test_a_reference_goes_as_it_came() -> None:
    one = picture((1200, 900), "WEBP")

    assert await as_reference(one) is one


@pytest.mark.parametrize("size", [3, 3_000_000])
async def test_base64_is_undone_small_or_large(size: int) -> None:
    assert await decoded(base64.b64encode(b"a" * size).decode()) == b"a" * size
    with pytest.raises(ValueError):
        await decoded("%" * size)
