"""The queue behind the emulator: requests, what has become of each, and whom to tell."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2

from tests.support.emulators.fal_models import faults_in, made_by
from tests.support.emulators.fal_signing import FalSigner
from tests.support.emulators.fal_trainers import TRAINERS, Files, Unusable, steps_of, trained

Deliveries = Literal["once", "twice", "late", "never"]
State = Literal["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
QUEUE_SHARE = 0.2
STEPS = 28
REDELIVERIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What a request's result is answered with, other than a picture."""

    status: int
    detail: object
    error_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        typed = {} if self.error_type is None else {"error_type": self.error_type}
        return json.dumps({"detail": self.detail, **typed}).encode()

    @classmethod
    def of_model(cls, code: str, *, status: int = 422, loc: str = "prompt", retryable: bool = False) -> "Ending":
        item = {
            "loc": ["body", loc],
            "msg": "as the emulator was told",
            "type": code,
            "url": "https://docs.fal.ai/errors",
        }
        return cls(status=status, detail=[item], headers={"x-fal-retryable": str(retryable).lower()})

    @classmethod
    def of_queue(cls, error_type: str, *, status: int) -> "Ending":
        return cls(status=status, detail="As told", error_type=error_type, headers={"x-fal-error-type": error_type})


BLACKED_OUT = Ending(status=200, detail="the picture is made, and flagged")


@dataclass(slots=True, kw_only=True)
class Job:
    endpoint: str
    arguments: object
    webhook: str | None
    started_by: float
    """Seconds it may lie in the queue."""
    request_id: str = field(default_factory=lambda: str(uuid4()))
    state: State = "IN_QUEUE"
    running_since: float = 0.0
    completed_at: float = 0.0
    ending: Ending | None = None
    output: dict[str, object] = field(default_factory=dict)
    """Without the picture's address: that depends on who asks."""
    picture: bytes = b""
    content_type: str = ""
    files: Files | None = None
    """Of a trainer."""

    @property
    def application(self) -> str:
        return "/".join(self.endpoint.split("/")[:2])


@dataclass(slots=True, kw_only=True)
class Queue:
    seconds: float = 0.05
    """That a picture takes, a fifth of them in the queue."""
    result_life: float = 360.0
    deliveries: Deliveries = "once"
    late_by: float = 0.5
    endings: deque[Ending] = field(default_factory=deque)
    """For the requests to come, in turn; afterwards they end well."""
    signer: FalSigner = field(default_factory=FalSigner)
    jobs: dict[str, Job] = field(default_factory=dict)
    delivered: list[tuple[str, int]] = field(default_factory=list)
    """Request id, and the status that was answered; 0 for nobody there."""
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def accept(self, endpoint: str, arguments: object, *, webhook: str | None, started_by: float) -> Job:
        job = Job(endpoint=endpoint, arguments=arguments, webhook=webhook, started_by=started_by)
        self.jobs[job.request_id] = job
        self._running[job.request_id] = asyncio.create_task(self._run(job))
        return job

    def position_of(self, job: Job) -> int:
        waiting = [other for other in self.jobs.values() if other.state == "IN_QUEUE"]
        return waiting.index(job)

    def is_expired(self, job: Job) -> bool:
        return job.state == "COMPLETED" and time.monotonic() - job.completed_at > self.result_life

    def cancel(self, job: Job) -> bool:
        """False if it has ended."""
        if job.state == "COMPLETED":
            return False
        self._running.pop(job.request_id).cancel()
        self._end(job, Ending.of_queue("client_cancelled", status=499))
        return True

    def logs_of(self, job: Job) -> list[dict[str, str]]:
        """As diffusers write them: weights are loaded, then steps are counted."""
        if job.state == "IN_QUEUE":
            return []
        share = (time.monotonic() - job.running_since) / max(1e-9, self.seconds * (1 - QUEUE_SHARE))
        if job.endpoint in TRAINERS:
            return [_line(line) for line in _training_lines(job, 1.0 if job.state == "COMPLETED" else min(1.0, share))]
        done = STEPS if job.state == "COMPLETED" else min(STEPS, int(share * STEPS))
        bars = [
            f"{100 * step // STEPS:3d}%|{'█' * (10 * step // STEPS):10s}| {step}/{STEPS}" for step in range(done + 1)
        ]
        said = ["Loading pipeline components...: 100%|██████████| 7/7 [00:01<00:00]", *bars]
        return [_line(line) for line in said]

    async def _run(self, job: Job) -> None:
        waited = self.seconds * QUEUE_SHARE
        await asyncio.sleep(min(waited, job.started_by))
        if waited > job.started_by:
            self._end(job, Ending.of_queue("request_timeout", status=504))
        else:
            job.state, job.running_since = "IN_PROGRESS", time.monotonic()
            await self._make(job)
        await self._tell(job)

    async def _make(self, job: Job) -> None:
        ending = self.endings.popleft() if self.endings else None
        if faults := faults_in(job.endpoint, job.arguments):
            ending = Ending(status=422, detail=faults, headers={"x-fal-retryable": "false"})
        await asyncio.sleep(self.seconds * (1 - QUEUE_SHARE))
        if job.endpoint in TRAINERS:
            ending = ending or await _train(job)
        elif ending is None or ending is BLACKED_OUT:
            job.picture, job.content_type, output = await asyncio.to_thread(made_by, job.endpoint, job.arguments)
            job.output = {**output, **({"has_nsfw_concepts": [True]} if ending else {})}
            ending = None
        self._end(job, ending)

    def _end(self, job: Job, ending: Ending | None) -> None:
        job.state, job.ending, job.completed_at = "COMPLETED", ending, time.monotonic()

    async def _tell(self, job: Job) -> None:
        if job.webhook is None or self.deliveries == "never":
            return
        if self.deliveries == "late":
            await asyncio.sleep(self.late_by)
        body = json.dumps(
            {
                "request_id": job.request_id,
                "gateway_request_id": job.request_id,
                "status": "ERROR" if job.ending else "OK",
                "payload": json.loads(job.ending.body) if job.ending else job.output,
                **({"error": "Unexpected status code"} if job.ending else {}),
            }
        ).encode()
        for _ in range(2 if self.deliveries == "twice" else 1):
            await self._deliver(job, body)

    async def _deliver(self, job: Job, body: bytes) -> None:
        """Repeated while it is not accepted, as fal does, only sooner and less often. Never beyond this machine."""
        address = job.webhook or ""
        if urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
            return
        async with httpx2.AsyncClient(timeout=15, trust_env=False) as client:
            for _ in range(1 + REDELIVERIES):
                headers = {"content-type": "application/json", **self.signer.headers(job.request_id, body)}
                status = 0
                with suppress(httpx2.HTTPError):
                    status = (await client.post(address, content=body, headers=headers)).status_code
                self.delivered.append((job.request_id, status))
                if 200 <= status < 300:
                    return
                await asyncio.sleep(0.2)


def _line(message: str) -> dict[str, str]:
    return {"message": message, "level": "STDERR", "source": "USER", "timestamp": "2026-11-21T12:00:00Z"}


def _training_lines(job: Job, share: float) -> list[str]:
    """Pictures are loaded, then steps are counted, as tqdm counts them. What fal's trainers really log is uncertain."""
    steps = steps_of(job.endpoint, job.arguments)
    done = int(share * steps)
    bar = (
        f"{100 * done // steps:3d}%|{'█' * (10 * done // steps):10s}| {done}/{steps} [00:10<00:10,  2.50it/s, loss=0.3]"
    )
    return ["Caching latents: 100%|██████████| 5/5 [00:01<00:00]", "100%|██████████| 5/5 [00:01<00:00]", bar]


async def _train(job: Job) -> Ending | None:
    try:
        job.files = await trained(job.endpoint, job.arguments)
    except Unusable as fault:
        return Ending.of_model(fault.code, loc=fault.loc)
    return None
