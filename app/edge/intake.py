"""A client's words become an operation that is ready to run, in the same way over HTTP and over sockets."""

from collections.abc import Mapping
from typing import TypeGuard

from app.edge.persisted import Library, named_in
from app.edge.refusals import malformed
from resolvers.context import Context
from schema.execution.engine import Engine, GraphQLRequest, Prepared
from schema.execution.limits import LONGEST_DOCUMENT
from schema.execution.refusals import RequestRefused

REFUSED = 25
"""Points that a request costs which is refused: to read it took as long as to bring that many objects."""

SHORT = 200
CHARACTERS = 20
"""A document that is not known yet costs a point for so many characters, beyond the first ones. It is paid before it is read:
who has nothing left takes none of our time. The longest that can be read takes some 30 ms.
"""


class Intake:
    """`is_open`: whether callers who are not signed in may see the schema, by introspection and suggestions."""

    def __init__(self, engine: Engine, library: Library, *, is_open: bool) -> None:
        self._engine, self._library, self._is_open = engine, library, is_open

    async def prepare(self, words: Mapping[str, object], context: Context) -> Prepared:
        """From the object that GraphQL over HTTP and graphql-transport-ws both send, counted against the caller's allowance.

        Raises `RequestRefused`, and `RateLimited`: then nothing runs.
        """
        try:
            prepared = await self._read(words, context)
        except RequestRefused:
            await context.spend(REFUSED)
            raise
        await context.spend(prepared.cost)
        return prepared

    async def _read(self, words: Mapping[str, object], context: Context) -> Prepared:
        name, variables = words.get("operationName"), words.get("variables")
        if not isinstance(name, str | None):
            raise malformed("`operationName` is a text or null.")
        if not _is_object(variables) or not _is_object(words.get("extensions")):
            raise malformed("`variables` and `extensions` are objects or null.")
        named = named_in(words)
        text = await self._library.text_of(named)
        is_open = self._is_open or context.actor is not None
        if len(text) > SHORT and not self._engine.knows(text, is_open=is_open):
            await context.spend((min(len(text), LONGEST_DOCUMENT) - SHORT) // CHARACTERS)
        prepared = self._engine.prepare(GraphQLRequest(text, name, variables or {}), is_open=is_open)
        if named.key is not None:
            await self._library.learn(named, is_known=context.actor is not None)
        return prepared


def _is_object(value: object) -> TypeGuard[dict[str, object] | None]:
    return value is None or isinstance(value, dict)
