"""What a chosen face costs where it is trained by itself; who is told what; whose licences a LoRA brings."""

import pytest

from domain.credits.prices import PRICES
from domain.models.families import lora_terms_of
from domain.models.model import Provider
from domain.presets.models import BaseModel
from domain.trainings.chain import HeldBack, HeldBackBy, plan_of
from tests.support.values import an_influencer


@pytest.mark.parametrize(
    ("base_model", "sheets_there", "sheets", "images", "training"),
    [
        (BaseModel.Z_IMAGE_TURBO, None, 70, 8, 23_000),
        (BaseModel.FLUX_DEV, None, 70, 8, 33_000),
        (BaseModel.Z_IMAGE_TURBO, 7, 0, 8, 23_000),
        (BaseModel.Z_IMAGE_TURBO, 4, 0, 5, 20_000),
    ],
)
def test_it_begins_only_where_the_credits_are_there_for_all_of_it(
    base_model: BaseModel, sheets_there: int | None, sheets: int, images: int, training: int
) -> None:
    influencer = an_influencer(base_model=base_model)
    enough = plan_of(influencer, PRICES, available=sheets + training, sheets_there=sheets_there, held_back=None)
    assert (enough.sheet_credits, enough.image_count, enough.training_credits) == (sheets, images, training)
    assert (enough.credits, enough.held_back) == (sheets + training, None)

    short = plan_of(influencer, PRICES, available=sheets + training - 1, sheets_there=sheets_there, held_back=None)
    assert short.held_back is not None
    assert short.held_back.by is HeldBackBy.TOO_FEW_CREDITS
    assert f"needs {sheets + training} credits" in short.held_back.reason
    assert f"you have {sheets + training - 1}. Nothing was spent." in short.held_back.reason


def test_another_reason_is_not_hidden_by_too_few_credits() -> None:
    off = HeldBack(HeldBackBy.SWITCHED_OFF, "Off.")
    assert plan_of(an_influencer(), PRICES, available=0, sheets_there=None, held_back=off).held_back is off


def test_a_lora_tells_of_research_licences_where_a_deployment_uses_them() -> None:
    here = frozenset({Provider.RUNPOD})
    for base, trainer in (
        (BaseModel.Z_IMAGE_TURBO, "runpod/ai-toolkit-z-image"),
        (BaseModel.FLUX_DEV, "runpod/ai-toolkit-flux"),
    ):
        terms = lora_terms_of(base, trainer, here)
        assert {one.provider for one in terms} == here
        assert any("non-commercial research" in one.licence.note for one in terms)
        assert any(one.licence.commercial is False or one.licence.commercial is None for one in terms)
    (local,) = lora_terms_of(BaseModel.Z_IMAGE_TURBO, "local/palette-trainer", frozenset({Provider.LOCAL}))
    assert local.licence.name == "ours"
