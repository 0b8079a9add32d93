"""Finished images and archives by their signed addresses. The address is the permission; what it opens can never change."""

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from domain.errors import NotFound
from providers.local.files import SERVED_UNDER, LocalFiles

HEADERS = {
    "Cache-Control": "private, max-age=600, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "zip": "application/zip",
    "safetensors": "application/octet-stream",
    "json": "application/json",
}


def file_route(files: LocalFiles) -> Route:
    async def serve(request: Request) -> Response:
        key = request.path_params["key"]
        query = request.query_params
        expires, signature, name = (query.get(part, "") for part in ("expires", "signature", "name"))
        try:
            path = files.path_of(key, expires=expires, signature=signature, name=name)
        except NotFound as refusal:
            return PlainTextResponse(refusal.message, status_code=404, headers={"Cache-Control": "no-store"})
        etag = f'"{path.stem}"'  # the file is named by its hash
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={**HEADERS, "ETag": etag})
        headers = {**HEADERS, "ETag": etag}
        return FileResponse(path, media_type=TYPES[path.suffix[1:]], headers=headers, filename=name or None)

    return Route(f"{SERVED_UNDER}{{key:path}}", serve, methods=["GET", "HEAD"])
