"""fal on loopback: its queue, its CDN under a host of its own, upload tokens, and the keys its webhooks are signed with.

Its address is `queue_url`, `rest_url`, and with `/.well-known/jwks.json` that of the keys; media lie at `localhost`, so
that whoever fetches them has to allow that host. What it does not know, it makes up: the time a picture takes, what a
runner logs, and the picture itself. It runs on one event loop: `served` gives it one.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.emulators.fal_models import ENDPOINTS, faults_in
from tests.support.emulators.fal_queue import Job, Queue
from tests.support.emulators.fal_trainers import TRAINERS
from tests.support.emulators.faults import Fault, Faults

MEDIA_HOST = "localhost"
LOCKED = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
LARGEST_BODY = 8 * 1024 * 1024

NGINX = b"<html><head><title>%s</title></head><body><hr><center>nginx</center></body></html>"


def gateway_error(status: int, *, after_accepting: bool = False) -> Fault:
    """From in front of fal: no `x-fal-request-id`, and nginx in the body, which fal's SDK takes as leave to ask again."""
    body, headers = NGINX % str(status).encode(), {"content-type": "text/html"}
    return Fault(status=status, body=body, headers=headers, after_accepting=after_accepting)


def fal_error(status: int, error_type: str | None = None, **headers: str) -> Fault:
    """From fal itself."""
    typed = {"error_type": error_type} if error_type else {}
    body = json.dumps({"detail": "As told", **typed}).encode()
    return Fault(status=status, body=body, headers={"x-fal-request-id": "emulated", **headers})


def rate_limited(retry_after: str | None = None) -> Fault:
    return fal_error(429, **({"retry-after": retry_after} if retry_after else {}))


HANGS_UP_AFTER_ACCEPTING = Fault(after_accepting=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    operation: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> object:
        return json.loads(self.body)


class FalEmulator:
    """`faults` are planned for `submit status result cancel media token jwks`; how a request ends, in `queue.endings`."""

    def __init__(self, *, key: str = "fal-key-of-the-emulator", seconds: float = 0.05) -> None:
        self.key, self.faults, self.queue = key, Faults(), Queue(seconds=seconds)
        self.calls: list[Recorded] = []
        self.is_locked = False
        self.refuses_at_submit = False
        """Where wrong arguments are refused: at once, or with the result. Which of them fal does is uncertain."""
        requests = "/{owner}/{name}/requests/{request_id}"
        self.app = Starlette(
            routes=[
                Route("/.well-known/jwks.json", self._on("jwks", self._jwks), methods=["GET"]),
                Route("/storage/auth/token", self._on("token", self._token), methods=["POST"]),
                Route("/files/{request_id}/{file}", self._on("media", self._media), methods=["GET"]),
                Route(requests, self._on("result", self._result), methods=["GET"]),
                Route(f"{requests}/status", self._on("status", self._status), methods=["GET"]),
                Route(f"{requests}/cancel", self._on("cancel", self._cancel), methods=["PUT"]),
                Route("/{endpoint:path}", self._on("submit", self._submit), methods=["POST"]),
            ]
        )

    def called(self, operation: str) -> list[Recorded]:
        return [call for call in self.calls if call.operation == operation]

    def _on(
        self, operation: str, answer: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            self.calls.append(await _recorded(operation, request))
            fault = self.faults.take(operation)
            if fault is None:
                return await answer(request)
            if fault.after_accepting:
                await answer(request)
            return await fault.befall()

        return handle

    async def _submit(self, request: Request) -> Response:
        endpoint, body = request.path_params["endpoint"], await request.body()
        if refusal := self._not_paying(request) or _not_acceptable(request, endpoint, body):
            return refusal
        arguments = json.loads(body)
        if self.refuses_at_submit and (faults := faults_in(endpoint, arguments)):
            return _said(422, {"detail": faults}, **{"x-fal-retryable": "false"})
        job = self.queue.accept(
            endpoint,
            arguments,
            webhook=request.query_params.get("fal_webhook"),
            started_by=float(request.headers.get("x-fal-request-timeout", "3600")),
        )
        return _said(
            200,
            {"status": "IN_QUEUE", "gateway_request_id": job.request_id, **_about(job, request)},
            **{"x-fal-request-id": job.request_id},
        )

    async def _status(self, request: Request) -> Response:
        job = self._job(request)
        if isinstance(job, Response):
            return job
        about = {"status": job.state, **_about(job, request)}
        if job.state == "IN_QUEUE":
            return _said(202, {**about, "queue_position": self.queue.position_of(job)})
        logs = self.queue.logs_of(job) if request.query_params.get("logs") in ("1", "true") else None
        if job.state == "IN_PROGRESS":
            return _said(202, {**about, "logs": logs})
        failed = {"error": "As told", "error_type": job.ending.error_type} if job.ending else {}
        return _said(200, {**about, "logs": logs, "metrics": {"inference_time": self.queue.seconds}, **failed})

    async def _result(self, request: Request) -> Response:
        job = self._job(request)
        if isinstance(job, Response):
            return job
        own = {"x-fal-request-id": job.request_id}
        if job.state != "COMPLETED":
            return _said(400, {"detail": "Request is still in progress"}, **own)
        if job.ending is not None:
            headers = {"content-type": "application/json", **own, **job.ending.headers}
            return Response(job.ending.body, status_code=job.ending.status, headers=headers)
        folder = f"http://{MEDIA_HOST}:{request.url.port}/files/{job.request_id}"
        if job.files is not None:
            return _said(200, _files(folder), **own)
        image, url = job.output.get("image"), f"{folder}/made"
        images = [{"url": url, "content_type": job.content_type, **(image if isinstance(image, dict) else {})}]
        return _said(200, {"images": images, **{k: v for k, v in job.output.items() if k != "image"}}, **own)

    async def _cancel(self, request: Request) -> Response:
        job = self._job(request)
        if isinstance(job, Response):
            return _said(404, {"status": "NOT_FOUND"}) if job.status_code == 404 else job
        if self.queue.cancel(job):
            return _said(202, {"status": "CANCELLATION_REQUESTED"})
        return _said(400, {"status": "ALREADY_COMPLETED"})

    async def _media(self, request: Request) -> Response:
        job = self.queue.jobs.get(request.path_params["request_id"])
        if request.url.hostname != MEDIA_HOST or job is None:
            return _said(404, {"detail": "Not found"})
        if job.files is not None:
            data = job.files.config if request.path_params["file"] == "config.json" else job.files.weights
            return Response(data, media_type="application/octet-stream")
        if not job.picture:
            return _said(404, {"detail": "Not found"})
        return Response(job.picture, media_type=job.content_type)

    async def _token(self, request: Request) -> Response:
        if refusal := self._not_paying(request):
            return refusal
        if request.query_params.get("storage_type") != "fal-cdn-v3" or await request.json() != {}:
            return _said(422, {"detail": [{"loc": ["query", "storage_type"], "msg": "unknown", "type": "one_of"}]})
        token = {"token": "emulated", "token_type": "Bearer", "base_url": f"http://{MEDIA_HOST}:{request.url.port}"}
        return _said(200, {**token, "expires_at": "2026-11-22T12:00:00+00:00"})

    async def _jwks(self, request: Request) -> Response:
        return _said(200, {"keys": [self.queue.signer.jwk]})

    def _job(self, request: Request) -> Job | Response:
        if refusal := self._not_signed_in(request):
            return refusal
        job = self.queue.jobs.get(request.path_params["request_id"])
        application = f"{request.path_params['owner']}/{request.path_params['name']}"
        if job is None or job.application != application or self.queue.is_expired(job):
            return _said(404, {"detail": "Request not found"})
        return job

    def _not_signed_in(self, request: Request) -> Response | None:
        if compare_digest(request.headers.get("authorization", "").encode(), f"Key {self.key}".encode()):
            return None
        return _said(401, {"detail": "Invalid API key credentials"})

    def _not_paying(self, request: Request) -> Response | None:
        """A locked account may still ask about what it paid for."""
        return self._not_signed_in(request) or (_said(403, {"detail": LOCKED}) if self.is_locked else None)


async def _recorded(operation: str, request: Request) -> Recorded:
    return Recorded(
        operation=operation,
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )


def _not_acceptable(request: Request, endpoint: str, body: bytes) -> Response | None:
    if endpoint not in ENDPOINTS and endpoint not in TRAINERS:
        return _said(404, {"detail": f"Application '{endpoint}' not found"})
    if len(body) > LARGEST_BODY:
        return _said(413, {"detail": "Request body too large"})
    try:
        is_object = isinstance(json.loads(body), dict)
    except ValueError:
        is_object = False
    if not is_object or request.headers.get("content-type") != "application/json":
        return _said(400, {"detail": "Body must be a JSON object", "error_type": "bad_request"})
    return None


def _files(folder: str) -> dict[str, object]:
    """Of a trainer."""
    weights, config = (f"{folder}/{name}" for name in ("pytorch_lora_weights.safetensors", "config.json"))
    return {
        "diffusers_lora_file": {"url": weights, "content_type": "application/octet-stream", "file_name": "lora"},
        "config_file": {"url": config, "content_type": "application/octet-stream", "file_name": "config.json"},
    }


def _about(job: Job, request: Request) -> dict[str, str]:
    address = f"{request.url.scheme}://{request.url.netloc}/{job.application}/requests/{job.request_id}"
    return {
        "request_id": job.request_id,
        "response_url": address,
        "status_url": f"{address}/status",
        "cancel_url": f"{address}/cancel",
    }


def _said(status: int, said: object, **headers: str) -> Response:
    return JSONResponse(said, status_code=status, headers={"x-fal-request-id": "emulated", **headers})
