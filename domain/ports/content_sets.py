"""Content sets, with what counts of their jobs."""

from typing import Protocol

from domain.content_sets.content_set import ContentSet
from domain.ids import ContentSetId


class ContentSets(Protocol):
    async def add(self, content_set: ContentSet) -> None: ...

    async def get(self, set_id: ContentSetId) -> ContentSet:
        """Raises `NotFound`."""
        ...
