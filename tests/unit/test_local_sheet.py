"""SHEET without a model: the same character from every side, before the same wall."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from domain.influencers.appearance import HAIR_STYLES, Gender, Style
from domain.jobs.views import View
from domain.models.model import Ability
from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from providers.local.sketch.compose import figure_of
from providers.local.sketch.geometry import floats
from providers.local.sketch.identity import identity_of
from providers.local.sketch.lower import LOWERS
from tests.support.sketches import LOOK, colours_of, drawn, looking, request, work_of

SIZE = (216, 288)
SIDES = (View.SIDE_LEFT, View.SIDE_RIGHT)
TURNED = (View.FRONT, View.THREE_QUARTER_LEFT, View.THREE_QUARTER_RIGHT, *SIDES)


def seen(view: View | None, **changes: object) -> RenderRequest:
    return request(**{"ability": Ability.SHEET, "view": view, "width": SIZE[0], "height": SIZE[1], **changes})


def place_of(asked: RenderRequest, x: float, y: float) -> tuple[int, int]:
    """The pixel at which a place of the face, given as in the front view, is seen."""
    figure = figure_of(asked)
    if figure.solid is None:
        ((across, down),) = figure.head_pixels(figure.form.surface(floats([(x, y)])))
    else:
        away = np.hypot(figure.solid.x - x, figure.solid.y - y)
        ((across, down),) = figure.camera.pixels(figure.solid.flat[[int(away.argmin())]])
    return int(across), int(down)


def colour_at(image: Image.Image, place: tuple[int, int]) -> "np.typing.NDArray[np.float64]":
    x, y = place
    return np.asarray(colours_of(image)[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).mean(axis=0))


def test_views_differ_and_repeat_themselves() -> None:
    pictures = {view: work_of(seen(view)).tobytes() for view in View}
    assert len(set(pictures.values())) == len(View)
    again = seen(View.SIDE_LEFT, seed=99, pose=4, scene=Scene.BEACH_DAY, environment=Environment.BEACH)
    first, second = figure_of(seen(View.SIDE_LEFT)), figure_of(again)
    assert first.pose == second.pose
    assert float(np.abs(colours_of(work_of(again)) - colours_of(work_of(seen(View.SIDE_LEFT)))).mean()) < 3  # Grain.


def test_everyone_in_a_sheet_is_the_same_person() -> None:
    assert {figure_of(seen(view)).identity for view in View} == {identity_of(LOOK)}


def test_skin_has_the_same_colour_from_every_side() -> None:
    """On the cheek that is seen; light and turn change it, not who it is."""
    measured = []
    for view in TURNED:
        side = -1 if view in (View.SIDE_RIGHT, View.THREE_QUARTER_RIGHT) else 1
        measured.append(colour_at(drawn(seen(view)), place_of(seen(view), 0.34 * side, 0.28)))
    assert float(np.ptp(measured, axis=0).max()) < 55
    for red, green, blue in measured:
        assert red > 1.1 * green > 1.1 * blue


def test_the_eye_is_where_it_was_on_the_head_and_has_its_colour() -> None:
    look = replace(looking(eye_color="blue"), identity_seed=7)
    for view in TURNED:
        side = -1 if view in (View.SIDE_RIGHT, View.THREE_QUARTER_RIGHT) else 1
        asked = seen(view, look=look, width=432, height=576)
        x, y = place_of(asked, figure_of(asked).identity.face.eye_x * side, 0.0)
        around = colours_of(drawn(asked))[y - 12 : y + 12, x - 14 : x + 14].reshape(-1, 3)
        assert int((around[:, 2] - around[:, 0]).max()) > 40, view  # Blue, in a face that has none.
        assert int(around.sum(axis=-1).min()) < 160, view  # The pupil and the lashes.


@pytest.mark.parametrize("view", TURNED)
def test_lips_are_redder_than_the_cheek(view: View) -> None:
    asked = seen(view, width=648, height=864)
    side = -1 if view in (View.SIDE_RIGHT, View.THREE_QUARTER_RIGHT) else 1
    image, face = drawn(asked), figure_of(asked).identity.face
    lips = colour_at(image, place_of(asked, 0.12 * side, face.mouth_y + 0.04))
    cheek = colour_at(image, place_of(asked, 0.34 * side, 0.45))
    assert lips[0] / lips[1] > 1.12 * cheek[0] / cheek[1]


@pytest.mark.parametrize("view", SIDES)
def test_a_profile_has_a_nose_lips_and_a_chin(view: View) -> None:
    figure = figure_of(seen(view))
    sign = -1 if view is View.SIDE_LEFT else 1
    outline = figure.outline()

    def reach(low: float, high: float) -> float:
        rows = outline[(outline[:, 1] > low) & (outline[:, 1] < high)]
        return float((rows[:, 0] * sign).max())

    face = figure.identity.face
    nose = reach(face.nose_length - 0.15, face.nose_length + 0.02)
    assert nose > reach(-0.05, 0.05) + 0.12  # Further out than the root between the eyes,
    assert nose > reach(0.5, 1.0) + 0.08  # and than mouth and chin.
    between = reach(face.mouth_y - 0.13, face.mouth_y - 0.11)
    assert reach(face.mouth_y - 0.06, face.mouth_y) > between  # The upper lip stands out from beneath the nose.


def test_a_back_has_no_face() -> None:
    asked = seen(View.BACK)
    image, figure = drawn(asked), figure_of(asked)
    hair = floats(figure.identity.hair_body) * 255
    for y in (-0.5, -0.2, 0.0):
        ((across, down),) = figure.camera.pixels(floats([(0.0, y)]))
        assert float(np.abs(colour_at(image, (int(across), int(down))) - hair).max()) < 60
    bald = seen(View.BACK, look=looking(hair_style="bald"))
    ((across, down),) = figure_of(bald).camera.pixels(floats([(0.0, 0.0)]))
    red, green, blue = colour_at(drawn(bald), (int(across), int(down))).tolist()
    assert red > 1.15 * green > 1.15 * blue


def test_a_back_shows_no_lapels() -> None:
    """A white shirt is seen between them from the front alone."""
    for view, least, most in ((View.FRONT, 0.5, 1.0), (View.BACK, 0.0, 0.02)):
        asked = seen(view, outfit=Outfit.BUSINESS_SUIT)
        figure, image = figure_of(asked), colours_of(drawn(asked))
        ((x, top), (_, bottom)) = figure.camera.pixels(floats([(0, 2.0), (0, 2.6)])).astype(int)
        strip = image[top:bottom, x - 3 : x + 4].reshape(-1, 3)
        assert least <= float((strip.min(axis=-1) > 150).mean()) <= most, view


@pytest.mark.parametrize("size", [(216, 288), (288, 288), (300, 200), (150, 400)])
def test_a_full_body_stands_from_head_to_feet_in_the_picture(size: tuple[int, int]) -> None:
    asked = replace(seen(View.FULL_BODY), width=size[0], height=size[1])
    figure, image = figure_of(asked), drawn(asked)
    assert image.size == size
    crown, sole = figure.camera.pixels(floats([(0, -1.7), (0, 14.2)]))[:, 1].tolist()
    assert crown >= 0
    assert sole <= size[1]
    empty = colours_of(image)[int(sole * 0.6), 2]
    leg_x, leg_y = figure.camera.pixels(floats([(0.6, 11.0)]))[0].astype(int).tolist()
    assert float(np.abs(colours_of(image)[leg_y, leg_x] - empty).max()) > 40


def test_every_outfit_has_a_lower_half() -> None:
    assert set(LOWERS) == set(Outfit)
    tiny = [work_of(seen(View.FULL_BODY, outfit=outfit)).tobytes() for outfit in Outfit]
    assert len(set(tiny)) == len(Outfit)


def test_the_wall_is_the_characters_own_and_the_same_in_all_views() -> None:
    corners = [
        colours_of(drawn(seen(view)))[6:12, 6:12].reshape(-1, 3).mean(axis=0)
        for view in View
        if view is not View.DRAMATIC_LIGHT
    ]
    assert float(np.ptp(corners, axis=0).max()) < 6


def test_expressions_and_light_differ() -> None:
    smile, serious = (
        figure_of(seen(view)).pose.expression for view in (View.EXPRESSION_SMILE, View.EXPRESSION_SERIOUS)
    )
    assert smile.smile > 0.8
    assert serious.smile < 0
    dark, plain = (colours_of(drawn(seen(view))).mean() for view in (View.DRAMATIC_LIGHT, View.FRONT))
    assert dark < 0.75 * plain


def test_every_hair_style_is_drawn_from_every_side() -> None:
    for number, style in enumerate(HAIR_STYLES):
        look = looking(hair_style=style, gender=list(Gender)[number % 3], style=list(Style)[number % 2])
        for view in (View.THREE_QUARTER_LEFT, View.SIDE_RIGHT, View.BACK):
            assert drawn(replace(seen(view, look=look), width=72, height=96)).size == (72, 96)


@pytest.mark.parametrize("view", [None, View.FRONT, View.THREE_QUARTER_LEFT, *SIDES, View.FULL_BODY])
def test_glasses_sit_before_the_eyes_and_change_nothing_else(view: View | None) -> None:
    with_glasses = colours_of(drawn(seen(view, extras=("glasses",))))
    changed = np.argwhere(np.abs(with_glasses - colours_of(drawn(seen(view)))).max(axis=-1) > 12)
    figure = figure_of(seen(view))
    low, high = changed.min(axis=0), changed.max(axis=0)
    scale, eyes = figure.camera.scale, figure.camera.eye_y
    assert len(changed) > 0.02 * scale * scale
    assert low[0] > eyes - 0.45 * scale
    assert high[0] < eyes + 0.45 * scale
    assert high[1] - low[1] < 1.7 * scale


def test_glasses_are_not_seen_from_behind() -> None:
    assert drawn(seen(View.BACK, extras=("glasses",))).tobytes() == drawn(seen(View.BACK)).tobytes()
