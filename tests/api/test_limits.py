"""What one request may ask of us."""

import pytest

from tests.support.studio import Studio

PAGE = "edges { node { id } }"


def nested(first: str) -> str:
    page = f"images(first: {first}) {{ edges {{ node {{ id job {{ images {{ edges {{ node {{ id job {{ id }} }} }} }} }} }} }} }}"
    return "viewer { " + " ".join(f"a{n}: {page}" for n in range(10)) + " }"


@pytest.mark.parametrize("first", ["100", "$first"])
async def test_pages_inside_of_pages_are_counted_before_they_are_read(studio: Studio, first: str) -> None:
    declared = "($first: Int!)" if first == "$first" else ""
    answer = await studio.post(f"query {declared} {{ {nested(first)} }}", {"first": 100})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TOO_MUCH"]
    assert "data" not in answer


async def test_a_page_of_a_hundred_with_job_and_subject_is_not_too_much(studio: Studio) -> None:
    answer = await studio.post("{ viewer { images(first: 100) { edges { node { id job { id } subject { id } } } } } }")
    assert answer["data"] == {"viewer": {"images": {"edges": []}}}


async def test_a_subscription_over_plain_http_is_the_clients_mistake(studio: Studio) -> None:
    assert await studio.failure("subscription { creditBalanceChanged { available } }") == (
        "A subscription is a stream. Send 'Accept: text/event-stream', or use a WebSocket (graphql-transport-ws).",
        {"code": "INVALID_INPUT"},
    )


@pytest.mark.parametrize("written", ["x\x00y", "x\\u0000y", "x\\u{0}y"])
async def test_a_zero_byte_in_a_document_is_refused_however_it_is_written(studio: Studio, written: str) -> None:
    answer = await studio.post(f'{{ viewer {{ images(filter: {{ models: ["{written}"] }}) {{ {PAGE} }} }} }}')
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_INPUT"]


async def test_variables_nested_without_end_are_answered(studio: Studio) -> None:
    deep: object = "x"
    for _ in range(900):
        deep = [deep]
    answer = await studio.post("query ($id: ID!) { node(id: $id) { id } }", {"id": deep})
    assert answer["errors"][0]["message"].startswith("Variable '$id'")
