"""RunPod's serverless endpoints on loopback, with a worker-comfyui behind each.

Operations for `faults`: `run`, `status`, `cancel`, `health`. What a job itself comes to is planned with `plan_job`.
"""

import asyncio
import json
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.emulators.comfy_worker import ComfyWorker
from tests.support.emulators.faults import Faults

KEY = "rp_emulated_key"
BODY_LIMIT = 10_000_000
KNOWN_FIELDS = {"input", "webhook", "policy", "s3Config"}
LIMITS = {"executionTimeout": (5_000, 604_800_000), "ttl": (10_000, 604_800_000)}  # milliseconds
ENDED = {"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came, refused or not."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """What the next job comes to instead of a picture. With `status` IN_PROGRESS it never ends."""

    status: str = "FAILED"
    error: str | None = None
    output: Any = None


@dataclass(slots=True)
class Job:
    id: str
    endpoint: str
    input: Any
    webhook: str | None
    status: str = "IN_QUEUE"
    output: Any = None
    error: str | None = None
    task: "asyncio.Task[None] | None" = None

    def as_json(self) -> dict[str, Any]:
        told = {"delayTime": 31, "executionTime": 1004, "id": self.id, "status": self.status, "workerId": "emulated"}
        if self.output is not None:
            told["output"] = self.output
        if self.error is not None:
            told["error"] = self.error
        return told


@dataclass(slots=True)
class RunPodEmulator:
    """`seconds` are what an image takes; `retention` how long an ended job is known. `webhooks` says how often each is told."""

    key: str = KEY
    endpoints: Sequence[str] = ("ep-images",)
    seconds: float = 0.0
    queue_seconds: float = 0.0
    retention: float = 1800.0
    webhooks: int = 1
    webhook_delay: float = 0.0
    webhook_pause: float = 0.05
    """Seconds between the tries of one that was not answered with 200. Ten, at RunPod."""
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)
    delivered: list[tuple[str, int]] = field(default_factory=list)
    """Job, and the status its webhook was answered with; 0 for nobody there."""
    workers: dict[str, ComfyWorker] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    app: Starlette = field(init=False)
    _ends: deque[JobEnd] = field(default_factory=deque, init=False)
    _told: "set[asyncio.Task[None]]" = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        for endpoint in self.endpoints:
            self.workers.setdefault(endpoint, ComfyWorker())
        self.app = Starlette(
            routes=[
                Route("/v2/{endpoint}/run", self._run, methods=["POST"]),
                Route("/v2/{endpoint}/status/{job}", self._status, methods=["GET"]),
                Route("/v2/{endpoint}/cancel/{job}", self._cancel, methods=["POST"]),
                Route("/v2/{endpoint}/health", self._health, methods=["GET"]),
            ]
        )

    def plan_job(self, *ends: JobEnd) -> None:
        self._ends.extend(ends)

    def forget_ended(self) -> None:
        """As half an hour later."""
        self.jobs = {job.id: job for job in self.jobs.values() if job.status not in ENDED}

    async def _run(self, request: Request) -> Response:
        body = await self._recorded(request)
        fault = self.faults.take("run")
        if fault and not fault.after_accepting:
            return await fault.befall()
        if refused := self._refused(request) or _wrong(body):
            return refused
        job = self._started(request.path_params["endpoint"], body)
        if fault:
            return await fault.befall()
        return JSONResponse({"id": job.id, "status": "IN_QUEUE"})

    async def _status(self, request: Request) -> Response:
        return await self._about_a_job(request, "status")

    async def _cancel(self, request: Request) -> Response:
        return await self._about_a_job(request, "cancel")

    async def _about_a_job(self, request: Request, operation: str) -> Response:
        await self._recorded(request)
        if fault := self.faults.take(operation):
            return await fault.befall()
        if refused := self._refused(request):
            return refused
        job = self.jobs.get(request.path_params["job"])
        if job is None or job.endpoint != request.path_params["endpoint"]:
            return _error(404, "job not found")
        if operation == "cancel":
            self._cancelled(job)
            return JSONResponse({"id": job.id, "status": job.status})
        return JSONResponse(job.as_json())

    async def _health(self, request: Request) -> Response:
        await self._recorded(request)
        if fault := self.faults.take("health"):
            return await fault.befall()
        if refused := self._refused(request):
            return refused
        by_status = [job.status for job in self.jobs.values() if job.endpoint == request.path_params["endpoint"]]
        jobs = {
            "completed": by_status.count("COMPLETED"),
            "failed": by_status.count("FAILED"),
            "inProgress": by_status.count("IN_PROGRESS"),
            "inQueue": by_status.count("IN_QUEUE"),
            "retried": 0,
        }
        return JSONResponse({"jobs": jobs, "workers": {"idle": 1, "running": 0}})

    async def _recorded(self, request: Request) -> Any:
        raw = await request.body()
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw
        self.calls.append(Call(request.method, request.url.path, dict(request.headers), body))
        return raw if len(raw) > BODY_LIMIT else body

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return Response(status_code=401)
        if request.path_params["endpoint"] not in self.workers:
            return _error(404, "endpoint not found")
        return None

    def _started(self, endpoint: str, body: dict[str, Any]) -> Job:
        job = Job(id=f"{uuid4()}-e1", endpoint=endpoint, input=body["input"], webhook=body.get("webhook"))
        self.jobs[job.id] = job
        job.task = asyncio.create_task(self._worked(job))
        return job

    async def _worked(self, job: Job) -> None:
        await asyncio.sleep(self.queue_seconds)
        job.status = "IN_PROGRESS"
        await asyncio.sleep(self.seconds)
        if self._ends:
            end = self._ends.popleft()
            job.status, job.output, job.error = end.status, end.output, end.error
        else:
            self._finish(job, await asyncio.to_thread(self.workers[job.endpoint].handle, job.input))
        if job.status in ENDED:
            self._tell(job)
            await asyncio.sleep(self.retention)
            self.jobs.pop(job.id, None)

    def _finish(self, job: Job, answer: dict[str, Any]) -> None:
        """As RunPod's package does it: `error` goes to the top, the rest stays in `output`."""
        job.error = answer.pop("error", None)
        job.status, job.output = ("FAILED" if job.error else "COMPLETED"), answer or None

    def _cancelled(self, job: Job) -> None:
        if job.status in ENDED:
            return
        job.status = "CANCELLED"
        if job.task:
            job.task.cancel()
        self._tell(job)

    def _tell(self, job: Job) -> None:
        if job.webhook is None:
            return
        for _ in range(self.webhooks):
            self._later(self._called(job.webhook, job.as_json()))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._told.add(task)
        task.add_done_callback(self._told.discard)

    async def _called(self, webhook: str, body: dict[str, Any]) -> None:
        """Without a signature, and at most three times."""
        await asyncio.sleep(self.webhook_delay)
        async with httpx2.AsyncClient(trust_env=False, timeout=5.0) as client:
            for _ in range(3):
                try:
                    answer = await client.post(webhook, json=body)
                except httpx2.RequestError:
                    answer = None
                self.delivered.append((body["id"], answer.status_code if answer else 0))
                if answer is not None and answer.status_code == 200:
                    return
                await asyncio.sleep(self.webhook_pause)


def _wrong(body: Any) -> Response | None:
    if isinstance(body, bytes):
        return _error(413 if len(body) > BODY_LIMIT else 400, "request body refused")
    if not isinstance(body, dict) or not isinstance(body.get("input"), dict):
        return _error(400, "input is required")
    if unknown := body.keys() - KNOWN_FIELDS:
        return _error(400, f"unknown fields: {', '.join(sorted(unknown))}")
    if not isinstance(body.get("webhook", ""), str):
        return _error(400, "webhook must be a string")
    for name, (least, most) in LIMITS.items():
        value = body.get("policy", {}).get(name, least)
        if not isinstance(value, int) or not least <= value <= most:
            return _error(400, f"policy.{name} is out of range")
    return None


def _error(status: int, title: str) -> Response:
    return JSONResponse({"error": title, "status": status}, status_code=status)
