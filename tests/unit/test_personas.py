"""What photos are worth, and what is to be done next: tables of the product's own numbers."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.ids import ConsentId, PhotoId
from domain.images.image import StoredFile
from domain.personas import quality
from domain.personas.next_step import NextStepCode, next_step_of
from domain.personas.persona import Persona, PersonaPhoto, PersonaStatus, words_of
from domain.personas.quality import PhotoIssue, issues_of, quality_of
from domain.uploads.measures import PhotoMeasures, looks_alike
from providers.pictures.measuring import measured
from tests.support.portraits import a_portrait
from tests.support.values import NOW, SUBJECT, USER

GOOD = PhotoMeasures(brightness=0.5, dark=0.0, light=0.0, sharpness=quality.SHARP, look="0" * 16)
PHOTO = PersonaPhoto(
    id=PhotoId(UUID(int=9)),
    persona_id=SUBJECT,
    file=StoredFile(key="photos/one.jpg", sha256="0" * 64, content_type="image/jpeg", size_bytes=1),
    width=1024,
    height=1024,
    sent_type="image/jpeg",
    sent_size_bytes=1024 * 1024,
    measures=GOOD,
    added_at=NOW,
)
PERSONA = Persona(
    id=SUBJECT,
    user_id=USER,
    consent_id=ConsentId(UUID(int=8)),
    has_consent=True,
    words=words_of("Ada", "", []),
    status=PersonaStatus.PENDING_UPLOAD,
    is_default=True,
    photo_count=0,
    created_at=NOW,
)
DARK = replace(PHOTO, measures=replace(GOOD, brightness=0.05, dark=0.9))


@pytest.mark.parametrize(
    ("side", "points"), [(511, 0), (512, 20), (768, 30), (1023, 40 * 1023 / 1024), (1024, 40), (9000, 40)]
)
def test_points_for_its_dimension(side: int, points: float) -> None:
    assert quality.dimension_points(side) == points


@pytest.mark.parametrize(
    ("shape", "points"),
    [(0.59, 0), (0.6, 10), (0.79, 10), (0.8, 20), (1.0, 20), (1.2, 20), (1.21, 10), (1.5, 10), (1.51, 0)],
)
def test_points_for_its_shape(shape: float, points: float) -> None:
    assert quality.shape_points(shape) == points


@pytest.mark.parametrize(("size", "points"), [(0, 0), (524_288, 10), (1_048_576, 20), (9_000_000, 20)])
def test_points_for_its_size(size: int, points: float) -> None:
    assert quality.size_points(size) == points


@pytest.mark.parametrize(("kind", "score"), [("image/jpeg", 100), ("image/png", 95), ("image/webp", 90)])
def test_the_score_is_the_sum_of_its_parts(kind: str, score: int) -> None:
    found = quality_of(replace(PHOTO, sent_type=kind))
    assert (found.score, found.lighting, found.clarity, found.overall) == (score, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("brightness", "dark", "light", "lighting"),
    [(0.5, 0, 0, 1.0), (0.3, 0, 0, 1.0), (0.15, 0, 0, 0.5), (0.85, 0, 0, 0.5), (0.0, 1, 0, 0.0), (0.5, 0.8, 0, 0.5)],
)
def test_light(brightness: float, dark: float, light: float, lighting: float) -> None:
    found = replace(GOOD, brightness=brightness, dark=dark, light=light)
    assert quality.lighting_of(found) == pytest.approx(lighting)


def test_issues_are_told_by_what_was_measured() -> None:
    assert issues_of(PHOTO) == []
    assert issues_of(DARK) == [PhotoIssue.TOO_DARK]
    assert issues_of(replace(PHOTO, measures=replace(GOOD, brightness=0.97))) == [PhotoIssue.TOO_BRIGHT]
    assert issues_of(replace(PHOTO, measures=replace(GOOD, sharpness=2.0))) == [PhotoIssue.BLURRED]
    assert issues_of(replace(PHOTO, width=600)) == [PhotoIssue.BELOW_BEST_SIZE, PhotoIssue.UNUSUAL_SHAPE]


@pytest.mark.parametrize(
    ("photos", "code", "missing"),
    [
        ([], NextStepCode.ADD_PHOTOS, 5),
        ([PHOTO] * 4, NextStepCode.ADD_PHOTOS, 1),
        ([PHOTO] * 4 + [DARK], NextStepCode.FIX_PHOTOS, 1),
        ([PHOTO] * 5 + [DARK], NextStepCode.ANALYZE, 0),
    ],
)
def test_what_to_do_next(photos: list[PersonaPhoto], code: NextStepCode, missing: int) -> None:
    step = next_step_of(PERSONA, photos)
    assert (step.code, step.missing) == (code, missing)
    assert next_step_of(replace(PERSONA, has_consent=False), photos).code is NextStepCode.GIVE_CONSENT


def test_a_look_outlasts_resizing_and_differs_between_pictures() -> None:
    looks = [str(measured(a_portrait(seed))["look"]) for seed in range(12)]
    smaller = [str(measured(a_portrait(seed).resize((640, 640)))["look"]) for seed in range(12)]
    assert all(looks_alike(one, other) for one, other in zip(looks, smaller, strict=True))
    assert not any(looks_alike(one, other) for place, one in enumerate(looks) for other in looks[:place])


def test_a_soft_picture_is_less_sharp_and_a_dim_one_less_bright() -> None:
    sharp = measured(a_portrait(1))
    soft = measured(a_portrait(1).resize((60, 60)).resize((1100, 1100)))
    dim = measured(a_portrait(1, light=0.2))
    assert float(soft["sharpness"]) < float(sharp["sharpness"]) / 10
    assert float(dim["brightness"]) == pytest.approx(float(sharp["brightness"]) / 5, abs=0.01)
