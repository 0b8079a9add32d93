"""Threads of thumbnails and their versions."""

from collections.abc import Sequence
from typing import Protocol

from domain.ids import JobId, ThreadId, VersionId
from domain.jobs.job import Job
from domain.thumbnails.thread import NewVersion, ThumbnailThread, ThumbnailVersion


class Thumbnails(Protocol):
    async def add(self, job: Job, versions: Sequence[NewVersion]) -> None:
        """With the threads that begin with them. Versions of a thread are numbered from 1 without a hole."""
        ...

    async def thread(self, thread_id: ThreadId) -> ThumbnailThread:
        """Raises `NotFound`."""
        ...

    async def version(self, thread_id: ThreadId, version_id: VersionId | None) -> ThumbnailVersion:
        """Of that thread; the newest for None. Raises `NotFound`."""
        ...

    async def of_image(self, job_id: JobId, index: int) -> ThumbnailVersion | None: ...

    async def finalize(self, thread_id: ThreadId, version_id: VersionId) -> None: ...

    async def write_prompt(self, version_id: VersionId, prompt: str) -> None:
        """By a language model. The first one stays, whoever writes again."""
        ...
