"""Adult content: over all combinations of its conditions."""

from dataclasses import fields, replace
from itertools import product

import pytest

from domain.safety.policy import AdultConditions, AgeAssurance, Unmet, allows_adult, unmet

ALL_MET = AdultConditions(
    deployment_allows=True,
    acquirer_agreed=True,
    has_second_detector=True,
    region_allows=True,
    is_synthetic=True,
    descends_from_real_person=False,
    declared_age=21,
    age_assurance=AgeAssurance.ASSURED,
    opted_in=True,
    model_allows=True,
)
CHOICES: dict[str, tuple[object, ...]] = {
    "declared_age": (0, 18, 20, 21),
    "age_assurance": tuple(AgeAssurance),
}


def test_it_is_allowed_in_exactly_one_combination() -> None:
    names = [field.name for field in fields(AdultConditions)]
    every = [
        AdultConditions(**dict(zip(names, values, strict=True)))  # type: ignore[arg-type] # of each field's own choices
        for values in product(*(CHOICES.get(name, (False, True)) for name in names))
    ]
    assert len(every) == 2**8 * 4 * 3
    assert [conditions for conditions in every if allows_adult(conditions)] == [ALL_MET]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"deployment_allows": False}, Unmet.DEPLOYMENT),
        ({"acquirer_agreed": False}, Unmet.ACQUIRER),
        ({"has_second_detector": False}, Unmet.DETECTOR),
        ({"region_allows": False}, Unmet.REGION),
        ({"descends_from_real_person": True}, Unmet.REAL_PERSON),
        ({"is_synthetic": False}, Unmet.SYNTHETIC),
        ({"declared_age": 20}, Unmet.AGE),
        ({"age_assurance": AgeAssurance.SELF_DECLARED}, Unmet.ASSURANCE),
        ({"age_assurance": AgeAssurance.NONE}, Unmet.ASSURANCE),
        ({"opted_in": False}, Unmet.OPT_IN),
        ({"model_allows": False}, Unmet.MODEL),
    ],
)
def test_each_condition_alone_is_enough_to_refuse(changes: dict[str, object], reason: Unmet) -> None:
    assert unmet(replace(ALL_MET, **changes)) == (reason,)  # type: ignore[arg-type] # as above


def test_what_is_not_told_counts_as_not_met() -> None:
    assert unmet(AdultConditions()) == tuple(Unmet)


@pytest.mark.parametrize("age", [21, 99])
def test_an_older_influencer_is_as_good(age: int) -> None:
    assert allows_adult(replace(ALL_MET, declared_age=age))
