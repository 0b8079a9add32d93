"""Events on their way from Redis to 1,000 subscribers of one API process, each with a socket of its own."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from benchmarks.people import LONG_AGO, PROMPT, add_influencer, add_running_job, add_user
from benchmarks.report import LESS, Figure, Report, percentile
from benchmarks.sockets import Listener, a_few_at_a_time, listen, listen_signed_in, subscribe
from benchmarks.stage import Place, Program, Stage
from domain.events import EventKind, JobEvent
from domain.ids import JobId, SubjectId, UserId, image_id_of
from domain.images.image import Image
from domain.jobs.job import Job, JobStatus
from domain.ports.live import job_topic
from live.redis import PREFIX, RedisLive
from live.wire import encode
from schema.ids import global_id
from tests.support.operations import operations
from tests.support.values import a_job, a_recipe

SUBSCRIBERS = 1_000
TOPICS = 100
"""Jobs of ten subscribers each. One more has all of the sockets."""

FIRST_SOCKETS = 50
"""Opened before memory is counted, so that what is made once for all is not."""

BEHIND = 3
"""Events that a job has had before."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`count` events at `per_second`, each to the next of the topics in turn."""

    count: int
    per_second: float
    patience: timedelta = timedelta(seconds=60)
    """For the last delivery, after the last event."""


MANY = Pace(200, 50)
ONE = Pace(5, 1)

Topics = Sequence[str]
Publish = Callable[[str, bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Delivered:
    cpu_us: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one server. `frame` is what a subscriber was sent last."""

    idle_kb: float
    many: Delivered
    one: Delivered
    frame: bytes


@dataclass(frozen=True, slots=True)
class Audience:
    """How a server is listened to and told news."""

    program: Program
    connect: Callable[[], Awaitable[Listener]]
    join: Callable[[str], bytes]
    publish: Publish
    message: Callable[[str, int], bytes]
    """What is published under a topic as its event of that number, from 1."""


async def measure(stage: Stage) -> Report:
    async with stage.place("events") as place:
        async with place.owner() as owner:
            user_id = await add_user(owner, "watcher")
            subject_id = await add_influencer(owner, user_id)
            jobs = [await add_running_job(owner, user_id, subject_id, events=BEHIND) for _ in range(TOPICS + 1)]
        topics = [job_topic(job_id) for job_id in jobs]
        async with RedisLive(place.settings.redis.live) as live:
            async with place.api() as api:
                ours = await _watch(_of_product(place, api, live, user_id, subject_id), topics)
            async with place.reference("events") as reference:
                theirs = await _watch(_of_reference(reference, live, ours.frame), topics)
    return _report(ours, theirs)


def _of_product(place: Place, api: Program, live: RedisLive, user_id: UserId, subject_id: SubjectId) -> Audience:
    token, query = place.token("watcher"), operations()["JobProgress"]

    def join(topic: str) -> bytes:
        return subscribe(topic, query, {"jobId": global_id("GenerationJob", _job_of(topic))})

    return Audience(
        program=api,
        connect=lambda: listen_signed_in(api.port, token),
        join=join,
        publish=lambda topic, message: live.announce_encoded([(topic, message)]),
        message=lambda topic, number: encode(_event(_job_of(topic), user_id, subject_id, BEHIND + number)),
    )


def _of_reference(reference: Program, live: RedisLive, frame: bytes) -> Audience:
    """It sends on the very bytes that the product's subscribers got."""
    return Audience(
        program=reference,
        connect=lambda: listen(reference.port),
        join=lambda topic: PREFIX + topic.encode(),
        publish=lambda topic, message: live.announce_encoded([(topic, message)]),
        message=lambda _, __: frame,
    )


async def _watch(audience: Audience, topics: Topics) -> Outcome:
    many, everyones = topics[:TOPICS], topics[TOPICS]
    program, room = audience.program, Room(audience)
    with closing(room):
        await room.open([many[number % TOPICS] for number in range(FIRST_SOCKETS)])
        before = program.resident_bytes()
        await room.open([many[number % TOPICS] for number in range(FIRST_SOCKETS, SUBSCRIBERS)])
        idle = (program.resident_bytes() - before) / (SUBSCRIBERS - FIRST_SOCKETS)
        to_many = await room.tell(many, MANY)
        await room.join_all(everyones)
        to_one = await room.tell([everyones], ONE)
        return Outcome(idle / 1000, to_many, to_one, room.newest)


class Room:
    """Everyone who listens to one server. What counts is the topic that each joined last."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._topics: dict[Listener, str] = {}

    @property
    def newest(self) -> bytes:
        return next(iter(self._topics)).newest

    def close(self) -> None:
        for listener in self._topics:
            listener.close()

    async def open(self, topics: Topics) -> None:
        await a_few_at_a_time([partial(self._open, topic) for topic in topics])

    async def join_all(self, topic: str) -> None:
        await a_few_at_a_time([partial(self._join, listener, topic) for listener in self._topics])

    async def tell(self, topics: Topics, pace: Pace) -> Delivered:
        """Publish at that pace and wait for every delivery."""
        messages = [(topic, self._audience.message(topic, number)) for topic, number in _numbered(topics, pace.count)]
        cpu = self._audience.program.cpu_seconds()
        published = await self._publish(messages, pace)
        await self._arrived({topic: len(times) for topic, times in published.items()}, pace.patience)
        cpu = self._audience.program.cpu_seconds() - cpu
        delays = self._delays(published)
        return Delivered(cpu_us=1e6 * cpu / len(delays), p99_ms=1000 * percentile(delays, 0.99))

    async def _open(self, topic: str) -> None:
        listener = await self._audience.connect()
        await self._join(listener, topic)

    async def _join(self, listener: Listener, topic: str) -> None:
        await listener.say(self._audience.join(topic))
        self._topics[listener] = topic

    async def _publish(self, messages: Sequence[tuple[str, bytes]], pace: Pace) -> dict[str, list[float]]:
        """Returns when each topic's events were sent, in order."""
        sent: defaultdict[str, list[float]] = defaultdict(list)
        begun = time.monotonic()
        for number, (topic, message) in enumerate(messages):
            await asyncio.sleep(begun + number / pace.per_second - time.monotonic())
            sent[topic].append(time.monotonic())
            await self._audience.publish(topic, message)
        return sent

    async def _arrived(self, counts: Mapping[str, int], patience: timedelta) -> None:
        """Raises `TimeoutError` when deliveries are missing: then the server is slower than this asks of it, or lost some."""
        async with asyncio.timeout(patience.total_seconds()):
            for listener, topic in self._topics.items():
                while len(listener.arrivals) < counts[topic]:  # noqa: ASYNC110 - cheaper than an event for each of thousands
                    await asyncio.sleep(0.01)

    def _delays(self, published: Mapping[str, Sequence[float]]) -> list[float]:
        """In seconds. Events of one topic arrive in order, so the third to come is the third that was sent."""
        return [
            arrived - sent
            for listener, topic in self._topics.items()
            for arrived, sent in zip(listener.arrivals, published[topic], strict=True)
        ]


def _numbered(topics: Topics, count: int) -> Iterator[tuple[str, int]]:
    """Topics in turn, with the number of each one's next event."""
    return ((topics[number % len(topics)], number // len(topics) + 1) for number in range(count))


def _job_of(topic: str) -> JobId:
    return JobId(UUID(topic.removeprefix("jobs:")))


def _event(job_id: JobId, user_id: UserId, subject_id: SubjectId, number: int) -> JobEvent:
    """An image is finished: the event that carries most."""
    job = a_job(
        id=job_id,
        user_id=user_id,
        subject_id=subject_id,
        recipe=replace(a_recipe(), prompt=PROMPT),
        status=JobStatus.PROCESSING,
        image_count=10,
        completed_count=1,
        credits_reserved=90,
        credits_captured=10,
        event_count=number,
        started_at=LONG_AGO,
    )
    return JobEvent(kind=EventKind.IMAGE_COMPLETED, job=job, at=LONG_AGO, number=number, index=0, image=_image(job))


def _image(job: Job) -> Image:
    id_, recipe = image_id_of(job.id, 0), job.recipe
    return Image(
        id=id_,
        user_id=job.user_id,
        subject_id=job.subject_id,
        job_id=job.id,
        index=0,
        kind=job.kind,
        storage_key=f"images/{job.user_id}/{id_.hex * 2}.jpg",
        thumbnail_key=f"thumbnails/{job.user_id}/{id_.hex * 2}.webp",
        sha256=id_.hex * 2,
        content_type="image/jpeg",
        size_bytes=250_000,
        width=recipe.width,
        height=recipe.height,
        scene=recipe.scene,
        environment=recipe.environment,
        outfit=recipe.outfit,
        aspect_ratio=recipe.aspect_ratio,
        quality=recipe.quality,
        nsfw=False,
        mode=job.mode,
        prompt=recipe.prompt,
        negative_prompt=recipe.negative_prompt,
        seed=recipe.seed,
        steps=recipe.steps,
        model="likeness-sketch-1",
        provider="local",
        credits_charged=10,
        generation_ms=1800,
        liked=False,
        download_count=0,
        created_at=LONG_AGO,
    )


def _report(ours: Outcome, theirs: Outcome) -> Report:
    many, one = f"{MANY.per_second:.0f}/s, each to {SUBSCRIBERS // TOPICS}", f"{ONE.per_second:.0f}/s, each to all"
    return Report(
        f"events: {SUBSCRIBERS:,} subscribers of one API process, {len(ours.frame):,} bytes a frame",
        "a bare Starlette socket that sends on the same bytes from Redis",
        [
            Figure(f"{many}: server CPU per delivery", "us", LESS, ours.many.cpu_us, theirs.many.cpu_us),
            Figure(f"{many}: p99 from publish", "ms", LESS, ours.many.p99_ms, theirs.many.p99_ms),
            Figure(f"{one}: server CPU per delivery", "us", LESS, ours.one.cpu_us, theirs.one.cpu_us),
            Figure(f"{one}: p99 from publish", "ms", LESS, ours.one.p99_ms, theirs.one.p99_ms),
            Figure("memory of an idle subscription", "kB", LESS, ours.idle_kb, theirs.idle_kb),
        ],
    )
