"""What processes weigh: a worker that holds many paid calls, and an API that never makes one."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from statistics import median
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped] # it ships none

from benchmarks.load import Connection, graphql_request
from benchmarks.people import add_influencer, add_user
from benchmarks.report import LESS, Column, Report
from benchmarks.stage import ROOT, Place, Program, Stage
from schema.ids import global_id
from tests.support.emulators.openai import KEY as OPENAI_KEY
from tests.support.emulators.runpod import KEY as RUNPOD_KEY
from tests.support.operations import operations

USER = "weigher"
HELD, PER_JOB = 200, 10
FOR_EVER = 3600.0  # seconds
LONGEST_WAIT = timedelta(seconds=60)
SETTLING = timedelta(seconds=3)
"""Until every held call has been asked about, and memory is what it stays."""

OPEN = "SELECT count(*) FROM provider_calls WHERE ended_at IS NULL AND (request_id IS NOT NULL OR provider = 'openai')"

STARTS = 5
LIBRARIES = (
    "import starlette.applications, strawberry, sqlalchemy.ext.asyncio, asyncpg, redis.asyncio, uvicorn, structlog, jwt"
)
PROGRAMS = {
    "its libraries alone": LIBRARIES,
    "API": "import app.asgi",
    "worker": "import app.worker",
    "worker that asked every vendor": "import app.worker, openai, fal_client, storage3",
}
SDKS = ("openai", "fal_client", "storage3")
WEIGH = """
import time; began = time.perf_counter()
{program}
took = time.perf_counter() - began
import json, resource, sys
pages = int(open("/proc/self/statm").read().split()[1])
print(json.dumps([took, pages * resource.getpagesize(), [name for name in {sdks} if name in sys.modules]]))
"""


async def memory(stage: Stage) -> Report:
    """A new worker for each vendor, whose SDK it has loaded: idle, with one call, with all of them."""
    idle, one, many = "idle", "holding 1 call", f"holding {HELD} calls"
    columns, rows = [], {name: list[float]() for name in (idle, one, many)}
    for vendor in ("fal", "runpod", "openai"):
        async with stage.place(f"adapters_{vendor}") as place, place.emulator(vendor, seconds=FOR_EVER) as emulator:
            for name, value in zip(rows, await _weights(place.configured(**_keys(vendor, emulator))), strict=True):
                rows[name].append(value / 1e6)
        columns.append(Column(f"{vendor}, resident", "MB", LESS))
    return Report(f"adapters: memory of a worker with {HELD} calls under way", idle, "the same worker", columns, rows)


def imports() -> Report:
    """Raises `RuntimeError` when the API loads a vendor's SDK."""
    reference = "its libraries alone"
    found = {name: [_weighed(program) for _ in range(STARTS)] for name, program in PROGRAMS.items()}
    loaded = {sdk for name in ("API", "worker") for _, _, sdks in found[name] for sdk in sdks}
    if loaded:
        raise RuntimeError(f"SDKs are loaded before any vendor is asked: {', '.join(sorted(loaded))}")
    return Report(
        f"adapters: importing a process, median of {STARTS}; neither API nor worker loads {', '.join(SDKS)} (checked)",
        reference,
        LIBRARIES.removeprefix("import "),
        [Column("import", "ms", LESS), Column("resident", "MB", LESS)],
        {
            name: [1000 * median(took for took, _, _ in starts), median(size for _, size, _ in starts) / 1e6]
            for name, starts in found.items()
        },
    )


def _weighed(program: str) -> tuple[float, int, list[str]]:
    """Seconds, bytes, and the SDKs it has loaded. `program` is one of ours, above."""
    code = WEIGH.format(program=program, sdks=SDKS)
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)  # noqa: S603
    took, size, sdks = json.loads(run.stdout)
    return took, size, sdks


def _keys(vendor: str, emulator: Program) -> Mapping[str, str]:
    url = f"http://127.0.0.1:{emulator.port}"
    keys: Mapping[str, Mapping[str, str]] = {
        "fal": {"FAL_KEY": "fal-key-of-the-emulator", "FAL_QUEUE_URL": url, "FAL_REST_URL": url},
        "runpod": {"RUNPOD_API_KEY": RUNPOD_KEY, "RUNPOD_ENDPOINTS": "ep-images", "RUNPOD_BASE_URL": f"{url}/v2"},
        "openai": {"OPENAI_API_KEY": OPENAI_KEY, "OPENAI_BASE_URL": f"{url}/v1"},
    }
    return keys[vendor]


async def _weights(place: Place) -> tuple[int, int, int]:
    """In bytes."""
    async with place.owner() as owner, place.api() as api, Connection.to(api.port) as connection:
        influencer = global_id("Influencer", await add_influencer(owner, await add_user(owner, USER)))

        async def start(images: int) -> None:
            wish = {"influencerId": influencer, "imageCount": images, "idempotencyKey": uuid4().hex}
            await connection.ask(graphql_request(operations()["StartBaseImages"], {"input": wish}, place.token(USER)))

        async with place.paid_worker(api) as worker:
            idle = await _weight(worker, owner, held=0)
            await start(1)
            one = await _weight(worker, owner, held=1)
            for images in [PER_JOB] * (HELD // PER_JOB - 1) + [PER_JOB - 1]:
                await start(images)
            return idle, one, await _weight(worker, owner, held=HELD)


async def _weight(worker: Program, owner: asyncpg.Connection, *, held: int) -> int:
    async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
        while await owner.fetchval(OPEN) != held:  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.1)
    await asyncio.sleep(SETTLING.total_seconds())
    return worker.resident_bytes()
