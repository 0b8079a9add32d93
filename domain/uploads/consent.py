"""Whose photos may come. Product, section 10, rule 3: none before a live consent record exists."""

from domain.ids import UserId
from domain.ports.unit_of_work import UnitOfWork
from domain.uploads.errors import ConsentRequired
from domain.uploads.upload import UploadPurpose


async def check_consent(uow: UnitOfWork, user_id: UserId, purpose: UploadPurpose) -> None:
    """Raises `ConsentRequired`: consents cannot be recorded yet, so no photo is taken. The table refuses them as well."""
    if purpose is UploadPurpose.PERSONA_PHOTO:
        raise ConsentRequired("Photos of a person need that person's consent first, and it cannot be given here yet.")
