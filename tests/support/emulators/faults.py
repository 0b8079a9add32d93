"""Faults on demand. A test plans them for the next calls of one operation; `up --emulate` draws them by chance."""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What befalls one call. With `after_accepting` the work is begun all the same: the caller only never hears of it."""

    status: int = 0
    """To answer with; 0 hangs up without a word."""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    """Seconds before it happens."""
    after_accepting: bool = False

    async def befall(self) -> Response:
        """The answer to give."""
        await asyncio.sleep(self.wait)
        if not self.status:
            return HangUp()
        headers = {"content-type": "application/json", **self.headers}
        return Response(self.body, status_code=self.status, headers=headers)


class HangUp(Response):
    """The connection is cut instead of an answer. Only under `tests.support.emulators.serving.served`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["hang_up"]()


@dataclass(slots=True)
class Faults:
    """Operations are named by each emulator (`submit`, `status`, `result` …)."""

    chance: float = 0.0
    """Of a passing fault (503) in any call for which none is planned, 0 to 1."""
    seed: int = 1
    _planned: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque), init=False)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - to be repeatable, not to be secret

    def plan(self, operation: str, *faults: Fault) -> None:
        self._planned[operation].extend(faults)

    def take(self, operation: str) -> Fault | None:
        """What is to befall this call, if anything."""
        if self._planned[operation]:
            return self._planned[operation].popleft()
        if self._dice.random() < self.chance:
            return Fault(status=503, body=b'{"detail":"the emulator was told to fail now and then"}')
        return None

    def clear(self) -> None:
        self._planned.clear()
