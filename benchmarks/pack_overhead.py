"""What the system adds to a pack of ten whose provider takes 2 s: wall time less 2 s, as a client sees it.

From sending `startPack` over HTTP to the end of the `jobProgress` stream: ten images rendered side by side, stored, shrunk, paid.
"""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

import orjson

from benchmarks.load import Connection, graphql_request
from benchmarks.people import add_influencer, add_user
from benchmarks.report import LESS, Column, Report
from benchmarks.sockets import Listener, listen_signed_in, subscribe
from benchmarks.stage import Stage
from schema.ids import global_id
from tests.support.operations import operations, variables_of

RENDER = timedelta(seconds=2)
PACKS, IMAGES = 10, 10
REFERENCE_PACKS = 5
LONGEST_PACK = 30  # seconds
PICTURE = bytes(20_000)
USER = "packer"


async def measure(stage: Stage) -> list[Report]:
    ours = [seconds - RENDER.total_seconds() for seconds in await _packs(stage)]
    theirs = [await _by_hand(stage.folder) - RENDER.total_seconds() for _ in range(REFERENCE_PACKS)]
    gather = "one asyncio.gather"
    return [
        Report(
            f"pack_overhead: what is added to a pack of {IMAGES} whose provider takes {RENDER.seconds} s, median of {PACKS}",
            gather,
            "the same sleeps and file writes",
            [Column("added to the provider's time", "ms", LESS), Column("wall time of the pack", "s", LESS)],
            {
                name: [1000 * median(added), RENDER.seconds + median(added)]
                for name, added in (("likeness", ours), (gather, theirs))
            },
        )
    ]


async def _packs(stage: Stage) -> list[float]:
    async with stage.place("pack_overhead") as place:
        async with place.owner() as owner:
            subject_id = await add_influencer(owner, await add_user(owner, USER))
        wish = variables_of("StartPack", influencer_id=global_id("Influencer", subject_id))
        wish["input"]["imageCount"] = IMAGES
        token, query = place.token(USER), operations()["StartPack"]
        async with place.api() as api, place.worker(api, render=RENDER), Connection.to(api.port) as connection:
            listener = await listen_signed_in(api.port, token)
            seconds = []
            for number in range(PACKS):
                wish["input"]["idempotencyKey"] = f"pack-{number}"
                started = time.monotonic()
                job_id = orjson.loads(await connection.ask(graphql_request(query, wish, token)))["data"]["startPack"][
                    "job"
                ]["id"]
                await _until_complete(listener, str(number), job_id)
                seconds.append(time.monotonic() - started)
            listener.close()
            return seconds


async def _until_complete(listener: Listener, id_: str, job_id: str) -> None:
    await listener.say(subscribe(id_, operations()["JobProgress"], {"jobId": job_id}))
    async with asyncio.timeout(LONGEST_PACK):
        while b'"complete"' not in listener.newest:
            await listener.more()


async def _by_hand(folder: Path) -> float:
    async def make() -> None:
        await asyncio.sleep(RENDER.total_seconds())
        for kind in ("image", "thumbnail"):
            await asyncio.to_thread((folder / f"{kind}-{uuid4().hex}").write_bytes, PICTURE)

    started = time.monotonic()
    await asyncio.gather(*(make() for _ in range(IMAGES)))
    return time.monotonic() - started
