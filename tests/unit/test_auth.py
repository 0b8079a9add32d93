"""A verified token is remembered, for a while and never beyond its own time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app import auth
from app.auth import Authenticator
from db.engine import Database
from domain.accounts.account import Actor
from domain.errors import SignInRequired
from domain.ids import UserId
from domain.ports.token_verifier import SignedIn

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def advance(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


@dataclass
class Issuer:
    """Tokens are good until they are taken back."""

    clock: Clock
    life: timedelta
    is_good: bool = True
    asked: list[str] = field(default_factory=list)
    actor: Actor = field(default_factory=lambda: Actor(user_id=UserId(uuid4()), email=None, display_name=None))

    async def verify(self, token: str) -> SignedIn:
        self.asked.append(token)
        if not self.is_good:
            raise SignInRequired("This token is not valid.")
        return SignedIn(actor=self.actor, expires_at=START + self.life)


def made(life: timedelta) -> tuple[Authenticator, Issuer, Clock]:
    """An authenticator that has seen its only user's account already, and so asks no database."""
    clock = Clock()
    issuer = Issuer(clock, life)
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", application_name="test")
    found = Authenticator(issuer, nowhere, signup_credits=0, now=clock.now)
    found._seen[issuer.actor.user_id] = None
    return found, issuer, clock


async def test_a_token_is_verified_once_a_minute() -> None:
    authenticator, issuer, clock = made(timedelta(hours=1))
    first = await authenticator.sign_in("t")
    clock.advance(seconds=59.9)
    assert await authenticator.sign_in("t") is first
    assert issuer.asked == ["t"]
    clock.advance(seconds=0.1)
    await authenticator.sign_in("t")
    assert issuer.asked == ["t", "t"]


async def test_a_token_that_was_taken_back_counts_no_more_after_a_minute() -> None:
    authenticator, issuer, clock = made(timedelta(hours=1))
    await authenticator.sign_in("t")
    issuer.is_good = False
    clock.advance(seconds=60)
    with pytest.raises(SignInRequired):
        await authenticator.sign_in("t")


async def test_a_token_is_never_believed_beyond_its_expiry() -> None:
    authenticator, issuer, clock = made(timedelta(seconds=10))
    await authenticator.sign_in("t")
    clock.advance(seconds=9.9)
    await authenticator.sign_in("t")
    assert issuer.asked == ["t"]
    clock.advance(seconds=0.1)
    await authenticator.sign_in("t")
    assert issuer.asked == ["t", "t"]


async def test_bad_tokens_and_long_ones_are_not_remembered() -> None:
    authenticator, issuer, _ = made(timedelta(hours=1))
    long = "x" * (auth.LONGEST_TOKEN + 1)
    for _ in range(2):
        await authenticator.sign_in(long)
    issuer.is_good = False
    for _ in range(2):
        with pytest.raises(SignInRequired):
            await authenticator.sign_in("bad")
    assert issuer.asked == [long, long, "bad", "bad"]


async def test_the_ones_used_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "MOST_TOKENS", 2)
    authenticator, issuer, _ = made(timedelta(hours=1))
    for token in ("a", "b", "a", "c", "a", "b"):
        await authenticator.sign_in(token)
    assert issuer.asked == ["a", "b", "c", "b"]
