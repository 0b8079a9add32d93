"""docs/viewer-events.md and the types of events, held against the code that tells them."""

import re
from pathlib import Path
from typing import cast

from graphql import GraphQLInterfaceType

from domain.events import EventKind
from domain.user_events import JOB_EVENTS, MUTATIONS_UNTOLD, USER_EVENTS, UserEventKind
from schema.build import build_schema
from schema.viewer_events import DRESS, TYPES, VIEWER_EVENT_TYPES
from schema.viewer_events_page import page
from tasks import broker  # noqa: F401 - it knows every task
from tasks.registry import TASKS
from tests.support.packages import sources_of

SCHEMA = build_schema()._schema
KINDS = {*EventKind, *UserEventKind}


def test_the_page_is_what_the_code_says() -> None:
    assert Path("docs/viewer-events.md").read_text(encoding="utf-8") == page()


def test_each_kind_has_words_a_type_and_a_dress() -> None:
    assert {*JOB_EVENTS, *USER_EVENTS} == KINDS == set(TYPES)
    assert set(DRESS) > KINDS
    told = {one.name for one in SCHEMA.get_possible_types(cast("GraphQLInterfaceType", SCHEMA.type_map["ViewerEvent"]))}
    assert {one.__name__ for one in (*TYPES.values(), *VIEWER_EVENT_TYPES)} == told


def test_each_kind_is_told_somewhere() -> None:
    said = "".join(sources_of("domain", "db", "tasks", "resolvers", besides="domain/user_events.py"))
    assert {kind for kind in UserEventKind if f"UserEventKind.{kind.name}" not in said} == set()
    assert {kind for kind in EventKind if not re.search(rf"\bEventKind\.{kind.name}\b", said)} == set()


def test_what_leads_to_an_event_exists() -> None:
    assert SCHEMA.mutation_type is not None
    mutations = set(SCHEMA.mutation_type.fields)
    named = {name for said in (*JOB_EVENTS.values(), *USER_EVENTS.values()) for name in said.because_of}
    assert named - mutations - set(TASKS) == set()
    assert mutations - named - MUTATIONS_UNTOLD.keys() == set(), "say in `domain.user_events` what they lead to"
    assert MUTATIONS_UNTOLD.keys() - mutations | MUTATIONS_UNTOLD.keys() & named == set()
