"""Personas and their photos as they are kept. One that was deleted is nowhere to be found here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import ConsentId, PhotoId, SubjectId, UploadId, UserId
from domain.personas.persona import Persona, PersonaPhoto, PersonaStatus, PersonaWords


@dataclass(frozen=True, slots=True)
class UsedUpload:
    """The photo that an upload is."""

    id: PhotoId
    persona_id: SubjectId


class Personas(Protocol):
    async def add(self, persona: Persona) -> None: ...

    async def get(self, persona_id: SubjectId) -> Persona:
        """Raises `NotFound`."""
        ...

    async def find(self, persona_id: SubjectId) -> Persona | None: ...

    async def count(self, user_id: UserId) -> int: ...

    async def under(self, consent_id: ConsentId) -> Sequence[SubjectId]: ...

    async def change(self, persona_id: SubjectId, words: PersonaWords, *, consent_id: ConsentId) -> None: ...

    async def make_default(self, user_id: UserId, persona_id: SubjectId) -> None: ...

    async def start_over(self, persona_ids: Sequence[SubjectId]) -> None:
        """They have no photos any more: their status is that of new ones."""
        ...

    async def move(
        self, persona_ids: Sequence[SubjectId], to: PersonaStatus, *, since: Sequence[PersonaStatus]
    ) -> None:
        """Those that are in one of the states `since`."""
        ...

    async def delete(self, persona_id: SubjectId, *, now: datetime) -> None:
        """Emptied. Where it was the default, the newest of the others is from now on."""
        ...

    async def photos(self, persona_id: SubjectId) -> Sequence[PersonaPhoto]:
        """In the order in which they were added."""
        ...

    async def uploads_used(self, upload_ids: Sequence[UploadId]) -> Mapping[UploadId, UsedUpload]:
        """Those of them that are photos, or were, with whose."""
        ...

    async def add_photos(
        self,
        user_id: UserId,
        persona_id: SubjectId,
        photo_ids: Sequence[PhotoId],
        upload_ids: Sequence[UploadId],
        *,
        now: datetime,
    ) -> None: ...

    async def remove_photos(self, photo_ids: Sequence[PhotoId], *, now: datetime) -> None: ...
