"""Sizes, formats and broken bytes of pictures on their way from providers and to them."""

import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, JpegImagePlugin

from domain.errors import ProviderRequestInvalid, ProviderUnavailable
from domain.images.picture import Picture
from providers.pixels import brought_to, made_to_fit, mask_to_fit

RED, BLUE = (255, 0, 0), (0, 0, 255)


def file_of(image: Image.Image, format: str = "PNG", **more: Any) -> bytes:
    file = BytesIO()
    image.save(file, format, **more)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def striped(width: int, height: int, edge: int) -> Image.Image:
    """Blue, with `edge` columns of red on either side."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (edge, 0, width - edge, height))
    return image


@pytest.mark.parametrize(
    ("format", "content_type"), [("PNG", "image/png"), ("WEBP", "image/webp"), ("JPEG", "image/jpeg")]
)
async def test_what_has_the_size_comes_back_as_it_is(format: str, content_type: str) -> None:
    data = file_of(striped(64, 96, 0), format)
    assert await brought_to(data, width=64, height=96) == (data, content_type)


async def test_another_size_is_covered_and_cut_evenly() -> None:
    data, content_type = await brought_to(file_of(striped(400, 200, 100)), width=100, height=100)
    image = opened(data)
    assert (image.size, image.format, content_type) == ((100, 100), "JPEG", "image/jpeg")
    assert JpegImagePlugin.get_sampling(image) == 0  # 4:4:4
    assert isinstance(image, JpegImagePlugin.JpegImageFile)
    assert image.quantization[0][0] == 3  # the first step of libjpeg's table at quality 92
    for place in ((4, 50), (95, 50), (50, 4)):
        red, _, blue = image.getpixel(place)  # type: ignore[misc] # three numbers, as the mode is RGB
        assert (red < 20, blue > 235) == (True, True)


async def test_what_was_clear_is_white() -> None:
    data, _ = await brought_to(file_of(Image.new("RGBA", (40, 40), (0, 0, 0, 0))), width=20, height=20)
    assert opened(data).getpixel((10, 10)) == (255, 255, 255)


async def test_a_turned_file_is_set_upright_even_in_its_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    image = Image.new("RGB", (40, 40), BLUE)
    image.paste(RED, (0, 0, 40, 20))
    data, _ = await brought_to(file_of(image, "JPEG", exif=exif, quality=95), width=40, height=40)
    assert 0x0112 not in opened(data).getexif()
    assert opened(data).getpixel((20, 35)) == pytest.approx(RED, abs=12)


async def test_a_profile_of_rgb_is_kept_and_none_of_another_space() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    grey = srgb[:16] + b"GRAY" + srgb[20:]
    kept, _ = await brought_to(file_of(striped(40, 40, 0), icc_profile=srgb), width=20, height=20)
    dropped, _ = await brought_to(file_of(striped(40, 40, 0).convert("L"), icc_profile=grey), width=20, height=20)
    assert opened(kept).info["icc_profile"] == srgb
    assert "icc_profile" not in opened(dropped).info


def claiming(width: int, height: int) -> bytes:
    """A PNG that says it is this large, and holds nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "0 bytes that are no whole picture"),
        (b"<html>busy</html>", "17 bytes that are no whole picture"),
        (file_of(striped(64, 64, 0))[:-40], "bytes that are no whole picture"),
        (file_of(striped(640, 640, 9), "JPEG")[:3000], "3000 bytes that are no whole picture"),
        (file_of(striped(64, 64, 0), "GIF"), "bytes that are no whole picture"),
        (claiming(64, 64), "bytes that are no whole picture"),
        (claiming(7072, 7072), "a picture of 7072x7072 pixels"),
        (claiming(60000, 60000), "a picture of far too many pixels"),
    ],
)
async def test_what_is_no_whole_picture_or_too_large_is_refused(
    data: bytes, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Image, "MAX_IMAGE_PIXELS", 90_000_000
    )  # Pillow's own; the children of providers.pictures lift it
    with pytest.raises(ProviderUnavailable) as raised:
        await brought_to(data, width=64, height=64)
    assert raised.value.detail.endswith(detail)


async def test_a_picture_that_fits_is_sent_as_it_is() -> None:
    picture = Picture(file_of(striped(64, 96, 0)), "image/png")
    assert await made_to_fit(picture, longest=96, most_bytes=len(picture.data)) is picture


async def test_a_large_picture_is_made_smaller_in_proportion() -> None:
    small = await made_to_fit(Picture(file_of(striped(400, 200, 0)), "image/png"), longest=100, most_bytes=10_000)
    assert (opened(small.data).size, small.content_type) == ((100, 50), "image/jpeg")


async def test_a_heavy_picture_loses_pixels_until_it_is_light() -> None:
    noise = Image.effect_noise((600, 600), 90).convert("RGB")
    light = await made_to_fit(Picture(file_of(noise), "image/png"), longest=600, most_bytes=60_000)
    assert len(light.data) <= 60_000
    assert 200 < opened(light.data).width < 600


async def test_a_mask_follows_its_picture_and_is_black_and_white() -> None:
    mask = Image.new("L", (400, 200), 0)
    mask.paste(255, (200, 0, 400, 200))
    fitted = await mask_to_fit(
        Picture(file_of(mask, "JPEG"), "image/jpeg"), Picture(file_of(striped(100, 50, 0)), "image/png")
    )
    image = opened(fitted.data)
    assert (image.size, image.mode, image.format, fitted.content_type) == ((100, 50), "L", "PNG", "image/png")
    assert [image.getpixel((x, 25)) for x in (40, 60)] == [0, 255]
    assert {level for _, level in image.getcolors() or ()} == {0, 255}


async def test_a_broken_picture_of_ours_is_our_fault() -> None:
    whole, broken = Picture(file_of(striped(64, 64, 0)), "image/png"), Picture(b"no picture", "image/png")
    for fitting in (
        made_to_fit(broken, longest=64, most_bytes=99),
        mask_to_fit(broken, whole),
        mask_to_fit(whole, broken),
    ):
        with pytest.raises(ProviderRequestInvalid) as raised:
            await fitting
        assert raised.value.detail == "10 bytes that are no whole picture"
