"""Who may have adult content, and how old a character has to be: hard rules, the same for everyone (PRODUCT, section 10).

One pure function knows every condition. It is asked again wherever time has passed (accepting, submitting, showing), and what
it is not told counts as no.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ADULT_CONTENT_AGE = 21
"""Declared, and told in the prompt. Adult content of anyone younger is refused though 18 is adult: what is drawn looks younger."""


class AgeAssurance(StrEnum):
    """How the operator knows that an account is of an adult. What people say of themselves is not knowing."""

    NONE = "NONE"
    SELF_DECLARED = "SELF_DECLARED"
    ASSURED = "ASSURED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultAccount:
    """What is known of an account. Only the operator's process writes `age_assurance`; `opted_in_at` is the user's own."""

    age_assurance: AgeAssurance = AgeAssurance.NONE
    opted_in_at: datetime | None = None


class Unmet(StrEnum):
    """The conditions by name, in the order in which they are told."""

    DEPLOYMENT = "Adult content is not switched on in this deployment."
    ACQUIRER = "Adult content waits for the operator's payment provider to agree in writing."
    DETECTOR = "Adult content needs a second image detector, and this deployment has none."
    REGION = "Adult content is not offered where you are."
    REAL_PERSON = (
        "Adult content is never made of a real person, nor from anything that descends from a photo that was uploaded."
    )
    SYNTHETIC = "Adult content is only made of synthetic influencers."
    AGE = f"Adult content needs an influencer declared {ADULT_CONTENT_AGE} or older."
    ASSURANCE = "Adult content needs your age to be assured by the operator; saying so is not enough."
    OPT_IN = "Adult content is off for your account. Switch it on first."
    MODEL = "This model may not be used for adult content. Choose another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultConditions:
    """All that adult content depends on. Without being told otherwise, nothing is met."""

    deployment_allows: bool = False
    acquirer_agreed: bool = False
    has_second_detector: bool = False
    region_allows: bool = False
    is_synthetic: bool = False
    descends_from_real_person: bool = True
    """By a photo, a style image, a LoRA or a parent image, however far back."""
    declared_age: int = 0
    age_assurance: AgeAssurance = AgeAssurance.NONE
    opted_in: bool = False
    model_allows: bool = False


def unmet(conditions: AdultConditions) -> tuple[Unmet, ...]:
    """Why adult content is refused; empty in exactly one case."""
    met = {
        Unmet.DEPLOYMENT: conditions.deployment_allows,
        Unmet.ACQUIRER: conditions.acquirer_agreed,
        Unmet.DETECTOR: conditions.has_second_detector,
        Unmet.REGION: conditions.region_allows,
        Unmet.REAL_PERSON: not conditions.descends_from_real_person,
        Unmet.SYNTHETIC: conditions.is_synthetic,
        Unmet.AGE: conditions.declared_age >= ADULT_CONTENT_AGE,
        Unmet.ASSURANCE: conditions.age_assurance is AgeAssurance.ASSURED,
        Unmet.OPT_IN: conditions.opted_in,
        Unmet.MODEL: conditions.model_allows,
    }
    return tuple(condition for condition in Unmet if not met[condition])


def allows_adult(conditions: AdultConditions) -> bool:
    return not unmet(conditions)
