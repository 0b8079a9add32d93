"""Deletions as they are kept, and what they do to rows of other nouns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import ConsentId, DeletionId, JobId, SubjectId, UserId
from domain.privacy.copies import SentCalls
from domain.privacy.deletion import Deletion


@dataclass(frozen=True, slots=True)
class RunningJob:
    id: JobId
    credits_reserved: int


class Deletions(Protocol):
    async def add(self, deletion: Deletion) -> None: ...

    async def of_consent(self, consent_id: ConsentId) -> Deletion:
        """The one its withdrawal began. Raises `NotFound`."""
        ...

    async def running_jobs(self, subject_ids: Sequence[SubjectId]) -> Sequence[RunningJob]: ...

    async def sent_calls(self, subject_ids: Sequence[SubjectId], *, now: datetime) -> Sequence[SentCalls]:
        """Calls for images of these subjects, by provider. One that is under way counts as ended `now`: it is cancelled."""
        ...

    async def hide_images(self, subject_ids: Sequence[SubjectId], *, now: datetime) -> int:
        """For good: they are due to be purged. Returns how many were not purged already."""
        ...

    async def hide_unseen(self, deletion_id: DeletionId) -> None:
        """Images of a deleted influencer that its owner could not see when it was deleted. The receipt counts them too."""
        ...

    async def hide_photos(
        self, *, consent_id: ConsentId | None, persona_ids: Sequence[SubjectId], now: datetime
    ) -> int:
        """Photos of these personas, and photos and stills that came under this consent. Returns how many pictures that were."""
        ...

    async def is_unfinished(self, deletion_id: DeletionId) -> bool: ...

    async def empty_photos(self, user_id: UserId) -> None:
        """Those that are hidden or whose consent is withdrawn; asks for the removal of their files that nothing else has."""
        ...

    async def note_unasked(self, user_id: UserId, subject_id: SubjectId, trainer: str) -> None:
        """In the receipts that wait for a LoRA of this subject: nobody could ask its trainer to forget it. Twice is once."""
        ...

    async def finish(self, user_id: UserId, deletion_id: DeletionId) -> bool: ...
