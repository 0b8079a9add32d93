"""A finished picture as a platform wants it: its size, its bytes, and words and logo inside the safe area, off the face, readable."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from domain.brands.colors import BrandColor, BrandColorRole, rgb_of
from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from domain.personas.faces import Face, FaceAngle
from domain.social.branding import AppliedBrand
from domain.social.graphic import Graphic, Reference, graphic_for
from domain.social.platforms import PLATFORMS, Platform
from providers.faces.cascades import Cascade, Grey, Square, squares
from providers.graphics.finishing import SIGNATURE, finished_graphic
from providers.graphics.logos import opened_logo, place_logo
from providers.graphics.setting import readable_on, words_in
from providers.graphics.weighing import light_jpeg
from providers.graphics.zones import Box, kept_free, safe_area, zones
from providers.local.lettering import CONTRAST, contrast
from tests.support.photos import photo
from tests.support.sketches import as_picture

TEXT = "Out now: my tiny robot"
REFERENCE = Reference(image_id=None, reason="")
FACE = Face(left=600, top=180, width=200, height=200, angle=FaceAngle.FRONT, confidence=1.0)
BRAND = AppliedBrand(
    colors=(
        BrandColor(hex="#ffcc00", role=BrandColorRole.PRIMARY),
        BrandColor(hex="#ffee88", role=BrandColorRole.TEXT),
        BrandColor(hex="#222244", role=BrandColorRole.SECONDARY),
    ),
    heading_font=None,
    drawn_with="",
    voice=None,
    audience=None,
    logo=None,
)


def a_graphic(platform: Platform, **changes: object) -> Graphic:
    plain = graphic_for(platform, text=None, reference=REFERENCE, brand=None)
    return replace(plain, **changes)  # type: ignore[arg-type] # by name


def flat(size: tuple[int, int], colour: str = "#7799bb") -> Image.Image:
    return Image.new("RGB", size, colour)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def changed(one: Image.Image, other: Image.Image) -> Box:
    """Where they differ by more than a JPEG changes."""
    difference = ImageChops.difference(one, other).convert("L").point(lambda level: 255 if level > 24 else 0)
    found = difference.getbbox()
    assert found
    return Box(*found)


def a_logo(colour: str, *, clear: bool) -> Picture:
    logo = Image.new("RGBA", (300, 120), (0, 0, 0, 0) if clear else "white")
    ImageDraw.Draw(logo).ellipse((20, 20, 279, 99), fill=colour)
    file = BytesIO()
    logo.save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


@pytest.mark.parametrize("platform", [Platform.X, Platform.INSTAGRAM_STORY])
def test_a_picture_of_any_size_comes_out_in_the_platforms(platform: Platform) -> None:
    made = opened(finished_graphic(as_picture(flat((700, 700))), a_graphic(platform), None))
    assert made.size == (PLATFORMS[platform].width, PLATFORMS[platform].height)


@pytest.mark.parametrize("platform", list(Platform))
def test_words_stand_inside_the_safe_area_and_can_be_read(platform: Platform) -> None:
    its = PLATFORMS[platform]
    plain = flat((its.width, its.height))
    made = opened(finished_graphic(as_picture(plain), a_graphic(platform, text=TEXT), None))
    box, safe = changed(plain, made), safe_area(plain.size, its.margins)
    slack = 8  # of a JPEG's blocks
    assert box.left >= safe.left - slack
    assert box.top >= safe.top - slack
    assert box.right <= safe.right + slack
    assert box.bottom <= safe.bottom + slack
    colours = np.asarray(made.crop((box.left, box.top, box.right, box.bottom))).reshape(-1, 3)
    darkest, lightest = colours[colours.sum(axis=1).argmin()], colours[colours.sum(axis=1).argmax()]
    red, green, blue = (int(level) for level in lightest)
    assert contrast(darkest.astype(np.float32), (red, green, blue)) >= CONTRAST


def test_words_go_beside_a_face_on_a_wide_picture_and_below_it_on_others() -> None:
    wide, safe = (1200, 627), Box(48, 48, 1152, 579)
    free = kept_free([FACE])
    assert free == Box(510, 50, 890, 410)
    left, *others = zones(wide, safe, free)
    assert (left, free.shares(left)) == (Box(48, 48, 510, 579), 0)
    assert all(free.shares(zone) == 0 for zone in others)
    square = Box(128, 52, 896, 972)
    assert zones((1024, 1024), square, Box(300, 100, 700, 600))[0] == Box(128, 641, 896, 972)
    assert zones((1024, 1024), square, Box(100, 60, 1000, 960)) == [Box(128, 751, 896, 972)], "no room: the edge"
    assert zones((1024, 1024), square, None) == [Box(128, 751, 896, 972)]
    words = words_in(wide, [left, *others], TEXT)
    assert (len(words.lines) <= 3, words.font.size >= 0.06 * 627) == (True, True)
    assert left.shares(words.plate) == words.plate.width * words.plate.height


def test_a_brand_gives_the_plate_and_the_ink_that_can_be_read_on_it() -> None:
    plain = flat((1200, 630))
    made = opened(finished_graphic(as_picture(plain), a_graphic(Platform.FACEBOOK_LINK, text=TEXT, brand=BRAND), None))
    box = changed(plain, made)
    assert made.getpixel((box.left + box.width // 2, box.top + 6)) == pytest.approx(rgb_of("#ffcc00"), abs=6)
    inks = [color.rgb for color in BRAND.inks]
    assert readable_on(rgb_of("#ffcc00"), inks) == rgb_of("#222244"), "its text colour has too little contrast"
    assert readable_on((118, 118, 118), []) in {(255, 255, 255), (0, 0, 0), (16, 16, 20)}


@pytest.mark.parametrize(("colour", "clear"), [("#102040", True), ("#f8f8f0", True), ("#aa3311", False)])
def test_a_logo_stands_in_a_corner_of_the_safe_area_on_a_ground_it_is_seen_on(colour: str, clear: bool) -> None:
    plain = flat((1024, 1024))
    graphic = a_graphic(Platform.YOUTUBE_COMMUNITY, text=TEXT)
    words = opened(finished_graphic(as_picture(plain), graphic, None))
    made = opened(finished_graphic(as_picture(plain), graphic, a_logo(colour, clear=clear)))
    box, safe = changed(words, made), safe_area(plain.size, graphic.margins)
    assert abs(box.left - safe.left) < 40
    assert abs(box.top - safe.top) < 40
    assert box.shares(changed(plain, words)) == 0
    middle = made.getpixel((box.left + box.width // 2, box.top + box.height // 2))
    assert middle == pytest.approx(rgb_of(colour), abs=12)
    if clear:
        corner = np.asarray(made.getpixel((box.left + box.width // 2, box.top + 4)), dtype=np.float32)
        assert contrast(corner, rgb_of(colour)) >= 3


def test_a_logo_is_rather_set_over_hair_than_over_words() -> None:
    plain = flat((1080, 1080))
    made, words, face = plain.copy(), Box(100, 900, 980, 1020), Box(60, 60, 1020, 890)
    place_logo(made, opened_logo(a_logo("#aa3311", clear=False)), Box(54, 54, 1026, 1026), [words, face], None)
    assert changed(plain, made).shares(words) == 0


def test_quality_goes_down_until_the_file_is_light_enough() -> None:
    chance = random.Random(1)  # noqa: S311 - nobody has to guess it
    noise = Image.frombytes("RGB", (256, 256), chance.randbytes(3 * 256 * 256))
    best = len(light_jpeg(noise, most_bytes=10_000_000, said={}))
    assert 25_000 < len(light_jpeg(noise, most_bytes=best // 3, said={})) <= best // 3
    with pytest.raises(ProviderRequestInvalid):
        light_jpeg(noise, most_bytes=10_000, said={})
    data = finished_graphic(as_picture(noise), a_graphic(Platform.X, most_bytes=SIGNATURE + 120_000), None)
    assert len(data) <= 120_000


def test_what_a_file_says_of_itself_stays_in_it() -> None:
    file = BytesIO()
    flat((64, 64)).save(file, "JPEG", xmp=b"<x:xmpmeta>made by an algorithm</x:xmpmeta>")
    data = finished_graphic(Picture(file.getvalue(), "image/jpeg"), a_graphic(Platform.X), None)
    assert Image.open(BytesIO(data)).info["xmp"] == b"<x:xmpmeta>made by an algorithm</x:xmpmeta>"


def test_a_cascade_answers_several_threads_as_it_answers_one() -> None:
    """OpenCV's are not made for that: two threads in one find nothing, or fail."""
    sizes = range(120, 200, 20)
    greys = [np.asarray(photo("astronaut").convert("L").resize((size, size)), dtype=np.uint8) for size in sizes]

    def found(grey: Grey) -> list[Square]:
        return sorted(squares(grey, Cascade.FRONT, least=20), key=lambda square: (square.left, square.top))

    alone = [found(grey) for grey in greys]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(found, greys * 4)) == alone * 4
    assert all(alone)
