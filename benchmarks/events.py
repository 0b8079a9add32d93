"""Events on their way from Redis to thousands of subscribers of one process, each with a socket of its own."""

import resource
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from uuid import UUID

import orjson

from benchmarks.events_news import finished_image
from benchmarks.events_room import Audience, Delivered, Pace, Room, Topics
from benchmarks.people import add_influencer, add_running_job, add_user
from benchmarks.report import LESS, Column, Report
from benchmarks.rivals import OWNER
from benchmarks.sockets import listen, listen_signed_in, subscribe
from benchmarks.stage import Place, Program, Stage, node_binary
from domain.ids import JobId, SubjectId, UserId
from domain.ports.live import job_topic
from live.redis import PREFIX, RedisLive
from live.wire import encode
from schema.ids import global_id
from tests.support.operations import operations

TOGETHER = 10
"""Subscribers of one job. One more job has all of the sockets."""

BEHIND = 3
"""Events that a job has had before."""

SPARE_FILES = 500
"""Beside a socket for each subscriber of three servers."""

ROUNDS = 2
MANY, ONE = Pace(400, 200), Pace(3, 1)
"""Of each round."""

OURS, BARE, NODE = "likeness", "bare socket", "graphql-ws on Node"


@dataclass(frozen=True, slots=True)
class World:
    """Whose jobs they are. Each server has jobs of its own, for all of them hear the same Redis."""

    place: Place
    live: RedisLive
    user_id: UserId
    subject_id: SubjectId
    topics: Mapping[str, Topics]


@dataclass(slots=True)
class Outcome:
    idle_kb: float
    many: Delivered
    one: Delivered

    @property
    def figures(self) -> list[float]:
        return [self.many.cpu_us, self.many.p99_ms, self.one.cpu_us, self.one.p99_ms, self.idle_kb]


async def measure(stage: Stage) -> list[Report]:
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    fitting = [count for count in stage.sockets if 3 * count + SPARE_FILES <= allowed]
    for count in stage.sockets:
        if count not in fitting:
            print(f"Events to {count:,} sockets are left out: a process may open {allowed:,} files here.\n")
    return [await _of_size(stage, count) for count in fitting]


async def _of_size(stage: Stage, count: int) -> Report:
    async with _world(stage, count) as world, _audiences(world) as audiences:
        frame = await _same_frames(world, audiences)
        audiences[BARE] = _of_reference(world, audiences[BARE].program, frame)
        outcomes = await _watch(world, audiences, count)
    return _report(count, frame, outcomes)


@asynccontextmanager
async def _world(stage: Stage, count: int) -> AsyncIterator[World]:
    async with stage.place(f"events_{count}") as place:
        async with place.owner() as owner:
            user_id = await add_user(owner, "watcher")
            subject_id = await add_influencer(owner, user_id)
            topics = {
                name: [
                    job_topic(await add_running_job(owner, user_id, subject_id, events=BEHIND))
                    for _ in range(count // TOGETHER + 2)
                ]
                for name in (OURS, BARE, NODE)
            }
        async with RedisLive(place.settings.redis.live) as live:
            yield World(place, live, user_id, subject_id, topics)


@asynccontextmanager
async def _audiences(world: World) -> AsyncIterator[dict[str, Audience]]:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(world.place.api())
        bare = await stack.enter_async_context(world.place.reference("events"))
        audiences = {OURS: _of_graphql(world, api), BARE: _of_reference(world, bare, b"")}
        if node_binary():
            rival = await stack.enter_async_context(world.place.node("events.mjs", role=OWNER))
            audiences[NODE] = _of_graphql(world, rival)
        yield audiences


def _of_graphql(world: World, program: Program) -> Audience:
    token, query = world.place.token("watcher"), operations()["JobProgress"]
    return Audience(
        program=program,
        connect=lambda: listen_signed_in(program.port, token),
        join=lambda topic: subscribe(topic, query, {"jobId": global_id("GenerationJob", _job_of(topic))}),
        publish=lambda topic, message: world.live.announce_encoded([(topic, message)]),
        message=lambda topic, number: encode(
            finished_image(_job_of(topic), world.user_id, world.subject_id, BEHIND + number)
        ),
    )


def _of_reference(world: World, program: Program, frame: bytes) -> Audience:
    """It sends on the very bytes that a subscriber of the product gets."""
    return Audience(
        program=program,
        connect=lambda: listen(program.port),
        join=lambda topic: PREFIX + topic.encode(),
        publish=lambda topic, message: world.live.announce_encoded([(topic, message)]),
        message=lambda _, __: frame,
    )


async def _same_frames(world: World, audiences: Mapping[str, Audience]) -> bytes:
    """A rival is one only while it tells the same. Addresses may differ where five minutes end in between. Returns the frame."""
    topic = world.topics[OURS][-1]
    rooms = {name: Room(audience) for name, audience in audiences.items() if name != BARE}
    for room in rooms.values():
        await room.open([topic])
    for number in (1, 2):
        await world.live.announce_encoded([(topic, audiences[OURS].message(topic, number))])
        for room in rooms.values():
            await room.heard(number)
        frames = [room.newest for room in rooms.values()]
        if all(orjson.loads(frame) == orjson.loads(frames[0]) for frame in frames):
            break
    else:
        raise AssertionError(f"A rival tells something else than the product: {frames}")
    for room in rooms.values():
        room.close()
    return frames[0]


async def _watch(world: World, audiences: Mapping[str, Audience], count: int) -> dict[str, Outcome]:
    """Rooms are filled one after another and then told in turns, so that a disturbance of the machine meets all of them."""
    rooms = {name: Room(audience) for name, audience in audiences.items()}
    outcomes: dict[str, Outcome] = {}
    with ExitStack() as stack:
        for room in rooms.values():
            stack.enter_context(closing(room))
        for name, room in rooms.items():
            many = world.topics[name][: count // TOGETHER]
            idle_kb = await room.fill([many[number % len(many)] for number in range(count)])
            outcomes[name] = Outcome(idle_kb, Delivered(), Delivered())
        for _ in range(ROUNDS):
            for name, room in rooms.items():
                outcomes[name].many += await room.tell(world.topics[name][: count // TOGETHER], MANY)
        for name, room in rooms.items():
            await room.join_all(world.topics[name][-2])
        for _ in range(ROUNDS):
            for name, room in rooms.items():
                outcomes[name].one += await room.tell([world.topics[name][-2]], ONE)
    return outcomes


def _job_of(topic: str) -> JobId:
    return JobId(UUID(topic.removeprefix("jobs:")))


def _report(count: int, frame: bytes, outcomes: Mapping[str, Outcome]) -> Report:
    many, one = f"{MANY.per_second:.0f}/s, each to {TOGETHER}", f"{ONE.per_second:.0f}/s, each to all"
    return Report(
        f"events: {count:,} subscribers of one process, {len(frame):,} bytes a frame",
        BARE,
        "Starlette sends on the same bytes from Redis",
        [
            Column(many, "us CPU a delivery", LESS),
            Column(many, "ms p99", LESS),
            Column(one, "us CPU a delivery", LESS),
            Column(one, "ms p99", LESS),
            Column("idle subscription", "kB", LESS),
        ],
        {name: outcome.figures for name, outcome in outcomes.items()},
    )
