"""Portraits from real photos, without a model: the person stays who they are, all else may change."""

from dataclasses import replace
from functools import cache
from itertools import combinations, product

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter

from domain.errors import LoraMissing, ProviderRefused, ProviderRequestInvalid
from domain.models.model import Ability
from domain.personas.faces import Face, FaceAngle
from domain.ports.image_provider import LoraUse
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.prompts.build import build_prompt
from domain.prompts.headshots import HEADSHOTS
from providers.faces.detecting import find_faces
from providers.local.composing.matting import matte_of
from providers.local.composing.photos import Head, Photo, photo_for
from providers.local.composing.settings import ACTION as ACTION_
from providers.local.composing.settings import (
    AT_WORK,
    BRIGHT_STUDIO,
    CHARCOAL_STUDIO,
    GREY_STUDIO,
    SAID,
    THOUGHTFUL,
    setting_of,
)
from providers.local.composing.settings import OUTDOORS as OUTDOORS_
from providers.local.grading import Palette
from providers.local.lab import lab_of
from providers.local.making import COMPOSED, EDITED, made
from providers.local.sketch.geometry import Floats, floats
from tests.support.composing import ACTION, OUTDOORS, PORTRAITS, SIZE, SMALL, STUDIO, asked, portrait, portrayed, shown
from tests.support.photos import HEADS, beside, head_turned, lit, photo
from tests.support.sketches import as_picture, colours_of

AS_PHOTOGRAPHED = "clothes, hair and expression are as photographed"
BACKGROUND_KEPT = "the background is the photo's own, as the person could not be told apart from it"


ONES = [("astronaut", 0), ("astronaut", 1), ("astronaut", 2), ("astronaut", 3), ("astronaut", 4), ("hopper", 0)]
"""All five scenes of one person, and another in the plainest."""


@cache
def face_in(name: str, number: int) -> Face:
    (only,) = find_faces(portrait(name, number).image)
    return only


def skin(image: Image.Image, left: float, top: float, size: float) -> Floats:
    """The middle of the face, 24 pixels a side, without hair and background."""
    box = (left + 0.2 * size, top + 0.3 * size, left + 0.8 * size, top + 0.9 * size)
    return floats(image.resize((24, 24), Image.Resampling.BOX, box=box)) / 255


def found_again(name: str, number: int, *, mirrored: bool = False) -> float:
    """How well the photo's own face fits the picture where it fits best, -1 to 1; light that falls across it counts for little."""
    left, top, size = HEADS[name]
    own = photo(name).convert("L").crop((left + size // 6, top + size // 5, left + 5 * size // 6, top + size))
    width, height = own.size[0] * face_in(name, number).width / size, own.size[1] * face_in(name, number).width / size
    grey = np.asarray(portrait(name, number).image.convert("L"))
    fits = []
    for scale in (0.9, 0.95, 1.0, 1.05, 1.1):
        small = np.asarray(own.resize((round(width * scale), round(height * scale)), Image.Resampling.BOX))
        pattern = np.ascontiguousarray(small[:, ::-1] if mirrored else small)
        fits.append(float(cv2.matchTemplate(grey, pattern, cv2.TM_CCOEFF_NORMED).max()))
    return max(fits)


@pytest.mark.parametrize(("name", "number"), ONES)
def test_the_face_is_in_the_picture_once_and_large_enough(name: str, number: int) -> None:
    face = face_in(name, number)
    assert face.angle is FaceAngle.FRONT
    assert 0.2 < face.width / SIZE[0] < 0.7
    assert face.left >= 0
    assert face.left + face.width <= SIZE[0]
    assert 0.1 < (face.top + 0.4 * face.height) / SIZE[1] < 0.58, "the eyes are in the upper part"


@pytest.mark.parametrize(("name", "number"), ONES)
def test_it_is_the_same_face_neither_mirrored_nor_recoloured(name: str, number: int) -> None:
    assert found_again(name, number) > 0.7
    assert found_again(name, number) > found_again(name, number, mirrored=True) + 0.05
    face, before = face_in(name, number), skin(photo(name), *HEADS[name])
    after = skin(portrait(name, number).image, face.left, face.top, face.width)
    was, is_ = (lab_of(floats(one.reshape(-1, 3))).mean(axis=0) for one in (before, after))
    light, red, yellow = (is_ - was).tolist()
    assert abs(light) < 20, "shadows fall, but nobody is made another"
    assert abs(red) < 8
    assert abs(yellow) < 12


def test_five_scenes_are_five_pictures() -> None:
    pictures = [colours_of(portrait("astronaut", number).image) for number in range(5)]
    corners = [picture[:90, :60].mean(axis=(0, 1)) for picture in pictures]
    for one, other in combinations(range(5), 2):
        assert float(np.abs(pictures[one] - pictures[other]).mean()) > 12
        assert float(np.abs(corners[one] - corners[other]).max()) > 8, "the background is another"


def test_the_background_is_the_scenes() -> None:
    grey, dark = (colours_of(portrait("astronaut", number).image)[:75, :45] for number in (0, 3))
    assert float(np.ptp(grey.mean(axis=(0, 1)))) < 12
    assert float(dark.mean()) < 45 < float(grey.mean())
    assert all(portrait(name, number).notes == (AS_PHOTOGRAPHED,) for name, number in ONES)


def test_the_same_request_gives_the_same_pixels_and_another_seed_or_pose_does_not() -> None:
    first = portrait("hopper", 0).image
    again = asked("hopper", words=STUDIO)
    assert portrayed(replace(again, attempt_key="second")).image.tobytes() == first.tobytes()
    for change in ({"seed": 8}, {"pose": 1}):
        other = colours_of(portrayed(replace(again, **change)).image)  # type: ignore[arg-type]  # Two of its fields.
        assert float(np.abs(other - colours_of(first)).mean()) > 4


def test_poses_go_through_the_photos_and_pass_over_one_without_a_face() -> None:
    three = asked("hopper", "cat", "astronaut")
    first, second = (photo_for(replace(three, pose=pose)).head.size for pose in (0, 1))
    assert first == pytest.approx(HEADS["hopper"][2] * SMALL / 600, rel=0.15)
    assert second == pytest.approx(HEADS["astronaut"][2] * SMALL / 512, rel=0.15)


def test_a_wanted_angle_comes_first_and_another_serves_where_there_is_none() -> None:
    aside = as_picture(head_turned("astronaut", 45))
    two = asked(references=(shown("hopper"), aside))
    assert photo_for(two, FaceAngle.THREE_QUARTER).angle is FaceAngle.THREE_QUARTER
    assert photo_for(asked("astronaut"), FaceAngle.THREE_QUARTER).angle is FaceAngle.FRONT


def test_the_largest_of_two_faces_counts() -> None:
    both = asked(references=(as_picture(beside(photo("astronaut"), photo("hopper"))),))
    head = photo_for(both).head
    assert head.size == pytest.approx(HEADS["hopper"][2], abs=12)


def test_no_face_is_a_final_refusal_and_no_photo_our_own_mistake() -> None:
    with pytest.raises(ProviderRefused, match="No face was found in these photos"):
        portrayed(asked("cat", "cat"))
    with pytest.raises(ProviderRequestInvalid, match="no photo of this person"):
        portrayed(asked())


@pytest.mark.parametrize("size", [(64, 40), (1600, 1600)])
def test_any_size_is_filled(size: tuple[int, int]) -> None:
    done = portrayed(asked("hopper", width=size[0], height=size[1])).image
    assert (done.size, done.mode) == (size, "RGB")
    assert float(colours_of(done).std()) > 25


def test_a_small_photo_that_lies_on_its_side_still_makes_a_portrait() -> None:
    lying = photo("hopper").resize((171, 200), Image.Resampling.BOX).rotate(90, expand=True)
    done = portrayed(asked(references=(as_picture(lying),)))
    assert len(find_faces(done.image)) == 1


def test_a_photo_that_cannot_fill_a_tall_format_goes_on_below() -> None:
    """Cut through the hat and below the chin: whatever fills the height would show half a face."""
    cut = photo("hopper").crop((60, 60, 452, 380)).resize((245, 200), Image.Resampling.BOX)
    done = portrayed(asked(references=(as_picture(cut),), width=216, height=384))
    assert done.notes == (AS_PHOTOGRAPHED, "the photo ends within this format, and goes on out of focus")
    (face,) = find_faces(done.image)
    assert face.left >= 0
    assert face.left + face.width <= 216
    below = colours_of(done.image)[-40:]
    assert float(np.abs(np.diff(below, axis=1)).mean()) < 6, "out of focus"


def test_a_dark_photo_is_brightened_and_a_grey_one_stays_grey() -> None:
    dark = photo_for(asked(references=(as_picture(lit(photo("hopper"), 0.4)),)))
    assert float(np.percentile(dark.pixels.max(axis=-1), 98)) > 150
    grey = portrayed(
        asked(words=ACTION, references=(as_picture(photo("hopper").convert("L").resize((205, 240))),))
    ).image
    assert int(np.ptp(colours_of(grey), axis=-1).max()) < 12


def test_where_the_person_cannot_be_told_apart_the_background_stays_and_it_is_said() -> None:
    """Clothes and hair of the wall's own colours: the same noise lies over all but the face."""
    left, top, size = HEADS["hopper"]
    noise = Image.effect_noise(photo("hopper").size, 90).filter(ImageFilter.GaussianBlur(1)).convert("RGB")
    noise.paste(photo("hopper").crop((left, top, left + size, top + size)), (left, top))
    noise.thumbnail((SMALL, SMALL))
    done = portrayed(asked(references=(as_picture(noise),), words=ACTION))
    assert done.notes == (AS_PHOTOGRAPHED, BACKGROUND_KEPT)
    assert len(find_faces(done.image)) == 1


def test_a_matte_holds_the_face_and_leaves_the_wall() -> None:
    x, y, size = HEADS["astronaut"]
    matte = matte_of(Photo(np.asarray(photo("astronaut")), Head(x, y, size), FaceAngle.FRONT))
    assert matte.is_plausible
    assert float(matte.share[y : y + size, x + 15 : x + size - 15].mean()) > 0.99
    assert float(matte.share[30:170, 360:].mean()) < 0.01, "neither the wall nor the rocket"
    assert float(matte.share[250:350, 130:240].mean()) > 0.99, "the suit"


def test_a_face_alone_is_nobody_to_cut_out() -> None:
    plain = np.full((200, 200, 3), 140, np.uint8)
    assert not matte_of(Photo(plain, Head(50, 50, 100), FaceAngle.FRONT)).is_plausible


def test_a_pack_is_composed_in_its_scene_and_place_and_tells_how_far_it_is() -> None:
    told: list[int] = []
    beach = asked(
        "hopper", words="wearing a t-shirt", ability=Ability.FACE, scene=Scene.BEACH_DAY, environment=Environment.BEACH
    )
    work = made(beach, told.append)
    assert work.origin.source_type == COMPOSED.source_type
    assert work.origin.description == f"{COMPOSED.description}; {AS_PHOTOGRAPHED}"
    red, _, blue = colours_of(work.image)[:60, :60].mean(axis=(0, 1)).tolist()
    assert blue > red + 20, "the sky"
    assert told == sorted(told)
    assert len(set(told)) >= 5


def test_whoever_is_told_may_end_the_work() -> None:
    def stop(percent: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        made(asked("hopper"), stop)


def test_a_variation_takes_the_styles_colours_and_says_what_it_left_undone() -> None:
    style = Image.new("RGB", (60, 60), (30, 60, 190))
    words = f"{OUTDOORS} Change only this about the person: black hair and glasses."
    work = made(asked("hopper", words=words, style=as_picture(style), extras=("glasses",)), lambda percent: None)
    wanted = Palette.of(style)
    assert Palette.of(work.image).distance(wanted) < 0.7 * Palette.of(portrait("hopper", 1).image).distance(wanted)
    assert work.origin.description.endswith("; what was to be changed about the person is left undone")


def test_what_works_on_a_persons_image_needs_no_look() -> None:
    source = asked("hopper", words="warmer, softer light")
    work = made(replace(source, environment=None), lambda percent: None)
    assert work.origin is EDITED
    assert work.image.size == SIZE
    painted = made(replace(source, ability=Ability.INPAINT, mask=shown("cat")), lambda percent: None)
    assert painted.image.size == SIZE


def test_a_trained_file_that_is_not_there_is_said() -> None:
    with pytest.raises(LoraMissing):
        made(asked("hopper", loras=(LoraUse(url=None, file_name="w", trigger="ohwx"),)), print)


def test_words_name_settings_and_a_packs_words_none() -> None:
    assert [setting_of(asked(words=words)) for words in PORTRAITS] == [
        GREY_STUDIO,
        OUTDOORS_,
        ACTION_,
        THOUGHTFUL,
        AT_WORK,
    ]
    named = [setting_of(asked(words=preset.prompt_context)) for preset in HEADSHOTS.values()]
    assert named[:3] == [GREY_STUDIO, BRIGHT_STUDIO, CHARCOAL_STUDIO]
    packs = product(Outfit, (None, *Environment), (None, *Scene))
    said = [
        build_prompt(None, outfit=outfit, environment=place, scene=scene).casefold() for outfit, place, scene in packs
    ]
    assert [word for _, words in SAID for word in words if any(word in prompt for prompt in said)] == []
