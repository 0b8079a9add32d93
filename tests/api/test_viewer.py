"""`viewer`: who called, what is theirs, and the pages of it."""

import base64
import json
from uuid import uuid4

import pytest

from providers.local.tokens import user_id_of
from schema.ids import global_id
from tests.support.owner import Owner
from tests.support.studio import Studio

VIEWER = """
{
  viewer {
    id email displayName creditBalance { available reserved total } unreadNotificationCount defaultPersona { id }
    personas { edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
    onboarding { percentComplete currentStep { key } steps { key status } }
  }
}
"""
PAGES = {
    "influencers": "influencers(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }",
    "jobs": "jobs(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }",
    "images": "images(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }",
    "creditTransactions": (
        "creditTransactions(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }"
    ),
    "notifications": (
        "notifications(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }"
    ),
}
GARBAGE = [
    "",
    "x",
    "%%%",
    "ä",
    "W10",
    base64.urlsafe_b64encode(json.dumps(["2026-01-01T00:00:00", str(uuid4()), 0]).encode()).decode(),  # no time zone
    base64.urlsafe_b64encode(json.dumps(["2026-01-01T00:00:00+00:00", "no id", 0]).encode()).decode(),
    base64.urlsafe_b64encode(json.dumps([1, 2, 3]).encode()).decode(),
    base64.urlsafe_b64encode(json.dumps({"a": 1}).encode()).decode(),
]
OVERFLOWING = [
    base64.urlsafe_b64encode(json.dumps(["0001-01-01T00:00:00+14:00", str(uuid4()), 0]).encode()).decode(),
    base64.urlsafe_b64encode(b"[" * 100_000).decode(),
]


def listing(name: str) -> str:
    return f"query ($first: Int!, $after: String) {{ viewer {{ {PAGES[name]} }} }}"


async def test_a_first_call_makes_the_account_with_its_credits(studio: Studio, owner: Owner) -> None:
    viewer = await studio.ask(VIEWER)
    assert viewer == {
        "id": global_id("Viewer", user_id_of(studio.user)),
        "email": f"{studio.user}@example.com",
        "displayName": studio.user.capitalize(),
        "creditBalance": {"available": 100, "reserved": 0, "total": 100},
        "unreadNotificationCount": 0,
        "defaultPersona": None,
        "personas": {
            "edges": [],
            "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
        },
        "onboarding": {
            "percentComplete": 0,
            "currentStep": {"key": "complete_onboarding"},
            "steps": [
                {"key": "complete_onboarding", "status": "OPEN"},
                {"key": "review_brand", "status": "LOCKED"},
                {"key": "review_avatar", "status": "LOCKED"},
                {"key": "connect_socials", "status": "LOCKED"},
                {"key": "upload_first_video", "status": "LOCKED"},
            ],
        },
    }
    await studio.ask(VIEWER)
    assert await owner.rows("SELECT type, amount FROM credit_entries") == [("GRANT", 100)]


async def test_the_ledger_tells_every_movement_newest_first(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=2))["job"]
    found = await studio.ask(
        "{ viewer { creditTransactions { edges { node { "
        "type amount availableAfter reservedAfter description job { id kind } loraModel { id } } } } } }"
    )
    assert [edge["node"] for edge in found["creditTransactions"]["edges"]] == [
        {
            "type": "RESERVE",
            "amount": 20,
            "availableAfter": 80,
            "reservedAfter": 20,
            "description": "2 images reserved",
            "job": {"id": job["id"], "kind": "PACK"},
            "loraModel": None,
        },
        {
            "type": "GRANT",
            "amount": 100,
            "availableAfter": 100,
            "reservedAfter": 0,
            "description": "Welcome credits",
            "job": None,
            "loraModel": None,
        },
    ]


@pytest.mark.parametrize("name", ["influencers", "jobs", "creditTransactions"])
async def test_pages_run_through_all_rows_without_a_gap_or_a_repeat(studio: Studio, owner: Owner, name: str) -> None:
    for _ in range(7):
        await owner.influencer_with_face(studio)
    influencer = await studio.influencer()
    for _ in range(3):
        await studio.start_base_images(influencer)
    everything = [
        edge["node"]["id"] for edge in (await studio.ask(listing(name), first=100, after=None))[name]["edges"]
    ]

    seen: list[str] = []
    after = None
    while True:
        page = (await studio.ask(listing(name), first=3, after=after))[name]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == everything
    assert len(set(seen)) == {"influencers": 8, "jobs": 10, "creditTransactions": 4}[name]


@pytest.mark.parametrize("name", sorted(PAGES))
async def test_a_page_has_one_to_a_hundred_items(studio: Studio, name: str) -> None:
    for first in (0, 101, -1):
        assert await studio.failure(listing(name), first=first, after=None) == (
            "A page has 1 to 100 items.",
            {"code": "INVALID_INPUT", "path": ["first"]},
        )
    for first in (1, 100):
        assert name in await studio.ask(listing(name), first=first, after=None)


@pytest.mark.parametrize("name", sorted(PAGES))
async def test_a_cursor_that_was_not_made_here_is_refused(studio: Studio, name: str) -> None:
    for cursor in GARBAGE:
        assert await studio.failure(listing(name), first=5, after=cursor) == (
            "This cursor was not made here. Begin without one.",
            {"code": "INVALID_INPUT", "path": ["after"]},
        ), cursor[:80]


@pytest.mark.parametrize("cursor", OVERFLOWING, ids=["a moment before time", "nested too deep"])
async def test_a_cursor_that_overflows_is_refused_as_well(studio: Studio, cursor: str) -> None:
    _, extensions = await studio.failure(listing("images"), first=5, after=cursor)
    assert extensions == {"code": "INVALID_INPUT", "path": ["after"]}


@pytest.mark.parametrize("name", sorted(PAGES))
async def test_a_cursor_of_another_user_shows_nothing_of_theirs(studio: Studio, owner: Owner, name: str) -> None:
    other = studio.another()
    influencer = await owner.influencer_with_face(other)
    await other.start_base_images(influencer)
    theirs = (await other.ask(listing(name), first=10, after=None))[name]["edges"]
    mine = (await studio.ask(listing(name), first=10, after=None))[name]["edges"]
    for edge in theirs:
        page = (await studio.ask(listing(name), first=10, after=edge["cursor"]))[name]["edges"]
        assert {e["node"]["id"] for e in page} <= {e["node"]["id"] for e in mine}
