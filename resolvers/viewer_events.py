"""All that happens to a user as one stream: the present state first, then each durable event, gapless from a cursor.

The log is the only source of durable events: what arrives over Redis merely says that there is more to read. So nothing waits in
memory for a slow subscriber, who reads on from where they are. Balances and steps of trainings are live: the newest counts.
"""

import base64
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from db.queries.user_events import Logged, UserStanding, user_events_since, user_standing
from domain.credits.ledger import Balance
from domain.errors import InvalidInput
from domain.events import BalanceChanged, EventKind, JobEvent, TrainingMoved, UserMoved
from domain.ids import UserId
from domain.ports.live import Latest, credits_topic, user_topic
from domain.trainings.training import LoraModel
from domain.user_events import UserEventKind
from resolvers.context import Context
from resolvers.loaders import view_images
from resolvers.news import JobNews, event_news

CURSOR = re.compile(r"([0-9a-f]{8}):(\d{1,15}):(\d{1,15})")


class StreamKind(Enum):
    """The stream's own kinds, beside those of durable events."""

    SNAPSHOT = auto()
    RESYNC_REQUIRED = auto()
    BALANCE_CHANGED = auto()
    TRAINING_PROGRESSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserNews:
    """`job`, `balance` and `training` are set where the kind speaks of one; else `ids` say what it is about."""

    kind: StreamKind | EventKind | UserEventKind
    cursor: str
    at: datetime
    ids: tuple[UUID, ...] = ()
    job: JobNews | None = None
    balance: Balance | None = None
    training: LoraModel | None = None


async def user_news(ctx: Context, after: str | None) -> AsyncGenerator[UserNews, None]:
    """Without an end. Raises `InvalidInput` for a cursor of another stream."""
    stream = UserStream(ctx)
    seen = None if after is None else place_of(ctx.user_id, after)
    async with ctx.services.live.watch(user_topic(ctx.user_id), credits_topic(ctx.user_id)) as inbox:
        async with aclosing(stream.beginning(seen)) as beginning:
            async for news in beginning:
                yield news
        while True:
            arrivals = await inbox.take()
            is_more = any(isinstance(one, UserMoved) for one in arrivals.latest)
            async with aclosing(
                stream.beginning(stream.place) if arrivals.gap else stream.following(is_more)
            ) as missed:
                async for news in missed:
                    yield news
            for item in arrivals.latest:
                if (latest := await stream.latest(item)) is not None:
                    yield latest


class UserStream:
    """How far one subscriber has been told."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.place = (0, 0)
        """Numbers of the last event and of the last balance."""

    async def beginning(self, seen: tuple[int, int] | None) -> AsyncGenerator[UserNews, None]:
        """The present state, or what was missed after `seen`, the balance last."""
        standing = await self._standing()
        if seen is None or not standing.oldest_kept - 1 <= seen[0] <= standing.newest:
            self.place = standing.newest, standing.balance.number
            yield self._news(StreamKind.SNAPSHOT if seen is None else StreamKind.RESYNC_REQUIRED, self._ctx.now())
            return
        self.place = seen
        async with aclosing(self.following(is_more=True)) as missed:
            async for news in missed:
                yield news
        if (newer := self._balance(standing.balance)) is not None:
            yield newer

    async def following(self, is_more: bool) -> AsyncGenerator[UserNews, None]:
        """Everything in the log after what was told. Where that is no longer all of it, the stream begins anew."""
        while is_more:
            async with self._ctx.read() as connection:
                logged = await user_events_since(connection, self._ctx.user_id, self.place[0])
            if logged and logged[0].number != self.place[0] + 1:
                async with aclosing(self.beginning((-1, 0))) as resync:
                    async for news in resync:
                        yield news
                return
            for one in logged:
                self.place = one.number, self.place[1]
                if (told := await self._logged(one)) is not None:
                    yield told
            is_more = bool(logged)

    async def latest(self, item: Latest) -> UserNews | None:
        """None for what is no news."""
        if isinstance(item, BalanceChanged):
            return self._balance(Balance(item.available, item.reserved, item.number))
        if isinstance(item, TrainingMoved) and item.step is not None:
            model = await self._ctx.loaders.lora_models.load(item.training_id)
            if model is not None and model.event_count == item.number and not model.status.is_final:
                further = replace(model, current_step=item.step, tells_steps=item.step > 0)
                return replace(self._news(StreamKind.TRAINING_PROGRESSED, self._ctx.now()), training=further)
        return None

    def _balance(self, balance: Balance) -> UserNews | None:
        if balance.number <= self.place[1]:
            return None
        self.place = self.place[0], balance.number
        return replace(self._news(StreamKind.BALANCE_CHANGED, self._ctx.now()), balance=balance)

    async def _logged(self, one: Logged) -> UserNews | None:
        if one.event is None:
            return None
        news = self._news(one.event.kind, one.event.at)
        if isinstance(one.event, JobEvent):
            return replace(news, job=await self._job_news(one.event))
        return replace(news, ids=one.event.ids)

    async def _job_news(self, event: JobEvent) -> JobNews:
        """As `JobFeed.news_of`."""
        told = [event.image] if event.image and not event.image.nsfw else []
        views = await view_images(self._ctx.services.files, told) if told else []
        return event_news(event, subject=None, image=views[0] if views else None, forming=0)

    def _news(self, kind: StreamKind | EventKind | UserEventKind, at: datetime) -> UserNews:
        return UserNews(kind=kind, cursor=cursor_of(self._ctx.user_id, self.place), at=at)

    async def _standing(self) -> UserStanding:
        async with self._ctx.read() as connection:
            return await user_standing(connection, self._ctx.user_id)


def cursor_of(user_id: UserId, place: tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(f"{user_id.hex[:8]}:{place[0]}:{place[1]}".encode()).rstrip(b"=").decode()


def place_of(user_id: UserId, cursor: str) -> tuple[int, int]:
    """Raises `InvalidInput` for a cursor that is not of this user's stream."""
    try:
        found = CURSOR.fullmatch(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except ValueError:
        found = None
    if found is None or found[1] != user_id.hex[:8]:
        raise InvalidInput("This cursor is not of your events. Subscribe without one.", field="after")
    return int(found[2]), int(found[3])
