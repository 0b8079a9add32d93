"""Clients of an older schema go on working, or the change that breaks them is recorded, with what they should do.

Every two versions of `schema.graphql` that follow one another are compared: those that were committed, and the one that is
built now with the last of them. A tree without its history compares the file alone.
"""

import itertools
import subprocess
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema
from graphql.utilities import find_breaking_changes

from schema.build import build_schema as build_ours

ROOT = Path(__file__).parents[2]
FILE = ROOT / "schema.graphql"
RECORD = ROOT / "docs" / "schema-changes.md"
LOOKED_BACK = 20  # versions


def git(*arguments: str) -> list[str]:
    """Lines; none where there is no history."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError):
        return []
    return done.stdout.splitlines()


def versions() -> list[GraphQLSchema]:
    commits = git("log", f"-{LOOKED_BACK}", "--format=%H", "--reverse", "--", "schema.graphql")
    texts = ["\n".join(git("show", f"{commit}:schema.graphql")) for commit in commits]
    return [build_schema(text) for text in [*texts, FILE.read_text(encoding="utf-8"), build_ours().as_str()]]


def breaking(old: GraphQLSchema, new: GraphQLSchema) -> list[str]:
    return [change.description for change in find_breaking_changes(old, new)]


def test_every_breaking_change_is_recorded() -> None:
    known = RECORD.read_text(encoding="utf-8")
    all_versions = versions()
    pairs = itertools.pairwise(all_versions)
    missing = [words for old, new in pairs for words in breaking(old, new) if words not in known]
    assert missing == [], f"Make these changes compatible, or record them in {RECORD.relative_to(ROOT)}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type Query { a: Int }", "type Query { b: Int }"),
        ("type Query { a: Int! }", "type Query { a: Int }"),
        ("type Query { a(x: Int): Int }", "type Query { a(x: Int!): Int }"),
        ("enum E { A B } type Query { a: E }", "enum E { A } type Query { a: E }"),
    ],
)
def test_the_check_sees_what_breaks_a_client(old: str, new: str) -> None:
    assert len(breaking(build_schema(old), build_schema(new))) == 1


def test_what_is_added_breaks_nobody() -> None:
    assert breaking(build_schema("type Query { a: Int }"), build_schema("type Query { a: Int! b(x: Int): Int }")) == []
