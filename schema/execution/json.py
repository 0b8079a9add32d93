"""JSON at the edge: out by orjson, which is ten times as fast as the standard library's."""

import json
from collections.abc import Mapping

import orjson


def encode_json(value: object) -> bytes:
    """Always possible: what orjson refuses, half a surrogate pair in a message that quotes its client, is escaped."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, default=str).encode()


def holds_zero(values: Mapping[str, object]) -> bool:
    """Whether a text in it has a zero byte. Without recursion: variables may be nested deeper than Python's stack."""
    todo: list[object] = [values]
    while todo:
        found = todo.pop()
        if isinstance(found, str):
            if "\0" in found:
                return True
        elif isinstance(found, dict):
            todo.extend(found.values())
        elif isinstance(found, list):
            todo.extend(found)
    return False
