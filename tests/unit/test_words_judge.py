"""Verdicts on words: remembered for a while, asked for once, and never made up."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from domain.calls.breaker import FIRST_PAUSE, OUTAGE_AFTER
from domain.errors import DomainError, ProviderMisconfigured, ProviderRefused, ProviderUnavailable, RateLimited
from domain.images.picture import Picture
from domain.ports.moderation import Verdict
from resolvers.words_judge import AWAY, KEPT_FOR, MOST_KEPT, WordsJudge
from tests.support.values import NOW


@dataclass
class Judge:
    """Answers with a verdict that names the text, or with the next of `errors`."""

    asked: list[list[str]] = field(default_factory=list)
    errors: list[DomainError] = field(default_factory=list)
    hangs: bool = False

    async def judge_texts(self, texts: Sequence[str]) -> Sequence[Verdict]:
        self.asked.append([*texts])
        if self.hangs:
            await asyncio.Event().wait()
        if self.errors:
            raise self.errors.pop(0)
        return [Verdict(flagged=False, scores={}, judge=text) for text in texts]

    async def judge_picture(self, picture: Picture) -> Verdict:
        raise AssertionError("nobody asks this one about pictures")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def asked() -> Judge:
    return Judge()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def judge(asked: Judge, clock: Clock) -> WordsJudge:
    return WordsJudge(asked, now=clock, patience=timedelta(milliseconds=50))


async def test_each_text_is_asked_about_once_while_its_verdict_is_kept(
    judge: WordsJudge, asked: Judge, clock: Clock
) -> None:
    assert not judge.knows(["a"])
    await judge.verdicts(["a", "b"])
    found = await judge.verdicts(["b", "c", "a"])

    assert {text: verdict.judge for text, verdict in found.items()} == {"a": "a", "b": "b", "c": "c"}
    assert asked.asked == [["a", "b"], ["c"]]
    assert judge.knows(["a", "b", "c"])

    clock.now += KEPT_FOR
    assert not judge.knows(["c"])
    await judge.verdicts(["c"])
    assert asked.asked[2:] == [["c"]]


async def test_only_so_many_are_kept_and_the_oldest_go_first(judge: WordsJudge) -> None:
    await judge.verdicts(["first"])
    await judge.verdicts([f"word {n}" for n in range(MOST_KEPT)])
    assert not judge.knows(["first"])
    assert judge.knows([f"word {n}" for n in range(MOST_KEPT)])


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (ProviderUnavailable("away", detail="503"), "PROVIDER_UNAVAILABLE 503"),
        (ProviderMisconfigured("bad key", detail="401"), "PROVIDER_MISCONFIGURED 401"),
        (ProviderRefused("will not", detail="400"), "PROVIDER_REFUSED 400"),
        (RateLimited("busy", retry_after=timedelta(seconds=9)), "RATE_LIMITED"),
    ],
)
async def test_without_a_verdict_it_is_away_for_whoever_asks(
    judge: WordsJudge, asked: Judge, error: DomainError, detail: str
) -> None:
    asked.errors = [error]
    with pytest.raises(ProviderUnavailable) as refusal:
        await judge.verdicts(["a"])
    assert (refusal.value.message, refusal.value.detail) == (AWAY, detail)
    assert not judge.knows(["a"])


async def test_a_judge_that_does_not_answer_is_waited_for_only_so_long(judge: WordsJudge, asked: Judge) -> None:
    asked.hangs = True
    with pytest.raises(ProviderUnavailable) as refusal:
        await judge.verdicts(["a"])
    assert (refusal.value.message, refusal.value.detail) == (AWAY, "PROVIDER_UNAVAILABLE no verdict in time")


async def test_after_an_outage_it_is_asked_again_only_after_a_pause(
    judge: WordsJudge, asked: Judge, clock: Clock
) -> None:
    asked.errors = [ProviderUnavailable("away")] * OUTAGE_AFTER
    for _ in range(OUTAGE_AFTER + 3):
        with pytest.raises(ProviderUnavailable):
            await judge.verdicts(["a"])
    assert len(asked.asked) == OUTAGE_AFTER

    clock.now += FIRST_PAUSE
    await judge.verdicts(["a"])
    assert len(asked.asked) == OUTAGE_AFTER + 1
    assert judge.knows(["a"])
