"""Answers as server-sent events: graphql-sse's "distinct connections mode", one operation for each request.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. What HTTP has a status for (no token, no room, a body that cannot
be read) is answered with it; what is wrong with the operation comes as an event. A stream that ends without `complete` was cut,
and its client may ask again.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from graphql import OperationType

from app.edge.answers import Answer, Reply
from app.edge.crowd import Crowd
from app.edge.refusals import HttpRefusal
from app.edge.stream import COMPLETE, HEADERS, EventStream, next_event
from domain.ids import UserId
from resolvers.context import Context
from schema.execution.engine import Engine, Prepared
from schema.execution.refusals import RequestRefused


class EventStreams:
    """All that are open in this process. They count as subscriptions of their user, as those on sockets do."""

    def __init__(self, engine: Engine, crowd: Crowd) -> None:
        self._engine, self._crowd = engine, crowd
        self._cuts: set[asyncio.Future[None]] = set()
        self._is_ending = False

    async def reply(self, prepared: Prepared, context: Context) -> Reply:
        """Raises `SignInRequired`: nobody else may subscribe."""
        if prepared.kind is not OperationType.SUBSCRIPTION:
            body = next_event(await self._engine.execute(prepared, context)) + COMPLETE
            return Answer(200, body, HEADERS)
        life = context.expires_at - context.now() if context.expires_at else None
        opening = partial(self._open, context.user_id)
        return EventStream(self._engine.subscribe(prepared, context), life=life, opening=opening)

    @property
    def count(self) -> int:
        return len(self._cuts)

    def end_all(self) -> None:
        """At once, and no new one begins: this process is about to end."""
        self._is_ending = True
        for cut in self._cuts:
            if not cut.done():
                cut.set_result(None)

    @contextmanager
    def _open(self, user_id: UserId) -> Iterator[asyncio.Future[None]]:
        self._begin(user_id)
        cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._cuts.add(cut)
        try:
            yield cut
        finally:
            self._cuts.discard(cut)
            self._crowd.end_subscription(user_id)

    def _begin(self, user_id: UserId) -> None:
        if self._is_ending:
            raise HttpRefusal(503, "This server is about to end. Ask again.", "UNAVAILABLE")
        try:
            self._crowd.begin_subscription(user_id)
        except RequestRefused as full:
            raise HttpRefusal(429, str(full), full.code, limit=self._crowd.limits.subscriptions) from None
