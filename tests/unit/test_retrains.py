"""Trainings of personas: at what price, on which photos, how often again, and what to do next."""

from dataclasses import replace
from hashlib import sha256

import pytest

from domain.credits.prices import PRICES
from domain.errors import Conflict, InvalidInput, NotFound
from domain.personas.approval import photo_set_of
from domain.personas.errors import TooFewPhotos
from domain.personas.later_steps import later_step
from domain.personas.persona import PersonaPhoto, PersonaStatus
from domain.presets.models import BaseModel
from domain.trainings.likeness import check_base_model, chosen_photos, named_photos
from domain.trainings.lora import ReadyLora
from domain.trainings.quotes import TrainingQuote
from domain.trainings.retrains import (
    FREE_RETRAINS,
    PastTrainings,
    PhotosUnchanged,
    SupportRequired,
    eligibility_of,
    free_retrain_of,
)
from domain.trainings.retrying import RetryRight
from domain.trainings.training import TrainingStatus
from tests.support.values import NOW, a_lora_model, a_persona, a_photo


def unlike(number: int, **measured: float) -> PersonaPhoto:
    """Of another moment than all others."""
    photo = a_photo(number)
    look = sha256(str(number).encode()).hexdigest()[:16]
    return replace(photo, measures=replace(photo.measures, look=look, **measured))


PHOTOS = [unlike(number) for number in range(1, 8)]
FLUX = PRICES.training["FLUX_DEV"]
FAILED_WITH_5 = RetryRight(training_id=a_lora_model().id, base_model=BaseModel.FLUX_DEV, image_count=5)
LORA = ReadyLora(
    id=FAILED_WITH_5.training_id,
    base_model=BaseModel.FLUX_DEV,
    trigger_word="likeness0a",
    weights_key="weights/x.safetensors",
    weights_name="x.safetensors",
    completed_at=NOW,
    descends_from_upload=True,
)
OLD, NEW = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("count", "right", "retrain", "credits", "reason"),
    [
        (5, None, None, 30_000, None),
        (7, None, None, 32_000, None),
        (20, None, None, 45_000, None),
        (
            5,
            FAILED_WITH_5,
            None,
            0,
            "The last training for FLUX.1 [dev] failed, and not through you: this one is free.",
        ),
        (20, None, 1, 0, "Retrain 1 of 3 with other photos: a persona's retrains are free."),
        (20, FAILED_WITH_5, 3, 0, "Retrain 3 of 3 with other photos: a persona's retrains are free."),
    ],
)
def test_a_training_costs_what_the_price_book_says_and_a_retrain_nothing(
    count: int, right: RetryRight | None, retrain: int | None, credits: int, reason: str | None
) -> None:
    quote = TrainingQuote(list_price=FLUX, image_count=count, right=right, retrain=retrain, sample_credits=50)
    assert (quote.credits, quote.free_reason) == (credits, reason)


@pytest.mark.parametrize(
    ("used", "last", "now", "number"), [((), OLD, NEW, 1), ((1, 3), OLD, NEW, 2), ((1, 2), None, OLD, 3)]
)
def test_a_retrain_takes_the_lowest_number_that_is_free(
    used: tuple[int, ...], last: str | None, now: str, number: int
) -> None:
    past = PastTrainings(is_trained=True, used=frozenset(used), photo_set=last)
    assert free_retrain_of(past, now, support="help@example.com") == number
    found = eligibility_of(past, now, is_under_way=False, support="help@example.com")
    assert (found.remaining, found.why_not) == (FREE_RETRAINS - len(used), None)


def test_the_first_training_is_no_retrain() -> None:
    assert free_retrain_of(PastTrainings(), NEW, support="x") is None
    assert eligibility_of(PastTrainings(), NEW, is_under_way=False, support="x").why_not is not None


@pytest.mark.parametrize(("used", "now", "refusal"), [((1, 2, 3), NEW, SupportRequired), ((1,), OLD, PhotosUnchanged)])
def test_after_three_support_is_asked_and_the_same_photos_are_not_trained_on_again(
    used: tuple[int, ...], now: str, refusal: type[Conflict]
) -> None:
    past = PastTrainings(is_trained=True, used=frozenset(used), photo_set=OLD, last_retrained_at=NOW)
    with pytest.raises(refusal) as refused:
        free_retrain_of(past, now, support="help@example.com")
    assert refused.value.code == {SupportRequired: "SUPPORT_REQUIRED", PhotosUnchanged: "PHOTOS_UNCHANGED"}[refusal]
    found = eligibility_of(past, now, is_under_way=False, support="help@example.com")
    assert (found.why_not, found.last_retrained_at) == (refused.value.message, NOW)
    if refusal is SupportRequired:
        assert refused.value.extensions["support"] == "help@example.com"


def test_good_photos_are_trained_on_and_the_best_five_where_those_are_too_few() -> None:
    dark = [unlike(number, brightness=0.05) for number in range(11, 16)]
    assert {photo.id for photo in chosen_photos([*PHOTOS, *dark])} == {photo.id for photo in PHOTOS}
    assert len(chosen_photos([*PHOTOS[:2], *dark])) == 5
    twin = replace(PHOTOS[0], id=a_photo(99).id, file=a_photo(99).file)
    assert len(chosen_photos([*PHOTOS, twin])) == len(PHOTOS), "of one moment"
    assert {photo.id for photo in PHOTOS[:2]} <= {photo.id for photo in chosen_photos([*PHOTOS[:2], *dark])}


def test_named_photos_are_of_this_persona_and_five_at_least() -> None:
    named = named_photos(PHOTOS, [photo.id for photo in PHOTOS[2:7]])
    assert [photo.id for photo in named] == [photo.id for photo in PHOTOS[2:7]]
    with pytest.raises(NotFound):
        named_photos(PHOTOS[:6], [photo.id for photo in PHOTOS])
    with pytest.raises(TooFewPhotos):
        named_photos(PHOTOS, [PHOTOS[0].id] * 5)
    with pytest.raises(InvalidInput):
        check_base_model(BaseModel.Z_IMAGE_TURBO)


@pytest.mark.parametrize(
    ("status", "past", "code"),
    [
        (TrainingStatus.TRAINING, PastTrainings(), "WAIT_FOR_TRAINING"),
        (TrainingStatus.FAILED, PastTrainings(), "TRAIN"),
        (TrainingStatus.READY, PastTrainings(is_trained=True, photo_set=photo_set_of(PHOTOS)), "MAKE_IMAGES"),
        (TrainingStatus.READY, PastTrainings(is_trained=True, photo_set=OLD), "RETRAIN"),
        (TrainingStatus.READY, PastTrainings(is_trained=True, photo_set=OLD, used=frozenset((1, 2, 3))), "MAKE_IMAGES"),
    ],
)
def test_the_next_step_goes_on_after_a_training(status: TrainingStatus, past: PastTrainings, code: str) -> None:
    lora = LORA if status is TrainingStatus.READY else None
    step = later_step(
        a_persona(status=PersonaStatus.READY, lora=lora, training_status=status),
        PHOTOS,
        [],
        previewed_sets=frozenset(),
        approval_required=False,
        past=past,
        trainable_set=photo_set_of(PHOTOS),
    )
    assert step.code == code
