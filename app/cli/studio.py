"""A studio's client in a few lines: what any frontend does, with a well-known GraphQL client (gql) and its own documents.

The operations are those that GraphiQL opens on; nothing here knows more of the server than its address and a token.
"""

from collections.abc import AsyncGenerator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from graphql import parse, print_ast
from graphql.utilities import separate_operations

from app.cli.errors import CommandError

DOCUMENTS = Path(__file__).parents[1] / "static" / "graphiql" / "examples.graphql"
FINAL = frozenset({"COMPLETED", "PARTIAL", "FAILED", "CANCELLED"})

Json = dict[str, Any]


class Studio:
    """Use as an async context manager. `url` is the API's, as http://127.0.0.1:8000."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._headers = url, {"Authorization": f"Bearer {token}"}
        documents = separate_operations(parse(DOCUMENTS.read_text(encoding="utf-8")))
        self._documents = {name: print_ast(document) for name, document in documents.items()}
        self._http = Client(transport=AIOHTTPTransport(url=f"{url}/graphql", headers=self._headers))
        self._files: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = await self._http.connect_async()  # type: ignore[no-untyped-call] # gql's own omission
        self._files = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call] # likewise
        if self._files:
            await self._files.close()

    async def ask(self, operation: str, **variables: object) -> Json:
        """The answer's data. Raises `CommandError` with the user errors of a mutation."""
        data: Json = await self._session.execute(gql(self._documents[operation]), variable_values=variables)
        for payload in data.values():
            if isinstance(payload, dict) and payload.get("errors"):
                raise CommandError(f"{operation}: " + " ".join(e["message"] for e in payload["errors"]))
        return data

    async def watch(self, job_id: str) -> AsyncGenerator[Json, None]:
        """A job's events until it has ended. A dropped socket is resumed from the last cursor by calling it again."""
        transport = AIOHTTPWebsocketsTransport(
            url=f"{self._url.replace('http', 'ws', 1)}/graphql",
            subprotocols=["graphql-transport-ws"],
            init_payload=self._headers,
        )
        async with Client(transport=transport) as session:
            document = gql(self._documents["JobProgress"])
            async for data in session.subscribe(document, variable_values={"jobId": job_id, "after": None}):
                event: Json = data["jobProgress"]
                yield event

    async def download(self, url: str) -> bytes:
        if self._files is None:
            raise CommandError("The studio's client is not open.")
        async with self._files.get(url) as answer:
            answer.raise_for_status()
            return await answer.read()
