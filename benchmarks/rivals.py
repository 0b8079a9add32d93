"""GraphQL servers on Node, each in the two ways a team would write it. What they run is the references' own SQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import orjson

from benchmarks import gallery_reference, start_pack_reference
from benchmarks.stage import Place, Program, node_binary

JOINED = {"yoga + JIT, joined": ("yoga", "joined"), "mercurius + JIT, joined": ("mercurius", "joined")}
LOADED = {"yoga + JIT, DataLoader": ("yoga", "loaded"), "mercurius + JIT, DataLoader": ("mercurius", "loaded")}

OWNER, API = "DATABASE_URL", "API_DATABASE_URL"
"""Whom a server is at Postgres. Only the second is bound by row security."""


@asynccontextmanager
async def rivals(place: Place, *kinds: dict[str, tuple[str, str]], role: str) -> AsyncIterator[dict[str, Program]]:
    """By name. None without Node."""
    asked = {name: arguments for kind in kinds for name, arguments in kind.items()} if node_binary() else {}
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(_rival(place, arguments, role)) for name, arguments in asked.items()
        }


@asynccontextmanager
async def _rival(place: Place, arguments: Sequence[str], role: str) -> AsyncIterator[Program]:
    statements = place.folder / "statements.json"
    statements.write_bytes(
        orjson.dumps({"gallery": gallery_reference.PAGE, "start_pack": start_pack_reference.STATEMENTS})
    )
    async with place.node("serve.mjs", *arguments, str(statements), role=role) as program:
        yield program
