"""A set of photos as a whole: the best of them, what measurement says, what is taken of a judgement, and what to do next."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.ids import PhotoId
from domain.personas import quality
from domain.personas.analysis import (
    Analysis,
    AnalysisStatus,
    Analyst,
    LocalBecause,
    SetAdviceCode,
    SetAspect,
    SetQuality,
)
from domain.personas.approval import photo_set_of
from domain.personas.concepts import (
    CALM,
    CLOSE,
    HEADSHOT,
    SERIES,
    SQUARE,
    STORY,
    TWO_MOODS,
    Concepts,
)
from domain.personas.concepts import TURNED as TURNED_HEAD
from domain.personas.faces import Face, FaceAngle
from domain.personas.next_step import NextStepCode, next_step_of
from domain.personas.persona import PersonaPhoto
from domain.personas.references import ReferenceReason, best_references
from domain.personas.set_judging import judged_here
from domain.personas.set_measures import SetMeasures
from domain.personas.set_question import PERSONAL, Scored, SetVerdict, UnfitAnswer, judged_there
from providers.faces.comparing import compared
from providers.faces.detecting import find_faces
from tests.support.photos import head_turned, lit, photo, portrait
from tests.support.values import NOW, an_analysis
from tests.unit.test_personas import PERSONA, PHOTO

FACE = Face(left=300, top=200, width=400, height=400, angle=FaceAngle.FRONT, confidence=1.0)
TURNED = replace(FACE, angle=FaceAngle.THREE_QUARTER)
ALIKE = SetMeasures(face_likeness=0.8, mouth_likeness=0.4, background_likeness=0.6)
DARK = replace(PHOTO.measures, brightness=0.05, dark=0.9)


def a_photo(number: int, face: Face | None = FACE, **changes: object) -> PersonaPhoto:
    """Each with a look of its own, a minute after the one before."""
    look = f"{(0x9E3779B97F4A7C15 * (number + 1)) % 2**64:016x}"
    made = replace(
        PHOTO,
        id=PhotoId(UUID(int=number)),
        faces=(face,) if face else (),
        file=replace(PHOTO.file, sha256=f"{number:064x}"),
        measures=replace(PHOTO.measures, look=look),
        added_at=NOW + timedelta(minutes=number),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # checked by replace itself


def numbers(photos: list[PersonaPhoto], most: int = 6) -> list[int]:
    return [one.photo.id.int for one in best_references(photos, most=most)]


def test_references_show_the_face_from_several_sides_and_the_best_comes_first() -> None:
    small = replace(FACE, width=100, height=100)
    photos = [*(a_photo(n) for n in range(5)), a_photo(5, TURNED), a_photo(6, small), a_photo(7, None)]
    assert numbers(photos) == [4, 5, 3, 2, 1, 0]
    first, second, *_ = best_references(photos)
    assert first.reasons == (ReferenceReason.WELL_SEEN_FACE, ReferenceReason.SHARP, ReferenceReason.WELL_LIT)
    assert second.reasons[0] is ReferenceReason.FIRST_OF_ITS_ANGLE
    assert numbers(photos, most=2) == [4, 5]


def test_photos_of_one_moment_are_no_two_references_unless_there_are_too_few() -> None:
    twin = replace(a_photo(9), measures=a_photo(0).measures)
    others = [a_photo(n) for n in range(1, 4)]
    assert numbers([a_photo(0), twin, *others]) == [9, 3, 2, 1]
    assert numbers([a_photo(0), twin]) == [9, 0]
    assert best_references([]) == []


def test_what_ought_to_be_taken_again_comes_last_and_says_so() -> None:
    dark = replace(a_photo(8), measures=replace(DARK, look=a_photo(8).measures.look, sharpness=1.0))
    photos = [dark, a_photo(1)]
    assert numbers(photos) == [1, 8]
    assert best_references(photos)[1].reasons == (ReferenceReason.WELL_SEEN_FACE,)
    unseen = replace(dark, faces=())
    assert best_references([unseen])[0].reasons == (ReferenceReason.BEST_THERE_IS,)


@pytest.mark.parametrize(
    ("photos", "found", "verdict", "ready", "codes"),
    [
        ([a_photo(n, TURNED if n % 2 else FACE) for n in range(10)], ALIKE, "EXCELLENT", True, []),
        (
            [a_photo(n) for n in range(5)],
            ALIKE,
            "GOOD",
            True,
            ["ADD_THREE_QUARTER_VIEWS", "ADD_PHOTOS"],
        ),
        (
            [a_photo(n) for n in range(5)],
            replace(ALIKE, face_likeness=0.4, mouth_likeness=0.9, background_likeness=0.1),
            "NEEDS_IMPROVEMENT",
            False,
            ["CHECK_FACES", "ADD_THREE_QUARTER_VIEWS", "ADD_PHOTOS", "VARY_EXPRESSIONS", "CALMER_BACKGROUNDS"],
        ),
        (
            [*(a_photo(n) for n in range(4)), a_photo(4, None)],
            ALIKE,
            "NEEDS_IMPROVEMENT",
            False,
            ["TAKE_AGAIN", "ADD_THREE_QUARTER_VIEWS", "ADD_PHOTOS"],
        ),
        (
            [a_photo(n, faces=None) for n in range(5)],
            SetMeasures(face_likeness=None, mouth_likeness=None, background_likeness=None),
            "GOOD",
            True,
            ["ADD_PHOTOS"],
        ),
    ],
    ids=["excellent", "good", "unlike", "one unseen", "never looked for"],
)
def test_a_set_by_our_own_measurement(
    photos: list[PersonaPhoto], found: SetMeasures, verdict: str, ready: bool, codes: list[str]
) -> None:
    result = judged_here(photos, found, because=LocalBecause.NOT_CONFIGURED)
    assert (result.quality, result.ready_for_training) == (SetQuality(verdict), ready)
    assert [one.code for one in result.advice] == [SetAdviceCode(code) for code in codes]
    assert (result.analyzed_by, result.because, result.model) == (Analyst.LOCAL, LocalBecause.NOT_CONFIGURED, None)
    assert list(result.suggestions) == [one.message for one in result.advice]


def test_advice_is_in_words_and_counts() -> None:
    result = judged_here([a_photo(n) for n in range(5)], ALIKE, because=LocalBecause.NOT_CONFIGURED)
    assert [(one.message, one.count) for one in result.advice] == [
        ("Add two three-quarter views: the head turned half to the side.", 2),
        ("Add five more photos: ten are best.", 5),
    ]
    assert result.feedback == "5 of 5 photos can be relied on. The set is ready, and could be better."
    one_missing = [a_photo(0, TURNED), *(a_photo(n) for n in range(1, 9))]
    said = judged_here(one_missing, ALIKE, because=LocalBecause.NOT_CONFIGURED).advice
    assert [one.message for one in said] == [
        "Add one three-quarter view: the head turned half to the side.",
        "Add one more photo: ten are best.",
    ]


FAIR = Scored(score=0.8, note="Photo 2 is softer than the others.")
VERDICT = SetVerdict(
    facial_consistency=FAIR,
    lighting=FAIR,
    expression_variety=FAIR,
    background_consistency=FAIR,
    quality=SetQuality.GOOD,
    consistency_score=0.9,
    ready_for_training=True,
    feedback="The light is even in most photos.",
    suggestions=("Take photo 4 again by a window.",),
    thumbnail_ideas=("A surprised look beside a large number.",),
    social_ideas=("A square portrait on blue.",),
    potential_issues=("Turned heads may be less alike.",),
)
FIVE = [a_photo(n) for n in range(5)]
MEASURED = judged_here(FIVE, ALIKE, because=LocalBecause.UNFIT_ANSWER)


def test_a_judgement_is_taken_with_our_own_advice_and_references() -> None:
    result = judged_there(VERDICT, MEASURED, FIVE, model="openai/gpt-6-luna")
    assert (result.analyzed_by, result.because, result.model) == (Analyst.OPENAI, None, "openai/gpt-6-luna")
    assert (result.quality, result.consistency_score, result.ready_for_training) == (SetQuality.GOOD, 0.9, True)
    assert (result.advice, result.references) == (MEASURED.advice, MEASURED.references)
    assert [one.aspect for one in result.aspects] == list(SetAspect)


def test_ideas_follow_from_what_was_measured_or_from_whoever_sees_if_they_are_fit() -> None:
    ours = MEASURED.concepts
    assert ours == Concepts(
        thumbnail_ideas=(CLOSE, TWO_MOODS, CALM),
        social_ideas=(HEADSHOT, SQUARE, SERIES, STORY),
        potential_issues=("Pictures with a turned head may be less alike than others.",),
    )
    dark = [replace(a_photo(n, TURNED), measures=replace(DARK, look=a_photo(n).measures.look)) for n in range(5)]
    uniform = replace(ALIKE, mouth_likeness=0.9)
    turned = judged_here(dark, uniform, because=LocalBecause.NOT_CONFIGURED).concepts
    assert turned is not None
    assert (turned.thumbnail_ideas, turned.social_ideas) == ((TURNED_HEAD, CALM), (SQUARE, STORY))
    assert turned.potential_issues == (
        "Faults of single photos may come back in what is made of them.",
        "Pictures that look into the camera may be less alike than others.",
        "Weak or harsh light may be taken over into other scenes.",
        "Other expressions than that of the photos may look unlike.",
    )
    theirs = judged_there(VERDICT, MEASURED, FIVE, model="m")
    assert (theirs.concepts, theirs.concepts_by) == (VERDICT.concepts, Analyst.OPENAI)
    for unfit in (("An old man in a hat.",), (), ("One.",) * 5, ("x" * 301,), (" ",)):
        kept = judged_there(replace(VERDICT, thumbnail_ideas=unfit), MEASURED, FIVE, model="m")
        assert (kept.analyzed_by, kept.concepts, kept.concepts_by) == (Analyst.OPENAI, ours, Analyst.LOCAL)


def test_four_good_photos_are_not_ready_whoever_says_so() -> None:
    photos = [*FIVE[:4], a_photo(4, None)]
    assert judged_there(VERDICT, MEASURED, photos, model="m").ready_for_training is False
    poor = replace(VERDICT, quality=SetQuality.NEEDS_IMPROVEMENT)
    assert judged_there(poor, MEASURED, FIVE, model="m").ready_for_training is False


@pytest.mark.parametrize(
    "unfit",
    [
        replace(VERDICT, consistency_score=1.01),
        replace(VERDICT, lighting=replace(FAIR, score=-0.1)),
        replace(VERDICT, lighting=replace(FAIR, score=float("nan"))),
        replace(VERDICT, feedback="  "),
        replace(VERDICT, feedback="x" * 601),
        replace(VERDICT, suggestions=("Again.",) * 7),
        replace(VERDICT, feedback="A young woman with fair skin in good light."),
        replace(VERDICT, suggestions=("Choose clothes for a slimmer body.",)),
        replace(VERDICT, expression_variety=replace(FAIR, note="The Asian man smiles in two photos.")),
    ],
)
def test_what_is_out_of_bounds_or_about_the_person_is_no_judgement(unfit: SetVerdict) -> None:
    with pytest.raises(UnfitAnswer):
        judged_there(unfit, MEASURED, FIVE, model="m")


@pytest.mark.parametrize(
    "said",
    [
        "She looks about 30 years old.",
        "in his early forties",
        "a middle-aged face",
        "Caucasian features",
        "he is overweight",
        "a black woman",
        "a dark complexion",
        "she resembles an actress",
        "two females",
        "Her ethnicity",
        "a senior",
    ],
)
def test_words_about_a_person(said: str) -> None:
    assert PERSONAL.search(said)


@pytest.mark.parametrize(
    "said",
    [
        "The images are sharp.",
        "The embrace of the light is even.",
        "A white wall and a black shirt.",
        "Photo 2 shows the same stage.",
        "Keep the head in the frame.",
        "The background message is busy.",
        "Warm light from the left; good coverage of angles.",
    ],
)
def test_words_about_photos(said: str) -> None:
    assert not PERSONAL.search(said)


def of_these(photos: list[PersonaPhoto], status: AnalysisStatus, **changes: object) -> Analysis:
    made = an_analysis(PERSONA.user_id, PERSONA.id, PERSONA.consent_id)
    named = replace(made, photo_set=photo_set_of(photos), status=status)
    return replace(named, **changes)  # type: ignore[arg-type] # checked by replace itself


def test_what_to_do_after_an_analysis_was_asked_for() -> None:
    done = of_these(FIVE, AnalysisStatus.DONE, result=MEASURED, finished_at=NOW)
    poor = replace(done, result=replace(MEASURED, ready_for_training=False))
    running, failed = of_these(FIVE, AnalysisStatus.RUNNING), of_these(FIVE, AnalysisStatus.FAILED)
    ready = (
        "The photos were analyzed, and they will do. Make portraits of them: `startPortraits`; your first set is free."
    )
    for analyses, code, words in (
        (
            [],
            NextStepCode.ANALYZE,
            "There are enough good photos. Next, have the set analyzed as a whole: `analyzePersona`.",
        ),
        ([running, done], NextStepCode.WAIT, "The photos are being analyzed. That takes seconds to a minute."),
        ([done], NextStepCode.MAKE_PORTRAITS, ready),
        ([failed, done], NextStepCode.MAKE_PORTRAITS, ready),
        (
            [poor],
            NextStepCode.REVIEW,
            "The photos were analyzed, and could be better. Add two three-quarter views: the head turned half to the side.",
        ),
        (
            [failed],
            NextStepCode.ANALYZE,
            "There are enough good photos. Next, have the set analyzed as a whole: `analyzePersona`.",
        ),
    ):
        step = next_step_of(PERSONA, FIVE, analyses)
        assert (step.code, step.message) == (code, words)
    assert next_step_of(PERSONA, [*FIVE, a_photo(5)], [done]).code is NextStepCode.ANALYZE
    assert next_step_of(PERSONA, FIVE[:4], [done]).code is NextStepCode.ADD_PHOTOS


def test_a_set_whose_faces_were_missed_can_go_on_once_it_was_analyzed() -> None:
    unseen = [a_photo(n, None) for n in range(5)]
    assert next_step_of(PERSONA, unseen).code is NextStepCode.FIX_PHOTOS
    done = of_these(unseen, AnalysisStatus.DONE, result=MEASURED, finished_at=NOW)
    assert next_step_of(PERSONA, unseen, [done]).code is NextStepCode.MAKE_PORTRAITS


def test_real_photos_of_one_person_are_more_alike_than_those_of_two() -> None:
    one = [portrait("astronaut"), lit(portrait("astronaut", left=-0.5, top=-0.6), 0.8), head_turned("astronaut", 15)]
    other = [portrait("hopper")]
    seen = {id(picture): find_faces(picture)[0] for picture in (*one, *other)}
    same = compared((picture, seen[id(picture)]) for picture in one)
    two = compared((picture, seen[id(picture)]) for picture in (one[0], other[0]))
    assert same.face_likeness is not None
    assert two.face_likeness is not None
    assert same.face_likeness > 0.75
    assert two.face_likeness < 0.55
    assert compared([(photo("cat"), None)]) == SetMeasures(
        face_likeness=None, mouth_likeness=None, background_likeness=None
    )


def test_every_issue_that_ought_to_be_fixed_makes_a_photo_unusable() -> None:
    assert {issue.value for issue in quality.TO_BE_FIXED} == {
        "NO_FACE",
        "SEVERAL_FACES",
        "FACE_TOO_SMALL",
        "FACE_CUT_OFF",
        "LYING",
        "TOO_DARK",
        "TOO_BRIGHT",
        "BLURRED",
    }
