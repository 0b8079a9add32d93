"""What follows when the photos of a persona become others."""

from datetime import datetime

from domain.ids import SubjectId
from domain.personas.persona import PersonaStatus
from domain.ports.unit_of_work import UnitOfWork


async def set_changed(uow: UnitOfWork, persona_id: SubjectId, *, now: datetime) -> None:
    """Photos came or went: what is under way is of a set that is gone, and its bytes are not to be shown any more."""
    await uow.analyses.cancel([persona_id], now=now)
    await uow.personas.move(
        [persona_id], PersonaStatus.PENDING_UPLOAD, since=(PersonaStatus.ANALYZING, PersonaStatus.FAILED)
    )
