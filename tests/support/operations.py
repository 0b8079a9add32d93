"""The documents that frontends send, as `clients/operations/` holds them, with an example of the variables of each."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, parse, print_ast
from graphql.utilities import separate_operations

FOLDER = Path(__file__).parents[2] / "clients" / "operations"

Json = dict[str, Any]


@cache
def documents() -> dict[str, DocumentNode]:
    """By file name. Read once, for all: not to be changed."""
    return {path.name: parse(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.graphql"))}


@cache
def operations() -> dict[str, str]:
    """By operation name; each a document of its own, with the fragments it needs. As above."""
    return {
        name: print_ast(document)
        for whole in documents().values()
        for name, document in separate_operations(whole).items()
    }


def kind_of(document: str) -> str:
    """`query`, `mutation` or `subscription`."""
    (operation,) = (d for d in parse(document).definitions if isinstance(d, OperationDefinitionNode))
    return operation.operation.value


def variables_of(name: str, **ids: str) -> Json:
    """As the example says, with `<image id>` and its like replaced: `image_id=...` stands for that one."""
    found: Json = json.loads((FOLDER / "variables.json").read_text(encoding="utf-8")).get(name, {})
    text = json.dumps(found)
    for word, value in ids.items():
        text = text.replace(f"<{word.replace('_', ' ')}>", value)
    filled: Json = json.loads(text.replace("<influencer or persona id>", ids.get("influencer_id", "")))
    return filled
