"""Manifests of trusted documents: what a build of the clients says they will ever send.

Two forms are read: Relay's, `{id: document}`, and Apollo's, `{"format": "apollo-persisted-query-manifest", "operations": [...]}`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import orjson
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse, print_ast
from graphql.utilities import separate_operations

APOLLO = "apollo-persisted-query-manifest"
SHA256 = "sha256:"


class ManifestError(ValueError):
    """A sentence: which file, and what is wrong with it."""


def read_manifest(path: Path) -> Mapping[str, str]:
    """Documents by their ids, as `document_key` writes them. Raises `ManifestError`."""
    try:
        found: object = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}.") from None
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"{path} is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise ManifestError(f"{path} is not a manifest: neither {{id: document}} nor Apollo's form.")
    pairs = _apollo(path, found) if "format" in found or "operations" in found else found.items()
    documents = {document_key(key): _document(path, key, text) for key, text in pairs}
    if not documents:
        raise ManifestError(f"{path} holds no document: nothing could be asked at all.")
    return documents


def document_key(document_id: str) -> str:
    """`sha256:` may be left out, before a hash."""
    return document_id.removeprefix(SHA256)


def hash_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def make_manifest(texts: Iterable[str]) -> dict[str, str]:
    """In Relay's form, by SHA-256: each operation with the fragments it needs, which stand in the same text.

    Raises `ManifestError`. Documents are written as graphql-js prints them, and so as clients built on it send them.
    """
    asts = [_parsed(text) for text in texts]
    _check_names([name for ast in asts for name in _names(ast)])
    documents = [print_ast(separate_operations(ast)[name]) for ast in asts for name in _names(ast)]
    return {hash_of(document): document for document in documents}


def manifest_json(manifest: Mapping[str, str]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False)


def _parsed(text: str) -> DocumentNode:
    try:
        return parse(text)
    except GraphQLError as error:
        raise ManifestError(f"The documents cannot be read: {error}") from None


def _names(ast: DocumentNode) -> list[str]:
    return [d.name.value if d.name else "" for d in ast.definitions if isinstance(d, OperationDefinitionNode)]


def _check_names(names: Sequence[str]) -> None:
    if not names:
        raise ManifestError("There is no operation in these files.")
    if "" in names:
        raise ManifestError("An operation has no name: give it one, so that it can be told from the others.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ManifestError(f"Two operations have the same name: {', '.join(twice)}.")


def _apollo(path: Path, found: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    operations = found.get("operations")
    if found.get("format") != APOLLO or not isinstance(operations, list):
        raise ManifestError(f"{path} is neither {{id: document}} nor of the format '{APOLLO}'.")
    for number, operation in enumerate(operations):
        if not isinstance(operation, dict) or not isinstance(operation.get("id"), str):
            raise ManifestError(f"{path}: operation {number} has no `id`.")
        yield operation["id"], operation.get("body")


def _document(path: Path, key: str, text: object) -> str:
    if not isinstance(text, str):
        raise ManifestError(f"{path}: the document of '{key[:80]}' is not a text.")
    try:
        parse(text)
    except GraphQLError as error:
        raise ManifestError(f"{path}: the document of '{key[:80]}' cannot be read: {error.message}") from None
    return text
