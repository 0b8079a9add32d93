"""Answers and verdicts by the real SDK against an emulated OpenAI; with `OPENAI_API_KEY` set, the first also against the real one."""

import base64
import json
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import pytest

from domain.errors import (
    DomainError,
    OutcomeUnknown,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.images.picture import Picture
from domain.models.registry import MODELS
from domain.ports.language_model import LanguageModel, Question
from providers.openai.answers import schema_of
from providers.openai.client import OpenAIClient
from providers.openai.moderation import CATEGORIES, OpenAIModeration
from providers.openai.words import OpenAILanguageModel
from tests.support.emulators.drawing import drawn
from tests.support.emulators.faults import Fault
from tests.support.emulators.openai import KEY, OpenAIEmulator
from tests.support.emulators.openai_words import Told
from tests.support.emulators.serving import Stand, served

MODEL = MODELS["openai/gpt-6-luna"].endpoint
JUDGE = MODELS["openai/omni-moderation-latest"].endpoint


class Light(StrEnum):
    DAY = "day"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture of a series."""

    title: str
    light: Light
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A series of pictures."""

    shots: tuple[Shot, ...]
    place: str | None
    is_indoors: bool


QUESTION = Question(instructions="You plan pictures.", text="A walk in the rain.", answer=Plan)


@pytest.fixture
def emulator() -> OpenAIEmulator:
    return OpenAIEmulator(seconds=0.01)


@pytest.fixture(scope="module")
def stand() -> Iterator[tuple[Stand, str]]:
    stand = Stand()
    with served(stand) as url:
        yield stand, url


@pytest.fixture
async def client(stand: tuple[Stand, str], emulator: OpenAIEmulator) -> AsyncIterator[OpenAIClient]:
    stand[0].app = emulator.app
    client = OpenAIClient(key=KEY, base_url=f"{stand[1]}/v1")
    yield client
    await client.close()


@pytest.fixture
def words(client: OpenAIClient) -> OpenAILanguageModel:
    return OpenAILanguageModel(client, model=MODEL)


@pytest.fixture
def judge(client: OpenAIClient) -> OpenAIModeration:
    return OpenAIModeration(client, model=JUDGE)


@pytest.fixture(params=["emulated", "live"])
async def any_words(request: pytest.FixtureRequest, words: LanguageModel) -> AsyncIterator[LanguageModel]:
    if request.param == "emulated":
        yield words
        return
    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        pytest.skip("no OPENAI_API_KEY: the real OpenAI is not asked, and nothing is paid")
    client = OpenAIClient(key=key)
    yield OpenAILanguageModel(client, model=MODEL)
    await client.close()


def picture(kind: str = "PNG") -> Picture:
    return Picture(drawn("a man", width=64, height=64, seed=3, format=kind), f"image/{kind.lower()}")


async def test_an_answer_has_the_structure_that_was_asked_for(any_words: LanguageModel) -> None:
    answer = await any_words.answer(QUESTION)

    assert type(answer) is Plan
    assert all(type(shot) is Shot and isinstance(shot.light, Light) for shot in answer.shots)


async def test_a_picture_is_looked_at(any_words: LanguageModel) -> None:
    answer: Plan = await any_words.answer(replace(QUESTION, pictures=(picture(),)))

    assert type(answer) is Plan


async def test_a_question_on_the_wire(emulator: OpenAIEmulator, words: OpenAILanguageModel) -> None:
    one = picture("JPEG")

    await words.answer(replace(QUESTION, pictures=(one,), asker="9f2c"))

    (call,) = emulator.calls
    url = f"data:image/jpeg;base64,{base64.b64encode(one.data).decode()}"
    assert call.path == "/v1/responses"
    assert call.body == {
        "model": "gpt-6-luna",
        "instructions": "You plan pictures.",
        "input": [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "A walk in the rain."},
                    {"type": "input_image", "image_url": url, "detail": "high"},
                ],
            }
        ],
        "text": {
            "format": {
                "type": "json_schema",
                "name": "Plan",
                "strict": True,
                "schema": json.loads(json.dumps(schema_of(Plan))),
            }
        },
        "store": False,
        "safety_identifier": "9f2c",
    }
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert "idempotency-key" not in call.headers


async def test_who_asks_is_said_only_when_it_is_known(emulator: OpenAIEmulator, words: OpenAILanguageModel) -> None:
    await words.answer(QUESTION)

    assert "safety_identifier" not in emulator.calls[0].body


@pytest.mark.parametrize(
    ("told", "code", "error"),
    [
        (Told.REFUSE, "", ProviderRefused),
        (Told.FILTER, "", ProviderRefused),
        (Told.TRUNCATE, "", ProviderUnavailable),
        (Told.MISFIT, "", ProviderUnavailable),
        (Told.GARBLED, "", ProviderUnavailable),
        (Told.FAIL, "server_error", ProviderUnavailable),
        (Told.FAIL, "rate_limit_exceeded", RateLimited),
        (Told.FAIL, "image_content_policy_violation", ProviderRefused),
        (Told.FAIL, "invalid_base64_image", ProviderRequestInvalid),
        (Told.FAIL, "data_residency_mismatch", ProviderMisconfigured),
    ],
)
async def test_answers_that_are_none(
    emulator: OpenAIEmulator, words: OpenAILanguageModel, told: Told, code: str, error: type[DomainError]
) -> None:
    emulator.told.append(told)
    emulator.failure = code

    with pytest.raises(error) as raised:
        await words.answer(QUESTION)

    assert type(raised.value) is error
    assert "sorry" not in repr(raised.value)
    assert (len(emulator.calls), emulator.accepted) == (1, 1)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=503), ProviderUnavailable),
        (Fault(status=429, headers={"retry-after": "1"}), RateLimited),
        (Fault(status=500, headers={"x-should-retry": "true"}), ProviderUnavailable),
        (Fault(after_accepting=True), OutcomeUnknown),
        (Fault(wait=2, after_accepting=True), OutcomeUnknown),
        (Fault(status=200, body=b"{not json", after_accepting=True), OutcomeUnknown),
        (Fault(status=200, body=b"[1]", after_accepting=True), ProviderUnavailable),
        (Fault(status=200, body=b"{}", after_accepting=True), ProviderUnavailable),
        (Fault(status=200, body=b"<html>", headers={"content-type": "text/html"}), ProviderUnavailable),
    ],
    ids=["503", "429", "told to", "hang-up", "too late", "garbled", "a list", "nothing", "html"],
)
async def test_whatever_happens_a_question_is_asked_once(
    emulator: OpenAIEmulator, client: OpenAIClient, fault: Fault, error: type[DomainError]
) -> None:
    emulator.faults.plan("responses", fault)

    with pytest.raises(error) as raised:
        await OpenAILanguageModel(client, model=MODEL, limit=timedelta(seconds=1)).answer(QUESTION)

    assert type(raised.value) is error
    assert len(emulator.calls) == 1


async def test_words_are_judged(emulator: OpenAIEmulator, judge: OpenAIModeration) -> None:
    harmless, telling = await judge.judge_texts(["a walk", "all naked"])

    assert (harmless.flagged, telling.flagged) == (False, True)
    assert (telling.scores["sexual"], telling.scores["sexual/minors"], telling.scores["violence/graphic"]) == (
        0.98,
        0.0001,
        0.0001,
    )
    assert telling.scores.keys() == CATEGORIES | {"illicit", "illicit/violent"}
    assert telling.judge == "omni-moderation-latest"
    assert [call.body for call in emulator.calls] == [
        {"model": "omni-moderation-latest", "input": ["a walk", "all naked"]}
    ]
    assert emulator.accepted == 0


async def test_many_words_are_judged_in_several_requests(emulator: OpenAIEmulator, judge: OpenAIModeration) -> None:
    texts = [f"word {n}" for n in range(40)]
    texts[35] = "naked"

    verdicts = await judge.judge_texts(texts)

    assert [n for n, verdict in enumerate(verdicts) if verdict.flagged] == [35]
    assert [call.body["input"] for call in emulator.calls] == [texts[:32], texts[32:]]


async def test_a_picture_is_judged_alone(emulator: OpenAIEmulator, judge: OpenAIModeration) -> None:
    emulator.scores["violence/graphic"] = 0.7
    one = picture("WEBP")

    verdict = await judge.judge_picture(one)

    assert verdict.flagged
    assert verdict.scores["violence/graphic"] == 0.7
    url = f"data:image/webp;base64,{base64.b64encode(one.data).decode()}"
    assert emulator.calls[0].body == {
        "model": "omni-moderation-latest",
        "input": [{"type": "image_url", "image_url": {"url": url}}],
    }


async def test_a_free_call_is_repeated(emulator: OpenAIEmulator, judge: OpenAIModeration) -> None:
    soon = {"retry-after-ms": "10"}
    emulator.faults.plan("moderations", Fault(status=503, headers=soon), Fault(status=429, headers=soon))

    assert not (await judge.judge_texts(["a walk"]))[0].flagged

    assert [call.headers["x-stainless-retry-count"] for call in emulator.calls] == ["0", "1", "2"]


WHOLE = dict.fromkeys(CATEGORIES, 0.0)


def verdict(flagged: object = False, **scores: object) -> bytes:
    result = {"flagged": flagged, "categories": {}, "category_scores": {**WHOLE, **scores}}
    return json.dumps({"id": "modr-1", "model": JUDGE, "results": [result]}).encode()


def verdicts(count: int) -> bytes:
    """More than were asked for, or fewer."""
    said = json.loads(verdict())
    return json.dumps({**said, "results": said["results"] * count}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"{not json",
        b"[]",
        b"{}",
        b'{"id": "modr-1", "model": "x", "results": []}',
        b'{"id": "modr-1", "model": "x", "results": [{"flagged": false}]}',
        verdicts(0),
        verdicts(2),
        verdict(flagged=None),
        verdict(flagged="false"),
        verdict(sexual=None),
        verdict(sexual="high"),
    ],
)
async def test_less_than_a_whole_verdict_is_none(
    emulator: OpenAIEmulator, judge: OpenAIModeration, body: bytes
) -> None:
    emulator.faults.plan("moderations", Fault(status=200, body=body))

    with pytest.raises(ProviderUnavailable):
        await judge.judge_texts(["a walk"])


async def test_an_unanswered_verdict_is_no_verdict(emulator: OpenAIEmulator, judge: OpenAIModeration) -> None:
    soon = {"x-should-retry": "false"}
    emulator.faults.plan(
        "moderations", Fault(status=500, headers=soon), Fault(status=401), Fault(status=429, headers=soon)
    )

    for error in (ProviderUnavailable, ProviderMisconfigured, RateLimited):
        with pytest.raises(error):
            await judge.judge_texts(["a walk"])
    assert len(emulator.calls) == 3
