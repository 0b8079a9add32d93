"""Waiting for what cannot announce itself."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(true: Callable[[], Awaitable[bool]], *, seconds: float = 10) -> None:
    """Return as soon as it is true; fail the test when it is not within `seconds`."""
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110 - what is asked for lies in another process and has no event
            await asyncio.sleep(0.01)
