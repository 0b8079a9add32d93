"""Projects and their stills."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.ids import ProjectId, StillId, UploadId, UserId
from domain.projects.project import Project


class Projects(Protocol):
    async def add(self, project: Project) -> None:
        """Without stills and analyses."""
        ...

    async def get(self, project_id: ProjectId, user_id: UserId) -> Project:
        """Raises `NotFound`, also for one that was deleted."""
        ...

    async def find(self, project_id: ProjectId, user_id: UserId) -> Project | None: ...

    async def count(self, user_id: UserId) -> int: ...

    async def change(self, project: Project) -> None:
        """Its words."""
        ...

    async def delete(self, project_id: ProjectId, *, now: datetime) -> None:
        """Its words go at once, and its stills are hidden."""
        ...

    async def stills_used(self, upload_ids: Sequence[UploadId]) -> Mapping[UploadId, ProjectId]:
        """Which of these uploads are stills, and of which project."""
        ...

    async def add_stills(
        self, user_id: UserId, project_id: ProjectId, stills: Mapping[StillId, UploadId], *, now: datetime
    ) -> None: ...

    async def remove_stills(self, still_ids: Sequence[StillId], *, now: datetime) -> None: ...
