"""The `QueuedImageProvider` over RunPod: one job of a worker for each image.

Pictures of people that go with a request stay in a warm worker's input folder until the worker is recycled. Whoever minds sets
`REFRESH_WORKER=true` on it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import timedelta
from io import BytesIO

import orjson
from PIL import Image

from domain.errors import ProviderMisconfigured, ProviderRequestInvalid, ProviderUnavailable
from domain.models.model import Provider
from domain.models.registry import IMAGE_MODELS
from domain.ports.image_provider import CallState, Ready, RenderedImage, RenderRequest, Running, Submitted, Waiting
from providers.pixels import brought_to
from providers.runpod.calls import PATIENCE, JobReport, RunPodCalls
from providers.runpod.downloads import Downloads
from providers.runpod.errors import BROKEN, NOT_SET_UP, NOT_UNDERSTOOD
from providers.runpod.results import Remote, result_of
from providers.runpod.uploads import Frame
from providers.runpod.worker_request import result_frame, result_name, runpod_model, worker_request
from providers.runpod.workflows.files import WorkerFiles

WORKFLOWS = frozenset(model.endpoint for model in IMAGE_MODELS if model.provider is Provider.RUNPOD)
ANY_WORKFLOW = "*"
MILLISECOND = timedelta(milliseconds=1)
SHORTEST_EXECUTION, SHORTEST_LIFE, LONGEST_LIFE = timedelta(seconds=5), timedelta(seconds=10), timedelta(days=7)
MOST_BODY = 10_000_000  # bytes that `/run` takes
MOST_KEPT = 8
"""Answers with pictures in them that `check` keeps for the `fetch` that follows, so that they come over the wire once."""


class RunPodImages:
    """`endpoints` maps a workflow (`Model.endpoint`: z-image, flux, pulid, sheet, fill) to a RunPod endpoint, `*` all others."""

    def __init__(
        self,
        *,
        key: str,
        endpoints: Mapping[str, str],
        base_url: str = "https://api.runpod.ai/v2",
        execution_limit: timedelta = timedelta(minutes=10),
        queue_limit: timedelta = timedelta(minutes=30),
        files: WorkerFiles | None = None,
        result_hosts: Collection[str] = (),
        patience: timedelta = PATIENCE,
    ) -> None:
        """A job is dropped by RunPod when it has run for `execution_limit`, or has existed for both limits together.

        `result_hosts` are the hosts of the bucket that workers may leave pictures in; `patience` is for one exchange over
        HTTP.
        """
        if unknown := endpoints.keys() - WORKFLOWS - {ANY_WORKFLOW}:
            raise ValueError(
                f"No workflows of ours: {', '.join(sorted(unknown))}. Known: {', '.join(sorted(WORKFLOWS))}."
            )
        self._endpoints = dict(endpoints)
        self._policy = _policy(execution_limit, execution_limit + queue_limit)
        self._files = files or WorkerFiles()
        self._calls = RunPodCalls(key=key, base_url=base_url, patience=patience)
        self._downloads = Downloads(result_hosts)
        self._ended: OrderedDict[str, JobReport] = OrderedDict()

    def endpoint_of(self, model: str) -> str:
        """Raises `ProviderMisconfigured` for a workflow that this deployment has no endpoint for."""
        workflow = runpod_model(model).endpoint
        endpoint = self._endpoints.get(workflow) or self._endpoints.get(ANY_WORKFLOW)
        if not endpoint:
            raise ProviderMisconfigured(NOT_SET_UP, detail=f"no endpoint for workflow {workflow}")
        return endpoint

    async def submit(self, request: RenderRequest, *, webhook: str | None) -> Submitted:
        endpoint = self.endpoint_of(request.model)
        body = await asyncio.to_thread(self._body, request, webhook)
        job = await self._calls.run(endpoint, body)
        return Submitted(model=request.model, request_id=job, endpoint=endpoint)

    async def check(self, submitted: Submitted) -> CallState:
        report = await self._calls.status(submitted.endpoint, submitted.request_id)
        if report.has_ended:
            self._keep(submitted.request_id, report)
            return Ready()
        match report.status:
            case "IN_QUEUE":
                return Waiting()
            case "IN_PROGRESS" | "RUNNING":
                return Running()  # worker-comfyui tells no percent
        raise ProviderUnavailable(BROKEN, detail="unknown status")

    async def fetch(self, submitted: Submitted, request: RenderRequest) -> RenderedImage:
        """`LoraMissing` asks for a new call with `request.without_loras()`."""
        report = self._ended.pop(submitted.request_id, None)
        if report is None:
            report = await self._calls.status(submitted.endpoint, submitted.request_id)
        result = result_of(report, result_name(request))
        data = await self._downloads.get(result.url) if isinstance(result, Remote) else result.data
        frame = await asyncio.to_thread(result_frame, request)
        if frame is not None:
            data = await asyncio.to_thread(_cut_out, data, frame)
        data, content_type = await brought_to(
            data, width=request.width, height=request.height, around_face=request.crop_to_face
        )
        return RenderedImage(
            data=data, content_type=content_type, provider=Provider.RUNPOD, model=submitted.model, seed=request.seed
        )

    async def cancel(self, submitted: Submitted) -> None:
        self._ended.pop(submitted.request_id, None)
        await self._calls.cancel(submitted.endpoint, submitted.request_id)

    async def ping(self) -> None:
        """Asks each endpoint how it is. Raises what the first that is not well says."""
        await asyncio.gather(*(self._calls.health(endpoint) for endpoint in sorted(set(self._endpoints.values()))))

    async def close(self) -> None:
        await self._calls.close()
        await self._downloads.close()

    def _body(self, request: RenderRequest, webhook: str | None) -> bytes:
        body: dict[str, object] = {"input": worker_request(request, self._files).as_json(), "policy": self._policy}
        if webhook is not None:
            body["webhook"] = webhook
        try:
            data = orjson.dumps(body)
        except orjson.JSONEncodeError as error:
            raise ProviderRequestInvalid(NOT_UNDERSTOOD, detail="prompt is not text") from error
        if len(data) >= MOST_BODY:
            raise ProviderRequestInvalid(NOT_UNDERSTOOD, detail="request_too_large")
        return data

    def _keep(self, job: str, report: JobReport) -> None:
        self._ended[job] = report
        self._ended.move_to_end(job)
        while len(self._ended) > MOST_KEPT:
            self._ended.popitem(last=False)


def _policy(execution: timedelta, life: timedelta) -> dict[str, int]:
    """In milliseconds, within what RunPod takes."""
    if not (SHORTEST_EXECUTION <= execution <= LONGEST_LIFE and SHORTEST_LIFE <= life <= LONGEST_LIFE):
        raise ValueError("A RunPod job may run for 5 seconds to 7 days, and exist for 10 seconds to 7 days.")
    return {"executionTimeout": execution // MILLISECOND, "ttl": life // MILLISECOND}


def _cut_out(data: bytes, frame: Frame) -> bytes:
    """Without what was added to the picture's sides. What is not of the size we sent is left as it is."""
    if (frame.width, frame.height) == (frame.padded_width, frame.padded_height):
        return data
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.size != (frame.padded_width, frame.padded_height):
                return data
            file = BytesIO()
            image.crop((0, 0, frame.width, frame.height)).save(file, "PNG", compress_level=1)
    except OSError:
        return data  # `brought_to` says that it is no picture
    return file.getvalue()
