"""`python -m benchmarks.emulators NAME SECONDS`: a vendor in a process of its own, whose pictures take that long."""

import os
import sys
from collections.abc import Callable, Mapping

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.support.emulators.fal import FalEmulator
from tests.support.emulators.openai import OpenAIEmulator
from tests.support.emulators.runpod import RunPodEmulator

EMULATORS: Mapping[str, Callable[[float], Starlette]] = {
    "fal": lambda seconds: FalEmulator(seconds=seconds).app,
    "runpod": lambda seconds: RunPodEmulator(seconds=seconds).app,
    "openai": lambda seconds: OpenAIEmulator(seconds=seconds).app,
}


async def _alive(_: Request) -> Response:
    return PlainTextResponse("ok")


def main() -> None:
    app = EMULATORS[sys.argv[1]](float(sys.argv[2]))
    app.router.routes.append(Route("/healthz", _alive))
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
