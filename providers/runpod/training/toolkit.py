"""AI Toolkit's own interface on one pod, through RunPod's proxy. Everything under `/api` needs the token, but for files and pictures.

Its traps: starting a job only puts it in line, and the line has to be started too; both are GETs. A file's path is one segment,
slashes and all. Settings are written all at once: what is left out fails. Source: its routes, 0.12.26.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx2
import orjson

from domain.errors import ImageNotMade, ProviderUnavailable
from providers.runpod.exchange import Answer, Exchange, bearer
from providers.runpod.training.errors import AWAY, BROKEN, NOT_TRAINED, refused, unanswered
from providers.runpod.training.job_configs import JobConfig
from providers.saving import TooLarge, save

GPUS = "0"
NOT_UP = frozenset({404, 502, 503, 504, 521, 522, 523, 524})
"""What the proxy answers while nothing listens behind it. AI Toolkit's own list of jobs answers none of them."""
WEIGHTS_PATIENCE = timedelta(minutes=10)
PART = 1024 * 1024


class NotUpError(Exception):
    """The interface does not answer yet, or not now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolkitJob:
    id: str
    name: str
    status: str
    """stopped, queued, running, stopping, completed, error."""
    step: int
    total_steps: int | None
    info: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFile:
    name: str
    content_type: str
    data: bytes


class Toolkit:
    """`url` is the pod's at the proxy. `exchange` is shared by all pods."""

    def __init__(self, exchange: Exchange, *, url: str, token: str) -> None:
        self._exchange, self._url, self._headers = exchange, url.rstrip("/"), bearer(token)

    async def job_called(self, name: str) -> ToolkitJob | None:
        """Raises `NotUpError`."""
        try:
            answer = await self._exchanged("GET", "jobs")
        except ProviderUnavailable as error:
            raise NotUpError from error
        if answer.status in NOT_UP:
            raise NotUpError
        listed = _good(answer).fields.get("jobs")
        if not isinstance(listed, list):
            raise ProviderUnavailable(BROKEN, detail="a list of jobs without jobs")
        return next((job for one in listed if (job := _job(one)) and job.name == name), None)

    async def set_up(self, *, hf_token: str, training_folder: str, datasets_folder: str) -> None:
        settings = {
            "HF_TOKEN": hf_token,
            "TRAINING_FOLDER": training_folder,
            "DATASETS_FOLDER": datasets_folder,
            "MODELS_PATH": "",
        }
        _good(await self._exchanged("POST", "settings", json=settings))

    async def upload(self, dataset: str, files: Sequence[DatasetFile]) -> None:
        """Makes the folder too, with those above it: `datasets/create` does not. Files of the same names are replaced."""
        form = [("files", (file.name, file.data, file.content_type)) for file in files]
        request = self._exchange.client.build_request(
            "POST",
            f"{self._url}/api/datasets/upload",
            data={"datasetName": dataset},
            files=form,
            headers=self._headers,
        )
        _good(await self._sent(request))

    async def create(self, name: str, config: JobConfig) -> None:
        """409 says that it is there: an answer was lost."""
        answer = await self._exchanged("POST", "jobs", json={"name": name, "gpu_ids": GPUS, "job_config": config})
        if answer.status != 409:
            _good(answer)

    async def start(self, job: ToolkitJob) -> None:
        """Puts it in line. Only the line starts it."""
        _good(await self._exchanged("GET", f"jobs/{quote(job.id, safe='')}/start"))

    async def start_line(self) -> None:
        """It stops by itself when it is empty. Twice is once."""
        _good(await self._exchanged("GET", f"queue/{GPUS}/start"))

    async def delete(self, job: ToolkitJob) -> None:
        """With the folder of its weights. 404 says that it is gone."""
        answer = await self._exchanged("GET", f"jobs/{quote(job.id, safe='')}/delete")
        if answer.status != 404:
            _good(answer)

    async def save(self, path_there: str, path: Path) -> None:
        """Raises `ImageNotMade` for a file that is not there, although its training ended well."""
        address = f"{self._url}/api/files/{quote(path_there, safe='')}"
        try:
            async with (
                asyncio.timeout(WEIGHTS_PATIENCE.total_seconds()),
                self._exchange.client.stream("GET", address, headers=self._headers) as response,
            ):
                if response.status_code in (403, 404):
                    raise ImageNotMade(NOT_TRAINED, detail=f"weights: HTTP {response.status_code}")
                if response.status_code != 200:
                    raise ProviderUnavailable(BROKEN, detail=f"weights: HTTP {response.status_code}")
                await save(response.aiter_bytes(PART), path)
        except TooLarge:
            raise ImageNotMade(NOT_TRAINED, detail="weights: too large") from None
        except (httpx2.RequestError, TimeoutError) as error:
            raise ProviderUnavailable(AWAY, detail=f"weights: {type(error).__name__}") from error

    async def _exchanged(self, method: str, what: str, *, json: object = None) -> Answer:
        content = None if json is None else orjson.dumps(json)
        headers = {**self._headers, **({"content-type": "application/json"} if content is not None else {})}
        address = f"{self._url}/api/{what}"
        return await self._sent(self._exchange.client.build_request(method, address, content=content, headers=headers))

    async def _sent(self, request: httpx2.Request) -> Answer:
        try:
            return await self._exchange.send(request)
        except (httpx2.RequestError, TimeoutError) as error:
            raise unanswered(error) from error


def _good(answer: Answer) -> Answer:
    if answer.status in NOT_UP:
        raise ProviderUnavailable(AWAY, detail=f"AI Toolkit: HTTP {answer.status}")
    if not answer.is_good:
        raise refused(answer, now=datetime.now(UTC))
    return answer


def _job(said: object) -> ToolkitJob | None:
    match said:
        case {"id": str(id), "name": str(name), "status": str(status), **rest}:
            step, info = rest.get("step"), rest.get("info")
            return ToolkitJob(
                id=id,
                name=name,
                status=status,
                step=step if type(step) is int else 0,
                total_steps=_total(rest.get("total_steps"), rest.get("job_config")),
                info=info if isinstance(info, str) else "",
            )
    return None


def _total(told: object, config: object) -> int | None:
    """It tells it for captioning only; of a training it is in the job's own words."""
    if type(told) is int:
        return told
    try:
        match orjson.loads(config) if isinstance(config, str) else None:
            case {"config": {"process": [{"train": {"steps": int(steps)}}]}}:
                return steps
    except orjson.JSONDecodeError:
        pass
    return None
