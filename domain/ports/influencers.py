"""Synthetic characters."""

from datetime import datetime
from typing import Protocol

from domain.ids import ImageId, SubjectId
from domain.influencers.influencer import Influencer


class Influencers(Protocol):
    async def add(self, influencer: Influencer) -> None: ...

    async def get(self, subject_id: SubjectId) -> Influencer:
        """Raises `NotFound`."""
        ...

    async def find(self, subject_id: SubjectId) -> Influencer | None: ...

    async def delete(self, subject_id: SubjectId, *, now: datetime) -> None:
        """From now on it is found by nobody; its name and its face are taken off the row, which stays."""
        ...

    async def choose_base_image(self, subject_id: SubjectId, image_id: ImageId, identity_seed: int) -> None: ...
