"""A consent that was given. It is kept for good, as proof, and can only ever be withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.consents.texts import ConsentPurpose
from domain.ids import ConsentId, UserId
from domain.safety.decisions import NO_RULE, Decision, Outcome

NO_CONSENT = "CONSENT_REQUIRED"
"""The rule behind a refusal for lack of consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """`text_sha256` is of the very words that were signed, `signature` the name that was typed below them."""

    id: ConsentId
    user_id: UserId
    purpose: ConsentPurpose
    text_version: str
    text_sha256: str
    signature: str
    given_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.withdrawn_at is None


def refused_without(operation: str, what: str, *, at: datetime) -> Decision:
    """For the audit log: something was asked for that a person's consent does not cover, or not any more. `what` is hashed."""
    return Decision(
        operation=operation,
        field=None,
        outcome=Outcome.REFUSED,
        rule=NO_CONSENT,
        policy=f"consent/{ConsentPurpose.LIKENESS_TRAINING}",
        judge="the consent record",
        input_sha256=sha256(what.encode()).hexdigest(),
        at=at,
    )


def decision_of(consent: Consent, operation: str, *, at: datetime) -> Decision:
    """For the audit log: the person decides, and the hash binds the record, its words and its signature."""
    signed = "\n".join((str(consent.id), consent.purpose, consent.text_sha256, consent.signature))
    return Decision(
        operation=operation,
        field=None,
        outcome=Outcome.ALLOWED,
        rule=NO_RULE,
        policy=f"consent/{consent.purpose}/{consent.text_version}",
        judge="the person",
        input_sha256=sha256(signed.encode()).hexdigest(),
        at=at,
    )
