"""Streams that break: dropped sockets, restarted APIs, two APIs at once, news that come doubled, late or not at all."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
import redis.asyncio

from app.settings import Settings
from app.wiring import make_local_files, utc_now
from app.worker import RunningWorker
from db.engine import Database
from domain.accounts.account import Actor
from domain.credits.prices import PRICES
from domain.events import JobEvent
from domain.ids import JobId
from domain.ports.live import Arrivals, Inbox, Latest, Live, News
from live.redis import RedisLive
from providers.local.tokens import user_id_of
from resolvers.context import ApiServices, Context
from resolvers.live import job_news
from resolvers.news import JobNews, NewsKind, cursor_of
from schema.ids import parse_id
from tests.conftest import free_port, serving
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import PROGRESS, Json, Studio
from tests.support.waiting import until

PATIENCE = 30  # seconds
DURABLE = {"JobStateChanged", "ImageCompleted", "ImageFailed", "ImageDelayed"}


def elsewhere(settings: Settings) -> Settings:
    """The same deployment, served by one more process."""
    port = free_port()
    return replace(settings, http=replace(settings.http, port=port, public_url=f"http://127.0.0.1:{port}"))


def job_id_of(job: Json) -> JobId:
    return JobId(parse_id(job["id"])[1])


def durable(events: Sequence[Json]) -> list[tuple[str, str]]:
    return [(event["__typename"], event["cursor"]) for event in events if event["__typename"] in DURABLE]


async def history(studio: Studio, job: Json) -> list[tuple[str, str]]:
    """All of an ended job."""
    async with asyncio.timeout(PATIENCE), studio.watching(job["id"], cursor_of(job_id_of(job), 0)) as stream:
        return durable([event async for event in stream])


@asynccontextmanager
async def user_of(settings: Settings) -> AsyncIterator[Studio]:
    async with aiohttp.ClientSession() as http:
        yield Studio(settings.http.public_url, settings, http)


async def test_a_client_that_loses_its_socket_again_and_again_misses_and_repeats_nothing(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    chance = random.Random(7)  # noqa: S311 - to be the same in every run
    await studio.balance()
    await owner.grant(studio, 1000)
    influencer = await owner.influencer_with_face(studio)
    quick_images.pace = 0.03
    drops = 0
    for _ in range(3):
        quick_images.hold()
        job = (await studio.start_pack(influencer, count=10))["job"]
        seen: list[Json] = []
        after: str | None = cursor_of(job_id_of(job), 0)
        async with asyncio.timeout(PATIENCE):
            while not seen or seen[-1]["job"]["status"] != "COMPLETED":
                patience = chance.randint(1, 4)
                async with studio.socket() as ws:
                    async for event in ws.events(PROGRESS, jobId=job["id"], after=after):
                        seen.append(event)
                        after = event["cursor"]
                        quick_images.let_go()
                        patience -= 1
                        if not patience:
                            break
                    drops += 1
                    if chance.random() < 0.7:
                        ws.ws.get_extra_info("socket").shutdown(socket.SHUT_RDWR)  # no goodbye
        assert durable(seen) == await history(studio, job)
    assert drops >= 20


async def test_after_a_restart_of_the_api_the_rest_is_told(
    settings: Settings, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    async with user_of(settings) as studio:
        seen: list[Json] = []
        quick_images.hold()
        async with serving(settings):
            job = (await studio.start_pack(await owner.influencer_with_face(studio), count=4))["job"]
            open_socket = await studio.http.ws_connect(
                f"{studio.url}/graphql", protocols=["graphql-transport-ws"], autoclose=False
            )
            await open_socket.send_json(
                {"type": "connection_init", "payload": {"Authorization": f"Bearer {studio.token}"}}
            )
            assert (await open_socket.receive_json())["type"] == "connection_ack"
            variables = {"jobId": job["id"], "after": cursor_of(job_id_of(job), 0)}
            await open_socket.send_json(
                {"type": "subscribe", "id": "1", "payload": {"query": PROGRESS, "variables": variables}}
            )
            while not seen or seen[-1]["job"]["status"] != "PROCESSING":
                seen.append((await open_socket.receive_json())["payload"]["data"]["jobProgress"])
        async with asyncio.timeout(PATIENCE):
            while (last := await open_socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
        assert (last.type, last.data) == (aiohttp.WSMsgType.CLOSE, 1012)  # on which clients connect again
        await open_socket.close()

        quick_images.let_go()
        await until(lambda: owner.value("SELECT status = 'COMPLETED' FROM jobs WHERE id = :id", id=job_id_of(job)))
        async with serving(settings), studio.watching(job["id"], seen[-1]["cursor"]) as stream:
            seen += [event async for event in stream]
            assert durable(seen) == await history(studio, job)
            assert len(durable(seen)) == 6


async def test_every_api_tells_what_one_worker_does(
    settings: Settings, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    one, two = settings, elsewhere(settings)
    async with serving(one), serving(two), user_of(one) as here, user_of(two) as over_there:
        there = over_there.as_user(here.user)
        quick_images.hold()
        job = (await here.start_pack(await owner.influencer_with_face(here), count=3))["job"]
        after = cursor_of(job_id_of(job), 0)

        async def watch(studio: Studio) -> list[Json]:
            events = []
            async with studio.watching(job["id"], after) as stream:
                async for event in stream:
                    events.append(event)
                    watching.add(id(studio))
                    if len(watching) == 2:
                        quick_images.let_go()
            return events

        watching: set[int] = set()
        async with asyncio.timeout(PATIENCE):
            first, second = await asyncio.gather(watch(here), watch(there))
        assert durable(first) == durable(second) == await history(there, job)
        assert len(durable(first)) == 5

        # A cursor of the one is good at the other.
        async with there.watching(job["id"], first[0]["cursor"]) as stream:
            assert durable([event async for event in stream]) == durable(first)[1:]


async def test_closed_sockets_leave_nothing_subscribed(studio: Studio, owner: Owner, settings: Settings) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]
    client = redis.asyncio.Redis.from_url(settings.redis.live)
    pattern = f"likeness:*{job_id_of(job)}"

    async def count() -> int:
        return len(await client.pubsub_channels(pattern))

    async def open_and(leave: Callable[[aiohttp.ClientWebSocketResponse], Awaitable[object]]) -> None:
        async with studio.socket() as ws:
            async for _ in ws.events(PROGRESS, jobId=job["id"], after=None):
                break
            assert await count() == 1
            await leave(ws.ws)

    async def tear(ws: aiohttp.ClientWebSocketResponse) -> None:
        ws.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    for leave in (tear, lambda ws: ws.close(), lambda ws: ws.send_str("{")):
        await open_and(leave)
        await until(lambda: nothing(count))
    async with studio.socket() as ws:
        payload = {"query": PROGRESS, "variables": {"jobId": job["id"]}}
        await ws.ws.send_json({"type": "subscribe", "id": "1", "payload": payload})
        await ws.ws.receive_json()
        await ws.ws.send_json({"type": "complete", "id": "1"})
        await until(lambda: nothing(count))  # while the socket itself stays
    await client.aclose()


async def nothing(count: Callable[[], Awaitable[int]]) -> bool:
    return await count() == 0


async def test_when_redis_loses_its_listeners_the_stream_goes_on(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages, settings: Settings
) -> None:
    quick_images.hold()
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=3))["job"]
    client = redis.asyncio.Redis.from_url(settings.redis.live)
    events: list[Json] = []
    async with asyncio.timeout(PATIENCE), studio.watching(job["id"], cursor_of(job_id_of(job), 0)) as stream:
        async for event in stream:
            events.append(event)
            if event["job"]["status"] == "PROCESSING":
                await client.client_kill_filter(_type="pubsub")
                quick_images.let_go()
    await client.aclose()
    assert durable(events) == await history(studio, job)


class Mischief:
    """A `Live` that doubles, delays and reorders what arrives, and loses some, which it tells as a gap."""

    def __init__(self, live: Live, chance: random.Random) -> None:
        self._live, self._chance = live, chance

    async def announce(self, topic: str, news: Sequence[News]) -> None:
        await self._live.announce(topic, news)

    async def announce_kept(self, topic: str, news: Latest, *, place: str, life: timedelta) -> None:
        await self._live.announce_kept(topic, news, place=place, life=life)

    async def kept(self, topic: str) -> Sequence[News]:
        return await self._live.kept(topic)

    @asynccontextmanager
    async def watch(self, topic: str, *more: str) -> AsyncIterator[Inbox]:
        async with self._live.watch(topic, *more) as inbox:
            yield MischievousInbox(inbox, self._chance)


class MischievousInbox:
    def __init__(self, inbox: Inbox, chance: random.Random) -> None:
        self._inbox, self._chance = inbox, chance
        self._held: list[JobEvent] = []
        self._told: list[JobEvent] = []

    async def take(self) -> Arrivals:
        arrivals = Arrivals()
        try:
            async with asyncio.timeout(0.05 if self._held else None):
                arrivals = await self._inbox.take()
        except TimeoutError:
            self._told, self._held = self._held, []
            return Arrivals(events=self._told)
        events = [*self._held, *arrivals.events]
        self._held = []
        kept: list[JobEvent] = []
        for event in events:
            lot = self._chance.random()
            if lot < 0.2:
                arrivals.gap = True  # this one is lost
            elif lot < 0.5:
                self._held.append(event)
            else:
                kept += [event] * self._chance.randint(1, 3)
        kept += self._chance.sample(self._told, min(len(self._told), 2))
        self._chance.shuffle(kept)
        self._told += kept
        return Arrivals(gap=arrivals.gap, events=kept, latest=arrivals.latest)


@pytest.fixture
async def context_of(settings: Settings, database: Database) -> AsyncIterator[Callable[[str, random.Random], Context]]:
    """A user's context whose news are tampered with."""
    async with RedisLive(settings.redis.live) as live:

        def make(user: str, chance: random.Random) -> Context:
            services = ApiServices(
                database=database,
                live=Mischief(live, chance),
                files=make_local_files(settings),
                prices=PRICES,
                quote_secret=b"",
                purchase_url="",
                now=utc_now,
                seeds=lambda: 0,
            )
            return Context(services=services, actor=Actor(user_id=user_id_of(user)))

        yield make


async def test_news_that_come_doubled_late_or_not_at_all_are_put_in_order(
    studio: Studio,
    owner: Owner,
    quick_worker: RunningWorker,
    quick_images: QuickImages,
    context_of: Callable[[str, random.Random], Context],
) -> None:
    await studio.balance()
    await owner.grant(studio, 1000)
    influencer = await owner.influencer_with_face(studio)
    quick_images.pace = 0.01
    quick_images.failing_poses = {2}
    for seed in range(4):
        job = (await studio.start_pack(influencer, count=6))["job"]
        job_id = job_id_of(job)

        async def watch(chance: random.Random, job_id: JobId = job_id) -> list[JobNews]:
            """Some of it is told at once, as to a client that keeps up only now and then."""
            told: list[JobNews] = []

            def tell_now(news: JobNews) -> bool:
                keeps_up = chance.random() < 0.5
                told.extend([news] if keeps_up else [])
                return keeps_up

            async for news in job_news(context_of(studio.user, chance), job_id, cursor_of(job_id, 0), tell_now):
                told.append(news)  # noqa: PERF401 - others come in between
            return told

        async with asyncio.timeout(PATIENCE):
            chances = [random.Random(100 * seed + n) for n in range(6)]  # noqa: S311 - to be the same in every run
            streams = await asyncio.gather(*map(watch, chances))
        for stream in streams:
            told = [news.cursor for news in stream if news.kind is not NewsKind.IMAGE_PROGRESSED]
            assert told == [cursor_of(job_id, number) for number in range(1, 9)], seed
            assert stream[-1].job.status == "PARTIAL"
