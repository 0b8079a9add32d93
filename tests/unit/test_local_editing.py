"""EDIT without a model: text that can be read wherever it is set, other manners, other colours."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from domain.errors import InvalidInput, ProviderRefused, ProviderRequestInvalid
from domain.jobs.text_overlay import TextOverlay
from domain.models.model import Ability
from domain.presets.catalogue import Scene
from domain.prompts.edits import OverlayPosition
from providers.local.grading import Change, change_asked, graded_by_words
from providers.local.lettering import CONTRAST, INKS, contrast, lettered, luminance, prepare_ground, set_in
from providers.local.restyling import NAMES, manner_of, restyled
from providers.local.restyling.paint import palette_of
from providers.local.sketch.geometry import floats
from tests.support.sketches import as_picture, colours_of, drawn, request, work_of

PORTRAIT = drawn(request(width=240, height=300, seed=2))
GROUNDS = {
    "portrait": PORTRAIT,
    "white": Image.new("RGB", (300, 240), "white"),
    "black": Image.new("RGB", (300, 240), "black"),
    "middle grey": Image.new("RGB", (300, 240), (118, 118, 118)),
    "noise": Image.effect_noise((300, 240), 120).convert("RGB"),
    "stripes": Image.fromarray(np.tile(np.repeat(np.array([[0], [255]], np.uint8), 5, 0), (24, 300))).convert("RGB"),
}
LONG = "A line of words that has to wrap more than once, because it is as long as a line of words may be: 120 characters. No!"


def overlay(text: str, position: OverlayPosition = OverlayPosition.BOTTOM) -> TextOverlay:
    return TextOverlay(text=text, position=position)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 121])
def test_a_text_that_is_empty_or_too_long_cannot_be_built(text: str) -> None:
    with pytest.raises(InvalidInput, match="1 to 120 characters"):
        overlay(text)


@pytest.mark.parametrize("position", OverlayPosition)
@pytest.mark.parametrize("ground", GROUNDS)
def test_letters_stand_out_from_every_pixel_beneath_them(ground: str, position: OverlayPosition) -> None:
    image = GROUNDS[ground].copy()
    setting = set_in(image.size, overlay("Grüße aus Zürich", position))
    ink = prepare_ground(image, setting, position)
    light = luminance(np.asarray(image.crop(setting.box)).reshape(-1, 3))
    worst = light.max() if ink == INKS[0] else light.min()
    own = luminance(floats(ink))
    assert (max(worst, own) + 0.05) / (min(worst, own) + 0.05) >= CONTRAST


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(floats((255, 255, 255)), (0, 0, 0)) == pytest.approx(21)
    assert contrast(floats((119, 119, 119)), (255, 255, 255)) == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize(
    ("position", "free"),
    [
        (OverlayPosition.BOTTOM, slice(0, 150)),
        (OverlayPosition.TOP, slice(150, 300)),
        (OverlayPosition.CENTER, slice(0, 60)),
    ],
)
def test_text_changes_its_own_part_of_the_picture(position: OverlayPosition, free: slice) -> None:
    image, source = colours_of(lettered(PORTRAIT, overlay("Hello", position))), colours_of(PORTRAIT)
    left, top, right, bottom = set_in(PORTRAIT.size, overlay("Hello", position)).box
    part = image[top:bottom, left:right]
    assert (np.abs(part - source[top:bottom, left:right]).max(axis=-1) > 60).mean() > 0.15
    assert np.array_equal(image[free], source[free])


@pytest.mark.parametrize("size", [(64, 64), (90, 400), (400, 90), (1024, 768)])
@pytest.mark.parametrize("text", ["Hi", LONG, "Donaudampfschifffahrtsgesellschaftskapitän", "one\ntwo\nthree"])
def test_lines_keep_to_the_margins(text: str, size: tuple[int, int]) -> None:
    setting = set_in(size, overlay(text))
    margin = round(0.07 * min(size))
    left, _, right, bottom = setting.box
    assert left >= margin - 1
    assert right <= size[0] - margin + 1
    assert bottom <= size[1]
    assert "".join("".join(setting.lines).split()) == "".join(text.split())


def test_line_breaks_are_kept() -> None:
    assert set_in((800, 600), overlay("one\ntwo")).lines == ("one", "two")


@pytest.mark.parametrize("text", ["äöüß ÀÉÎÕŞ", "Привет, мир", "Γειά σου", "€ – „“ … ™"])  # noqa: RUF001 - on purpose
def test_european_letters_are_known(text: str) -> None:
    assert lettered(PORTRAIT, overlay(text)).size == PORTRAIT.size


def test_letters_that_the_font_lacks_are_named() -> None:
    with pytest.raises(ProviderRefused, match="has no 日 本"):
        lettered(PORTRAIT, overlay("日本 ok"))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("as a soft Watercolour painting", "watercolour"),
        ("in oil on canvas", "oil"),
        ("a pencil sketch", "pencil"),
        ("Anime style", "anime"),
        ("film noir", "noir"),
        ("black and white", "noir"),
        ("vintage film photo", "film"),
        ("cyberpunk city", "neon"),
        ("POP ART", "pop_art"),
    ],
)
def test_manners_are_found_by_their_words(words: str, name: str) -> None:
    manner = manner_of(words)
    assert manner is not None
    assert getattr(manner, "__name__", "") == name


def test_manners_differ_from_the_source_and_from_each_other() -> None:
    pictures = [colours_of(restyled(PORTRAIT, names[0], seed=1)) for _, names in NAMES]
    pictures += [colours_of(restyled(PORTRAIT, words, seed=1)) for words in ("baroque", "emerald and gold")]
    source = colours_of(PORTRAIT)
    for index, first in enumerate(pictures):
        assert first.shape == source.shape
        assert float(np.abs(first - source).mean()) > 8
        for second in pictures[index + 1 :]:
            assert float(np.abs(first - second).mean()) > 8


def test_noir_and_pencil_have_no_colour() -> None:
    for words in ("noir", "pencil"):
        image = colours_of(restyled(PORTRAIT, words, seed=1))
        assert int(np.ptp(image, axis=-1).max()) <= 14


def test_words_without_a_manner_always_give_the_same_colours() -> None:
    assert manner_of("baroque") is None
    assert palette_of("baroque") == palette_of(" Baroque ")
    assert palette_of("baroque") != palette_of("gothic")
    dark, middle, bright = (sum(colour) for colour in palette_of("teal"))
    assert dark < middle < bright
    assert palette_of("teal mood")[1] == palette_of("teal dream")[1]
    assert restyled(PORTRAIT, "baroque", seed=1).tobytes() == restyled(PORTRAIT, "baroque", seed=1).tobytes()


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("make it warmer", Change(warmth=0.8)),
        ("colder please", Change(warmth=-0.9)),
        ("darker and muted", Change(light=-0.30, contrast=0.15, saturation=-0.4, fade=0.08)),
        ("a hint of teal", Change(tint=(31 / 255, 128 / 255, 131 / 255))),
    ],
)
def test_instructions_are_read(words: str, change: Change) -> None:
    assert change_asked(words) == change


def test_instructions_are_seen() -> None:
    source = colours_of(PORTRAIT).reshape(-1, 3).mean(axis=0)

    def mean(words: str) -> "np.typing.NDArray[np.float64]":
        return np.asarray(colours_of(graded_by_words(PORTRAIT, words)).reshape(-1, 3).mean(axis=0))

    warm, cold = mean("golden hour"), mean("cold")
    assert warm[0] - warm[2] > source[0] - source[2] + 25
    assert cold[0] - cold[2] < source[0] - source[2] - 25
    assert mean("brighter").sum() > source.sum() + 45
    assert mean("darker").sum() < source.sum() - 45
    assert float(np.abs(mean("improve it") - source).max()) > 4


def edit(**changes: object) -> Image.Image:
    plain = {"ability": Ability.EDIT, "scene": None, "references": (as_picture(PORTRAIT),), "width": 240, "height": 300}
    return work_of(request(**{**plain, **changes}))


def test_an_edit_does_what_it_is_asked() -> None:
    assert edit(overlay=overlay("Hi")).tobytes() == lettered(PORTRAIT, overlay("Hi")).tobytes()
    assert edit(restyle="oil", seed=4).tobytes() == restyled(PORTRAIT, "oil", seed=4).tobytes()
    assert edit(prompt="warmer").tobytes() == graded_by_words(PORTRAIT, "warmer").tobytes()
    both = edit(restyle="oil", seed=4, overlay=overlay("Hi"))
    assert both.tobytes() == lettered(restyled(PORTRAIT, "oil", seed=4), overlay("Hi")).tobytes()


def test_an_edit_has_the_size_that_is_asked_for() -> None:
    assert edit(width=300, height=200, overlay=overlay("Hi")).size == (300, 200)


def test_an_edit_with_a_scene_and_no_other_wish_is_a_new_picture_of_the_subject() -> None:
    asked = request(ability=Ability.EDIT, scene=Scene.BEACH_DAY, references=(as_picture(PORTRAIT),))
    assert work_of(asked).tobytes() == drawn(asked).tobytes()


def test_an_edit_of_nothing_is_told() -> None:
    with pytest.raises(ProviderRequestInvalid, match="no picture"):
        edit(restyle="oil", references=())


def test_a_large_picture_is_restyled_in_bounded_memory() -> None:
    large = PORTRAIT.resize((4096, 4096))
    tracemalloc.start()
    try:
        assert restyled(large, "pop art", seed=1).size == (4096, 4096)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 320_000_000  # Of numpy. Pillow adds some pictures of 50 MB.
