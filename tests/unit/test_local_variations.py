"""VARIATIONS without a model: the subject as ever, in the colours of the style image."""

import numpy as np
import pytest
from PIL import Image

from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from domain.models.model import Ability
from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Environment, Scene
from domain.prompts.variations import STYLES as OFFERED
from domain.prompts.variations import VariationOptions, variation_prompt
from providers.local.grading import Palette, towards
from providers.local.lab import lab_of, rgb_of
from providers.local.making import placed
from providers.local.restyling import manner_of, restyled
from providers.local.sketch.compose import figure_of
from providers.local.sketch.geometry import floats
from tests.support.sketches import LOOK, as_picture, colours_of, drawn, looking, request, work_of

BEACH = drawn(request(scene=Scene.BEACH_DAY, environment=Environment.BEACH))
NIGHT = drawn(request(scene=Scene.NIGHT_OUT, environment=Environment.URBAN_STREET))
STYLES = {
    "beach": BEACH,
    "night": NIGHT,
    "neon": restyled(NIGHT, "neon", seed=1),
    "grey": BEACH.convert("L").convert("RGB"),
    "one colour": Image.new("RGB", (50, 80), (200, 40, 90)),
}


def asked(style: Image.Image, **changes: object) -> RenderRequest:
    plain = {"ability": Ability.EDIT, "scene": None, "environment": None, "prompt": "", "style": as_picture(style)}
    return request(**{**plain, **changes})


@pytest.mark.parametrize("style", STYLES)
def test_the_palette_moves_towards_the_styles(style: str) -> None:
    wanted = Palette.of(STYLES[style])
    plain = drawn(placed(asked(STYLES[style])))
    before, after = Palette.of(plain), Palette.of(work_of(asked(STYLES[style])))
    assert after.distance(wanted) < 0.62 * before.distance(wanted)


def test_the_same_person_stands_in_every_style() -> None:
    """Form and place of everything stay: brightness goes up and down at the same places."""
    plain = np.asarray(drawn(placed(asked(BEACH))).convert("L"), dtype=float)
    for style in (BEACH, NIGHT):
        graded = np.asarray(work_of(asked(style)).convert("L"), dtype=float)
        assert float(np.corrcoef(plain.ravel(), graded.ravel())[0, 1]) > 0.9
    assert figure_of(asked(NIGHT)).identity == figure_of(request(look=LOOK)).identity


def test_hair_is_as_the_look_says() -> None:
    dark, blonde = (colours_of(work_of(asked(BEACH, look=looking(hair_color=c)))) for c in ("black", "blonde"))
    assert float(np.abs(dark - blonde).mean()) > 4


def test_a_background_can_be_said() -> None:
    said = drawn(request(environment=Environment.OFFICE))
    assert work_of(asked(BEACH, prompt="in a bright office")).tobytes() == towards(said, BEACH).tobytes()
    own = asked(BEACH, prompt="in a bright office", environment=Environment.CAFE)
    assert placed(own).environment is Environment.CAFE
    assert work_of(own).tobytes() == towards(drawn(placed(own)), BEACH).tobytes()


def test_a_manner_comes_on_top() -> None:
    graded = towards(drawn(placed(asked(BEACH))), BEACH)
    assert work_of(asked(BEACH, restyle="oil")).tobytes() == restyled(graded, "oil", seed=3).tobytes()


def test_the_styles_of_the_catalogue_are_seen() -> None:
    """By a scene, or by a manner; and nothing that is always said asks for one."""
    plain = variation_prompt(VariationOptions(hair_color="blue", glasses=True), LOOK.appearance)
    assert manner_of(plain) is None
    assert placed(asked(BEACH, prompt=plain)).scene is Scene.PROFESSIONAL_PORTRAIT
    names = {
        key: getattr(manner_of(f"{plain} {style.prompt_context}"), "__name__", None) for key, style in OFFERED.items()
    }
    scenes = {
        key: placed(asked(BEACH, prompt=f"{plain} {style.prompt_context}")).scene for key, style in OFFERED.items()
    }
    assert {key for key, name in names.items() if name} == {"black_and_white", "vintage", "cinematic"}
    assert (scenes["editorial"], scenes["casual"]) == (Scene.FASHION_EDITORIAL, Scene.CANDID_LIFESTYLE)
    grey = colours_of(work_of(asked(BEACH, prompt=OFFERED["black_and_white"].prompt_context)))
    assert int(np.ptp(grey, axis=-1).max()) <= 14


def test_the_four_variations_of_a_style_are_four_pictures() -> None:
    poses = [figure_of(placed(asked(BEACH, pose=pose, seed=3 + pose))).pose for pose in range(4)]
    assert len({pose.crop for pose in poses}) == 4
    assert min(abs(a.yaw - b.yaw) for a in poses for b in poses if a is not b) > 0.02


def test_progress_goes_on_after_the_drawing() -> None:
    percents: list[int] = []
    work_of(asked(BEACH), percents.append)
    assert percents == sorted(percents)
    assert percents[0] == 5
    assert percents[-2:] == [88, 97]


def test_a_style_that_is_no_picture_is_told() -> None:
    with pytest.raises(ProviderRequestInvalid, match="cannot be read"):
        work_of(request(ability=Ability.EDIT, style=Picture(b"no picture", "image/jpeg")))


def test_lab_goes_there_and_back() -> None:
    rows = floats(np.random.default_rng(1).uniform(0, 1, (200, 3)))
    assert np.allclose(rgb_of(lab_of(rows)), rows, atol=0.002)
    assert np.allclose(lab_of(floats([(1, 1, 1), (1, 0, 0)])), [(100, 0, 0), (53.24, 80.09, 67.20)], atol=0.1)
