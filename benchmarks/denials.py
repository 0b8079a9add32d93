"""Requests made to be dear: what each costs the API to refuse, and how long another user waits meanwhile for an answer.

Every sending is of a text that was never seen. The reference is an honest request of that kind: the contract's gallery, first run.
"""

import asyncio
import time
from collections.abc import Callable

from benchmarks.load import http_request
from benchmarks.report import LESS, Column, Report
from benchmarks.stage import Place, Program, Stage
from tests.support.denials import DENIALS, reference

TIMES = 15
HONEST = "an honest gallery, first run"
COLUMNS = [
    Column("server CPU", "ms, mean", LESS),
    Column("server CPU", "ms, worst", LESS),
    Column("another user waits", "ms, worst", LESS),
]
PAUSE = 0.002  # seconds between two questions of the other user
Body = Callable[[int], bytes]


async def measure(stage: Stage) -> list[Report]:
    async with stage.place("denials") as place, place.api() as api:
        found = {"nobody else asks": await _watched(place, api, None), HONEST: await _watched(place, api, reference)}
        for denial in DENIALS:
            found[denial.name] = await _watched(place, api, denial.request)
    worst = max(
        (row for name, row in found.items() if name not in {HONEST, "nobody else asks"}), key=lambda row: row[1]
    )
    found["the worst of these"] = worst
    title = f"denials: {len(DENIALS)} requests made to be dear, each sent {TIMES} times"
    return [Report(title, HONEST, "the contract's largest operation, read and run for the first time", COLUMNS, found)]


async def _watched(place: Place, api: Program, body: Body | None) -> list[float]:
    """CPU for each request, mean and worst, and the longest that the other user waited while they were sent."""
    other = asyncio.create_task(_longest_wait(place, api))
    try:
        costs = [await _cost(place, api, body, number) for number in range(TIMES)]
    finally:
        other.cancel()
    waits = await asyncio.gather(other)
    return [1000 * sum(costs) / TIMES, 1000 * max(costs), 1000 * waits[0]]


async def _cost(place: Place, api: Program, body: Body | None, number: int) -> float:
    """With that of the other user's questions meanwhile, which are small."""
    before = api.cpu_seconds()
    if body is None:
        await asyncio.sleep(10 * PAUSE)
    else:
        await _send(api, _request(body(number), place.token("attacker")))
    return api.cpu_seconds() - before


async def _longest_wait(place: Place, api: Program) -> float:
    question, longest = _request(b'{"query": "{ __typename }"}', place.token("other")), 0.0
    try:
        while True:
            started = time.perf_counter()
            await _send(api, question)
            longest = max(longest, time.perf_counter() - started)
            await asyncio.sleep(PAUSE)
    except asyncio.CancelledError:
        return longest


def _request(body: bytes, token: str) -> bytes:
    head = http_request(
        "/graphql", Authorization=f"Bearer {token}", Content_Type="application/json", Connection="close"
    )
    return head.replace(b"GET ", b"POST ", 1).replace(b"Content-Length: 0", b"Content-Length: %d" % len(body), 1) + body


async def _send(api: Program, request: bytes) -> None:
    """Until it is answered, whatever with. What is left of a request is not sent any more then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
    try:
        writer.write(request)
        answer = await reader.read(2**16)
        if not answer.startswith(b"HTTP/1.1 "):
            raise ValueError(f"not answered: {answer[:80]!r}")
    finally:
        writer.transport.abort()
