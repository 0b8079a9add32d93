"""Skeletons: each view shows the joints it should, where they should be, in OpenPose's colours."""

from io import BytesIO

import pytest
from PIL import Image

from domain.jobs.views import View
from providers.poses.skeleton import COLOURS, JOINTS, LIMBS, joints, skeleton

SIZE = (512, 768)
EYES, EARS = {"left_eye", "right_eye"}, {"left_ear", "right_ear"}


def drawn(view: View, size: tuple[int, int] = SIZE) -> Image.Image:
    picture = skeleton(view, *size)
    assert picture.content_type == "image/png"
    return Image.open(BytesIO(picture.data))


def test_limbs_and_colours_are_those_of_openpose() -> None:
    assert len(JOINTS) == len(COLOURS) == len(set(COLOURS)) == 18
    assert len(LIMBS) == 17
    assert LIMBS[0] == ("neck", "right_shoulder")
    assert LIMBS[12:] == (
        ("neck", "nose"),
        ("nose", "right_eye"),
        ("right_eye", "right_ear"),
        ("nose", "left_eye"),
        ("left_eye", "left_ear"),
    )


@pytest.mark.parametrize(
    ("view", "hidden"),
    [
        (View.FRONT, set()),
        (View.THREE_QUARTER_LEFT, {"right_ear"}),
        (View.THREE_QUARTER_RIGHT, {"left_ear"}),
        (View.SIDE_LEFT, {"right_eye", "right_ear"}),
        (View.SIDE_RIGHT, {"left_eye", "left_ear"}),
        (View.BACK, {"nose"} | EYES),
        (View.FULL_BODY, set()),
    ],
)
def test_what_is_turned_away_is_left_out(view: View, hidden: set[str]) -> None:
    assert set(JOINTS) - set(joints(view, *SIZE)) == hidden


def test_sides_are_the_persons_own() -> None:
    front, back = joints(View.FRONT, *SIZE), joints(View.BACK, *SIZE)
    assert front["left_shoulder"][0] > 256 > front["right_shoulder"][0]
    assert back["left_shoulder"][0] < 256 < back["right_shoulder"][0]


def test_the_nose_points_to_the_named_side_and_views_mirror_each_other() -> None:
    for left, right in (
        (View.SIDE_LEFT, View.SIDE_RIGHT),
        (View.THREE_QUARTER_LEFT, View.THREE_QUARTER_RIGHT),
    ):
        one, other = joints(left, *SIZE), joints(right, *SIZE)
        assert one["nose"][0] < one["neck"][0]
        assert one["nose"][0] == pytest.approx(512 - other["nose"][0])
        assert one["left_wrist"][0] == pytest.approx(512 - other["right_wrist"][0])
    assert joints(View.SIDE_LEFT, *SIZE)["nose"][0] < joints(View.THREE_QUARTER_LEFT, *SIZE)["nose"][0]


@pytest.mark.parametrize("size", [(512, 768), (1024, 1024), (1344, 768), (256, 2048)])
def test_a_full_body_is_in_the_picture_and_stands_upright(size: tuple[int, int]) -> None:
    places = joints(View.FULL_BODY, *size)
    assert all(0 < x < size[0] and 0 < y < size[1] for x, y in places.values())
    heights = [
        places[name][1] for name in ("left_eye", "nose", "neck", "left_elbow", "left_hip", "left_knee", "left_ankle")
    ]
    assert heights == sorted(heights)
    half = (places["left_ankle"][1] + places["nose"][1]) / 2
    assert places["left_hip"][1] == pytest.approx(half, rel=0.06)  # An adult's proportions: legs are half of it.


@pytest.mark.parametrize("view", View)
def test_joints_have_their_colour_and_limbs_a_darker_one(view: View) -> None:
    image, places = drawn(view), joints(view, *SIZE)
    assert image.size == SIZE
    tops: dict[tuple[int, int], str] = {(round(x), round(y)): name for name, (x, y) in places.items()}
    for (x, y), name in tops.items():  # Of joints at one place the last one is on top.
        if 0 <= x < SIZE[0] and 0 <= y < SIZE[1] and _alone(name, places):
            assert image.getpixel((x, y)) == COLOURS[JOINTS.index(name)]
    assert image.getpixel((0, 0)) == (0, 0, 0)


def _alone(name: str, places: dict[str, tuple[float, float]]) -> bool:
    x, y = places[name]
    later = list(places)[list(places).index(name) + 1 :]
    return all(abs(places[o][0] - x) + abs(places[o][1] - y) > 15 for o in later)


def test_a_limb_runs_between_its_joints() -> None:
    image, places = drawn(View.FULL_BODY), joints(View.FULL_BODY, *SIZE)
    for number, (start, end) in enumerate(LIMBS[2:10], start=2):
        middle = tuple(round((a + b) / 2) for a, b in zip(places[start], places[end], strict=True))
        assert image.getpixel((middle[0], middle[1])) == tuple(int(0.6 * part) for part in COLOURS[number])


def test_equal_wishes_are_equal_bytes() -> None:
    assert skeleton(View.BACK, 320, 480) == skeleton(View.BACK, 320, 480)
    assert len({skeleton(view, 128, 192).data for view in View}) == len(View)
