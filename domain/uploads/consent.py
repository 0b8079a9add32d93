"""Whose photos may come. Product, section 10, rule 3: none without a live consent record."""

from collections.abc import Sequence

from domain.consents.texts import ConsentPurpose
from domain.ids import ConsentId, UserId
from domain.ports.unit_of_work import UnitOfWork
from domain.uploads.errors import ConsentRequired
from domain.uploads.upload import Upload, UploadPurpose

OF_PEOPLE = frozenset({UploadPurpose.PERSONA_PHOTO, UploadPurpose.PROJECT_STILL})
"""Nobody looks whether there is a person on a still: detectors miss some (docs/decisions/0031)."""

WITHDRAWN = "The consent for this photo was withdrawn. Give consent again, then send it anew."


async def check_consent(uow: UnitOfWork, user_id: UserId, purpose: UploadPurpose) -> ConsentId | None:
    """The consent that a photo or a still comes under, which is the newest; None for what needs none. Raises `ConsentRequired`.

    Asked for what needs none, it reads nothing. The table refuses photos and stills without one as well.
    """
    if purpose not in OF_PEOPLE:
        return None
    live = await uow.consents.live(user_id, ConsentPurpose.LIKENESS_TRAINING)
    if not live:
        raise ConsentRequired(
            "Photos and stills that may show a person need that person's consent first: see `consentText`, `giveConsent`."
        )
    return live[0].id


async def without_consent(uow: UnitOfWork, user_id: UserId, uploads: Sequence[Upload]) -> Sequence[Upload]:
    """Those whose consent was withdrawn since they were announced."""
    if all(upload.consent_id is None for upload in uploads):
        return []
    live = {None, *(consent.id for consent in await uow.consents.live(user_id, ConsentPurpose.LIKENESS_TRAINING))}
    return [upload for upload in uploads if upload.consent_id not in live]
