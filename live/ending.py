"""Ending tasks that talk to Redis.

redis-py 8.1 sends under `asyncio.wait_for`, and CPython 3.11's loses a cancellation that arrives as the inner call
completes (fixed in 3.12). A task cancelled once may therefore run on for ever; here it is cancelled until it has ended.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

ASK_AGAIN = 0.2  # seconds


async def outlast(task: asyncio.Task[Any], limit: timedelta) -> None:
    """For a task that is being cancelled: wait for another one to end, although the cancelling is repeated; then raise on."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + limit.total_seconds()
    while not task.done() and loop.time() < deadline:
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task], timeout=deadline - loop.time())


async def end_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Returns when all have ended, whatever they ended with."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=ASK_AGAIN)
