"""Structured answers of the OpenAI emulator: whether a schema is a strict one, and an answer that fits it.

The answers mean nothing: equal questions get equal ones, and that is all there is to them.
"""

import hashlib
from collections.abc import Mapping, Sequence

from tests.support.emulators.openai_fields import Complained

WORDS = {"$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum", "items", "properties"}
WORDS |= {"required", "type", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
WORDS |= {"multipleOf", "pattern", "format"}


DEEPEST = 6
"""From here on lists are empty: a structure may contain itself."""


def check_strict(schema: object, *, top: bool = True) -> None:
    """Raises what OpenAI says of a schema that is not. Source: its guide to structured outputs, 2026-11."""
    if not isinstance(schema, Mapping):
        raise _invalid("a schema is an object")
    if unknown := set(schema) - WORDS:
        raise _invalid(f"{sorted(unknown)} is not permitted")
    if "$ref" in schema and len(schema) > (2 if top else 1):
        raise _invalid("$ref cannot have keywords beside it")
    if top and schema.get("type") != "object":
        raise _invalid('schema must have type "object"')
    properties = schema.get("properties", {})
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            raise _invalid("'additionalProperties' is required to be supplied and to be false")
        if list(schema.get("required", ())) != list(properties):
            raise _invalid("'required' is required to be supplied and to be an array including every key in properties")
    if schema.get("type") == "array" and "items" not in schema:
        raise _invalid("array schema missing items")
    inner = [*properties.values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", ())]
    for one in (*inner, *([schema["items"]] if "items" in schema else [])):
        check_strict(one, top=False)


def filled(schema: Mapping[str, object], asked: str) -> object:
    """An answer to `asked` that fits."""
    return _Filling(schema, asked).of(schema, "answer")


def _invalid(why: str) -> Complained:
    return Complained(f"Invalid schema for response_format: {why}.", "invalid_json_schema", "text.format.schema")


class _Filling:
    def __init__(self, root: Mapping[str, object], asked: str) -> None:
        self._root, self._asked = root, asked

    def of(self, schema: object, name: str) -> object:
        assert isinstance(schema, Mapping)
        if "$ref" in schema:
            definitions = self._root["$defs"]
            assert isinstance(definitions, Mapping)
            return self.of(definitions[str(schema["$ref"]).rsplit("/", 1)[1]], name)
        if "const" in schema:
            return schema["const"]
        for choice in ("enum", "anyOf"):
            if isinstance(options := schema.get(choice), Sequence):
                picked = options[self._dice(name, len(options))]
                return picked if choice == "enum" else self.of(picked, name)
        return self._plain(schema, name)

    def _plain(self, schema: Mapping[str, object], name: str) -> object:
        least = int(str(schema.get("minimum", 0)))
        plain: dict[object, object] = {
            "string": f"emulated {name.rsplit('.', 1)[-1]} {self._dice(name, 1000)}",
            "integer": least + self._dice(name, 10),
            "number": least + self._dice(name, 100) / 100,
            "boolean": self._dice(name, 2) == 1,
            "null": None,
        }
        if schema["type"] in plain:
            return plain[schema["type"]]
        return self._list(schema, name) if schema["type"] == "array" else self._object(schema, name)

    def _object(self, schema: Mapping[str, object], name: str) -> object:
        properties = schema["properties"]
        assert isinstance(properties, Mapping)
        return {key: self.of(one, f"{name}.{key}") for key, one in properties.items()}

    def _list(self, schema: Mapping[str, object], name: str) -> object:
        most = 2 if name.count(".") < DEEPEST else 0
        count = max(int(str(schema.get("minItems", 0))), min(most, int(str(schema.get("maxItems", most)))))
        return [self.of(schema["items"], f"{name}.{place}") for place in range(count)]

    def _dice(self, name: str, sides: int) -> int:
        return int.from_bytes(hashlib.sha256(f"{self._asked}\n{name}".encode()).digest()[:8]) % sides
