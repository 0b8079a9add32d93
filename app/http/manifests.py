"""The manifest of an image by itself, by a signed address: read off its file, wherever that is kept, when somebody asks.

So there is no second file that could say something else, or outlive its image.
"""

import asyncio
import hmac
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from domain.errors import NotFound, ProviderError, RateLimited
from domain.images.picture import Picture
from domain.ports.object_store import ObjectStore, type_of
from providers.local.files import ROUND_TO
from providers.provenance.containers import NotAPictureError, manifest_store_of

SERVED_UNDER = "/manifests/"
MEDIA_TYPE = "application/c2pa"
"""Source: C2PA 2.2, section 11.4."""

HEADERS = {
    "Cache-Control": "private, max-age=600, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
GONE = "There is no such manifest, or its address is not valid any more. Ask for the image again."
AWAY = "The file cannot be read right now. Try again in a moment."


class ManifestAddresses:
    """Good for five to ten minutes, and the same for five."""

    def __init__(self, *, public_url: str, secret: bytes, now: Callable[[], datetime]) -> None:
        self._served_under, self._secret, self._now = f"{public_url}{SERVED_UNDER}", secret, now

    def of(self, key: str) -> str:
        """Only call it for files whose owner is asking."""
        expires = str((int(self._now().timestamp()) // ROUND_TO + 2) * ROUND_TO)
        return f"{self._served_under}{key}?expires={expires}&signature={self._signature(key, expires)}"

    def is_good(self, key: str, *, expires: str, signature: str) -> bool:
        fits = hmac.compare_digest(signature.encode(), self._signature(key, expires).encode())
        return fits and int(expires) >= self._now().timestamp()

    def _signature(self, key: str, expires: str) -> str:
        return hmac.digest(self._secret, f"manifest:{key}:{expires}".encode(), "sha256").hex()


def manifest_route(addresses: ManifestAddresses, files: ObjectStore) -> Route:
    async def serve(request: Request) -> Response:
        key = request.path_params["key"]
        expires, signature = (request.query_params.get(part, "") for part in ("expires", "signature"))
        try:
            store = await _store(key) if addresses.is_good(key, expires=expires, signature=signature) else None
        except (ProviderError, RateLimited):
            return PlainTextResponse(AWAY, status_code=503, headers={"Cache-Control": "no-store"})
        if store is None:
            return PlainTextResponse(GONE, status_code=404, headers={"Cache-Control": "no-store"})
        name = f"{key.rpartition('/')[2].partition('.')[0]}.c2pa"
        return Response(
            store, media_type=MEDIA_TYPE, headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        )

    async def _store(key: str) -> bytes | None:
        try:
            picture = Picture(await files.get(key), type_of(key))
            return await asyncio.to_thread(manifest_store_of, picture)
        except (NotFound, NotAPictureError):
            return None

    return Route(f"{SERVED_UNDER}{{key:path}}", serve, methods=["GET", "HEAD"])
