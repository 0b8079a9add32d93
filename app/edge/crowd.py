"""Who is connected to this process, what each may have open, and who has stopped reading."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from app.edge.messages import Close, CloseCode
from domain.ids import UserId
from schema.execution.refusals import RequestRefused, refusal

LOOKS = 5
"""How often it is looked, within the time that a client has, whether it read anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    operations: int = 20
    """Running at once on one socket."""
    sockets: int = 50
    """Of one user, in one process. A browser tab has one. 0 is no limit."""
    subscriptions: int = 100
    """Of one user over all sockets, in one process. Likewise."""
    init_wait: timedelta = timedelta(seconds=5)
    read_wait: timedelta = timedelta(seconds=10)
    """How long what is sent may wait for the client to read. Then its socket is given up; nobody else waits with it."""


class Sender(Protocol):
    def is_stuck(self) -> bool:
        """Whether it sends, and has got nothing through since the last time it was asked."""
        ...

    def drop(self) -> None: ...


class Crowd:
    """Counts are per process: what they protect, its memory and its processor, is as well."""

    def __init__(self, limits: SocketLimits) -> None:
        self.limits = limits
        self._sockets: Counter[UserId] = Counter()
        self._subscriptions: Counter[UserId] = Counter()
        self._stuck: dict[Sender, int] = {}
        self._is_looking = False

    def enter(self, user_id: UserId) -> None:
        """Raises `Close`. 4429 makes clients of graphql-ws give up instead of trying again and again."""
        if 0 < self.limits.sockets <= self._sockets[user_id]:
            raise Close(CloseCode.TOO_MANY, "Too many connections")
        self._sockets[user_id] += 1

    def leave(self, user_id: UserId) -> None:
        _take_one(self._sockets, user_id)

    def begin_subscription(self, user_id: UserId) -> None:
        """Raises `RequestRefused`."""
        if 0 < self.limits.subscriptions <= self._subscriptions[user_id]:
            raise limit_reached("subscriptions of one user", self.limits.subscriptions)
        self._subscriptions[user_id] += 1

    def end_subscription(self, user_id: UserId) -> None:
        _take_one(self._subscriptions, user_id)

    def watch(self, sender: Sender) -> None:
        """Drop it when it is stuck for as long as a client may take to read."""
        self._stuck[sender] = 0
        if not self._is_looking:
            self._is_looking = True
            self._look_later()

    def forget(self, sender: Sender) -> None:
        self._stuck.pop(sender, None)

    def _look_later(self) -> None:
        asyncio.get_running_loop().call_later(self.limits.read_wait.total_seconds() / LOOKS, self._look)

    def _look(self) -> None:
        """One timer for all sockets: nothing is set up for a frame, which nearly always goes out at once."""
        for sender, times in tuple(self._stuck.items()):
            if not sender.is_stuck():
                self._stuck[sender] = 0
            elif times < LOOKS:
                self._stuck[sender] = times + 1
            else:
                sender.drop()
        self._is_looking = bool(self._stuck)
        if self._is_looking:
            self._look_later()


def limit_reached(what: str, limit: int) -> RequestRefused:
    return refusal(f"At most {limit} {what} run at once. End one of them first.", "LIMIT_REACHED", limit=limit)


def _take_one(counts: Counter[UserId], user_id: UserId) -> None:
    counts[user_id] -= 1
    if counts[user_id] <= 0:
        del counts[user_id]
