"""What a free retry pays for: as much as failed, of the same base model, once; and what the quote says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.credits.prices import PRICES
from domain.ids import LoraModelId
from domain.presets.models import BaseModel
from domain.trainings.liking import RetrainFacts, threshold_of
from domain.trainings.next_step import next_step_of
from domain.trainings.quotes import TrainingQuote
from domain.trainings.retrying import RetryRight
from domain.trainings.training import TrainingStatus
from tests.support.values import JOB, NOW, a_lora_model

Z, FLUX = BaseModel.Z_IMAGE_TURBO, BaseModel.FLUX_DEV
COUNTS = st.integers(min_value=5, max_value=20)


def right_of(base_model: BaseModel, image_count: int) -> RetryRight:
    return RetryRight(training_id=LoraModelId(JOB), base_model=base_model, image_count=image_count)


def quote_of(base_model: BaseModel, image_count: int, right: RetryRight | None) -> TrainingQuote:
    return TrainingQuote(list_price=PRICES.training[base_model], image_count=image_count, right=right)


@pytest.mark.parametrize(
    ("base_model", "failed", "wanted", "credits", "taken_off"),
    [
        (Z, None, 5, 20_000, 0),
        (Z, None, 10, 25_000, 0),
        (FLUX, None, 7, 32_000, 0),
        (Z, 5, 5, 0, 20_000),
        (Z, 10, 5, 0, 20_000),
        (Z, 5, 6, 1_000, 20_000),
        (Z, 5, 20, 15_000, 20_000),
        (FLUX, 7, 10, 3_000, 32_000),
    ],
)
def test_a_free_retry_pays_for_as_many_images_as_failed(
    base_model: BaseModel, failed: int | None, wanted: int, credits: int, taken_off: int
) -> None:
    quote = quote_of(base_model, wanted, right_of(base_model, failed) if failed else None)
    assert (quote.credits, quote.taken_off) == (credits, taken_off)
    assert (quote.free_reason is None) == (taken_off == 0)


def test_the_reason_says_how_much_of_it_is_free() -> None:
    assert quote_of(Z, 5, right_of(Z, 5)).free_reason == (
        "The last training for Z-Image Turbo failed, and not through you: this one is free."
    )
    assert quote_of(Z, 7, right_of(Z, 5)).free_reason == (
        "The last training for Z-Image Turbo failed, and not through you: 5 images are free, and only the other 2 are charged."
    )


@given(st.sampled_from(BaseModel), COUNTS, COUNTS)
def test_no_wish_costs_less_than_what_it_is_more_than_what_failed(base: BaseModel, failed: int, wanted: int) -> None:
    full, with_right = quote_of(base, wanted, None), quote_of(base, wanted, right_of(base, failed))
    assert with_right.credits == PRICES.training[base].per_image * max(0, wanted - failed)
    assert with_right.credits + with_right.taken_off == full.credits


@pytest.mark.parametrize(
    ("count", "threshold"), [(0, None), (4, None), (5, 5), (9, 5), (10, 10), (19, 10), (20, 20), (500, 20)]
)
def test_thresholds_of_newly_liked_images(count: int, threshold: int | None) -> None:
    assert threshold_of(count) == threshold


def test_a_suggestion_is_free_where_a_right_for_its_base_model_is_there() -> None:
    price = PRICES.training[Z]
    assert RetrainFacts(7, None).quote(Z, price).credits == 22_000
    assert RetrainFacts(0, None).quote(Z, price).credits == 20_000
    assert RetrainFacts(60, None).quote(Z, price).credits == 35_000
    assert RetrainFacts(7, right_of(Z, 7)).quote(Z, price).credits == 0
    assert RetrainFacts(7, right_of(FLUX, 7)).quote(Z, price).credits == 22_000


def test_what_is_to_be_done_about_a_training_that_came_to_nothing() -> None:
    failed = a_lora_model(status=TrainingStatus.FAILED, image_count=7, is_retry_free=True)
    assert next_step_of(failed) == "The next training for Z-Image Turbo is free, with up to 7 images."
    assert "free retry was used" in str(next_step_of(a_lora_model(status=TrainingStatus.FAILED)))
    assert next_step_of(a_lora_model(status=TrainingStatus.READY)) is None
    assert "startTraining" in str(next_step_of(a_lora_model(status=TrainingStatus.READY, expired_at=NOW)))
