"""An orderly stop: a worker hands back what it holds, an API sends its clients to the next one, and both are gone in time."""

import asyncio
import json
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest

from domain.events import ImageProgress
from domain.ids import JobId
from domain.ports.live import job_topic
from live.redis import RedisLive
from schema.ids import parse_id
from tests.support.cluster import LONG, Cluster, only_long, say, start_packs
from tests.support.studio import PROGRESS, Json, Studio

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900 if LONG else 120)]

PROMISE = 10  # seconds from SIGTERM to the end of a process
SERVICE_RESTART = 1012  # the close code on which clients connect again
ATTEMPTS = "SELECT DISTINCT attempt, tries FROM job_images ORDER BY 1, 2"


async def test_stopped_worker_hands_back_and_another_finishes_at_once(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("patient", WORKER_LEASE_SECONDS="", RENDERS_PER_USER="20") as first:
        await start_packs(user, influencer, [10, 10])
        await cluster.holding(20)
        with cluster.worker_with("quick", WORKER_LEASE_SECONDS="", RENDERS_PER_USER="20") as second:
            await second.has_said("worker is ready")
            first.send(signal.SIGTERM)
            finished = await cluster.settled(within=20)
            status, seconds = await first.ended()
    say(f"20 images handed back and finished {finished:.2f} s after SIGTERM; exit after {finished + seconds:.2f} s")
    assert (status, finished + seconds < PROMISE) == (0, True)
    assert await cluster.owner.rows(ATTEMPTS) == [(2, 1)]


@only_long
async def test_worker_stops_in_time_while_redis_is_away(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("patient") as worker:
        await start_packs(user, influencer, [5])
        await cluster.holding(5)
        with cluster.without_redis():
            worker.send(signal.SIGTERM)
            status, seconds = await worker.ended()
    assert (status, seconds < PROMISE) == (0, True)
    assert await cluster.owner.rows(ATTEMPTS) == [(1, 0)]
    with cluster.worker_with("quick"):
        await cluster.settled()
    say(f"exit after {seconds:.1f} s without Redis")


@only_long
async def test_worker_stops_in_time_while_postgres_is_away(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("patient") as worker:
        await start_packs(user, influencer, [5])
        await cluster.holding(5)
        async with cluster.without_postgres():
            worker.send(signal.SIGTERM)
            _, seconds = await worker.ended()
    assert seconds < PROMISE
    with cluster.worker_with("quick"):
        await cluster.settled()
    say(f"exit after {seconds:.1f} s without Postgres")


@only_long
async def test_rolling_restarts_under_load_lose_and_repeat_nothing(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("quick", PROVIDER_SECONDS="0.4", WORKER_LEASE_SECONDS="") as worker:
        await worker.has_said("worker is ready")
        for _ in range(20):
            with cluster.worker_with("quick", PROVIDER_SECONDS="0.4", WORKER_LEASE_SECONDS="") as next_worker:
                await next_worker.has_said("worker is ready")
                await start_packs(user, influencer, [5, 5, 5])
                next_worker.send(signal.SIGTERM)
                status, seconds = await next_worker.ended()
                assert (status, seconds < PROMISE) == (0, True)
            await cluster.settled(within=20)
    assert await cluster.owner.rows("SELECT DISTINCT tries FROM job_images") == [(1,)]


async def test_api_stops_in_time_and_tells_its_clients_to_come_back(cluster: Cluster) -> None:
    async with cluster.api() as api, cluster.client() as studio:
        influencer = await cluster.owner.influencer_with_face(studio)
        (job,) = await start_packs(studio, influencer, [5])
        async with studio.raw_socket() as ws, percents_of(cluster, job) as tell:
            await subscribe(studio, ws, job)
            with never_reading(cluster, studio, job) as stuck:
                await flood(tell, stuck)
                api.send(signal.SIGTERM)
                began = time.monotonic()
                async with asyncio.timeout(PROMISE):
                    while (message := await ws.receive()).type is aiohttp.WSMsgType.TEXT:
                        pass
                told = time.monotonic() - began
                status, _ = await api.ended()
                seconds = time.monotonic() - began
        say(f"clients told after {told:.2f} s; exit after {seconds:.1f} s with a client that never reads")
        assert (message.data, status, seconds < PROMISE) == (SERVICE_RESTART, 0, True)


async def test_client_that_stops_reading_delays_nobody_and_is_dropped(cluster: Cluster) -> None:
    async with cluster.api() as api, cluster.client() as studio:
        influencer = await cluster.owner.influencer_with_face(studio)
        (job,) = await start_packs(studio, influencer, [5])
        async with studio.socket() as reader, percents_of(cluster, job) as tell:
            events = reader.events(PROGRESS, jobId=job, after=None)
            assert (await anext(events))["__typename"] == "JobSnapshot"
            before = api.rss_mb
            with never_reading(cluster, studio, job) as stuck:
                await flood(tell, stuck)
                began = time.monotonic()
                delays: list[float] = []
                while is_connected(stuck) and time.monotonic() - began < (35 if LONG else 2):
                    sent = time.monotonic()
                    await tell_and_hear(tell, events, 1)
                    delays.append(time.monotonic() - sent)
                seconds = time.monotonic() - began
                grown = api.rss_mb - before
                connected = is_connected(stuck)
        delays.sort()
        say(
            f"beside a stuck client: median {delays[len(delays) // 2] * 1000:.1f} ms, longest {delays[-1] * 1000:.0f} ms "
            f"of {len(delays)}; {grown:.1f} MB; {'still there' if connected else 'dropped'} after {seconds:.1f} s"
        )
        assert delays[int(len(delays) * 0.99)] < 0.2
        assert grown < 5
        if LONG:
            assert (connected, seconds < 30) == (False, True)


async def test_stream_of_thousands_of_events_keeps_no_memory(cluster: Cluster) -> None:
    async with cluster.api() as api, cluster.client() as studio:
        influencer = await cluster.owner.influencer_with_face(studio)
        (job,) = await start_packs(studio, influencer, [1])
        async with studio.socket() as reader, percents_of(cluster, job) as tell:
            events = reader.events(PROGRESS, jobId=job, after=None)
            assert (await anext(events))["__typename"] == "JobSnapshot"
            await tell_and_hear(tell, events, 200)
            before = api.rss_mb
            await tell_and_hear(tell, events, 1000)
            grown = api.rss_mb - before
    say(f"1,000 events of one stream: {grown:.1f} MB more")
    assert grown < 2


async def tell_and_hear(tell: Callable[[int], Awaitable[None]], events: AsyncIterator[Json], times: int) -> None:
    for number in range(times):
        await tell(30 + number % 2)
        await heard(events, 30 + number % 2)


async def subscribe(studio: Studio, ws: aiohttp.ClientWebSocketResponse, job: str) -> None:
    await ws.send_json({"type": "connection_init", "payload": {"Authorization": f"Bearer {studio.token}"}})
    assert (await ws.receive_json())["type"] == "connection_ack"
    payload = {"query": PROGRESS, "variables": {"jobId": job, "after": None}}
    await ws.send_json({"id": "1", "type": "subscribe", "payload": payload})
    assert (await ws.receive_json())["type"] == "next"


# A client that never reads: a bare socket with a small window, which subscribes as often as one may and to answers as large
# as one may ask for, so that the system's own buffers are soon full.
SUBSCRIPTIONS = 10
LARGE_ANSWER = "subscription ($jobId: ID!) {{ jobProgress(jobId: $jobId) {{ {fields} }} }}".format(
    fields=" ".join(f"{letter * 240}: emittedAt" for letter in "abcdefghij")
)


@contextmanager
def never_reading(cluster: Cluster, studio: Studio, job: str) -> Iterator[socket.socket]:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", cluster.settings.http.port))
        client.sendall(
            b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )
        assert client.recv(4096).startswith(b"HTTP/1.1 101")
        client.sendall(frame({"type": "connection_init", "payload": {"Authorization": f"Bearer {studio.token}"}}))
        assert b"connection_ack" in client.recv(4096)
        for number in range(SUBSCRIPTIONS):
            payload = {"query": LARGE_ANSWER, "variables": {"jobId": job}}
            client.sendall(frame({"id": str(number), "type": "subscribe", "payload": payload}))
        yield client


def frame(message: dict[str, object]) -> bytes:
    """A text frame with a mask of zeros (RFC 6455, section 5.2)."""
    text = json.dumps(message).encode()
    return b"\x81" + bytes([0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4) + text


@asynccontextmanager
async def percents_of(cluster: Cluster, job: str) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Tells a percent of the job's first image, as a worker would."""
    job_id = JobId(parse_id(job)[1])
    async with RedisLive(cluster.settings.redis.live) as live:

        async def tell(percent: int) -> None:
            news = ImageProgress(job_id=job_id, index=0, attempt=1, percent=percent)
            await live.announce(job_topic(job_id), [news])

        yield tell


async def heard(events: AsyncIterator[Json], percent: int) -> None:
    """Returns when the stream has come to it."""
    async with asyncio.timeout(5):
        while (await anext(events)).get("percent") != percent:
            pass


async def flood(tell: Callable[[int], Awaitable[None]], stuck: socket.socket) -> None:
    """Percents, until what the server has to say to this client fits into no buffer of the system any more."""
    most, since = 0, 0
    async with asyncio.timeout(30):
        while since < 20:
            await tell(since)
            _, waiting = connection_of(stuck)
            most, since = (waiting, 0) if waiting > most else (most, since + 1)
    assert most > 0


ESTABLISHED = "01"


def connection_of(client: socket.socket) -> tuple[str, int]:
    """The server's end of it, as the system sees it: its state, and bytes that were sent and not taken yet."""
    server_port, client_port = client.getpeername()[1], client.getsockname()[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, *_ = line.split()
        if (int(local.split(":")[1], 16), int(remote.split(":")[1], 16)) == (server_port, client_port):
            return state, int(queues.split(":")[0], 16)
    return "gone", 0


def is_connected(client: socket.socket) -> bool:
    return connection_of(client)[0] == ESTABLISHED
