"""What a client sent over HTTP, as the plain object that a GraphQL request is. Whatever is wrong with it is its mistake: 4xx."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive

from app.edge.media import is_json
from app.edge.refusals import HttpRefusal, malformed

LARGEST_BODY = 256 * 1024  # bytes
PATIENCE = timedelta(seconds=15)
"""For the whole of a body."""

MOST_PARAMETERS = 20
NAMES = frozenset({"query", "operationName", "variables", "extensions", "documentId"})
WRITTEN_AS_JSON = ("variables", "extensions")


class ClientGone(Exception):
    """In the middle of its request: there is nobody to answer."""


async def words_of_body(headers: Mapping[bytes, bytes], receive: Receive) -> Mapping[str, object]:
    """Raises `HttpRefusal`, and `ClientGone`."""
    _check_encoding(headers)
    body = await _read(headers.get(b"content-length"), receive)
    found = _loads(body, "The body is not JSON in UTF-8.")
    if not isinstance(found, dict):
        raise malformed("The body is not a JSON object. Batches are not supported: send one request at a time.")
    return found


def words_of_query(query_string: bytes) -> dict[str, object]:
    """Of the address. An empty parameter counts as none. Raises `HttpRefusal`."""
    try:
        text = query_string.decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise malformed("The parameters of the address cannot be read.") from None
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise malformed(f"The parameter '{name[:80]}' is there twice.")
        if name in NAMES and value:
            found[name] = _loads(value, f"`{name}` is not JSON.") if name in WRITTEN_AS_JSON else value
    return found


def _check_encoding(headers: Mapping[bytes, bytes]) -> None:
    if not is_json(headers.get(b"content-type")):
        raise _unsupported("Send JSON as 'Content-Type: application/json', in UTF-8.")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise _unsupported("Send the body as it is, without a 'Content-Encoding'.")


async def _read(length: bytes | None, receive: Receive) -> bytes:
    """Nothing is kept beyond the limit, whatever length was promised."""
    if length is not None and int(length) > LARGEST_BODY:
        raise _too_large()
    chunks: list[bytes] = []
    size, is_more = 0, True
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while is_more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                chunk, is_more = message.get("body", b""), message.get("more_body", False)
                size += len(chunk)
                if size > LARGEST_BODY:
                    raise _too_large()
                chunks.append(chunk)
    except TimeoutError:
        raise HttpRefusal(408, "The body did not arrive in time.", "REQUEST_TIMEOUT", headers=[CLOSE]) from None
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


CLOSE = (b"connection", b"close")


def _loads(text: str | bytes, message: str) -> object:
    try:
        found: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise malformed(message) from None
    return found


def _too_large() -> HttpRefusal:
    return HttpRefusal(413, f"A body has at most {LARGEST_BODY} bytes.", "TOO_MUCH", limit=LARGEST_BODY)


def _unsupported(message: str) -> HttpRefusal:
    return HttpRefusal(415, message, "UNSUPPORTED_MEDIA_TYPE")
