"""The schema as a whole: what it says of itself, and who may call what."""

import json
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    parse,
    validate,
)

from app.http.graphiql import FOLDER as GRAPHIQL
from app.http.graphiql import example_tabs
from schema.build import build_schema as build_ours
from schema.live import Subscription
from schema.permissions import Admin, Public, SignedIn
from schema.root import Mutation, Query
from tests.support.operations import documents

COMMITTED = Path(__file__).parents[2] / "schema.graphql"


def test_the_committed_schema_is_the_built_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == build_ours().as_str() + "\n", (
        "run 'make schema' and review the change"
    )


def test_everything_of_ours_says_what_it_is() -> None:
    schema = build_schema(COMMITTED.read_text(encoding="utf-8"))
    silent: list[str] = []

    def note(name: str, described: Any) -> None:
        if not (described.description or "").strip():
            silent.append(name)

    for name, kind in schema.type_map.items():
        if name.startswith("__") or name in {"Boolean", "Float", "ID", "Int", "String"}:
            continue
        note(name, kind)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                note(f"{name}.{field_name}", field)
                for argument_name, argument in field.args.items():
                    note(f"{name}.{field_name}({argument_name})", argument)
        elif isinstance(kind, GraphQLInputObjectType):
            for field_name, input_field in kind.fields.items():
                note(f"{name}.{field_name}", input_field)
        elif isinstance(kind, GraphQLEnumType):
            for value_name, value in kind.values.items():
                note(f"{name}.{value_name}", value)
    assert silent == []


@pytest.mark.parametrize("root", [Query, Mutation, Subscription])
def test_every_root_field_declares_who_may_call_it(root: Any) -> None:
    undeclared = [
        field.name
        for field in root.__strawberry_definition__.fields
        if len({SignedIn, Public, Admin} & set(field.permission_classes)) != 1
    ]
    assert undeclared == []


def test_only_the_catalogue_is_public() -> None:
    roots: list[Any] = [Query, Mutation, Subscription]
    public = {
        field.python_name
        for root in roots
        for field in root.__strawberry_definition__.fields
        if Public in field.permission_classes
    }
    assert public == {
        "brand_questions",
        "scene_presets",
        "environment_presets",
        "outfit_presets",
        "base_models",
        "aspect_ratios",
        "qualities",
        "appearance_options",
        "photo_guidelines",
        "credit_packages",
        "consent_text",
        "headshot_styles",
        "variation_options",
        "restyles",
        "overlay_positions",
        "social_platforms",
    }


@pytest.mark.parametrize("file", sorted(documents()))
def test_what_clients_send_is_valid(file: str) -> None:
    assert validate(build_schema(COMMITTED.read_text(encoding="utf-8")), documents()[file]) == []


def test_the_examples_of_graphiql_are_valid() -> None:
    schema = build_schema(COMMITTED.read_text(encoding="utf-8"))
    variables = json.loads((GRAPHIQL / "examples.json").read_text(encoding="utf-8"))
    tabs = example_tabs((GRAPHIQL / "examples.graphql").read_text(encoding="utf-8"), variables)
    assert len(tabs) == 51
    for tab in tabs:
        assert validate(schema, parse(tab["query"])) == []
