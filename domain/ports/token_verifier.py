"""Says whose a token is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.accounts.account import Actor


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A verified token: who, and until when."""

    actor: Actor
    expires_at: datetime


class TokenVerifier(Protocol):
    async def verify(self, token: str) -> SignedIn:
        """Raises `SignInRequired` for anything but a good token of ours."""
        ...
