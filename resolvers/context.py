"""What every resolver is given: who asks, and the services to answer with. One per HTTP request or socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.turns import Turns
from db.unit_of_work import SqlUnitOfWork
from domain.accounts.account import Actor
from domain.allowances import UNLIMITED, Limits
from domain.credits.prices import PriceBook
from domain.errors import SignInRequired
from domain.ids import UserId
from domain.images.deletion import GRACE
from domain.jobs.waiting import RENDERS_PER_USER
from domain.models.model import Provider
from domain.models.routing import Choices
from domain.ports.allowances import Allowances
from domain.ports.live import Live
from domain.ports.object_store import ObjectStore
from domain.ports.pictures import Pictures
from domain.safety.adult import NOT_SET_UP, AdultDeployment, AdultOffer
from domain.trainings.likeness import STRICT, LikenessRules
from resolvers.feeds import JobFeeds
from resolvers.loaders import Loaders
from resolvers.picture_turns import PictureTurns
from resolvers.words_judge import WordsJudge


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServices:
    """Made once per process."""

    database: Database
    live: Live
    files: ObjectStore
    prices: PriceBook
    quote_secret: bytes
    purchase_url: str
    now: Callable[[], datetime]
    seeds: Callable[[], int]
    """Chance, for a job that brings no seed."""
    feeds: JobFeeds = field(default_factory=JobFeeds)
    turns: Turns = field(default_factory=Turns)
    allowances: Allowances | None = None
    """None where nothing is counted."""
    limits: Limits = UNLIMITED
    image_grace: timedelta = GRACE
    pictures: Pictures | None = None
    """None where no upload is taken in."""
    picture_turns: PictureTurns = field(default_factory=PictureTurns)
    renders_per_user: int = RENDERS_PER_USER
    """As workers are told too: who has so many under way waits for the own images."""
    providers: frozenset[Provider] = frozenset()
    """Those that are configured here."""
    likeness_rules: LikenessRules = STRICT
    """What is asked of whoever has a persona trained."""
    trainers: frozenset[Provider] = frozenset()
    """Those who train LoRAs here."""
    choices: Choices = field(default_factory=Choices)
    words_judge: WordsJudge | None = None
    """None where only our own lists judge words."""
    manifest_address: Callable[[str], str] | None = None
    """Of the manifest in a file; None where none is served."""
    adult: AdultDeployment = NOT_SET_UP
    region_header: bytes = b""
    """In which the operator's proxy says where a caller is, in lower case; empty where nobody does."""


def never(_: object) -> bool:
    return False


@dataclass(slots=True, kw_only=True)
class Context:
    """`actor` is None for an anonymous caller. On a socket it is set once by `connection_init`."""

    services: ApiServices
    actor: Actor | None = None
    expires_at: datetime | None = None
    peer: str = ""
    """Where an anonymous caller calls from."""
    region: str = ""
    """Where the caller is, as the operator's proxy says; empty where it does not."""
    notes: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What was read off the operation's document, for as long as that is kept."""
    replayed: bool = False
    """An answer in this request was given before (idempotency); told in the response's extensions."""
    tell_now: Callable[[object], bool] = never
    """Tells one event of a subscription to its client on the spot, and says whether it did. Only for while the stream waits
    for its next one, with everything before it told.
    """
    _loaders: Loaders | None = field(default=None, repr=False)

    def for_operation(self, notes: dict[Any, Any]) -> "Context":
        """The same caller, with nothing asked yet. `notes` are kept with the operation's document."""
        return Context(
            services=self.services,
            actor=self.actor,
            expires_at=self.expires_at,
            peer=self.peer,
            region=self.region,
            notes=notes,
        )

    @property
    def user_id(self) -> UserId:
        """Raises `SignInRequired`."""
        if self.actor is None:
            raise SignInRequired("Sign in first: send an access token as 'Authorization: Bearer <token>'.")
        return self.actor.user_id

    async def spend(self, points: int) -> None:
        """Counts what an operation costs. Raises `RateLimited`."""
        if allowances := self.services.allowances:
            limits = self.services.limits
            if self.actor is None:
                await allowances.spend(limits.strangers, self.peer, points)
            else:
                await allowances.spend(limits.points, str(self.actor.user_id), points)

    async def count_change(self) -> None:
        """Of each root field of a mutation. Raises `RateLimited`."""
        if allowances := self.services.allowances:
            await allowances.spend(self.services.limits.changes, str(self.user_id), 1)

    @property
    def loaders(self) -> Loaders:
        """They batch what is asked for in one go and keep nothing, so that they may live as long as a socket."""
        if self._loaders is None:
            services = self.services
            self._loaders = Loaders(
                services.database,
                services.files,
                self.user_id,
                renders_per_user=services.renders_per_user,
                sees_adult=self.adult_offer.is_open,
            )
        return self._loaders

    @property
    def adult_offer(self) -> AdultOffer:
        return self.services.adult.offer_in(self.region)

    def now(self) -> datetime:
        return self.services.now()

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[SqlUnitOfWork]:
        """One transaction of the caller's; at most two of theirs are open in one process."""
        services = self.services
        adult = self.adult_offer.is_open
        async with services.turns.of(self.user_id), services.database.unit_of_work(self.user_id, adult=adult) as uow:
            yield uow

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self.services.database.read(self.user_id, adult=self.adult_offer.is_open) as connection:
            yield connection
