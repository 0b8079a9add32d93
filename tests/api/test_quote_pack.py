"""`quotePack`: what is quoted is what is reserved."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.settings import Settings
from app.wiring import make_files, utc_now
from db.engine import Database
from domain.accounts.account import Actor
from domain.credits.prices import PRICES
from domain.credits.quotes import QUOTE_LIFE, Quote, seal
from domain.jobs.kinds.pack import PackRequest
from domain.presets.catalogue import Environment, Scene
from domain.presets.formats import AspectRatio, Quality
from live.memory import MemoryLive
from providers.local.tokens import user_id_of
from resolvers import jobs
from resolvers.context import ApiServices, Context
from schema.ids import parse_id
from tests.support.owner import Owner
from tests.support.studio import ERRORS_IN_FULL, START_PACK, Json, Studio

QUOTE = """
query ($input: PackInput!) {
  quotePack(input: $input) { id credits perImage imageCount available isAffordable mode modeReason expiresAt }
}
"""
IN_FULL = f"""
mutation ($input: StartPackInput!) {{
  startPack(input: $input) {{ job {{ creditsReserved imageCount }} {ERRORS_IN_FULL} }}
}}
"""


@pytest.fixture
async def api_database(shared_api: Settings) -> AsyncIterator[Database]:
    database = Database(shared_api.database.api, application_name="test-quotes", pool_size=1)
    yield database
    await database.close()


def another_day(
    studio: Studio, settings: Settings, database: Database, *, factor: int, now: datetime | None = None
) -> Context:
    """The studio's user in an API that has the same secret and another price book."""
    images = {quality: price * factor for quality, price in PRICES.studio_image.items()}
    services = ApiServices(
        database=database,
        live=MemoryLive(),
        files=make_files(settings),
        prices=replace(PRICES, studio_image=images),
        quote_secret=settings.derived_secret("quotes"),
        purchase_url="",
        now=lambda: now or utc_now(),
        seeds=lambda: 1,
    )
    return Context(services=services, actor=Actor(user_id=user_id_of(studio.user)))


def a_request(influencer: str, **changes: Any) -> PackRequest:
    return replace(
        PackRequest(
            subject_id=parse_id(influencer)[1],  # type: ignore[arg-type] # it is an influencer's
            scene=Scene.PROFESSIONAL_PORTRAIT,
            environment=Environment.STUDIO,
            outfit=None,
            aspect_ratio=AspectRatio.PORTRAIT_9_16,
            quality=Quality.DRAFT,
            image_count=5,
        ),
        **changes,
    )


def a_wish(influencer: str, **changes: Any) -> Json:
    return {"subjectId": influencer, "idempotencyKey": uuid4().hex, **changes}


@pytest.mark.parametrize(
    ("wish", "per_image", "credits"),
    [
        ({}, 10, 50),
        ({"quality": "HQ"}, 20, 100),
        ({"imageCount": 1}, 10, 10),
        ({"quality": "HQ", "imageCount": 10}, 20, 200),
    ],
)
async def test_a_quote_tells_the_price_and_spends_nothing(
    studio: Studio, owner: Owner, wish: Json, per_image: int, credits: int
) -> None:
    influencer = await owner.influencer_with_face(studio)
    async with owner.nothing_moves(studio):
        quote = await studio.ask(QUOTE, input={"subjectId": influencer, **wish})
    assert quote.pop("id")
    expires = datetime.fromisoformat(quote.pop("expiresAt"))
    assert abs(expires - utc_now() - timedelta(minutes=30)) < timedelta(seconds=10)
    assert quote == {
        "credits": credits,
        "perImage": per_image,
        "imageCount": wish.get("imageCount", 5),
        "available": 100,
        "isAffordable": credits <= 100,
        "mode": "FACE_SWAP",
        "modeReason": "No LoRA is trained for this influencer yet.",
    }


async def test_what_is_quoted_is_what_is_reserved(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    wish = {"imageCount": 4, "quality": "HQ", "scene": "BEACH_DAY"}
    quote = await studio.ask(QUOTE, input={"subjectId": influencer, **wish})
    payload = await studio.ask(IN_FULL, input=a_wish(influencer, quoteId=quote["id"], seed=5, **wish))
    assert payload == {"job": {"creditsReserved": quote["credits"], "imageCount": 4}, "errors": []}
    assert await studio.balance() == (20, 80)


async def test_a_quote_binds_when_the_price_book_has_changed_since(
    studio: Studio, owner: Owner, shared_api: Settings, api_database: Database
) -> None:
    influencer = await owner.influencer_with_face(studio)
    dearer = another_day(studio, shared_api, api_database, factor=3)
    offer = await jobs.quote(dearer, a_request(influencer, image_count=1), operation="quotePack")
    assert offer.quote.credits == 30

    payload = await studio.ask(IN_FULL, input=a_wish(influencer, imageCount=1, quoteId=offer.token))

    assert payload["job"]["creditsReserved"] == 30
    assert await studio.balance() == (70, 30)
    assert (await studio.start_pack(influencer, count=1))["job"]["creditsReserved"] == 10


@pytest.mark.parametrize(
    "changes", [{"imageCount": 4}, {"quality": "HQ"}, {"scene": "BEACH_DAY"}, {"outfit": "TUXEDO"}]
)
async def test_a_quote_for_another_request_does_not_fit(studio: Studio, owner: Owner, changes: Json) -> None:
    influencer = await owner.influencer_with_face(studio)
    quote = await studio.ask(QUOTE, input={"subjectId": influencer})
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(START_PACK, input=a_wish(influencer, quoteId=quote["id"], **changes))
    assert refusal == {
        "__typename": "ConflictError",
        "code": "CONFLICT",
        "message": "This quote is for another request. Ask for a quote for exactly this input.",
        "path": None,
    }


async def test_a_quote_for_another_subject_or_user_does_not_fit(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    twin = await owner.influencer_with_face(studio)
    for quoting, quoted in ((studio, twin), (other := studio.another(), await owner.influencer_with_face(other))):
        quote = await quoting.ask(QUOTE, input={"subjectId": quoted})
        async with owner.nothing_moves(studio, remembered=1):
            refusal = await studio.refusal(START_PACK, input=a_wish(influencer, quoteId=quote["id"]))
        assert refusal["__typename"] == "ConflictError"


async def test_a_quote_ends_with_its_time(
    studio: Studio, owner: Owner, shared_api: Settings, api_database: Database
) -> None:
    influencer = await owner.influencer_with_face(studio)
    long_ago = another_day(
        studio, shared_api, api_database, factor=1, now=utc_now() - QUOTE_LIFE - timedelta(seconds=2)
    )
    offer = await jobs.quote(long_ago, a_request(influencer), operation="quotePack")
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(START_PACK, input=a_wish(influencer, quoteId=offer.token))
    assert refusal["message"] == "This quote has expired. Ask for a new one; nothing was charged."


async def test_a_quote_that_was_not_made_here_is_refused(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    good = (await studio.ask(QUOTE, input={"subjectId": influencer}))["id"]
    body, mac = good.split(".")
    forged = seal(
        Quote(per_image=1, image_count=5),
        user_id=user_id_of(studio.user),
        fingerprint="f",
        now=utc_now(),
        secret=b"not the secret",
    )
    for token in (forged, "", ".", "x", "a.b.c", body, f"{body}.", f"{body}.{mac[:-2]}", f"x{good}", "ä.ö"):
        async with owner.nothing_moves(studio, remembered=1):
            refusal = await studio.refusal(START_PACK, input=a_wish(influencer, quoteId=token))
        assert refusal == {
            "__typename": "ValidationError",
            "code": "INVALID_INPUT",
            "message": "This quote id was not made here. Ask for a quote again.",
            "path": ["input", "quoteId"],
        }, token


async def test_a_quote_says_no_where_starting_would(studio: Studio, owner: Owner) -> None:
    faceless = await studio.influencer()
    assert (await studio.failure(QUOTE, input={"subjectId": faceless}))[1] == {"code": "CONFLICT"}
    other = studio.another()
    foreign = await owner.influencer_with_face(other)
    assert (await studio.failure(QUOTE, input={"subjectId": foreign}))[1] == {"code": "NOT_FOUND"}
    for wrong, field in (({"imageCount": 0}, "imageCount"), ({"negativePrompt": "x" * 1001}, "negativePrompt")):
        _, extensions = await studio.failure(QUOTE, input={"subjectId": faceless, **wrong})
        assert extensions == {"code": "INVALID_INPUT", "path": [field]}


async def test_one_quote_may_start_as_many_packs_as_there_are_credits_for(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    quote = await studio.ask(QUOTE, input={"subjectId": influencer})
    answers = await asyncio.gather(
        *(studio.ask(IN_FULL, input=a_wish(influencer, quoteId=quote["id"])) for _ in range(3))
    )
    assert sorted(len(answer["errors"]) for answer in answers) == [0, 0, 1]
    assert await studio.balance() == (0, 100)
