"""What a trained file does to the sketch: the same person, drawn finer and in the measured colours."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PIL import Image

from domain.errors import LoraMissing, ProviderRequestInvalid
from domain.images.picture import Picture
from domain.influencers.appearance import Style
from domain.ports.image_provider import Look, LoraUse, RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from providers.local.lab import lab_of
from providers.local.likeness.faces import found_face
from providers.local.likeness.measuring import measured, sharpness
from providers.local.likeness.palette import PARTS, MeasuredPalette, palette_in, written
from providers.local.likeness.safetensors import Weights, write
from providers.local.sketch.compose import figure_of
from providers.local.sketch.geometry import Colour, Floats, floats
from tests.support.sketches import LOOK, drawn, looking, pixels, request
from tests.support.trainer_requests import jpeg_of
from tests.unit.test_local_sketch import face_colours

FOREHEAD_AND_CHEEKS = [(0.0, -0.38), (-0.3, 0.3), (0.3, 0.3)]
FAIR = looking(ethnicity="nordic", hair_color="blonde", hair_style="long_wavy", eye_color="blue")
SHOTS = (
    request(scene=None, environment=None),
    request(pose=1, seed=41),
    request(pose=2, seed=42, scene=Scene.COZY_HOME, environment=Environment.HOME_LIVING_ROOM, outfit=Outfit.COZY_KNIT),
    request(pose=3, seed=43, scene=Scene.CANDID_LIFESTYLE, environment=Environment.CAFE),
    request(pose=4, seed=44, outfit=Outfit.TUXEDO),
)


@cache
def pictures_of(look: Look) -> tuple[Image.Image, ...]:
    return tuple(drawn(replace(shot, look=look, width=384, height=512)) for shot in SHOTS)


@cache
def palette_of(look: Look) -> MeasuredPalette:
    return measured([jpeg_of(image) for image in pictures_of(look)])


def a_palette(colour: Colour, *, agreement: float = 1.0) -> MeasuredPalette:
    return MeasuredPalette(
        parts=np.tile(np.asarray(colour, np.float32), (len(PARTS), 1)),
        agreement=np.full(len(PARTS), agreement, np.float32),
        palette=np.zeros((8, 3), np.float32),
        sharpness=9.0,
    )


def trained(asked: RenderRequest, palette: MeasuredPalette, *, scale: float = 1.0) -> RenderRequest:
    lora = LoraUse(url=None, file_name="x.safetensors", trigger="ohwx", scale=scale, weights=written(palette, {}))
    return replace(asked, loras=(lora,))


def distance(one: Floats, other: Floats) -> float:
    """In Lab; 1 can just be seen."""
    first, second = lab_of(floats([one, other]))
    return float(np.linalg.norm(first - second))


def measured_colour(palette: MeasuredPalette, part: str) -> Floats:
    return floats(palette.parts[PARTS.index(part)])


def detail(asked: RenderRequest) -> float:
    image = drawn(asked)
    return sharpness(found_face(image).crop(image, (-0.2, -0.3), (1.2, 1.1)))


def test_a_palette_is_written_and_read() -> None:
    palette = palette_of(LOOK)
    again = palette_in(written(palette, {"trigger": "ohwx"}))
    assert np.array_equal(again.parts, palette.parts.clip(0, 1))
    assert np.array_equal(again.agreement, palette.agreement)
    assert again.sharpness == pytest.approx(palette.sharpness)


def test_the_face_is_found_where_it_was_drawn() -> None:
    found = 0
    for look in (LOOK, FAIR, looking(ethnicity="african", hair_style="afro")):
        for shot, image in zip(SHOTS, pictures_of(look), strict=True):
            asked = replace(shot, look=look, width=384, height=512)
            figure, box = figure_of(asked), found_face(image)
            ((x, y),) = figure.head_pixels(figure.form.surface(floats([(0.0, 0.25)])))
            found += box.left < x / 384 < box.right and box.top < y / 512 < box.bottom
    assert found >= 13  # Of 15: what is measured is a median.


@pytest.mark.parametrize(
    ("part", "bound"), [("skin", 14), ("hair", 16), ("lips", 18), ("eyes", 24)]
)  # The light of the pictures is in them.
def test_measured_colours_are_those_that_were_painted(part: str, bound: float) -> None:
    for look in (LOOK, FAIR):
        identity = figure_of(request(look=look)).identity
        iris = tuple((rim + inner) / 2 for rim, inner in zip(identity.iris_rim, identity.iris_inner, strict=True))
        painted = {"skin": identity.skin, "hair": identity.hair_body, "lips": identity.lips, "eyes": iris}[part]
        assert distance(measured_colour(palette_of(look), part), floats(painted)) < bound


def test_two_people_differ_more_than_two_sets_of_one_person() -> None:
    halves = [measured([jpeg_of(one) for one in pictures_of(LOOK)[half]]) for half in (slice(0, 3), slice(2, 5))]
    other = palette_of(FAIR)
    for part in ("skin", "hair", "eyes"):
        same = distance(measured_colour(halves[0], part), measured_colour(halves[1], part))
        assert same * 1.5 < distance(measured_colour(halves[0], part), measured_colour(other, part))


def test_a_picture_of_something_else_moves_little() -> None:
    pictures = [jpeg_of(one) for one in pictures_of(LOOK)]
    sea = jpeg_of(
        Image.linear_gradient("L")
        .resize((384, 512))
        .convert("RGB")
        .point([c // 3 for c in range(256)] * 2 + list(range(256)))
    )
    spoilt = measured([*pictures, sea])
    for part in ("skin", "hair"):
        assert distance(measured_colour(spoilt, part), measured_colour(palette_of(LOOK), part)) < 8


def test_noise_and_heavy_compression_move_little() -> None:
    rng = np.random.default_rng(5)

    def worn(image: Image.Image) -> Picture:
        noisy = np.asarray(image, np.float32) + rng.normal(0, 14, (image.height, image.width, 1))
        return jpeg_of(Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)))

    grainy = measured([worn(one) for one in pictures_of(LOOK)])
    for part in ("skin", "hair", "lips"):
        assert distance(measured_colour(grainy, part), measured_colour(palette_of(LOOK), part)) < 10


def test_at_a_scale_of_0_not_a_pixel_changes() -> None:
    asked = request(width=216, height=384)
    assert drawn(trained(asked, palette_of(LOOK), scale=0.0)).tobytes() == drawn(asked).tobytes()


def test_the_same_file_gives_the_same_pixels() -> None:
    asked = trained(request(width=216, height=384), palette_of(LOOK))
    assert drawn(asked).tobytes() == drawn(replace(asked, attempt_key="another")).tobytes()


@pytest.mark.parametrize("look", [LOOK, FAIR, looking(style=Style.ANIME)], ids=["plain", "fair", "anime"])
def test_it_is_drawn_finer(look: Look) -> None:
    """By the spread of second differences on the head: at least a fifth more, and more with the scale."""
    asked = request(look=look, width=512, height=768, scene=None, environment=None)
    plain, half, full, most = (
        detail(asked if scale == 0 else trained(asked, palette_of(look), scale=scale)) for scale in (0, 0.5, 1.0, 1.5)
    )
    assert plain < half < full < most
    assert full > 1.2 * plain


def test_beyond_the_most_nothing_changes() -> None:
    asked = request(width=216, height=384)
    most, beyond = (drawn(trained(asked, palette_of(LOOK), scale=scale)).tobytes() for scale in (1.5, 9.0))
    assert most == beyond


def test_it_is_the_same_face_and_body() -> None:
    for pose in range(3):
        asked = request(pose=pose)
        plain, fine = figure_of(asked), figure_of(trained(asked, a_palette((0.2, 0.5, 0.7))))
        assert fine.identity.face == plain.identity.face
        assert fine.identity.body == plain.identity.body
        assert fine.identity.marks_seed == plain.identity.marks_seed
        assert np.array_equal(fine.outline(), plain.outline())
        assert (fine.pose, fine.camera) == (plain.pose, plain.camera)


def test_a_persons_own_palette_leaves_them_as_they_are() -> None:
    """Of 255, as in the sketch's own test of a likeness: light and turn move it further."""
    for pose in range(3):
        asked = request(pose=pose, width=216, height=384)
        plain = face_colours(asked, FOREHEAD_AND_CHEEKS)
        fine = face_colours(trained(asked, palette_of(LOOK)), FOREHEAD_AND_CHEEKS)
        assert float(np.abs(plain - fine).max()) < 40
        assert float(np.abs(plain.mean(axis=0) - fine.mean(axis=0)).max()) < 22


@pytest.mark.parametrize("colour", [(0.35, 0.22, 0.15), (0.95, 0.82, 0.74)], ids=["deep", "light"])
def test_colours_move_towards_the_measured_ones_with_the_scale(colour: Colour) -> None:
    scales = (0.0, 0.5, 1.0, 1.5)
    figures = [figure_of(trained(request(), a_palette(colour), scale=scale)) for scale in scales]
    for field in ("skin", "hair_body", "lips"):
        colours = [floats(getattr(figure.identity, field)) for figure in figures]
        moved = [distance(colours[0], one) for one in colours]
        assert moved == sorted(moved)
        assert moved[1] > 5
        assert distance(colours[2], floats(colour)) < 0.6 * distance(colours[0], floats(colour))


def test_what_is_seen_moves_with_them() -> None:
    asked = request(width=216, height=384)
    light = face_colours(trained(asked, a_palette((0.96, 0.84, 0.76))), FOREHEAD_AND_CHEEKS).mean()
    deep = face_colours(trained(asked, a_palette((0.35, 0.22, 0.15))), FOREHEAD_AND_CHEEKS).mean()
    assert light - deep > 50


def test_colours_that_the_pictures_do_not_agree_on_are_not_taken() -> None:
    plain = figure_of(request()).identity
    fine = figure_of(trained(request(), a_palette((0.2, 0.5, 0.7), agreement=0.0))).identity
    for field in ("skin", "lips", "hair_body", "hair_shine", "iris_inner", "brow_colour"):
        assert getattr(fine, field) == pytest.approx(getattr(plain, field), abs=0.003)


def test_the_picture_behind_stays() -> None:
    """What is far from the figure: the upper corners."""
    asked = request(width=216, height=384)
    plain, fine = pixels(asked), pixels(trained(asked, palette_of(LOOK)))
    assert float(np.abs(plain[:40, :40] - fine[:40, :40]).mean()) < 4


def test_weights_that_are_not_there_or_anothers_are_missing() -> None:
    nothing = LoraUse(url="https://weights.example/x", file_name="x.safetensors", trigger="ohwx")
    foreign = replace(nothing, weights=write(Weights({"lora_A": np.zeros(4, np.float32)}, {"format": "pt"})))
    for lora in (nothing, foreign):
        with pytest.raises(LoraMissing):
            drawn(request(loras=(lora,)))


def test_a_palette_of_another_shape_is_missing_and_a_broken_file_is_invalid() -> None:
    whole = written(palette_of(LOOK), {})
    short = write(Weights({"parts": np.zeros((4, 3), np.float32)}, {"format": "likeness-palette-1"}))
    lora = LoraUse(url=None, file_name="x.safetensors", trigger="ohwx")
    with pytest.raises(LoraMissing):
        drawn(request(loras=(replace(lora, weights=short),)))
    with pytest.raises(ProviderRequestInvalid) as refusal:
        drawn(request(loras=(replace(lora, weights=whole[:-1]),)))
    assert not isinstance(refusal.value, LoraMissing)
