"""A provider with a queue, in memory: it keeps what it accepted, and does with the answers what a test tells it."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

from domain.errors import DomainError, NotFound, OutcomeUnknown
from domain.ports.image_provider import CallState, Ready, RenderedImage, RenderRequest, Running, Submitted, Waiting
from tests.support.quick_images import picture_of


@dataclass
class QueuedImages:
    """Plays RunPod. What is accepted is ready at once, but for `hold()`; it outlives any worker of a test."""

    accepted: list[str] = field(default_factory=list)
    """Numbers of all that was ever accepted, each of which costs money."""
    webhooks: list[str | None] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    lose_answers: int = 0
    """So many submissions are accepted, and nobody hears of it."""
    refusals: list[DomainError] = field(default_factory=list)
    """What the next submissions are answered with, instead of being accepted."""
    late_refusals: list[DomainError] = field(default_factory=list)
    """The same, once `may_answer`."""
    bad_fetches: list[DomainError] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)
    held: bool = False
    submitting: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    def endpoint_of(self, model: str) -> str:
        return f"endpoint of {model}"

    async def submit(self, request: RenderRequest, *, webhook: str | None) -> Submitted:
        self.submitting.set()
        if self.refusals:
            raise self.refusals.pop(0)
        if self.late_refusals:
            await self.may_answer.wait()
            raise self.late_refusals.pop(0)
        number = f"number-{uuid4().hex}"
        self.accepted.append(number)
        self.webhooks.append(webhook)
        await self.may_answer.wait()
        if self.lose_answers > 0:
            self.lose_answers -= 1
            raise OutcomeUnknown("No answer came.")
        return Submitted(model=request.model, request_id=number, endpoint=self.endpoint_of(request.model))

    async def check(self, submitted: Submitted) -> CallState:
        number = submitted.request_id
        assert submitted.endpoint == self.endpoint_of(submitted.model)
        self.asked[number] += 1
        if number not in self.accepted or number in self.forgotten:
            raise NotFound("No such request.")
        if self.held:
            return Waiting(position=1) if self.asked[number] == 1 else Running(percent=40)
        return Ready()

    async def fetch(self, submitted: Submitted, request: RenderRequest) -> RenderedImage:
        if self.bad_fetches:
            raise self.bad_fetches.pop(0)
        data = picture_of(request.seed)
        return RenderedImage(
            data=data, content_type="image/jpeg", provider="runpod", model=request.model, seed=request.seed
        )

    async def cancel(self, submitted: Submitted) -> None:
        self.cancelled.append(submitted.request_id)
