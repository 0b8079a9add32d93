"""What real photos are worth (tests/photos), and how faces on them count: thresholds that were chosen, held to what they meet."""

from dataclasses import replace

import pytest
from PIL import Image

from domain.personas.faces import Face, FaceAngle
from domain.personas.persona import PersonaPhoto
from domain.personas.quality import PhotoIssue, advice_on, issues_of, quality_of
from domain.uploads.measures import PhotoMeasures, looks_alike
from providers.faces.detecting import find_faces
from providers.pictures.measuring import measured
from tests.support.photos import blurred, lit, photo, portrait
from tests.unit.test_personas import PHOTO

FACE = Face(left=300, top=200, width=400, height=400, angle=FaceAngle.FRONT, confidence=1.0)
SEEN = replace(PHOTO, faces=(FACE,))


def measures_of(picture: Image.Image) -> PhotoMeasures:
    return PhotoMeasures(**measured(picture))  # type: ignore[arg-type] # numbers and a hash, by their names


def photo_of(picture: Image.Image) -> PersonaPhoto:
    return replace(
        PHOTO, width=picture.width, height=picture.height, measures=measures_of(picture), faces=find_faces(picture)
    )


@pytest.mark.parametrize(
    ("name", "lighting", "clarity", "angle"), [("astronaut", 0.85, 1.0, 0.46), ("hopper", 0.7, 1.0, 1.0)]
)
def test_official_portraits(name: str, lighting: float, clarity: float, angle: float) -> None:
    found = quality_of(photo_of(photo(name)))
    assert found.lighting == pytest.approx(lighting, abs=0.03)
    assert found.clarity == pytest.approx(clarity, abs=0.03)
    assert found.angle == pytest.approx(angle, abs=0.03)


def test_what_is_wrong_with_worse_ones_is_told() -> None:
    plain = replace(PHOTO, faces=(FACE,))
    for name in ("astronaut", "hopper"):
        good = portrait(name)
        told = {
            "good": good,
            "half as bright": lit(good, 0.3),
            "overexposed": lit(good, 2.5),
            "blurred": blurred(good, 4),
        }
        issues = {label: list(issues_of(replace(plain, measures=measures_of(one)))) for label, one in told.items()}
        assert issues["good"] == []
        assert issues["half as bright"] == [PhotoIssue.TOO_DARK]
        assert issues["blurred"] == [PhotoIssue.BLURRED]
    assert issues_of(replace(plain, measures=measures_of(lit(portrait("astronaut"), 2.5)))) == [PhotoIssue.TOO_BRIGHT]


def test_dim_light_alone_is_no_blur() -> None:
    sharp, dim = measures_of(portrait("hopper")), measures_of(lit(portrait("hopper"), 0.5))
    assert dim.sharpness == pytest.approx(sharp.sharpness, rel=0.3)


def test_a_real_photo_keeps_its_look_and_two_moments_differ() -> None:
    one = portrait("astronaut")
    kept = (one.resize((600, 600)), lit(one, 1.3), one.rotate(2))
    others = (portrait("astronaut", left=-0.4, top=-0.7), portrait("hopper"), photo("astronaut"))
    look = measures_of(one).look
    assert all(looks_alike(look, measures_of(same).look) for same in kept)
    assert not any(looks_alike(look, measures_of(other).look) for other in others)


@pytest.mark.parametrize(
    ("faces", "angle", "issues"),
    [
        (None, None, []),
        ((), 0.0, [PhotoIssue.NO_FACE]),
        ((FACE,), 1.0, []),
        ((replace(FACE, angle=FaceAngle.THREE_QUARTER),), 0.9, []),
        ((replace(FACE, angle=FaceAngle.PROFILE),), 0.7, []),
        ((replace(FACE, width=100, height=100),), 0.488, [PhotoIssue.FACE_TOO_SMALL]),
        ((replace(FACE, left=0),), 0.6, [PhotoIssue.FACE_CUT_OFF]),
        ((replace(FACE, tilt=90),), 0.5, [PhotoIssue.LYING]),
        ((replace(FACE, tilt=335),), 1.0, []),
        ((FACE, replace(FACE, left=0, width=200)), 0.5, [PhotoIssue.SEVERAL_FACES]),
        ((FACE, replace(FACE, left=0, width=199)), 1.0, []),
    ],
)
def test_how_well_a_face_is_seen(faces: tuple[Face, ...] | None, angle: float | None, issues: list[PhotoIssue]) -> None:
    given = replace(PHOTO, faces=faces)
    assert quality_of(given).angle == (None if angle is None else pytest.approx(angle, abs=0.001))
    assert issues_of(given) == issues


def test_overall_is_of_all_three_and_a_missed_face_never_takes_all() -> None:
    assert quality_of(SEEN).overall == 1.0
    assert quality_of(replace(SEEN, faces=None)).overall == 1.0
    assert quality_of(replace(SEEN, faces=())).overall == pytest.approx(0.1 ** (1 / 3))


def test_advice_says_the_fact_and_the_next_step() -> None:
    small = replace(PHOTO, faces=(replace(FACE, width=90),))
    assert advice_on(small, PhotoIssue.FACE_TOO_SMALL) == (
        "The face is 90 px wide on this photo. Come nearer, or crop it around head and shoulders."
    )
    together = replace(PHOTO, faces=(FACE, FACE))
    assert "There are 2 faces" in advice_on(together, PhotoIssue.SEVERAL_FACES)
    for issue in PhotoIssue:
        assert "{" not in advice_on(small, issue)
