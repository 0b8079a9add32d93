"""Consents as they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.consents.consent import Consent
from domain.consents.texts import ConsentPurpose
from domain.ids import ConsentId, UserId


class Consents(Protocol):
    async def add(self, consent: Consent) -> None: ...

    async def get(self, consent_id: ConsentId) -> Consent:
        """Raises `NotFound`."""
        ...

    async def live(self, user_id: UserId, purpose: ConsentPurpose) -> Sequence[Consent]:
        """Those that are not withdrawn, newest first."""
        ...

    async def withdraw(self, consent_id: ConsentId, *, now: datetime) -> None: ...
