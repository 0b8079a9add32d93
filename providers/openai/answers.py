"""The structure of an answer: a dataclass as the strict JSON schema that OpenAI takes, and the answer read back.

Strict means: every field is required, nothing else is allowed, and only some of JSON Schema is understood. What cannot be
said in it is a `TypeError`, the programmer's, before anything is asked. Source: OpenAI's guide to structured outputs, 2026-11.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from typing import TypeVar

from pydantic import TypeAdapter

Answer = TypeVar("Answer")

KNOWN = frozenset(
    {"$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum", "exclusiveMaximum"}
    | {"exclusiveMinimum", "format", "items", "maxItems", "maximum", "minItems", "minimum", "multipleOf", "pattern"}
    | {"properties", "required", "type"}
)
DROPPED = frozenset({"default", "title", "prefixItems"})
"""A default would make a field optional, a title repeats its name, `prefixItems` is said otherwise."""


@lru_cache(maxsize=64)
def schema_of(answer: type) -> Mapping[str, object]:
    """Read it, do not change it. Raises `TypeError`."""
    if not is_dataclass(answer):
        raise TypeError(f"{answer.__name__} is no dataclass.")
    schema = _adapter(answer).json_schema()
    strict = _strict(schema)
    if "$ref" in strict:  # A dataclass that contains itself; the outermost schema has to be an object.
        name = str(strict.pop("$ref")).removeprefix("#/$defs/")
        strict = {**_strict(schema["$defs"][name]), **strict}
    return strict


def read(answer: type[Answer], text: str) -> Answer:
    """Raises `ValueError` (pydantic's) for what does not fit: no number is taken from a string."""
    kind: type = answer
    read = _adapter(kind).validate_json(text, strict=True)
    if not isinstance(read, answer):
        raise TypeError(f"{kind.__name__} became something else.")
    return read


@lru_cache(maxsize=64)
def _adapter(answer: type) -> TypeAdapter[object]:
    return TypeAdapter(answer)


def _strict(schema: Mapping[str, object]) -> dict[str, object]:
    if unknown := schema.keys() - KNOWN - DROPPED:
        raise TypeError(f"A strict schema has no way to say {', '.join(sorted(unknown))}: {schema}")
    strict = {key: _inside(key, value) for key, value in schema.items() if key not in DROPPED}
    if "prefixItems" in schema:
        strict["items"] = _same(schema["prefixItems"])
    if schema.get("type") == "object":
        if "properties" not in schema:
            raise TypeError(f"A strict schema names every field; a mapping does not: {schema}")
        strict["required"] = list(_mapping(schema["properties"]))
        strict["additionalProperties"] = False
    return strict


def _inside(key: str, value: object) -> object:
    if key in {"properties", "$defs"}:
        return {name: _strict(_mapping(one)) for name, one in _mapping(value).items()}
    if key == "items" and isinstance(value, Mapping):
        return _strict(value)
    if key == "anyOf" and isinstance(value, list):
        return [_strict(_mapping(one)) for one in value]
    return value


def _same(places: object) -> dict[str, object]:
    """A tuple of a fixed length, whose places are all alike; its length is in `minItems` and `maxItems`."""
    kinds = [_strict(_mapping(one)) for one in places] if isinstance(places, list) else []
    if not kinds or any(kind != kinds[0] for kind in kinds):
        raise TypeError("A strict schema has no way to say a tuple of different things: make it a dataclass.")
    return kinds[0]


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"A strict schema has no way to say {value!r}.")
    return value
