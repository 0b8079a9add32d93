"""What webhooks told, for the tasks of this worker that wait for it. A hint that is lost costs one pause between two questions."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from domain.ids import CallId


class Hints:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[CallId, asyncio.Event] = {}

    def tell(self, call_id: CallId) -> None:
        if waiting := self._waiting.get(call_id):
            waiting.set()

    @contextmanager
    def of(self, call_id: CallId) -> Iterator[asyncio.Event]:
        """Set when the provider says that the call has ended."""
        told = self._waiting[call_id] = asyncio.Event()
        try:
            yield told
        finally:
            del self._waiting[call_id]
