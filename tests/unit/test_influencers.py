"""The age floor and the catalogue of traits are part of the type."""

from dataclasses import replace

import pytest

from domain.errors import InvalidInput
from tests.support.values import LOOK


@pytest.mark.parametrize("age", [17, 0, -1, 100])
def test_nobody_below_eighteen_can_be_described(age: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        replace(LOOK, age=age)

    assert refusal.value.field == "appearance.age"


@pytest.mark.parametrize("age", [18, 99])
def test_adults_can(age: int) -> None:
    assert replace(LOOK, age=age).age == age


def test_an_unknown_trait_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(InvalidInput) as refusal:
        replace(LOOK, hair_color="plaid")

    assert refusal.value.field == "appearance.hairColor"
    assert "auburn" in refusal.value.message
    assert "plaid" in refusal.value.message
