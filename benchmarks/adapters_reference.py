"""The same exchanges by a bare httpx2 client that checks nothing: what an adapter could cost at the least."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2
import orjson

from domain.models.routing import model_of
from domain.ports.image_provider import RenderRequest
from providers.fal.arguments import body_of
from providers.runpod.worker_request import worker_request
from providers.runpod.workflows.files import WorkerFiles


class Exchange(Protocol):
    """One call, in the steps that its vendor has."""

    async def submit(self) -> str: ...
    async def is_ready(self, number: str) -> bool: ...
    async def fetch(self, number: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class BareFal:
    http: httpx2.AsyncClient
    endpoint: str
    body: bytes
    key: str

    @classmethod
    async def of(cls, http: httpx2.AsyncClient, request: RenderRequest, key: str) -> "BareFal":
        model = model_of(request.model)
        return cls(http, model.endpoint, await body_of(request, model), key)

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"authorization": f"Key {self.key}", "content-type": "application/json"}

    async def submit(self) -> str:
        answer = await self.http.post(f"/{self.endpoint}", content=self.body, headers=self._headers)
        number: str = orjson.loads(answer.content)["request_id"]
        return number

    async def is_ready(self, number: str) -> bool:
        return bool((await self._ask(f"{number}/status?logs=1"))["status"] == "COMPLETED")

    async def fetch(self, number: str) -> bytes:
        made = await self._ask(number)
        return (await self.http.get(made["images"][0]["url"])).content

    async def _ask(self, about: str) -> Any:
        owner, name = self.endpoint.split("/")[:2]
        answer = await self.http.get(f"/{owner}/{name}/requests/{about}", headers=self._headers)
        return orjson.loads(answer.content)


@dataclass(slots=True)
class BareRunPod:
    """The status that says it is ready brings the picture with it."""

    http: httpx2.AsyncClient
    endpoint: str
    body: bytes
    key: str
    _ended: Any = None

    @classmethod
    def of(cls, http: httpx2.AsyncClient, request: RenderRequest, *, endpoint: str, key: str) -> "BareRunPod":
        return cls(http, endpoint, orjson.dumps({"input": worker_request(request, WorkerFiles()).as_json()}), key)

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self.key}", "content-type": "application/json"}

    async def submit(self) -> str:
        answer = await self.http.post(f"/v2/{self.endpoint}/run", content=self.body, headers=self._headers)
        number: str = orjson.loads(answer.content)["id"]
        return number

    async def is_ready(self, number: str) -> bool:
        answer = await self.http.get(f"/v2/{self.endpoint}/status/{number}", headers=self._headers)
        self._ended = orjson.loads(answer.content)
        return bool(self._ended["status"] == "COMPLETED")

    async def fetch(self, number: str) -> bytes:
        return base64.b64decode(self._ended["output"]["images"][0]["data"])


@dataclass(frozen=True, slots=True)
class BareOpenAI:
    http: httpx2.AsyncClient
    key: str
    model: str
    prompt: str
    size: str

    async def picture(self) -> bytes:
        wish = {
            "model": self.model,
            "prompt": self.prompt,
            "n": 1,
            "size": self.size,
            "quality": "medium",
            "output_format": "jpeg",
            "partial_images": 0,
            "stream": True,
        }
        headers = {"authorization": f"Bearer {self.key}"}
        async with self.http.stream("POST", "/v1/images/generations", json=wish, headers=headers) as answer:
            stream = await answer.aread()
        _, _, event = stream.partition(b"\ndata: ")
        return base64.b64decode(orjson.loads(event)["b64_json"])
