"""What a set of photos is worth, by our own measurement, and what to do about it.

The scores are estimates, and say so: nobody is recognised here, faces are only compared by their edges. The advice is the same
whoever analyzes a set, as it follows from what was measured.
"""

from collections.abc import Sequence
from statistics import fmean

from domain.personas.analysis import (
    AnalysisResult,
    Analyst,
    AspectFound,
    LocalBecause,
    ReferenceFound,
    SetAdvice,
    SetAdviceCode,
    SetAspect,
    SetQuality,
)
from domain.personas.concepts import concepts_here
from domain.personas.faces import FaceAngle
from domain.personas.persona import BEST_PHOTOS, LEAST_PHOTOS, PersonaPhoto
from domain.personas.quality import TO_BE_FIXED, issues_of, lighting_of
from domain.personas.references import angle_seen, best_references, worth_of
from domain.personas.set_measures import SetMeasures

SAME_FACE, OTHER_FACE = 0.80, 0.30
"""Likeness of faces from which consistency is 1, and below which it is 0. Crops, light and turns of one portrait are at 0.84 to 0.87,
two people at 0.49, a person and a drawing at 0.25 (tests/photos, 2026-11-21); one person on different days lies between."""
SAME_MOUTH, OTHER_MOUTH = 0.90, 0.40
SAME_BACKGROUND = 0.60

UNSURE, UNIFORM, RESTLESS, UNEVEN = 0.40, 0.25, 0.25, 0.60
"""Below these, consistency of faces, variety of expressions, consistency of backgrounds and lighting are worth a word."""

LEAST_FRONT, LEAST_THREE_QUARTER = 3, 2
EXCELLENT, GOOD = 0.75, 0.55
UNKNOWN = 0.5
"""What counts for an aspect that could not be measured."""


def usable(photos: Sequence[PersonaPhoto]) -> Sequence[PersonaPhoto]:
    """Those that a likeness does not suffer from."""
    return [photo for photo in photos if not TO_BE_FIXED.intersection(issues_of(photo))]


def judged_here(photos: Sequence[PersonaPhoto], found: SetMeasures, *, because: LocalBecause) -> AnalysisResult:
    aspects, advice = aspects_of(photos, found), advice_for(photos, found)
    consistency = _score(aspects, SetAspect.FACIAL_CONSISTENCY)
    quality = _quality_of(photos, aspects)
    return AnalysisResult(
        quality=quality,
        consistency_score=consistency,
        ready_for_training=quality is not SetQuality.NEEDS_IMPROVEMENT and len(usable(photos)) >= LEAST_PHOTOS,
        feedback=_feedback(photos, quality),
        suggestions=tuple(one.message for one in advice),
        aspects=aspects,
        advice=advice,
        references=references_of(photos),
        analyzed_by=Analyst.LOCAL,
        because=because,
        concepts=concepts_here(
            photos,
            is_varied=_score(aspects, SetAspect.EXPRESSION_VARIETY) >= UNIFORM,
            is_well_lit=_score(aspects, SetAspect.LIGHTING) >= UNEVEN,
            issues=[MAY_GO_WRONG[one.code] for one in advice if one.code in MAY_GO_WRONG],
        ),
    )


def references_of(photos: Sequence[PersonaPhoto]) -> tuple[ReferenceFound, ...]:
    return tuple(ReferenceFound(photo_id=one.photo.id, reasons=one.reasons) for one in best_references(photos))


def aspects_of(photos: Sequence[PersonaPhoto], found: SetMeasures) -> tuple[AspectFound, ...]:
    face, mouth, background = found.face_likeness, found.mouth_likeness, found.background_likeness
    faces = None if face is None else _between(face, OTHER_FACE, SAME_FACE)
    variety = None if mouth is None else 1 - _between(mouth, OTHER_MOUTH, SAME_MOUTH)
    settings = None if background is None else _between(background, 0, SAME_BACKGROUND)
    light = fmean(lighting_of(photo.measures) for photo in photos)
    return (
        _aspect(SetAspect.FACIAL_CONSISTENCY, faces, "An estimate: faces of the same angle, compared by their edges."),
        _aspect(SetAspect.LIGHTING, light, "The mean of the lighting of all photos."),
        _aspect(SetAspect.EXPRESSION_VARIETY, variety, "An estimate: how much the mouths differ, by their edges."),
        _aspect(SetAspect.BACKGROUND_CONSISTENCY, settings, "How alike the colours around head and shoulders are."),
    )


def advice_for(photos: Sequence[PersonaPhoto], found: SetMeasures) -> tuple[SetAdvice, ...]:
    """The gravest first."""
    by_aspect = {one.aspect: one.score for one in aspects_of(photos, found)}

    def is_below(aspect: SetAspect, bound: float) -> bool:
        score = by_aspect[aspect]
        return score is not None and score < bound

    again = len(photos) - len(usable(photos))
    wanted = {
        SetAdviceCode.TAKE_AGAIN: again,
        SetAdviceCode.CHECK_FACES: int(is_below(SetAspect.FACIAL_CONSISTENCY, UNSURE)),
        SetAdviceCode.ADD_FRONT_VIEWS: _missing(photos, FaceAngle.FRONT, LEAST_FRONT),
        SetAdviceCode.ADD_THREE_QUARTER_VIEWS: _missing(photos, FaceAngle.THREE_QUARTER, LEAST_THREE_QUARTER),
        SetAdviceCode.ADD_PHOTOS: max(0, BEST_PHOTOS - len(photos)),
        SetAdviceCode.EVEN_LIGHT: int(is_below(SetAspect.LIGHTING, UNEVEN)),
        SetAdviceCode.VARY_EXPRESSIONS: int(is_below(SetAspect.EXPRESSION_VARIETY, UNIFORM)),
        SetAdviceCode.CALMER_BACKGROUNDS: int(is_below(SetAspect.BACKGROUND_CONSISTENCY, RESTLESS)),
    }
    return tuple(_advice(code, count) for code, count in wanted.items() if count)


def _missing(photos: Sequence[PersonaPhoto], angle: FaceAngle, least: int) -> int:
    """0 where nobody looked for faces: that is not the photos' fault."""
    if all(photo.faces is None for photo in photos):
        return 0
    return max(0, least - sum(angle_seen(photo) is angle for photo in photos))


def _advice(code: SetAdviceCode, count: int) -> SetAdvice:
    said = ADVICE[code].format(
        count=NUMBERS.get(count, count), photos="photo" if count == 1 else "photos", s="s"[count == 1 :]
    )
    return SetAdvice(code=code, message=said, count=count if code in COUNTED else 0)


def _quality_of(photos: Sequence[PersonaPhoto], aspects: Sequence[AspectFound]) -> SetQuality:
    worth = fmean(worth_of(photo) for photo in photos)
    faces = _score(aspects, SetAspect.FACIAL_CONSISTENCY)
    total = (worth + faces) / 2
    if faces < UNSURE or len(usable(photos)) < LEAST_PHOTOS or total < GOOD:
        return SetQuality.NEEDS_IMPROVEMENT
    return SetQuality.EXCELLENT if total >= EXCELLENT and len(usable(photos)) >= BEST_PHOTOS else SetQuality.GOOD


def _feedback(photos: Sequence[PersonaPhoto], quality: SetQuality) -> str:
    good = len(usable(photos))
    return f"{good} of {len(photos)} photos can be relied on. {FEEDBACK[quality]}"


def _score(aspects: Sequence[AspectFound], wanted: SetAspect) -> float:
    score = next(one.score for one in aspects if one.aspect is wanted)
    return UNKNOWN if score is None else score


def _aspect(aspect: SetAspect, score: float | None, note: str) -> AspectFound:
    if score is None:
        return AspectFound(aspect=aspect, score=None, note="There were no two faces of the same angle to compare.")
    return AspectFound(aspect=aspect, score=round(score, 3), note=note)


def _between(value: float, none: float, all_: float) -> float:
    return min(1.0, max(0.0, (value - none) / (all_ - none)))


NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
COUNTED = frozenset(
    {
        SetAdviceCode.TAKE_AGAIN,
        SetAdviceCode.ADD_PHOTOS,
        SetAdviceCode.ADD_FRONT_VIEWS,
        SetAdviceCode.ADD_THREE_QUARTER_VIEWS,
    }
)
ADVICE = {
    SetAdviceCode.TAKE_AGAIN: "Take {count} {photos} again, as their own advice says.",
    SetAdviceCode.CHECK_FACES: (
        "The faces differ a lot. Make sure that all photos show the same person alone; this is an estimate and can be wrong."
    ),
    SetAdviceCode.ADD_PHOTOS: "Add {count} more {photos}: ten are best.",
    SetAdviceCode.ADD_FRONT_VIEWS: "Add {count} front view{s}, looking into the camera.",
    SetAdviceCode.ADD_THREE_QUARTER_VIEWS: "Add {count} three-quarter view{s}: the head turned half to the side.",
    SetAdviceCode.VARY_EXPRESSIONS: "The expressions are much the same. Add photos with other ones.",
    SetAdviceCode.EVEN_LIGHT: "The light is weak or harsh on many photos. Take some by a window or under an even light.",
    SetAdviceCode.CALMER_BACKGROUNDS: "The backgrounds differ a lot. Take some photos before the same plain one.",
}
MAY_GO_WRONG = {
    SetAdviceCode.TAKE_AGAIN: "Faults of single photos may come back in what is made of them.",
    SetAdviceCode.CHECK_FACES: "Pictures may be a mixture of faces, as those on the photos differ a lot.",
    SetAdviceCode.ADD_FRONT_VIEWS: "Pictures that look into the camera may be less alike than others.",
    SetAdviceCode.ADD_THREE_QUARTER_VIEWS: "Pictures with a turned head may be less alike than others.",
    SetAdviceCode.EVEN_LIGHT: "Weak or harsh light may be taken over into other scenes.",
    SetAdviceCode.VARY_EXPRESSIONS: "Other expressions than that of the photos may look unlike.",
    SetAdviceCode.CALMER_BACKGROUNDS: "Things of the backgrounds may come along.",
}
FEEDBACK = {
    SetQuality.EXCELLENT: "The set is ready.",
    SetQuality.GOOD: "The set is ready, and could be better.",
    SetQuality.NEEDS_IMPROVEMENT: "The set should be better before anything is made from it.",
}
