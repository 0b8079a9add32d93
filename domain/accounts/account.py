"""The caller of an operation and the account behind it."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import UserId
from domain.ports.unit_of_work import UnitOfWork

SIGNUP_CREDITS = 100
"""What a new user gets unless the deployment says otherwise. Product, section 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who a verified token says is calling."""

    user_id: UserId
    email: str | None = None
    display_name: str | None = None
    is_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    user_id: UserId
    email: str | None
    display_name: str | None
    created_at: datetime


async def provision(uow: UnitOfWork, actor: Actor, *, signup_credits: int, now: datetime) -> None:
    """Make the account on a user's first request and grant its credits. A second call changes nothing."""
    await uow.accounts.add_if_new(actor.user_id, email=actor.email, display_name=actor.display_name, now=now)
    if (
        signup_credits > 0
    ):  # an operator may have made the account, with a grant of theirs; the key makes ours happen once
        await uow.credits.grant(
            actor.user_id, signup_credits, movement_key="signup", description="Welcome credits", now=now
        )
