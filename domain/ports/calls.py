"""Paid calls to providers, kept before they are sent, so that a killed worker's call is found and asked for again."""

from typing import Protocol

from domain.calls.call import CallState, ProviderCall
from domain.ids import CallId, JobId


class Calls(Protocol):
    """Paid calls to providers. Without the user's lock two could be open for one image: the database refuses the second."""

    async def add(self, call: ProviderCall) -> None: ...

    async def get(self, call_id: CallId) -> ProviderCall | None: ...

    async def open_of(self, job_id: JobId, index: int) -> ProviderCall | None: ...

    async def lost_count(self, job_id: JobId, index: int, round_: int) -> int: ...

    async def submit(self, call_id: CallId, *, request_id: str) -> bool:
        """The number it was given. False when it came too late: the call has ended, and only its number is kept."""
        ...

    async def hint(self, call_id: CallId, *, request_id: str) -> ProviderCall | None:
        """None when it is not there, has ended, was told of before, or has another number."""
        ...

    async def end(self, call_id: CallId, state: CallState, *, code: str | None = None, detail: str = "") -> None:
        """A call that has ended stays as it is."""
        ...
