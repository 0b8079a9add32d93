"""What is said over a socket: graphql-transport-ws in JSON, read with care and written as text.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias, TypeGuard

import orjson

from schema.execution.json import encode_json
from schema.execution.refusals import FormattedError

PROTOCOL = "graphql-transport-ws"
ACK = '{"type":"connection_ack"}'
LONGEST_REASON = 123  # bytes; RFC 6455, section 5.5


class CloseCode(IntEnum):
    """Those of the protocol, and `TRY_AGAIN_LATER` of the registry, on which clients connect anew."""

    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    NO_COMMON_PROTOCOL = 4406
    NO_INIT = 4408
    ID_IN_USE = 4409
    TOO_MANY = 4429
    INTERNAL = 4500


class Close(Exception):
    """This socket ends here. `reason` is for developers; it is cut where a close frame is full."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Init:
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ping:
    payload: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Pong:
    pass


@dataclass(frozen=True, slots=True)
class Subscribe:
    """`words` are of the types that the protocol wants; what they mean is for `app.edge.intake`."""

    id: str
    words: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Complete:
    id: str


Message: TypeAlias = Init | Ping | Pong | Subscribe | Complete


def read(text: str | None) -> Message:
    """Of a client; None stands for a binary frame. Raises `Close` for everything that a client may not say."""
    if text is None:
        raise malformed("Messages are text")
    try:
        found: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise malformed("The message is not JSON") from None
    if not isinstance(found, dict):
        raise malformed("The message is not an object")
    match found.get("type"):
        case "subscribe":
            return Subscribe(_id(found), _words(found.get("payload")))
        case "complete":
            return Complete(_id(found))
        case "ping":
            return Ping(_payload(found))
        case "pong":
            _payload(found)
            return Pong()
        case "connection_init":
            return Init(_payload(found) or {})
    raise malformed("No such message type for clients")


def pong_frame(payload: Mapping[str, object] | None) -> str:
    """Raises `Close` for a payload that is nested deeper than can be written (254 levels)."""
    if payload is None:
        return '{"type":"pong"}'
    try:
        return '{"type":"pong","payload":' + orjson.dumps(payload).decode() + "}"
    except orjson.JSONEncodeError:
        raise malformed("The payload is nested too deeply") from None


def next_start(id_: str) -> str:
    """A `next` frame is this, the answer as JSON, and a closing brace."""
    return '{"id":' + _quoted(id_) + ',"type":"next","payload":'


def error_frame(id_: str, errors: Sequence[FormattedError]) -> str:
    return '{"id":' + _quoted(id_) + ',"type":"error","payload":' + encode_json(errors).decode() + "}"


def complete_frame(id_: str) -> str:
    return '{"id":' + _quoted(id_) + ',"type":"complete"}'


def malformed(reason: str) -> Close:
    return Close(CloseCode.BAD_REQUEST, reason)


def _quoted(id_: str) -> str:
    return orjson.dumps(id_).decode()


def _id(message: Mapping[str, object]) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not found:
        raise malformed("`id` is a text, and not empty")
    return found


def _payload(message: Mapping[str, object]) -> Mapping[str, object] | None:
    found = message.get("payload")
    if not _is_object_or_null(found):
        raise malformed("`payload` is an object, null or absent")
    return found


def _words(payload: object) -> Mapping[str, object]:
    if not isinstance(payload, dict):
        raise malformed("`payload` is an object")
    extensions = payload.get("extensions")
    if not _is_object_or_null(payload.get("variables")) or not _is_object_or_null(extensions):
        raise malformed("`variables` and `extensions` are objects, null or absent")
    if not isinstance(payload.get("operationName"), str | None):
        raise malformed("`operationName` is a text, null or absent")
    is_named = "documentId" in payload or "persistedQuery" in (extensions or {})
    if not isinstance(payload.get("query"), str | None if is_named else str):
        raise malformed("`query` is a text")
    return payload


def _is_object_or_null(value: object) -> TypeGuard[dict[str, object] | None]:
    return value is None or isinstance(value, dict)
