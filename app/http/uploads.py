"""What owners send by themselves, by signed addresses: the local twin of a storage server's signed uploads.

The address is the permission, so no token is asked for. A page of an allowed origin may send, and read why it was refused.
"""

import asyncio
import sys
from datetime import timedelta

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog import get_logger

from app.edge.forgery import ForeignPages
from app.edge.http import headers_of
from app.edge.refusals import HttpRefusal
from domain.ports.object_store import UPLOADS
from providers.local.files import SERVED_UNDER
from providers.local.uploads import Announced, LocalUploads, UploadRefused

log = get_logger("likeness.http")

PATIENCE = timedelta(minutes=2)
"""For the whole of a file: 10 MB at 90 KB a second."""

PREFLIGHT = {
    "Allow": "PUT",
    "Access-Control-Allow-Methods": "PUT",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}
NOT_KEPT = {"Cache-Control": "no-store"}


def upload_route(uploads: LocalUploads, pages: ForeignPages) -> Route:
    async def take(request: Request) -> Response:
        headers = headers_of(request.scope)
        try:
            pages.check(request.method, headers)
            answer = await _answer(request, uploads)
        except HttpRefusal as refusal:
            answer = _refusing(refusal.status, str(refusal))
        except UploadRefused as refusal:
            answer = _refusing(refusal.status, refusal.message)
        answer.raw_headers.extend(pages.common(headers))
        return answer

    # Larger than any body: a slot bounds its own, and says so where a page of another origin can read it.
    return Route(f"{SERVED_UNDER}{UPLOADS}/{{name:path}}", take, methods=["PUT", "OPTIONS"], max_body_size=sys.maxsize)


async def _answer(request: Request, uploads: LocalUploads) -> Response:
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=PREFLIGHT)
    query = request.query_params
    upload = uploads.announced(
        f"{UPLOADS}/{request.path_params['name']}",
        expires=query.get("expires", ""),
        size=query.get("size", ""),
        content_type=query.get("type", ""),
        signature=query.get("signature", ""),
    )
    _check_headers(request, upload)
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await uploads.receive(upload, request.stream())
    except TimeoutError:
        raise UploadRefused(408, "The file did not arrive in time. Ask for another address.") from None
    except ClientDisconnect:
        return Response(status_code=400)  # nobody hears it
    except OSError as error:
        log.error("an upload could not be stored", error=type(error).__name__)
        raise UploadRefused(503, "The file could not be stored. Try again shortly.") from error
    return Response(status_code=201, headers=NOT_KEPT)


def _check_headers(request: Request, upload: Announced) -> None:
    """What can be told before a byte of it has come. `Content-Length` is none where the file comes in chunks."""
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told != upload.content_type:
        raise UploadRefused(415, f"This address takes a file of type {upload.content_type}.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UploadRefused(415, "Send the file as it is, without a 'Content-Encoding'.")
    length = request.headers.get("content-length")
    if length is not None and int(length) > upload.size_bytes:
        raise UploadRefused(413, f"This is more than the {upload.size_bytes} bytes that were announced.")
    if length is not None and int(length) < upload.size_bytes:
        raise UploadRefused(400, f"This is less than the {upload.size_bytes} bytes that were announced.")


def _refusing(status: int, message: str) -> Response:
    close = {"Connection": "close"} if status == 408 else {}
    return PlainTextResponse(message, status_code=status, headers={**NOT_KEPT, **close})
