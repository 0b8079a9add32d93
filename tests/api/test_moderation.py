"""People's words before a judge outside of this code, as a client sees it. The judge is OpenAI's, emulated on loopback."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from app.provider_settings import FalSettings, OpenAISettings
from app.settings import Settings
from domain.safety.rules import MESSAGES, POLICY, Rule
from providers.local.tokens import user_id_of
from resolvers.words_judge import AWAY
from tests.conftest import free_port, serving
from tests.support.emulators.faults import Fault
from tests.support.emulators.openai import OpenAIEmulator
from tests.support.emulators.serving import Place, served
from tests.support.owner import Owner
from tests.support.statements import statements_of_the_api
from tests.support.studio import CREATE, MARA, START_PACK, Json, Studio

DECISIONS = "SELECT operation, field, outcome, rule, policy, judge, input_sha256 FROM safety_decisions WHERE user_id = :user ORDER BY number"
JUDGE = "omni-moderation-latest"
GONE = Fault(status=503, headers={"x-should-retry": "false"})


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = Place()
    with served(place) as place.url:
        yield place


@pytest.fixture(scope="module")
async def api_with_judge(session_settings: Settings, place: Place) -> AsyncIterator[Settings]:
    port = free_port()
    http = replace(session_settings.http, port=port, public_url=f"http://127.0.0.1:{port}")
    openai = OpenAISettings(key=OpenAIEmulator().key, base_url=f"{place.url}/v1")
    fal = FalSettings(
        key="k", queue_url="", rest_url="", media_hosts=(), account=None
    )  # who offers packs; never asked here
    providers = replace(session_settings.providers, openai=openai, fal=fal)
    settings = replace(session_settings, http=http, providers=providers)
    async with serving(settings):
        yield settings


@pytest.fixture
def openai(place: Place) -> OpenAIEmulator:
    """With empty books."""
    emulator = OpenAIEmulator()
    place.app = emulator.app
    return emulator


@pytest.fixture
async def studio(settings: Settings, api_with_judge: Settings, openai: OpenAIEmulator) -> AsyncIterator[Studio]:
    async with aiohttp.ClientSession() as http:
        yield Studio(api_with_judge.http.public_url, api_with_judge, http)


def a_word() -> str:
    """That no verdict is remembered of."""
    return f"Mara {uuid4().hex}"


def a_character(name: str, **changes: Any) -> Json:
    return {"input": {**MARA, "name": name, "idempotencyKey": uuid4().hex, **changes}}


def asked(openai: OpenAIEmulator) -> list[Any]:
    """Each time, the texts."""
    return [call.body["input"] for call in openai.calls]


async def decisions(owner: Owner, studio: Studio) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await owner.rows(DECISIONS, user=user_id_of(studio.user))]


def a_decision(
    operation: str, field: str, outcome: str, rule: str, words: str, *, judge: str = JUDGE
) -> tuple[str, ...]:
    return (operation, field, outcome, rule, POLICY, judge, sha256(words.encode()).hexdigest())


async def test_a_name_that_the_judge_allows_is_taken_and_that_is_logged(
    studio: Studio, owner: Owner, openai: OpenAIEmulator
) -> None:
    name = a_word()
    made = await studio.ask(CREATE, **a_character(name))

    assert (made["influencer"]["name"], made["errors"]) == (name, [])
    assert asked(openai) == [[name]]
    assert await decisions(owner, studio) == [a_decision("createInfluencer", "name", "ALLOWED", "NONE", name)]


@pytest.mark.parametrize(
    ("scores", "rule"),
    [
        ({"sexual": 0.9}, Rule.NO_ADULT_CONTENT),
        ({"sexual/minors": 0.06}, Rule.NO_SEXUALISED_MINORS),
        ({"harassment": 0.9}, Rule.MODERATED),
    ],
)
async def test_a_name_that_the_judge_refuses_is_refused_and_logged_once(
    studio: Studio, owner: Owner, openai: OpenAIEmulator, scores: dict[str, float], rule: Rule
) -> None:
    name, openai.scores = a_word(), scores
    wish = a_character(name)
    await studio.balance()
    async with owner.nothing_moves(studio, remembered=1, first_logged=1):
        refusal = await studio.refusal(CREATE, **wish)
        again = await studio.post(CREATE, wish)

    assert refusal == {
        "__typename": "ContentPolicyError",
        "code": "PROMPT_REFUSED",
        "message": MESSAGES[rule],
        "path": ["input", "name"],
    }
    assert again["extensions"]["idempotentReplay"] is True
    assert again["data"]["createInfluencer"]["errors"] == [refusal]
    assert await decisions(owner, studio) == [a_decision("createInfluencer", "name", "REFUSED", rule, name)]
    assert len(asked(openai)) == 1


async def test_a_pack_is_refused_before_anything_is_reserved(
    studio: Studio, owner: Owner, openai: OpenAIEmulator
) -> None:
    influencer = await owner.influencer_with_face(studio)
    words = f"fog, {a_word()}"
    openai.scores = {"hate": 0.8}
    logged = len(await decisions(owner, studio))

    refusal = await studio.refusal(
        START_PACK, input={"subjectId": influencer, "negativePrompt": words, "idempotencyKey": "k"}
    )

    assert (refusal["__typename"], refusal["path"]) == ("ContentPolicyError", ["input", "negativePrompt"])
    assert await studio.balance() == (100, 0)
    assert await owner.value("SELECT count(*) FROM job_images") == 0
    assert (await decisions(owner, studio))[logged:] == [
        a_decision("startPack", "negativePrompt", "REFUSED", Rule.MODERATED, words)
    ]


async def test_a_negative_prompt_that_protects_is_judged_by_its_items_and_welcome(
    studio: Studio, owner: Owner, openai: OpenAIEmulator
) -> None:
    influencer = await owner.influencer_with_face(studio)
    openai.calls.clear()
    words = f"child, naked, {a_word()}, blood"  # the emulated judge scores 'naked' at 0.98

    started = await studio.start_pack(influencer, count=1, negativePrompt=words)

    assert started["errors"] == []
    assert asked(openai) == [words.split(", ")]
    assert (await decisions(owner, studio))[-1] == a_decision("startPack", "negativePrompt", "ALLOWED", "NONE", words)


async def test_our_own_lists_come_first_and_the_judge_is_not_asked(
    studio: Studio, owner: Owner, openai: OpenAIEmulator
) -> None:
    refusal = await studio.refusal(CREATE, **a_character("Naughty schoolgirl"))

    assert refusal["message"] == MESSAGES[Rule.NO_MINORS]
    assert openai.calls == []
    assert await decisions(owner, studio) == [
        a_decision("createInfluencer", "name", "REFUSED", Rule.NO_MINORS, "Naughty schoolgirl", judge="words")
    ]


async def test_what_nobody_wrote_is_not_judged_and_costs_no_statement(
    studio: Studio, owner: Owner, openai: OpenAIEmulator
) -> None:
    influencer = await owner.influencer_with_face(studio)
    openai.calls.clear()

    with statements_of_the_api() as plain:
        await studio.start_pack(influencer, count=1)
    with statements_of_the_api() as blank:
        await studio.start_pack(influencer, count=1, negativePrompt=" ,, ")

    assert openai.calls == []
    assert (len(plain), len(blank)) == (4, 4)


async def test_while_the_judge_is_away_nothing_is_accepted_remembered_or_charged(
    studio: Studio, owner: Owner, openai: OpenAIEmulator
) -> None:
    influencer = await owner.influencer_with_face(studio)
    wish = {"subjectId": influencer, "imageCount": 2, "negativePrompt": a_word(), "idempotencyKey": "k"}
    openai.faults.plan("moderations", GONE)
    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(START_PACK, input=wish)

    assert refusal == {
        "__typename": "ServiceUnavailableError",
        "code": "PROVIDER_UNAVAILABLE",
        "message": AWAY,
        "path": None,
    }
    payload = await studio.ask(START_PACK, input=wish)  # the same key
    assert (payload["errors"], payload["job"]["creditsReserved"]) == ([], 20)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=401, body=b'{"error": {"code": "invalid_api_key", "message": "sk-secret"}}'),
        Fault(status=429, headers={"x-should-retry": "false"}),
        Fault(status=200, body=b'{"results": []}'),
        Fault(status=200, body=b"{not json"),
        Fault(status=400, body=b'{"error": {"code": "invalid_prompt"}}'),
    ],
    ids=["key", "busy", "no verdict", "garbled", "declined"],
)
async def test_no_answer_of_any_kind_lets_words_through(
    session_settings: Settings, settings: Settings, owner: Owner, place: Place, fault: Fault
) -> None:
    """Each with an API of its own: one of them closes the breaker."""
    place.app = (openai := OpenAIEmulator()).app
    openai.faults.plan("moderations", fault)
    providers = replace(session_settings.providers, openai=OpenAISettings(key=openai.key, base_url=f"{place.url}/v1"))
    http = replace(session_settings.http, port=free_port())
    async with (
        serving(replace(session_settings, providers=providers, http=http)) as url,
        aiohttp.ClientSession() as session,
    ):
        studio = Studio(url, session_settings, session)
        refusal = await studio.refusal(CREATE, **a_character(a_word()))

    assert (refusal["__typename"], refusal["message"]) == ("ServiceUnavailableError", AWAY)
    assert await owner.value("SELECT count(*) FROM influencers") == 0
    assert await decisions(owner, studio) == []


async def test_a_replay_asks_nobody_even_while_the_judge_is_away(
    studio: Studio, owner: Owner, openai: OpenAIEmulator, api_with_judge: Settings
) -> None:
    wish = a_character(a_word())
    first = await studio.post(CREATE, wish)
    port = free_port()
    openai.faults.plan("moderations", GONE, GONE)
    fresh = replace(api_with_judge, http=replace(api_with_judge.http, port=port))
    async with serving(fresh) as url, aiohttp.ClientSession() as session:  # it remembers no verdict
        other = Studio(url, fresh, session, studio.user)
        again = await other.post(CREATE, wish)
        conflict = await other.refusal(CREATE, input={**wish["input"], "name": a_word()})

    assert again["extensions"]["idempotentReplay"] is True
    assert again["data"] == first["data"]
    assert conflict["__typename"] == "ConflictError"
    assert len(asked(openai)) == 1
    assert len(await decisions(owner, studio)) == 1


async def test_words_that_were_judged_a_moment_ago_are_judged_from_memory_and_logged_again(
    studio: Studio, owner: Owner, openai: OpenAIEmulator
) -> None:
    name = a_word()
    for _ in range(2):
        assert (await studio.ask(CREATE, **a_character(name)))["errors"] == []

    assert asked(openai) == [[name]]
    assert await decisions(owner, studio) == [a_decision("createInfluencer", "name", "ALLOWED", "NONE", name)] * 2


async def test_many_at_once_are_judged_and_their_decisions_form_one_chain(
    studio: Studio, owner: Owner, openai: OpenAIEmulator
) -> None:
    names = [a_word() for _ in range(8)]
    made = await asyncio.gather(*(studio.ask(CREATE, **a_character(name)) for name in names))

    assert [one["errors"] for one in made] == [[]] * 8
    assert sorted(text for texts in asked(openai) for text in texts) == sorted(names)
    assert await owner.rows("SELECT count(*), min(number), max(number) FROM safety_decisions") == [(8, 1, 8)]


async def test_administrators_are_told_who_judges(studio: Studio) -> None:
    studio.is_admin = True
    found = await studio.ask("{ providerStatus { provider isJudge } }")
    assert [one["provider"] for one in found if one["isJudge"]] == ["OPENAI"]
