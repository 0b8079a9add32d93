"""What the API sends to Postgres, counted where nothing passes by unseen: between asyncpg's connections and their protocol.

asyncpg's own query loggers miss what is asked through prepared statements, as SQLAlchemy does, and SQLAlchemy's events miss
what is asked of asyncpg directly.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asyncpg.introspection import INTRO_LOOKUP_TYPES  # type: ignore[import-untyped] # it ships none
from sqlalchemy import event
from sqlalchemy.pool import Pool

API = "likeness_api"

QUESTIONS = frozenset({"query", "bind_execute", "bind_execute_many", "bind", "execute", "copy_in", "copy_out"})
"""Methods of the protocol that have the server run something. To prepare a statement runs nothing, and is done once."""


class Watched:
    """A connection's protocol, of which every question is noted."""

    def __init__(self, protocol: Any, sent: list[str]) -> None:
        self._protocol, self._sent = protocol, sent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._protocol, name)
        if name not in QUESTIONS:
            return found

        def ask(*args: Any, **kwargs: Any) -> Any:
            asked = args[0] if args else kwargs["state"]
            text = getattr(asked, "query", asked)
            if not _is_about_types(text):
                self._sent.append(text)
            return found(*args, **kwargs)

        return ask


def _is_about_types(statement: str) -> bool:
    """What asyncpg asks on its own the first time that a connection meets a type."""
    return statement == INTRO_LOOKUP_TYPES or "set_config('jit'" in statement


@contextmanager
def statements_of_the_api() -> Iterator[list[str]]:
    """Everything the API sends while inside, by whichever way. A transaction that was open before is not seen."""
    sent: list[str] = []
    watched: list[Any] = []

    def watch(connection: Any, *_: object) -> None:
        driver = connection.driver_connection
        if driver._params.user == API and not isinstance(driver._protocol, Watched):
            driver._protocol = Watched(driver._protocol, sent)
            watched.append(driver)

    event.listen(Pool, "checkout", watch)
    try:
        yield sent
    finally:
        event.remove(Pool, "checkout", watch)
        for driver in watched:
            driver._protocol = driver._protocol._protocol
