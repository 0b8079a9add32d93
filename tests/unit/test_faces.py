"""What the detector sees on real photos (tests/photos), and that it sees nothing where nobody is."""

import pytest
from PIL import Image, ImageOps

from domain.personas.faces import Face, FaceAngle
from providers.faces.detecting import find_faces
from tests.support.photos import beside, blurred, head_turned, lit, photo
from tests.support.portraits import a_portrait


def the_face(picture: Image.Image) -> Face:
    (face,) = find_faces(picture)
    return face


def middle(face: Face) -> tuple[float, float]:
    return face.left + face.width / 2, face.top + face.height / 2


def test_a_face_is_found_where_it_is() -> None:
    face = the_face(photo("astronaut"))
    assert middle(face) == pytest.approx((224, 115), abs=5)
    assert face.width == face.height == pytest.approx(92, abs=6)
    assert (face.angle, face.confidence, face.tilt) == (FaceAngle.FRONT, 1.0, 0)


def test_glasses_do_not_hide_it() -> None:
    face = the_face(photo("hopper"))
    assert middle(face) == pytest.approx((263, 217), abs=8)
    assert face.angle is FaceAngle.FRONT
    assert face.confidence >= 0.9


def test_a_large_photo_is_answered_in_its_own_pixels() -> None:
    large = photo("astronaut").resize((2048, 2048))
    assert middle(the_face(large)) == pytest.approx((224 * 4, 115 * 4), abs=20)


def test_bad_light_and_blur_do_not_hide_it() -> None:
    for worse in (lit(photo("hopper"), 0.3), blurred(photo("astronaut"), 4)):
        assert the_face(worse).angle is FaceAngle.FRONT


@pytest.mark.parametrize(
    ("degrees", "angle"),
    [(-45, FaceAngle.THREE_QUARTER), (-15, FaceAngle.FRONT), (45, FaceAngle.THREE_QUARTER), (60, FaceAngle.PROFILE)],
)
def test_how_a_head_is_turned(degrees: float, angle: FaceAngle) -> None:
    assert the_face(head_turned("astronaut", degrees)).angle is angle


def test_a_profile_may_look_to_either_side() -> None:
    turned = head_turned("astronaut", 60)
    one, other = the_face(turned), the_face(ImageOps.mirror(turned))
    assert (one.angle, other.angle) == (FaceAngle.PROFILE, FaceAngle.PROFILE)
    assert middle(other)[0] == pytest.approx(turned.width - middle(one)[0], abs=6)


@pytest.mark.parametrize(
    ("degrees", "tilt", "at"), [(90, 270, (115, 288)), (180, 180, (288, 397)), (30, 335, (251, 245))]
)
def test_a_photo_that_does_not_stand_upright(degrees: int, tilt: int, at: tuple[int, int]) -> None:
    """`at` follows from where the face is on the upright photo."""
    lying = photo("astronaut").rotate(degrees, expand=True, resample=Image.Resampling.BICUBIC, fillcolor="grey")
    face = the_face(lying)
    assert face.tilt == tilt
    assert middle(face) == pytest.approx(at, abs=10)


def test_two_faces_the_larger_first() -> None:
    larger, smaller = find_faces(beside(photo("astronaut"), photo("hopper")))
    assert middle(larger) == pytest.approx((512 + 263, 217), abs=12)
    assert middle(smaller) == pytest.approx((224, 115), abs=8)


def test_no_face_where_nobody_is() -> None:
    assert find_faces(photo("cat")) == ()
    assert find_faces(photo("astronaut").crop((256, 240, 512, 512))) == ()  # a helmet, and a model of a shuttle
    assert find_faces(Image.new("RGB", (600, 400), "white")) == ()


def test_the_same_photo_gives_the_same_answer() -> None:
    assert find_faces(a_portrait(3)) == find_faces(a_portrait(3))
