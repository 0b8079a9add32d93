"""What happened to jobs, numbered within each."""

from typing import Protocol

from domain.events import JobEvent


class EventLog(Protocol):
    async def add(self, event: JobEvent) -> int:
        """Number it, keep it, and have it announced after the commit. Returns its number within the job."""
        ...
