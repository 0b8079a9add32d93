"""RunPod's pods and AI Toolkit's interface on each, on loopback: management under `/v2/pods`, a pod's proxy under `/proxy/{pod}`.

Strict where the real ones are known to be (routes of 0.12.26, RunPod's reference of v2); a field that neither knows is an error
here. Time passes by itself: what a pod or job has come to is worked out when somebody asks. Operations for `faults`: `list`, `rent`,
`get`, `give_back` of the management, and `settings upload jobs create start delete line files` of the interface.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.emulators.aitoolkit_jobs import Job, PodDisk
from tests.support.emulators.faults import Faults
from tests.support.emulators.multipart import parts_of

KEY = "rp_emulated_key"
WISH_FIELDS = {
    "name", "image", "templateId", "gpu", "cpu", "disk", "env", "ports", "mounts", "cloud", "args", "registry", "dataCenterIds",
}  # fmt: skip
GPU_FIELDS = {"id", "count", "allowedCudaVersions", "minCudaVersion"}

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came, refused or not."""

    operation: str
    method: str
    path: str
    """As it was sent, with what is escaped."""
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Pod:
    id: str
    wish: dict[str, Any]
    rented_at: float
    disk: PodDisk = field(default_factory=PodDisk)
    ended: str | None = None
    """EXITED, ERROR or TERMINATED."""


@dataclass(slots=True)
class AiToolkitEmulator:
    """`provisioning` and `starting` are what the two states of a pod take, `booting` what its interface takes after them."""

    key: str = KEY
    seconds: float = 0.0
    provisioning: float = 0.0
    starting: float = 0.0
    booting: float = 0.0
    sold_out: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    """GPUs that this account may not rent."""
    is_broke: bool = False
    errors: deque[str] = field(default_factory=deque)
    """What jobs to come fail with, in turn; afterwards they end well."""
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)
    pods: dict[str, Pod] = field(default_factory=dict)
    volumes: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Files by path, for all pods that mount one. What lies elsewhere on such a pod is kept here too, under names of its own."""
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        proxy = "/proxy/{pod}/api"
        self.app = Starlette(
            routes=[
                Route("/v2/pods", self._managed("list", self._list), methods=["GET"]),
                Route("/v2/pods", self._managed("rent", self._rent), methods=["POST"]),
                Route("/v2/pods/{pod}", self._managed("get", self._get), methods=["GET"]),
                Route("/v2/pods/{pod}", self._managed("give_back", self._give_back), methods=["DELETE"]),
                Route(f"{proxy}/settings", self._proxied("settings", _settings), methods=["POST"]),
                Route(f"{proxy}/datasets/upload", self._proxied("upload", _upload), methods=["POST"]),
                Route(f"{proxy}/jobs", self._proxied("jobs", _jobs), methods=["GET"]),
                Route(f"{proxy}/jobs", self._proxied("create", self._create), methods=["POST"]),
                Route(f"{proxy}/jobs/{{job}}/start", self._proxied("start", _start), methods=["GET"]),
                Route(f"{proxy}/jobs/{{job}}/delete", self._proxied("delete", _delete), methods=["GET"]),
                Route(f"{proxy}/queue/{{line}}/start", self._proxied("line", _start_line), methods=["GET"]),
                Route(f"{proxy}/files/{{path:path}}", self._proxied("files", _file, is_public=True), methods=["GET"]),
            ]
        )

    def called(self, operation: str) -> list[Call]:
        return [call for call in self.calls if call.operation == operation]

    @property
    def rented(self) -> list[str]:
        """Pods that cost money now."""
        return [pod.id for pod in self.pods.values() if pod.ended != "TERMINATED"]

    def state_of(self, pod: Pod) -> str:
        age = time.monotonic() - pod.rented_at
        if pod.ended:
            return pod.ended
        if age < self.provisioning:
            return "PROVISIONING"
        return "STARTING" if age < self.provisioning + self.starting else "RUNNING"

    def restart(self, pod_id: str) -> None:
        """As when its host does: what is not on the volume is gone."""
        self.pods[pod_id].disk = PodDisk()

    def _managed(self, operation: str, answer: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {self.key}":
                return _problem(401, "Unauthorized")
            return await answer(request)

        return self._recorded(operation, handle)

    def _proxied(
        self, operation: str, answer: Callable[[Request, Pod], Awaitable[Response]], *, is_public: bool = False
    ) -> Handler:
        async def handle(request: Request) -> Response:
            pod = self.pods.get(request.path_params["pod"])
            booted = self.provisioning + self.starting + self.booting
            if pod is None or self.state_of(pod) != "RUNNING":
                return Response("<html>404 Not Found</html>", status_code=404)
            if time.monotonic() - pod.rented_at < booted:
                return Response("<html>502 Bad gateway</html>", status_code=502)
            token = pod.wish["env"].get("AI_TOOLKIT_AUTH")
            if token and not is_public and request.headers.get("authorization") != f"Bearer {token}":
                return JSONResponse({"error": "Unauthorized"}, status_code=401)
            pod.disk.pass_time()
            return await answer(request, pod)

        return self._recorded(operation, handle)

    def _recorded(self, operation: str, answer: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            path = request.scope["raw_path"].decode()
            self.calls.append(Call(operation, request.method, path, dict(request.headers), await request.body()))
            fault = self.faults.take(operation)
            if fault is None:
                return await answer(request)
            if fault.after_accepting:
                await answer(request)
            return await fault.befall()

        return handle

    async def _list(self, _: Request) -> Response:
        return JSONResponse({"pods": [self._said(pod) for pod in self.pods.values()]})

    async def _rent(self, request: Request) -> Response:
        wish = await request.json()
        if wrong := _wrong(wish):
            return _problem(422, wrong)
        if self.is_broke:
            return _problem(402, "Your balance is too low to rent this machine")
        if wish["gpu"]["id"] in self.forbidden:
            return _problem(403, "This pool is not allowed")
        if wish["gpu"]["id"] in self.sold_out:
            return _problem(400, "There are no longer any instances available with the requested specifications")
        pod = Pod(id=uuid4().hex[:14], wish=wish, rented_at=time.monotonic())
        for mount in wish.get("mounts", {}).get("network", []):
            pod.disk.files = self.volumes.setdefault(mount["volumeId"], {})
        self.pods[pod.id] = pod
        return JSONResponse(self._said(pod), status_code=201)

    async def _get(self, request: Request) -> Response:
        pod = self.pods.get(request.path_params["pod"])
        return JSONResponse(self._said(pod)) if pod else _problem(404, "Pod not found")

    async def _give_back(self, request: Request) -> Response:
        pod = self.pods.get(request.path_params["pod"])
        if pod is None or pod.ended == "TERMINATED":
            return _problem(404, "Pod not found")
        pod.ended = "TERMINATED"
        return Response(status_code=204)

    async def _create(self, request: Request, pod: Pod) -> Response:
        said = await request.json()
        if said.keys() != {"name", "gpu_ids", "job_config"}:
            return JSONResponse({"error": "Failed to save training data"}, status_code=500)
        if any(job.name == said["name"] for job in pod.disk.jobs.values()):
            return JSONResponse({"error": "Job name already exists"}, status_code=409)
        error = self.errors.popleft() if self.errors else None
        job = Job(id=str(uuid4()), name=said["name"], config=said["job_config"], seconds=self.seconds, error=error)
        pod.disk.jobs[job.id] = job
        return JSONResponse(job.as_json())

    def _said(self, pod: Pod) -> dict[str, Any]:
        return {
            "id": pod.id,
            "name": pod.wish["name"],
            "status": self.state_of(pod),
            "image": pod.wish.get("image"),
            "gpu": pod.wish["gpu"],
            "ports": pod.wish.get("ports", []),
            "env": pod.wish.get("env", {}),
            "mounts": pod.wish.get("mounts", {}),
            "cost": 0.69,
            "createdAt": f"2026-11-21T12:00:00.{list(self.pods).index(pod.id):03}Z",
        }


async def _settings(request: Request, pod: Pod) -> Response:
    said = await request.json()
    if said.keys() != {"HF_TOKEN", "TRAINING_FOLDER", "DATASETS_FOLDER", "MODELS_PATH"}:
        return JSONResponse({"error": "Failed to update settings"}, status_code=500)
    pod.disk.settings = said
    return JSONResponse({"success": True})


async def _upload(request: Request, pod: Pod) -> Response:
    parts = list(parts_of(request.headers["content-type"], await request.body()))
    names = [part.data.decode() for part in parts if part.name == "datasetName"]
    files = {part.file_name: part.data for part in parts if part.name == "files" and part.file_name}
    if len(names) != 1 or len(files) + 1 != len(parts) or not pod.disk.settings:
        return JSONResponse({"error": "No files provided"}, status_code=400)
    for name, data in files.items():
        pod.disk.files[f"{pod.disk.settings['DATASETS_FOLDER']}/{names[0]}/{name}"] = data
    return JSONResponse({"message": "Files uploaded successfully", "files": list(files)})


async def _jobs(request: Request, pod: Pod) -> Response:
    if wanted := request.query_params.get("id"):
        job = pod.disk.jobs.get(wanted)
        return JSONResponse(job.as_json() if job else None)
    return JSONResponse({"jobs": [job.as_json() for job in pod.disk.jobs.values()]})


async def _start(request: Request, pod: Pod) -> Response:
    """Only puts it in line."""
    job = pod.disk.jobs.get(request.path_params["job"])
    if job is None:
        return JSONResponse({"error": "Job not found"}, status_code=404)
    job.status = "queued"
    return JSONResponse(job.as_json())


async def _delete(request: Request, pod: Pod) -> Response:
    job = pod.disk.jobs.pop(request.path_params["job"], None)
    if job is None:
        return JSONResponse({"error": "Job not found"}, status_code=404)
    folder = f"{pod.disk.settings['TRAINING_FOLDER']}/{job.name}/"
    for path in [path for path in pod.disk.files if path.startswith(folder)]:
        del pod.disk.files[path]
    return JSONResponse(job.as_json())


async def _start_line(request: Request, pod: Pod) -> Response:
    pod.disk.line_runs = True
    return JSONResponse({"id": 1, "gpu_ids": request.path_params["line"], "is_running": True})


async def _file(request: Request, pod: Pod) -> Response:
    """The path is one segment. Anyone may ask."""
    raw = request.scope["raw_path"].decode().split("/api/files/", 1)[1]
    path = request.path_params["path"]
    if "/" in raw or not path.startswith(
        (f"{pod.disk.settings['TRAINING_FOLDER']}/", f"{pod.disk.settings['DATASETS_FOLDER']}/")
    ):
        return Response("Access denied", status_code=403)
    data = await asyncio.to_thread(pod.disk.files.get, path)
    return (
        Response(data, media_type="application/octet-stream") if data is not None else Response("File not found", 404)
    )


def _wrong(wish: Mapping[str, Any]) -> str | None:
    if unknown := wish.keys() - WISH_FIELDS:
        return f"unknown fields: {sorted(unknown)}"
    if not wish.get("name") or ("image" in wish) == ("templateId" in wish) or ("gpu" in wish) == ("cpu" in wish):
        return "name, and one of image and templateId, and one of gpu and cpu"
    if wish["gpu"].keys() - GPU_FIELDS or not isinstance(wish["gpu"].get("id"), str):
        return "gpu"
    for mount in wish.get("mounts", {}).get("network", []):
        if mount.keys() != {"volumeId", "path"}:
            return "mounts.network"
    return None


def _problem(status: int, detail: str) -> Response:
    return JSONResponse(
        {"title": "As told", "status": status, "detail": detail, "errors": []},
        status_code=status,
        headers={"content-type": "application/problem+json"},
    )
