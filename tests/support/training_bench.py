"""Trainings by trainers that are paid, through the whole service: API, database, adapters over HTTP, emulators; step by step.

There is no worker: a test takes the steps itself, and moves the clock. What a step leaves in the outbox it carries out too.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Protocol
from uuid import UUID, uuid4

import aiohttp
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Mount

from app.adapters import Adapters
from app.provenance import make_identities
from app.settings import Settings
from app.wiring import make_addresses, make_files, utc_now
from db.dispatch import Dispatch
from db.engine import Database
from domain.calls.health import ProviderHealth
from domain.ids import WorkerId
from domain.images.image import StoredFile
from domain.ports.object_store import ObjectStore
from live.redis import RedisLive
from providers.local.thumbnails import PillowThumbnails
from providers.local.tokens import user_id_of
from providers.provenance.signing import C2paSigner
from schema.ids import parse_id
from tasks.breakers import Breakers
from tasks.hints import Hints
from tasks.leases import Leases
from tasks.registry import TASKS, Services
from tests.conftest import serving, settings_for
from tests.support.emulators.aitoolkit import AiToolkitEmulator
from tests.support.emulators.fal import FalEmulator
from tests.support.emulators.fal_queue import Ending
from tests.support.emulators.fal_signing import FalSigner
from tests.support.emulators.runpod import RunPodEmulator
from tests.support.emulators.serving import Place, served
from tests.support.operations import operations
from tests.support.owner import LONG_AGO, Owner
from tests.support.personas import a_persona
from tests.support.servers import RunningServers
from tests.support.studio import Json, Studio

OPERATIONS = operations()
KEY, SIGNER = "key-of-the-emulators", FalSigner()
BOTH = ("fal", "runpod")
PRICE = {"fal": 30_000, "runpod": 20_000}
BASE = {"fal": "FLUX_DEV", "runpod": "Z_IMAGE_TURBO"}
LORAS = "/workspace/models/loras/"
QUOTE = "query ($input: TrainingInput!) { quoteTraining(input: $input) { id credits } }"
OUTBOX = """
WITH sent AS (DELETE FROM outbox WHERE channel = 'task' RETURNING id, topic, payload) SELECT topic, payload FROM sent ORDER BY id
"""
NOTICES = "SELECT type FROM notifications WHERE href = :href AND created_at >= :since ORDER BY type"
DUE = "UPDATE lora_models SET sent_at = now() WHERE completed_at IS NULL"
STEPS = {"trainings.run", "jobs.render_image"}
ENDS = frozenset({"READY", "FAILED", "CANCELLED"})
SETTLED = """
SELECT status, attempt, credits_reserved, credits_captured, dataset_key, coalesce(call_state IN ('INTENDED', 'SUBMITTED'), false), lease_until
  FROM lora_models WHERE id = :id
"""


class Trainer(Protocol):
    """An emulator's side of it."""

    def hold(self) -> None:
        """What is begun from now on takes an hour."""
        ...

    def fail(self, times: int) -> None: ...
    @property
    def accepted(self) -> int:
        """How often money was spent."""
        ...

    @property
    def running(self) -> int:
        """What costs money now."""
        ...

    @property
    def weights(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Fal:
    emulator: FalEmulator

    def hold(self) -> None:
        self.emulator.queue.seconds = 3600

    def fail(self, times: int) -> None:
        self.emulator.queue.endings.extend([Ending.of_queue("runner_server_error", status=500)] * times)

    @property
    def accepted(self) -> int:
        return len(self.emulator.queue.jobs)

    @property
    def running(self) -> int:
        return sum(job.state != "COMPLETED" for job in self.emulator.queue.jobs.values())

    @property
    def weights(self) -> bytes:
        [files] = [job.files for job in self.emulator.queue.jobs.values() if job.files]
        return files.weights


@dataclass(frozen=True, slots=True)
class Pods:
    emulator: AiToolkitEmulator
    drawing: RunPodEmulator
    """The endpoint that draws, with the same volume."""

    def hold(self) -> None:
        self.emulator.seconds = 3600

    def mount(self) -> None:
        """What lies among the LoRAs of the volume is seen by whoever draws."""
        [volume] = self.emulator.volumes.values()
        [worker] = self.drawing.workers.values()
        worker.loras |= {path.removeprefix(LORAS) for path in volume if path.startswith(LORAS)}

    def fail(self, times: int) -> None:
        self.emulator.errors.extend(["CUDA out of memory"] * times)

    @property
    def accepted(self) -> int:
        return len(self.emulator.pods)

    @property
    def running(self) -> int:
        return len(self.emulator.rented)

    @property
    def weights(self) -> bytes:
        [volume] = self.emulator.volumes.values()
        [found] = [data for path, data in volume.items() if path.endswith(".safetensors")]
        return found


class _NoHealth:
    """Breakers of one test are nothing to the next."""

    async def exchange(self, known: Iterable[ProviderHealth]) -> Sequence[ProviderHealth]:
        return []


@dataclass(slots=True)
class Clock:
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return utc_now() + self.ahead


@dataclass(slots=True)
class TrainingBench:
    name: str
    place: Place
    studio: Studio
    owner: Owner
    trainer: Trainer
    services: Services
    clock: Clock
    dispatch: Dispatch
    influencer: str = ""
    training: str = ""
    began: datetime = LONG_AGO
    topics: list[str] = field(default_factory=list)
    """Tasks that were carried out."""

    def anew(self) -> "TrainingBench":
        """Another user, and a trainer with empty books. The database has to be emptied."""
        clock = Clock()
        services = replace(self.services, now=clock.now, breakers=Breakers(_NoHealth(), now=clock.now))
        trainer, studio = _trainer_at(self.place, self.name), self.studio.another()
        return replace(self, studio=studio, trainer=trainer, services=services, clock=clock, topics=[])

    @property
    def ids(self) -> Mapping[str, str]:
        return {"user_id": str(user_id_of(self.studio.user)), "training_id": str(parse_id(self.training)[1])}

    async def wish(self) -> Json:
        """An influencer with five images that are there, and credits for two trainings. Returns what a training takes."""
        self.influencer = await self.owner.influencer_with_face(self.studio)
        images = await self.owner.give_images(self.studio, self.influencer, 5)
        await keep_files(self.services.files, self.owner)
        await self.owner.grant(self.studio, 2 * PRICE[self.name])
        return {"subjectId": self.influencer, "baseModel": BASE[self.name], "imageIds": images}

    async def wish_of_person(self) -> Json:
        """As `wish`, of a persona with five photos. Where samples need not be approved."""
        assert self.name == "fal", "the only one who trains persons here"
        persona = await a_persona(self.studio, *range(5))
        await self.owner.grant(self.studio, 2 * PRICE[self.name])
        return {"subjectId": persona.id}

    async def start(self, wish: Json | None = None) -> None:
        wish = wish or await self.wish()
        quote = await self.studio.ask(QUOTE, input=wish)
        more = {"idempotencyKey": uuid4().hex, "quoteId": quote["id"]}
        started = await self.studio.ask(OPERATIONS["StartTraining"], input={**wish, **more})
        assert (started["errors"], quote["credits"]) == ([], started["loraModel"]["creditsReserved"])
        self.training = started["loraModel"]["id"]
        self.began = await self.owner.value("SELECT created_at FROM lora_models WHERE id = :id", id=self.id)

    async def step(self) -> None:
        """Everything that is to be done now: tasks that were sent, and the training's next step."""
        await self.owner.run(DUE)
        await TASKS["trainings.run"].function(self.services, **self.ids)
        await self.carry_out()

    async def carry_out_all(self) -> None:
        """As `carry_out`, and what that has sent."""
        while set(await self.messages()) - STEPS:
            await self.carry_out()

    async def carry_out(self) -> None:
        """What was sent, but for steps: those are taken one by one."""
        for topic, payload in await self.owner.rows(OUTBOX):
            if topic not in STEPS:
                self.topics.append(topic)
                await TASKS[topic].function(self.services, **payload)

    async def until(self, is_there: Callable[["TrainingBench"], bool]) -> None:
        async with asyncio.timeout(15):
            while not is_there(self) and not await self.is_over():
                await self.step()
                await asyncio.sleep(0.005)

    async def until_over(self) -> None:
        await self.until(lambda _: False)
        await self.carry_out()

    async def is_over(self) -> bool:
        return (await self.state()) in ENDS

    async def state(self) -> str:
        return str(await self.owner.value("SELECT status FROM lora_models WHERE id = :id", id=self.id))

    @property
    def id(self) -> UUID:
        return parse_id(self.training)[1]

    async def assert_settled(self, status: str, *, attempts: int, captured: int) -> None:
        """One end, told once; nothing is held, nothing runs, nothing is left lying."""
        assert await self.owner.rows(SETTLED, id=self.id) == [(status, attempts, 0, captured, None, False, None)]
        assert (await self.studio.balance())[1] == 0
        assert await self.owner.violations() == []
        assert self.trainer.running == 0
        kinds = {
            "READY": ["hd_mode.unlocked", "lora.training.completed", "lora.training.started"],
            "FAILED": ["lora.training.failed", "lora.training.started"],
            "CANCELLED": ["lora.training.started"] if attempts else [],
        }[status]
        href = f"/influencers/{parse_id(self.influencer)[1]}/training"
        told = await self.owner.rows(NOTICES, href=href, since=self.began)
        assert [kind for (kind,) in told] == kinds

    async def deliver(self, number: str, *, address: str = "", signer: FalSigner = SIGNER, signed: bool = True) -> int:
        """As fal does when something has ended, to where it was told to. The status it is answered with."""
        assert isinstance(self.trainer, Fal)
        address = address or self.trainer.emulator.queue.jobs[number].webhook or ""
        body = json.dumps({"request_id": number, "status": "OK", "payload": {"any": "thing"}}).encode()
        headers = {"Content-Type": "application/json", **(signer.headers(number, body) if signed else {})}
        async with self.studio.http.post(address, data=BytesIO(body), headers=headers) as answer:
            return answer.status

    async def messages(self) -> list[str]:
        """Tasks in the outbox."""
        return [
            topic for (topic,) in await self.owner.rows("SELECT topic FROM outbox WHERE channel = 'task' ORDER BY id")
        ]

    async def call(self) -> tuple[Any, ...]:
        """State and number of the training's call."""
        (found,) = await self.owner.rows(
            "SELECT call_state, call_request_id FROM lora_models WHERE id = :id", id=self.id
        )
        return found


async def keep_files(files: ObjectStore, owner: Owner) -> None:
    """Of images that tests put into the database: a small picture for each."""
    for number, (key, sha) in enumerate(await owner.rows("SELECT storage_key, sha256 FROM images ORDER BY id")):
        disk = BytesIO()
        Image.new("RGB", (64, 80), (30 * number, 120, 90)).save(disk, "JPEG")
        data = disk.getvalue()
        await files.put(StoredFile(key=key, sha256=sha, content_type="image/jpeg", size_bytes=len(data)), data)


@asynccontextmanager
async def a_bench(name: str, settings: Settings, servers: RunningServers, *, port: int) -> AsyncIterator[TrainingBench]:
    """With an API of its own that knows the trainer, and can be called by it. For many tests: see `TrainingBench.anew`."""
    async with AsyncExitStack() as stack:
        place = Place()
        place.url = stack.enter_context(served(place))
        environment = {"PROVIDER_WEBHOOKS": "on", "PREVIEW_APPROVAL": "off", **_environment(name, place.url)}
        read = settings_for(servers, "unused", port=port, data_dir=settings.data_dir, **environment)
        known = replace(read, database=settings.database, redis=settings.redis)
        address = await stack.enter_async_context(serving(known))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        services, clock, database = await _services(known, stack)
        owner = Database(settings.database.owner, application_name="test-owner", pool_size=2)
        stack.push_async_callback(owner.close)
        yield TrainingBench(
            name=name,
            place=place,
            studio=Studio(address, known, http),
            owner=Owner(owner),
            trainer=_trainer_at(place, name),
            services=services,
            clock=clock,
            dispatch=Dispatch(database),
        )


def _trainer_at(place: Place, name: str) -> Trainer:
    """With empty books, and quick."""
    if name == "fal":
        fal = FalEmulator(key=KEY, seconds=0.0)
        fal.queue.signer = SIGNER
        place.app = fal.app
        return Fal(fal)
    pods, drawing = AiToolkitEmulator(key=KEY), RunPodEmulator(key=KEY, endpoints=["emulated"])
    place.app = Starlette(routes=[Mount("/drawing", drawing.app), Mount("/", pods.app)])
    return Pods(pods, drawing)


def _environment(name: str, url: str) -> Mapping[str, str]:
    if name == "fal":
        return {
            "FAL_KEY": KEY,
            "FAL_QUEUE_URL": url,
            "FAL_REST_URL": url,
            "FAL_MEDIA_HOSTS": "localhost",
            "FAL_ACCOUNT": SIGNER.user_id,
        }
    return {
        "RUNPOD_API_KEY": KEY,
        "RUNPOD_ENDPOINTS": "emulated",
        "RUNPOD_BASE_URL": f"{url}/drawing/v2",
        "RUNPOD_TRAINING_VOLUME": "vol-1",
        "RUNPOD_TRAINING_HF_TOKEN": "hf",
        "RUNPOD_MANAGEMENT_URL": f"{url}/v2",
        "RUNPOD_TRAINING_PROXY": f"{url}/proxy/{{pod}}",
    }


async def _services(settings: Settings, stack: AsyncExitStack) -> tuple[Services, Clock, Database]:
    """As a worker has them, with a clock that a test moves."""
    database = Database(settings.database.worker, application_name="test-worker", pool_size=4)
    stack.push_async_callback(database.close)
    live = await stack.enter_async_context(RedisLive(settings.redis.live))
    adapters, clock = Adapters.of(settings), Clock()
    stack.push_async_callback(adapters.close)
    await asyncio.to_thread(adapters.load)
    services = Services(
        database=database,
        images=adapters.images(settings),
        files=make_files(settings),
        thumbnails=PillowThumbnails(),
        live=live,
        leases=Leases(Dispatch(database), lease=settings.worker.lease),
        breakers=Breakers(_NoHealth(), now=clock.now),
        hints=Hints(),
        webhooks=make_addresses(settings),
        worker=WorkerId(uuid4()),
        now=clock.now,
        wake_relay=lambda: None,
        trainers=adapters.all_trainers(settings),
        signer=C2paSigner(make_identities(settings)),
    )
    return services, clock, database
