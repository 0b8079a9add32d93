"""INPAINT without a model: what the mask leaves black stays exactly as it was; under the white there is something new."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from domain.models.model import Ability
from domain.ports.image_provider import RenderRequest
from providers.local.retouching import feathered, retouched
from providers.local.retouching.things import THINGS, Thing, thing_said
from tests.support.sketches import as_picture, colours_of, request, work_of

SIZE = (240, 200)
HOLE = (60, 40, 180, 170)


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture that nobody drew for us: a slope of colours with noise on it."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    noise = np.random.default_rng(5).normal(0, 4, (size[1], size[0], 3))
    slope = np.stack([90 + 60 * x / size[0], 120 + 40 * y / size[1], 150 - 50 * x / size[0]], axis=-1)
    return Image.fromarray(np.clip(slope + noise, 0, 255).astype(np.uint8))


def mask_of(draw: Callable[[ImageDraw.ImageDraw], None], size: tuple[int, int] = SIZE) -> Image.Image:
    mask = Image.new("L", size)
    draw(ImageDraw.Draw(mask))
    return mask


ROUND = mask_of(lambda pen: pen.ellipse(HOLE, fill=255))


def asked(prompt: str, **changes: object) -> RenderRequest:
    plain = {"references": (as_picture(scene()),), "mask": as_picture(ROUND)}
    return request(ability=Ability.INPAINT, prompt=prompt, width=SIZE[0], height=SIZE[1], **{**plain, **changes})


def change(image: Image.Image, source: Image.Image) -> "np.typing.NDArray[np.int16]":
    """Of each pixel, in the channel that changed most."""
    return np.asarray(np.abs(colours_of(image) - colours_of(source)).max(axis=-1), dtype=np.int16)


@pytest.mark.parametrize("prompt", ["a vase with tulips", "sunglasses", "remove it", "something quite else", ""])
def test_nothing_outside_of_the_mask_changes_by_a_single_step(prompt: str) -> None:
    changed = change(work_of(asked(prompt)), scene())
    black = np.asarray(ROUND) == 0
    assert changed[black].max() == 0
    assert changed[~black].mean() > 2


def test_an_edge_is_soft_inside_of_the_mask_alone() -> None:
    soft = np.asarray(feathered(ROUND))
    black = np.asarray(ROUND) == 0
    assert soft[black].max() == 0
    assert soft[100, 120] == 255
    assert 0 < soft[100, 61] < 128


@pytest.mark.parametrize("level", [0, 127])
def test_grey_below_the_middle_counts_as_black(level: int) -> None:
    mask = Image.new("L", SIZE, level)
    ImageDraw.Draw(mask).rectangle(HOLE, fill=200)
    changed = change(retouched(scene(), mask, "a red cup", seed=1), scene())
    outside = np.ones(SIZE[::-1], bool)
    outside[HOLE[1] : HOLE[3] + 1, HOLE[0] : HOLE[2] + 1] = False
    assert changed[outside].max() == 0


def test_the_words_and_the_seed_decide_what_is_there() -> None:
    pictures = [
        work_of(asked(prompt, seed=seed)).tobytes()
        for prompt, seed in (("tulips", 1), ("tulips", 2), ("a lamp", 1), ("red brick wall", 1), ("red brick wall", 2))
    ]
    assert len(set(pictures)) == 5
    assert work_of(asked("tulips", seed=1)).tobytes() == pictures[0]


@pytest.mark.parametrize(
    ("colour", "channel"), [("red", 0), ("green", 1), ("blue", 2)]
)  # fmt: skip
def test_a_thing_has_the_colour_that_is_said(colour: str, channel: int) -> None:
    image = colours_of(work_of(asked(f"a {colour} balloon")))
    middle = image[80:110, 105:135].reshape(-1, 3).mean(axis=0)
    assert int(middle.argmax()) == channel
    assert middle[channel] > 1.3 * np.delete(middle, channel).max()


def test_the_colour_before_the_thing_is_the_things() -> None:
    cup = thing_said("white wall behind a red cup, blue sky")
    assert cup is not None
    assert cup.words[0] == "cup"
    image = colours_of(work_of(asked("white wall behind a red cup, blue sky")))
    red, green, blue = image[115:135, 100:125].reshape(-1, 3).mean(axis=0).tolist()
    assert red > 1.5 * max(green, blue)


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.words[0])
def test_every_thing_is_known_by_its_words_and_can_be_drawn_in_a_small_place(thing: Thing) -> None:
    word = thing.words[0]
    assert thing_said(f"please put two {word}s here") is thing
    assert thing_said(f"x{word}") is None
    small = mask_of(lambda pen: pen.rectangle((10, 10, 22, 30), fill=255))
    assert change(retouched(scene(), small, word, seed=4), scene())[11:30, 11:22].max() > 20


def test_what_is_removed_leaves_what_was_around_it() -> None:
    """A black disc on a plain wall is gone."""
    wall = Image.new("RGB", SIZE, (200, 180, 160))
    ImageDraw.Draw(wall).ellipse((90, 75, 150, 135), fill=(0, 0, 0))
    image = colours_of(retouched(wall, ROUND, "remove the disc", seed=1))
    assert np.abs(image[95:115, 110:130] - np.array([200, 180, 160])).max() <= 3


def test_glasses_leave_the_face_behind_them() -> None:
    image = change(retouched(scene(), ROUND, "glasses", seed=1), scene())
    inside = np.asarray(ROUND) == 255
    assert (image[inside] <= 12).mean() > 0.5
    assert image[inside].max() > 40


def test_a_mask_of_the_whole_picture_is_painted_whole() -> None:
    mask = Image.new("L", SIZE, 255)
    assert (change(retouched(scene(), mask, "a blue wall", seed=1), scene()) > 0).mean() > 0.95


def test_a_source_of_another_size_is_brought_to_the_size_that_is_asked_for() -> None:
    wide = as_picture(scene((480, 400)))
    assert work_of(asked("a cup", references=(wide,))).size == SIZE


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mask": None}, "no mask"),
        ({"references": ()}, "no picture"),
        ({"mask": as_picture(Image.new("L", SIZE))}, "no white"),
        ({"mask": Picture(b"\x89PNG\r\n\x1a\n and no more", "image/png")}, "cannot be read"),
        ({"references": (Picture(b"GIF89a", "image/gif"),)}, "cannot be read"),
    ],
)
def test_inputs_that_cannot_be_meant_are_told(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ProviderRequestInvalid, match=said):
        work_of(asked("a cup", **changes))
