"""One pod for one training, however often it is asked for: RunPod knows no idempotency key, so the name is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.errors import DomainError, ProviderUnavailable
from providers.runpod.exchange import Answer
from providers.runpod.training.errors import NO_MACHINE, is_without_machine, refused
from providers.runpod.training.machine import Machine
from providers.runpod.training.pods import Pod, Pods

TRY_AGAIN = timedelta(minutes=2)
"""When no GPU is free. Machines come and go within minutes."""


@dataclass(frozen=True, slots=True)
class Renting:
    pods: Pods
    machine: Machine

    async def pod_called(self, name: str, *, token: str) -> Pod:
        """The one that is there, or a new one.

        A pod whose answer was lost is found by its name. If two were rented after all, the older one stays.
        """
        there = [pod for pod in await self.pods.all() if pod.name == name]
        for other in there[1:]:
            await self.pods.give_back(other.id)
        return there[0] if there else await self._rented(name, token)

    async def _rented(self, name: str, token: str) -> Pod:
        """Of the first kind that is to be had. Each is asked for once; whatever is unclear ends it."""
        refusals: list[Answer] = []
        for gpu in self.machine.gpus:
            answer = await self.pods.rent(self.machine.wish(gpu, name=name, token=token))
            if isinstance(answer, Pod):
                return answer
            refusals.append(answer)
            if answer.status not in (400, 403):
                break
        raise _why_none(refusals)


def _why_none(refusals: Sequence[Answer]) -> DomainError:
    if any(is_without_machine(answer) for answer in refusals) and refusals[-1].status in (400, 403):
        return ProviderUnavailable(NO_MACHINE, detail="no capacity", retry_after=TRY_AGAIN)
    return refused(refusals[-1], now=datetime.now(UTC), paid=True)
