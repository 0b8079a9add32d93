"""An image detector on loopback, as `providers.detector.http` says the contract is. It looks at no picture: a test says the scores."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.emulators.faults import Faults

KEY = "detector-emulated-0123456789"
TYPES = {"image/jpeg", "image/png", "image/webp"}


@dataclass(slots=True)
class DetectorEmulator:
    """Operation for `faults`: `detect`. `answer` takes the place of the whole body where it is set."""

    key: str | None = KEY
    sexual: float = 0.0
    minor_likeness: float = 0.0
    answer: object = None
    faults: Faults = field(default_factory=Faults)
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    """Types and bytes of what was sent."""
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        self.app = Starlette(routes=[Route("/judge", self._detect, methods=["POST"])])

    async def _detect(self, request: Request) -> Response:
        if self.key is not None and request.headers.get("authorization") != f"Bearer {self.key}":
            return JSONResponse({"error": "who are you?"}, status_code=401)
        body, content_type = await request.body(), request.headers.get("content-type", "")
        if content_type not in TYPES or not body:
            return JSONResponse({"error": "send a picture"}, status_code=415)
        self.seen.append((content_type, body))
        if fault := self.faults.take("detect"):
            return await fault.befall()
        return Response(json.dumps(self._said()), media_type="application/json")

    def _said(self) -> object:
        if self.answer is not None:
            return self.answer
        scores: Mapping[str, float] = {"sexual": self.sexual, "minor_likeness": self.minor_likeness}
        return {"scores": scores, "model": "emulated-1"}
