"""A request to the OpenAI emulator, as it came."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from tests.support.emulators.multipart import NotAForm, Part, parts_of
from tests.support.emulators.openai_fields import Complained

Work = Callable[[], Awaitable[Response]]
"""What is done once a call was looked at and found good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Of a form, `body` holds the plain fields as text, and `files` the rest."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, object]
    files: tuple[Part, ...] = ()


async def call_of(request: Request) -> Call:
    """Raises `Complained` for a body that cannot be read."""
    raw = await request.body()
    kind = request.headers.get("content-type", "")
    body, files = ({}, ()) if request.method == "GET" else _form(kind, raw) if "multipart" in kind else (_json(raw), ())
    return Call(path=request.url.path, headers=dict(request.headers), body=body, files=files)


def _json(raw: bytes) -> Mapping[str, object]:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Complained("We could not parse the JSON body of your request.", None) from error
    if not isinstance(body, dict):
        raise Complained("Expected a JSON object.", None)
    return body


def _form(kind: str, raw: bytes) -> tuple[Mapping[str, object], tuple[Part, ...]]:
    try:
        parts = list(parts_of(kind, raw))
    except NotAForm as error:
        raise Complained(f"Invalid multipart form: {error}.", None) from error
    plain = {part.name: part.data.decode() for part in parts if part.file_name is None}
    return plain, tuple(part for part in parts if part.file_name is not None)
