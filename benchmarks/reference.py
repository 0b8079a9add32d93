"""`python -m benchmarks.reference NAME`: what the product is compared with, served as the product is (see `app.serve`)."""

import os
import sys

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks import events_reference, gallery_reference, gallery_stock, start_pack_reference

APPS = {
    "gallery": gallery_reference.make_app,
    "gallery_stock": gallery_stock.make_app,
    "start_pack": start_pack_reference.make_app,
    "events": events_reference.make_app,
}


async def _alive(_: Request) -> Response:
    return PlainTextResponse("ok")


def main() -> None:
    app = APPS[sys.argv[1]](os.environ)
    app.router.routes.append(Route("/healthz", _alive))
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=10,
        ws_ping_timeout=10,
        timeout_graceful_shutdown=1,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
