"""What the conditions are put together from, and what the second detector's answer leads to."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from domain.errors import AdultContentRefused, ProviderRefused
from domain.images.gallery import AdultFilter
from domain.jobs.needs import needs_of
from domain.models.model import Ability, Provider
from domain.ports.image_detector import Detection
from domain.presets.models import BaseModel
from domain.safety import adult
from domain.safety.adult import AdultDeployment
from domain.safety.decisions import Outcome
from domain.safety.detection import check_detection, decision_of_detection, rule_of_detection
from domain.safety.policy import AdultAccount, AgeAssurance, Unmet, allows_adult, unmet
from tests.support.values import LOOK, NOW, a_recipe, an_influencer

DEPLOYMENT = AdultDeployment(
    is_on=True,
    acquirer_agreed=True,
    has_second_detector=True,
    regions=frozenset({"AT"}),
    providers=frozenset({Provider.RUNPOD}),
)
OFFER = DEPLOYMENT.offer_in("AT")
ACCOUNT = AdultAccount(age_assurance=AgeAssurance.ASSURED, opted_in_at=NOW)
MEANT = an_influencer(nsfw_enabled=True)


def test_without_being_told_nothing_is_offered_and_nothing_is_known() -> None:
    assert adult.NOT_OFFERED == AdultDeployment().offer_in("AT") == AdultDeployment().offer_behind
    assert adult.NOT_OFFERED.is_open is False
    assert unmet(adult.to_see(adult.NOT_OFFERED, AdultAccount())) == (
        Unmet.DEPLOYMENT,
        Unmet.ACQUIRER,
        Unmet.DETECTOR,
        Unmet.REGION,
        Unmet.ASSURANCE,
        Unmet.OPT_IN,
    )


@pytest.mark.parametrize(("region", "is_open"), [("AT", True), ("GB", False), ("", False), ("at", False)])
def test_it_is_offered_where_it_is_allowed(region: str, is_open: bool) -> None:
    assert DEPLOYMENT.offer_in(region).is_open is is_open


def test_nobody_is_offered_it_where_it_is_allowed_nowhere() -> None:
    nowhere = replace(DEPLOYMENT, regions=frozenset())
    assert nowhere.offer_in("").is_open is False
    assert nowhere.offer_behind.is_open is False
    assert DEPLOYMENT.offer_behind == OFFER


def test_an_offer_is_open_in_exactly_one_of_sixteen_cases() -> None:
    names = ("is_on", "acquirer_agreed", "has_second_detector", "region_allows")
    every: list[dict[str, Any]] = [dict(zip(names, values, strict=True)) for values in product((False, True), repeat=4)]
    cases = [replace(adult.NOT_OFFERED, **given) for given in every]
    assert [case.is_open for case in cases] == [False] * 15 + [True]


def makes(**changes: object) -> bool:
    """A job, of all that there is to be met, with one thing changed."""
    given: dict[str, object] = {"ability": Ability.FACE, "descends_from_upload": False, **changes}
    influencer, offer, account = given.pop("of", MEANT), given.pop("offer", OFFER), given.pop("account", ACCOUNT)
    return adult.adult_of(influencer, adult.to_make(offer, account, influencer, **given))  # type: ignore[arg-type] # by name


def test_a_job_is_adult_with_everything_met() -> None:
    assert makes() is True


@pytest.mark.parametrize(
    "changes",
    [
        {"of": an_influencer(nsfw_enabled=False)},
        {"of": an_influencer(nsfw_enabled=True, appearance=replace(LOOK, age=20))},
        {"descends_from_upload": True},
        {"ability": Ability.EDIT},
        {"ability": Ability.SHEET},
        {"offer": replace(OFFER, is_on=False)},
        {"offer": replace(OFFER, acquirer_agreed=False)},
        {"offer": replace(OFFER, has_second_detector=False)},
        {"offer": replace(OFFER, region_allows=False)},
        {"offer": replace(OFFER, providers=frozenset(set(Provider) - {Provider.RUNPOD}))},
        {"account": replace(ACCOUNT, age_assurance=AgeAssurance.NONE)},
        {"account": replace(ACCOUNT, age_assurance=AgeAssurance.SELF_DECLARED)},
        {"account": replace(ACCOUNT, opted_in_at=None)},
    ],
)
def test_a_job_is_an_ordinary_one_where_one_thing_lacks(changes: dict[str, object]) -> None:
    assert makes(**changes) is False


def test_an_influencer_needs_a_model_of_its_own_that_may() -> None:
    for model in BaseModel:
        conditions = adult.to_create(OFFER, ACCOUNT, age=21, base_model=model)
        assert allows_adult(conditions) is (model in {BaseModel.Z_IMAGE_TURBO, BaseModel.FLUX_DEV})
    assert unmet(adult.to_create(OFFER, ACCOUNT, age=20, base_model=BaseModel.FLUX_DEV)) == (Unmet.AGE,)


def test_a_refusal_names_all_that_lacks_but_what_is_not_asked() -> None:
    nothing = adult.to_see(adult.NOT_OFFERED, ACCOUNT)
    with pytest.raises(AdultContentRefused) as refusal:
        adult.check("images", nothing, field="filter.adult", ignored=(Unmet.DEPLOYMENT,))
    assert refusal.value.message == Unmet.ACQUIRER.value
    assert refusal.value.unmet == [(one.name, one.value) for one in (Unmet.ACQUIRER, Unmet.DETECTOR, Unmet.REGION)]
    adult.check("images", adult.to_see(OFFER, ACCOUNT), field="filter.adult")


def test_an_adult_job_asks_only_models_that_may() -> None:
    for ability in Ability:
        marked, plain = (needs_of(a_recipe(adult=adult, ability=ability), 0) for adult in (True, False))
        assert {need.adult for need in marked} == {True}
        assert {need.adult for need in plain} == {False}


def test_an_adult_job_is_told_the_same_words() -> None:
    plain, marked = (a_recipe(adult=value).request_for(0, attempt_key="k") for value in (False, True))
    assert replace(marked, adult=False) == plain


@pytest.mark.parametrize(
    ("wish", "ordinary", "marked"),
    [(AdultFilter.EXCLUDE, True, False), (AdultFilter.INCLUDE, True, True), (AdultFilter.ONLY, False, True)],
)
def test_a_filter_takes_what_it_says(wish: AdultFilter, ordinary: bool, marked: bool) -> None:
    assert (wish.takes(nsfw=False), wish.takes(nsfw=True)) == (ordinary, marked)


# --- the second detector ----------------------------------------------------------------------------------------------


def detection(sexual: float, minor_likeness: float) -> Detection:
    return Detection(sexual=sexual, minor_likeness=minor_likeness, judge="detector of tests")


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        (detection(0.0, 0.0), None),
        (detection(1.0, 0.099), None),
        (detection(0.0, 0.1), "ADULT_MINOR_LIKENESS"),
        (detection(1.0, 1.0), "ADULT_MINOR_LIKENESS"),
        (detection(0.5, float("nan")), "DETECTOR_UNSOUND"),
        (detection(float("inf"), 0.0), "DETECTOR_UNSOUND"),
        (detection(0.5, -0.1), "DETECTOR_UNSOUND"),
        (detection(1.5, 0.0), "DETECTOR_UNSOUND"),
    ],
)
def test_a_detection_lets_through_or_refuses(found: Detection, rule: str | None) -> None:
    assert rule_of_detection(found) == rule
    decision = decision_of_detection(found, sha256="a" * 64, at=NOW)
    assert (decision.outcome, decision.rule) == (
        (Outcome.REFUSED, rule) if rule else (Outcome.ALLOWED, "ADULT_DETECTED")
    )
    assert (decision.operation, decision.judge, decision.input_sha256) == ("renderImage", "detector of tests", "a" * 64)
    if rule is None:
        check_detection(found)
    else:
        with pytest.raises(ProviderRefused) as refusal:
            check_detection(found)
        assert refusal.value.detail == rule
