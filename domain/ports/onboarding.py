"""What onboarding is computed from, and the little that is kept of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.ids import UserId
from domain.onboarding.progress import Facts
from domain.onboarding.steps import PartKey, StepKey


class OnboardingFacts(Protocol):
    async def facts(self, user_id: UserId) -> Facts:
        """One statement, however much there is."""
        ...

    async def complete(self, user_id: UserId, steps: Sequence[StepKey], *, now: datetime) -> None:
        """When each was first seen done; one that is kept already stays as it is."""
        ...

    async def skip(self, user_id: UserId, part: PartKey, *, now: datetime) -> None:
        """A second time changes nothing."""
        ...
