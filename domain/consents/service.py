"""Consent is given. How it is withdrawn stands in `domain.privacy.service`, with all that goes with it."""

from datetime import datetime

from domain.consents.consent import Consent, decision_of
from domain.consents.errors import ConsentTextOutdated
from domain.consents.texts import CURRENT, ConsentPurpose
from domain.errors import InvalidInput
from domain.ids import ConsentId, UserId
from domain.ports.unit_of_work import UnitOfWork
from domain.user_events import UserEventKind

SHORTEST_SIGNATURE, LONGEST_SIGNATURE = 2, 120


async def give_consent(
    uow: UnitOfWork,
    user_id: UserId,
    purpose: ConsentPurpose,
    *,
    text_version: str,
    signature: str,
    consent_id: ConsentId,
    now: datetime,
) -> Consent:
    """A live one to the same text stays as it is, and is the answer. Raises `ConsentTextOutdated`, `InvalidInput`."""
    text, name = CURRENT[purpose], " ".join(signature.split())
    if text_version != text.version:
        raise ConsentTextOutdated(text.version)
    if not SHORTEST_SIGNATURE <= len(name) <= LONGEST_SIGNATURE:
        raise InvalidInput(
            f"Sign with your name, {SHORTEST_SIGNATURE} to {LONGEST_SIGNATURE} characters.", field="signature"
        )
    await uow.lock_user(user_id)
    for consent in await uow.consents.live(user_id, purpose):
        if consent.text_version == text.version:
            return consent
    consent = Consent(
        id=consent_id,
        user_id=user_id,
        purpose=purpose,
        text_version=text.version,
        text_sha256=text.sha256,
        signature=name,
        given_at=now,
    )
    await uow.consents.add(consent)
    await uow.outbox.tell(user_id, UserEventKind.CONSENT_CHANGED, consent_id)
    await uow.safety.log(user_id, decision_of(consent, "giveConsent", at=now))
    return consent
