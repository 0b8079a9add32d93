"""What a base model brings with it, whoever runs it."""

from dataclasses import replace
from datetime import date

import pytest

from domain.models.families import Terms, end_of, terms_of
from domain.models.model import EndOfLife, Provider
from domain.models.registry import IMAGE_MODELS
from domain.models.terms import HOSTED_FLUX, HOSTED_PULID, OWN_FLUX, PULID, Z_IMAGE
from domain.presets.models import BASE_MODELS, NOT_RUN, BaseModel

SOONER = EndOfLife(on=date(2027, 1, 31), replaced_by="fal/z-image-turbo", source="a page")
LATER = EndOfLife(on=date(2027, 6, 30), replaced_by="runpod/z-image-turbo", source="a page")


@pytest.mark.parametrize(
    ("base", "terms"),
    [
        (BaseModel.Z_IMAGE_TURBO, (Terms(Provider.RUNPOD, Z_IMAGE), Terms(Provider.FAL, Z_IMAGE))),
        (
            BaseModel.FLUX_DEV,
            (
                Terms(Provider.RUNPOD, OWN_FLUX),
                Terms(Provider.RUNPOD, PULID),
                Terms(Provider.FAL, HOSTED_FLUX),
                Terms(Provider.FAL, HOSTED_PULID),
            ),
        ),
        (BaseModel.ONE_2_1, ()),
        (BaseModel.ONE_2_2, ()),
    ],
)
def test_the_licences_of_a_base_model(base: BaseModel, terms: tuple[Terms, ...]) -> None:
    assert terms_of(base) == terms


def test_a_base_model_says_so_where_nobody_runs_it() -> None:
    assert [key for key, facts in BASE_MODELS.items() if facts.description == NOT_RUN] == [
        key for key in BaseModel if not terms_of(key)
    ]


def test_a_base_model_ends_with_the_last_who_runs_it() -> None:
    first, second = [model for model in IMAGE_MODELS if model.family is BaseModel.FLUX_DEV][:2]
    base = BaseModel.FLUX_DEV

    assert end_of(base) is None
    assert end_of(base, []) is None
    assert end_of(base, [replace(first, ends=LATER), second]) is None
    assert end_of(base, [replace(first, ends=LATER), replace(second, ends=SOONER)]) == LATER
    assert end_of(BaseModel.Z_IMAGE_TURBO, [replace(first, ends=LATER)]) is None
