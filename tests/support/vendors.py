"""Paid vendors as a deployment finds them: an emulator at a fixed address, and what it saw of us.

An emulator runs in a thread of its own, so what is read here may be a moment old: wait for it with `until`.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.support.emulators.aitoolkit import AiToolkitEmulator
from tests.support.emulators.fal import FalEmulator, rate_limited
from tests.support.emulators.fal_queue import Deliveries
from tests.support.emulators.fal_signing import FalSigner
from tests.support.emulators.faults import Fault, Faults
from tests.support.emulators.openai import OpenAIEmulator
from tests.support.emulators.runpod import KEY as RUNPOD_KEY
from tests.support.emulators.runpod import RunPodEmulator

LATE = 2.5
"""Seconds after its image was made; by then whoever asks has long had it."""

Environment = Mapping[str, str]


def is_post(scope: Scope) -> bool:
    return bool(scope.get("method") == "POST")


def is_of_weights(scope: Scope) -> bool:
    """A download of them, at fal or from a pod."""
    return scope.get("method") == "GET" and "/files/" in scope.get("path", "") and "config" not in scope["path"]


class Counter:
    """Where an emulator stands: tests put up another, and may hold its answers back while they do something."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.held = 0
        """Answers that wait here now."""
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._holds: Callable[[Scope], bool] = is_post

    @contextmanager
    def holding_answers(self, holds: Callable[[Scope], bool] | None = None) -> Iterator[None]:
        """What is asked by POST, or what `holds` says, is done, and not answered before the block ends."""
        self._holds = holds or is_post
        self._may_answer.clear()
        try:
            yield
        finally:
            self._may_answer.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_when_allowed(message: Message) -> None:
            if self._holds(scope) and message["type"] == "http.response.start":
                await self._allowed()
            await send(message)

        assert self.app is not None, "no emulator stands here"
        await self.app(scope, receive, send_when_allowed)

    async def _allowed(self) -> None:
        self.held += 1
        while not self._may_answer.is_set():  # noqa: ASYNC110 - whoever sets it lives in another thread
            await asyncio.sleep(0.01)
        self.held -= 1


class Vendor(Protocol):
    """One with a queue. `submit` is what its emulator calls the paid request."""

    name: str
    counter: Counter
    submit: str

    @property
    def environment(self) -> Environment: ...
    @property
    def faults(self) -> Faults: ...
    @property
    def numbers(self) -> Sequence[str]:
        """Of all that was accepted, each of which costs money."""
        ...

    @property
    def cancelled(self) -> Sequence[str]: ...
    @property
    def delivered(self) -> Sequence[tuple[str, int]]:
        """Number, and what its webhook was answered with."""
        ...

    def open(self, *, seconds: float = 0.2, deliveries: Deliveries = "once") -> None:
        """With empty books. An image takes `seconds`; `deliveries` is how its end is told to whoever left an address."""
        ...

    def busy(self, seconds: int) -> Fault:
        """Of its shape: 429, to be asked again after so long."""
        ...


@dataclass(slots=True)
class FalVendor:
    url: str
    counter: Counter
    name: str = "fal"
    submit: str = "submit"
    emulator: FalEmulator = field(default_factory=FalEmulator)
    _signer: FalSigner = field(default_factory=FalSigner)

    @property
    def environment(self) -> Environment:
        return {
            "FAL_KEY": self.emulator.key,
            "FAL_QUEUE_URL": self.url,
            "FAL_REST_URL": self.url,
            "FAL_MEDIA_HOSTS": "localhost",
        }

    @property
    def faults(self) -> Faults:
        return self.emulator.faults

    @property
    def numbers(self) -> Sequence[str]:
        return list(self.emulator.queue.jobs)

    @property
    def cancelled(self) -> Sequence[str]:
        jobs = list(self.emulator.queue.jobs.values())
        return [job.request_id for job in jobs if job.ending and job.ending.error_type == "client_cancelled"]

    @property
    def delivered(self) -> Sequence[tuple[str, int]]:
        return list(self.emulator.queue.delivered)

    def open(self, *, seconds: float = 0.2, deliveries: Deliveries = "once") -> None:
        self.emulator = FalEmulator(seconds=seconds)
        queue = self.emulator.queue
        queue.signer, queue.deliveries, queue.late_by = self._signer, deliveries, LATE
        self.counter.app = self.emulator.app

    def busy(self, seconds: int) -> Fault:
        return rate_limited(str(seconds))


@dataclass(slots=True)
class RunPodVendor:
    url: str
    counter: Counter
    name: str = "runpod"
    submit: str = "run"
    emulator: RunPodEmulator = field(default_factory=RunPodEmulator)

    @property
    def environment(self) -> Environment:
        return {
            "RUNPOD_API_KEY": RUNPOD_KEY,
            "RUNPOD_ENDPOINTS": self.emulator.endpoints[0],
            "RUNPOD_BASE_URL": f"{self.url}/v2",
        }

    @property
    def faults(self) -> Faults:
        return self.emulator.faults

    @property
    def numbers(self) -> Sequence[str]:
        return list(self.emulator.jobs)

    @property
    def cancelled(self) -> Sequence[str]:
        return [job.id for job in list(self.emulator.jobs.values()) if job.status == "CANCELLED"]

    @property
    def delivered(self) -> Sequence[tuple[str, int]]:
        return list(self.emulator.delivered)

    def open(self, *, seconds: float = 0.2, deliveries: Deliveries = "once") -> None:
        self.emulator = RunPodEmulator(
            seconds=seconds,
            webhooks={"never": 0, "once": 1, "late": 1, "twice": 2}[deliveries],
            webhook_delay=LATE if deliveries == "late" else 0.0,
        )
        self.counter.app = self.emulator.app

    def busy(self, seconds: int) -> Fault:
        return Fault(status=429, body=b'{"error":"too many requests"}', headers={"retry-after": str(seconds)})


@dataclass(slots=True)
class OpenAIVendor:
    """It has no queue: its answer is the picture."""

    url: str
    counter: Counter
    emulator: OpenAIEmulator = field(default_factory=OpenAIEmulator)

    @property
    def environment(self) -> Environment:
        return {"OPENAI_API_KEY": self.emulator.key, "OPENAI_BASE_URL": f"{self.url}/v1"}

    def open(self, *, seconds: float = 0.2) -> None:
        self.emulator = OpenAIEmulator(seconds=seconds)
        self.counter.app = self.emulator.app


@dataclass(slots=True)
class PodsVendor:
    """RunPod's pods with AI Toolkit on them. Has RunPod's key, which whoever draws there needs too."""

    url: str
    counter: Counter
    emulator: AiToolkitEmulator = field(default_factory=AiToolkitEmulator)

    name: str = "runpod"

    @property
    def environment(self) -> Environment:
        return {
            "RUNPOD_API_KEY": RUNPOD_KEY,
            "RUNPOD_ENDPOINTS": "nobody-draws-here",
            "RUNPOD_TRAINING_VOLUME": "vol-emulated",
            "RUNPOD_TRAINING_HF_TOKEN": "emulated",
            "RUNPOD_MANAGEMENT_URL": f"{self.url}/v2",
            "RUNPOD_TRAINING_PROXY": f"{self.url}/proxy/{{pod}}",
        }

    def open(self, *, seconds: float = 0.2) -> None:
        self.emulator = AiToolkitEmulator(seconds=seconds)
        self.counter.app = self.emulator.app

    @property
    def numbers(self) -> Sequence[str]:
        """Of all that was rented."""
        return list(self.emulator.pods)

    @property
    def faults(self) -> Faults:
        return self.emulator.faults
