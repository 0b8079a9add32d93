"""What a task is given to work with. Built once per worker, in its event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from db.turns import Turns
from domain.calls.call import CalledBack
from domain.credits.prices import PRICES
from domain.ids import UserId, WorkerId
from domain.ports.image_detector import ImageDetector
from domain.ports.live import Live
from domain.ports.moderation import Moderation
from domain.ports.object_store import ObjectStore
from domain.ports.signer import Signer
from domain.ports.thumbnailer import Thumbnailer
from domain.ports.unit_of_work import UnitOfWork
from domain.safety.adult import NOT_OFFERED, AdultOffer
from domain.trainings.chain import TrainingTerms
from tasks.breakers import Breakers
from tasks.hints import Hints
from tasks.images import ImageProviders
from tasks.leases import Leases
from tasks.trainers import Trainers
from tasks.words import LanguageModels

ARCHIVES_AT_ONCE = 4
TRAININGS_AT_ONCE = 8
ANALYSES_AT_ONCE = 4


class Transactions(Protocol):
    def unit_of_work(self, user_id: UserId) -> AbstractAsyncContextManager[UnitOfWork]: ...


class WebhookAddresses(Protocol):
    def address_of(self, call: CalledBack) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    database: Transactions
    images: ImageProviders
    files: ObjectStore
    thumbnails: Thumbnailer
    live: Live
    leases: Leases
    breakers: Breakers
    hints: Hints
    signer: Signer
    webhooks: WebhookAddresses | None
    """Where providers can reach us; None where they cannot, and are only asked."""
    worker: WorkerId
    now: Callable[[], datetime]
    wake_relay: Callable[[], None]
    """Called after each commit that may have left something in the outbox: what happened is told at once."""
    adult: AdultOffer = NOT_OFFERED
    detector: ImageDetector | None = None
    """The second one, which looks at every adult image. Without it none is kept."""
    render_limit: timedelta = timedelta(minutes=8)
    """The longest one call to a provider may take. After it the image has failed once."""
    turns: Turns = field(default_factory=Turns)
    moderation: Moderation | None = None
    """Whoever judges pictures; None where only their providers' own flags do."""
    previews: bool = True
    """Whether thumbnails are shown while they form, where they may be."""
    packing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ARCHIVES_AT_ONCE))
    """Room for archives: each takes as much of the disk as its images do together."""

    words: LanguageModels = field(default_factory=LanguageModels)
    """Whoever reads, sees and writes; nobody where there is only what we can measure ourselves."""
    analyzing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ANALYSES_AT_ONCE))
    """Room for analyses: each keeps its photos in memory."""

    reading_brands: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ANALYSES_AT_ONCE))
    """Likewise, for brands."""

    trainers: Trainers = field(default_factory=Trainers)
    training_terms: TrainingTerms = field(default_factory=lambda: TrainingTerms(prices=PRICES))
    """For trainings that begin by themselves."""
    loras_kept: timedelta | None = None
    """How long one that nobody uses is kept; None for ever."""
    training: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TRAININGS_AT_ONCE))
    """Room for trainings that are given their pictures, or whose weights are fetched: not for those that are only waited for."""

    @asynccontextmanager
    async def unit_of_work(self, user_id: UserId) -> AsyncIterator[UnitOfWork]:
        """The only way for a task to write: in turn with the others of this user."""
        async with self.turns.of(user_id), self.database.unit_of_work(user_id) as uow:
            yield uow
