"""The local sketch: the same person in every picture, everything else as asked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from domain.errors import InvalidInput, ProviderRefused, ProviderUnavailable, RateLimited
from domain.influencers.appearance import (
    BODY_TYPES,
    ETHNICITIES,
    EYE_COLORS,
    HAIR_COLORS,
    HAIR_STYLES,
    Gender,
    Style,
)
from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from providers.local.faults import LocalFaults
from providers.local.sketch import draw_sketch
from providers.local.sketch.backdrops import backdrop
from providers.local.sketch.compose import figure_of
from providers.local.sketch.geometry import Camera, floats
from providers.local.sketch.identity import identity_of
from providers.local.sketch.mood import mood_of
from tests.support.sketches import LOOK, drawn, looking, pixels, request


def difference(a: RenderRequest, b: RenderRequest) -> float:
    """Mean distance of two pictures, 0 to 255."""
    return float(np.abs(pixels(a) - pixels(b)).mean())


def test_same_request_gives_the_same_pixels() -> None:
    assert drawn(request()).tobytes() == drawn(request(attempt_key="another")).tobytes()


@pytest.mark.parametrize("size", [(64, 64), (64, 200), (300, 90), (137, 211), (819, 1228)])
def test_size_is_exact(size: tuple[int, int]) -> None:
    assert drawn(request(width=size[0], height=size[1])).size == size


def test_identity_comes_from_the_look_alone() -> None:
    others = [
        request(seed=99, pose=4),
        request(scene=Scene.NIGHT_OUT, environment=Environment.BEACH),
        request(scene=None, environment=None, outfit=Outfit.TUXEDO, width=512, height=512),
    ]
    assert {figure_of(other).identity for other in others} == {identity_of(LOOK)}


def test_head_keeps_its_form_in_every_pose() -> None:
    first, second = figure_of(request()), figure_of(request(pose=3, scene=Scene.CANDID_LIFESTYLE))
    assert np.array_equal(first.form.half_width, second.form.half_width)
    assert first.pose.yaw != second.pose.yaw


def test_poses_of_a_pack_differ() -> None:
    poses = [figure_of(request(pose=pose)).pose for pose in range(5)]
    assert len({pose.yaw for pose in poses}) == 5
    assert len({pose.crop for pose in poses}) >= 2
    assert len({pose.expression for pose in poses}) >= 2


def test_a_pack_is_taken_from_different_places() -> None:
    """Seeds count up with the poses, as a pack has them."""
    pack = [
        request(scene=Scene.CANDID_LIFESTYLE, seed=42 + pose, pose=pose, width=768, height=1365) for pose in range(5)
    ]
    figures = [figure_of(asked) for asked in pack]
    assert len({figure.pose.crop for figure in figures}) >= 4
    assert {figure.pose.light_side for figure in figures} == {-1, 1}
    places = [figure.camera.eye_x / figure.camera.width for figure in figures]
    assert min(places) < 0.45
    assert max(places) > 0.55
    assert max(figure.camera.scale for figure in figures) > 1.5 * min(figure.camera.scale for figure in figures)


def test_corners_of_one_place_differ() -> None:
    cafe = [backdrop_of(request(environment=Environment.CAFE, pose=pose, width=108, height=192)) for pose in range(5)]
    for index, first in enumerate(cafe):
        for second in cafe[index + 1 :]:
            assert float(np.abs(first - second).mean()) > 12


def backdrop_of(asked: RenderRequest) -> "np.typing.NDArray[np.float32]":
    mood = mood_of(asked.scene, asked.environment)
    return np.asarray(backdrop(asked, mood, "bust"), dtype=np.float32)


@pytest.mark.parametrize("outfit", [Outfit.STREETWEAR, Outfit.BUSINESS_SUIT, Outfit.LEATHER_JACKET, Outfit.TUXEDO])
def test_neck_shows_skin_above_the_clothes(outfit: Outfit) -> None:
    asked = request(outfit=outfit, scene=None, environment=None, width=216, height=216)
    figure, image = figure_of(asked), pixels(asked)
    ((x, y),) = figure.camera.pixels(floats([(0.0, figure.form.chin + 0.14)]))
    red, green, blue = image[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].mean(axis=(0, 1)).tolist()
    skin = figure.identity.skin
    assert red / green == pytest.approx(skin[0] / skin[1], rel=0.35)
    assert red > 1.15 * green > 1.15 * blue


def test_base_image_looks_ahead() -> None:
    pose = figure_of(request(scene=None, environment=None)).pose
    assert abs(pose.yaw) < 0.1
    assert pose.crop == "bust"


def face_colours(asked: RenderRequest, places: Sequence[tuple[float, float]]) -> "np.typing.NDArray[np.float32]":
    """Mean colour around places of the face, given as in the front view."""
    figure, image = figure_of(asked), pixels(asked)
    flat = figure.head_pixels(figure.form.surface(floats(places)))
    spots = [image[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].mean(axis=(0, 1)) for x, y in flat]
    return np.asarray(spots, dtype=np.float32)


def test_skin_and_eyes_have_the_same_colour_in_other_poses() -> None:
    forehead_and_cheeks = [(0.0, -0.38), (-0.3, 0.3), (0.3, 0.3)]
    pictures = [request(pose=pose, width=216, height=384) for pose in range(3)]
    measured = [face_colours(asked, forehead_and_cheeks).mean(axis=0) for asked in pictures]
    assert float(np.ptp(measured, axis=0).max()) < 40  # Of 255: light and turn change it, not who it is.


def test_skin_tells_apart_a_light_and_a_deep_complexion() -> None:
    places = [(0.0, -0.38), (-0.3, 0.3), (0.3, 0.3)]
    light = face_colours(request(look=looking(ethnicity="nordic")), places).mean()
    deep = face_colours(request(look=looking(ethnicity="african")), places).mean()
    assert light - deep > 50


def test_another_identity_seed_is_another_person() -> None:
    other = replace(LOOK, identity_seed=8)
    assert identity_of(other).face != identity_of(LOOK).face
    assert difference(request(), request(look=other)) > 3


def test_another_seed_is_another_picture_of_the_same_person() -> None:
    assert difference(request(), request(seed=4)) > 3
    assert figure_of(request(seed=4)).identity == figure_of(request()).identity


def catalogue() -> list[tuple[str, RenderRequest]]:
    """Every key once."""
    traits: list[tuple[str, Sequence[object]]] = [
        ("ethnicity", list(ETHNICITIES)),
        ("hair_color", list(HAIR_COLORS)),
        ("hair_style", list(HAIR_STYLES)),
        ("eye_color", list(EYE_COLORS)),
        ("body_type", list(BODY_TYPES)),
        ("gender", list(Gender)),
        ("style", list(Style)),
        ("age", [18, 60, 99]),
    ]
    looks = [(f"{trait}={key}", request(look=looking(**{trait: key}))) for trait, keys in traits for key in keys]
    outfits = [(outfit.value, request(outfit=outfit)) for outfit in Outfit]
    scenes = [(scene.value, request(scene=scene)) for scene in Scene]
    places = [(place.value, request(environment=place)) for place in Environment]
    return looks + outfits + scenes + places


def test_every_key_draws_and_is_seen() -> None:
    """Within one question no two answers give the same picture."""
    pictures = {name: drawn(replace(asked, width=64, height=112)).tobytes() for name, asked in catalogue()}
    usual = drawn(request(width=64, height=112)).tobytes()
    plain = sum(picture == usual for picture in pictures.values())
    questions = 8 + 3  # Each has one answer that the plain request already holds, except for the ages tried here.
    assert plain == questions - 1
    assert len(set(pictures.values())) == len(pictures) - plain + 1


def test_men_and_women_of_every_hair_style_draw() -> None:
    for style in HAIR_STYLES:
        for gender in (Gender.MALE, Gender.NON_BINARY):
            look = looking(hair_style=style, gender=gender, style=Style.ANIME)
            assert drawn(request(look=look, pose=1, width=64, height=64)).size == (64, 64)


def test_environments_differ_measurably() -> None:
    pictures = [pixels(request(environment=place)) for place in Environment]
    for index, first in enumerate(pictures):
        for second in pictures[index + 1 :]:
            assert float(np.abs(first - second).mean()) > 8


def test_night_is_darker_than_the_beach() -> None:
    night = pixels(request(scene=Scene.NIGHT_OUT, environment=Environment.URBAN_STREET))
    day = pixels(request(scene=Scene.BEACH_DAY, environment=Environment.BEACH))
    assert night.mean() < 0.6 * day.mean()


def test_everyone_has_the_proportions_of_an_adult() -> None:
    """Shoulders at least two head widths across, eyes no larger than a third of the face: also in anime."""
    for style in Style:
        for gender in Gender:
            identity = identity_of(looking(style=style, gender=gender, age=18))
            assert identity.body.shoulder / identity.face.cheek > 2
            assert 2 * identity.face.eye_width / (2 * identity.face.cheek) < 1 / 3


def test_progress_rises_to_the_end() -> None:
    percents: list[int] = []
    draw_sketch(request(), percents.append)
    assert percents == sorted(set(percents))
    assert len([percent for percent in percents if 0 < percent < 100]) >= 8


def test_raising_in_the_report_ends_the_drawing() -> None:
    percents: list[int] = []

    def stop(percent: int) -> None:
        percents.append(percent)
        if len(percents) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_sketch(request(), stop)
    assert len(percents) == 3


def test_camera_keeps_the_head_in_the_picture() -> None:
    for scene in Scene:
        for pose in range(5):
            asked = request(scene=scene, pose=pose, width=768, height=1365)
            figure = figure_of(asked)
            assert_head_inside(figure.camera, figure.camera.pixels(figure.form.outline(figure.place)))


def assert_head_inside(camera: Camera, outline: "np.typing.NDArray[np.floating[object]]") -> None:  # type: ignore[type-var]
    low, high = outline.min(axis=0), outline.max(axis=0)
    assert low[0] > 0
    assert low[1] > 0
    assert high[0] < camera.width
    assert high[1] < camera.height


def test_faults_are_read_from_a_line() -> None:
    assert LocalFaults.parse("slow=2.5, fail=0.2, rate_limit=0.1:3, refuse=0, hang=0.5, fail_pose=2") == LocalFaults(
        slow=timedelta(seconds=2.5),
        fail=0.2,
        fail_pose=2,
        rate_limit=0.1,
        retry_after=timedelta(seconds=3),
        hang=0.5,
    )
    assert LocalFaults.parse("") == LocalFaults()
    assert LocalFaults.parse("hang").hang == 1


@pytest.mark.parametrize("spec", ["quick=1", "fail=2", "fail=often", "slow=-1", "rate_limit=0.2:soon", "fail_pose=x"])
def test_unreadable_faults_are_named(spec: str) -> None:
    with pytest.raises(InvalidInput, match=spec):
        LocalFaults.parse(f"hang=0,{spec}")


@pytest.mark.parametrize(
    ("spec", "error"), [("fail=1", ProviderUnavailable), ("rate_limit=1:3", RateLimited), ("refuse=1", ProviderRefused)]
)
def test_faults_raise_their_error(spec: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        LocalFaults.parse(spec).check("any", pose=0)


def test_fault_can_aim_at_one_pose() -> None:
    faults = LocalFaults.parse("fail_pose=2")
    faults.check("any", pose=1)
    with pytest.raises(ProviderUnavailable):
        faults.check("any", pose=2)


def test_faults_hit_by_attempt_and_in_their_share() -> None:
    faults = LocalFaults.parse("fail=0.2")
    keys = [f"attempt-{number}" for number in range(1000)]
    hit = [key for key in keys if fails(faults.check, key)]
    assert hit == [key for key in keys if fails(faults.check, key)]
    assert 150 < len(hit) < 250


def fails(check: Callable[..., None], key: str) -> bool:
    try:
        check(key, pose=0)
    except ProviderUnavailable:
        return True
    return False
