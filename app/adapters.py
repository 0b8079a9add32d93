"""The vendors a deployment has keys for, each behind its adapter. For workers and `likeness doctor`: the API asks no vendor, and
starts without what asks them. An SDK is imported when its vendor is first asked."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from app.judges import JUDGE
from app.provider_settings import FalSettings, RunPodSettings
from app.settings import Settings
from app.training_settings import RunPodTrainingSettings, trainers_of
from app.wiring import utc_now
from domain.models.model import Provider
from domain.ports.image_provider import ImageProvider, QueuedImageProvider
from domain.ports.moderation import Moderation
from domain.ports.trainer import Trainer
from providers.fal.images import FalImages
from providers.fal.training import FalTrainer
from providers.local.images import LocalImages
from providers.local.training import LocalTrainer
from providers.openai.client import OpenAIClient
from providers.openai.images import OpenAIImages
from providers.openai.moderation import OpenAIModeration
from providers.openai.words import OpenAILanguageModel
from providers.runpod.images import RunPodImages
from providers.runpod.training.machine import GPUS, IMAGE, Machine
from providers.runpod.training.trainer import RunPodTrainer
from tasks.images import ImageProviders
from tasks.trainers import Trainers
from tasks.words import LanguageModels


class Adapter(Protocol):
    async def ping(self) -> None:
        """Does it let us in? Costs nothing. Raises the `ProviderError`s and `RateLimited`."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """None where there is no key. Belong to one event loop."""

    fal: FalImages | None
    openai: OpenAIClient | None
    runpod: RunPodImages | None
    fal_trainer: FalTrainer | None
    runpod_trainer: RunPodTrainer | None

    @classmethod
    def of(cls, settings: Settings) -> "Adapters":
        fal, openai, runpod = settings.providers.fal, settings.providers.openai, settings.providers.runpod
        pods = settings.providers.runpod_training
        return cls(
            fal=_fal(fal) if fal else None,
            openai=OpenAIClient(key=openai.key, base_url=openai.base_url) if openai else None,
            runpod=_runpod(runpod) if runpod else None,
            fal_trainer=_fal_trainer(fal) if fal else None,
            runpod_trainer=runpod_trainer(pods, settings) if pods else None,
        )

    def load(self) -> None:
        """The SDKs, so that the first image does not hold up the event loop with an import. Blocks: for a thread."""
        for name, adapter in (("fal_client", self.fal), ("openai", self.openai)):
            if adapter:
                import_module(name)

    @property
    def all(self) -> Mapping[Provider, Adapter]:
        made = {Provider.FAL: self.fal, Provider.OPENAI: self.openai, Provider.RUNPOD: self.runpod}
        return {provider: adapter for provider, adapter in made.items() if adapter}

    @property
    def trainers(self) -> Mapping[Provider, Trainer]:
        """Of the vendors. The local stand-in is not among them."""
        made: dict[Provider, Trainer | None] = {
            Provider.FAL: self.fal_trainer,
            Provider.RUNPOD: self.runpod_trainer,
        }
        return {provider: trainer for provider, trainer in made.items() if trainer}

    def all_trainers(self, settings: Settings) -> Trainers:
        """The stand-in where nobody else makes anything: its weights are none that anybody else could draw with."""
        by_provider = dict(self.trainers)
        if Provider.LOCAL in trainers_of(settings.providers):
            by_provider[Provider.LOCAL] = LocalTrainer(
                folder=settings.data_dir / "trainings",
                now=utc_now,
                seconds=settings.local_training,
                faults=settings.local_faults,
            )
        renters = (self.runpod_trainer,) if self.runpod_trainer else ()
        return Trainers(by_provider=by_provider, limits=settings.providers.training_limits, renters=renters)

    def images(self, settings: Settings) -> ImageProviders:
        """The sketch draws where nobody else does: it is no stand-in for a photograph that was paid for."""
        answering: dict[Provider, ImageProvider] = {}
        queued: dict[Provider, QueuedImageProvider] = {}
        if self.fal:
            queued[Provider.FAL] = self.fal
        if self.runpod:
            queued[Provider.RUNPOD] = self.runpod
        if self.openai:
            answering[Provider.OPENAI] = OpenAIImages(self.openai)
        if not answering and not queued:
            answering[Provider.LOCAL] = LocalImages(faults=settings.local_faults)
        return ImageProviders(answering=answering, queued=queued, choices=settings.providers.choices)

    def words(self, settings: Settings) -> LanguageModels:
        """Whoever reads, sees and writes."""
        if self.openai is None:
            return LanguageModels()
        client = self.openai
        makers = {Provider.OPENAI: lambda model: OpenAILanguageModel(client, model=model.endpoint)}
        return LanguageModels(by_provider=makers, choices=settings.providers.choices)

    @property
    def moderation(self) -> Moderation | None:
        """Who judges pictures."""
        return OpenAIModeration(self.openai, model=JUDGE.endpoint) if self.openai else None

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            for adapter in (*self.all.values(), self.fal_trainer, self.runpod_trainer):
                if adapter:
                    stack.push_async_callback(adapter.close)


def _fal(found: FalSettings) -> FalImages:
    return FalImages(key=found.key, queue_url=found.queue_url, rest_url=found.rest_url, media_hosts=found.media_hosts)


def _runpod(found: RunPodSettings) -> RunPodImages:
    return RunPodImages(
        key=found.key, endpoints=found.endpoints, base_url=found.base_url, result_hosts=found.result_hosts
    )


def _fal_trainer(found: FalSettings) -> FalTrainer:
    return FalTrainer(key=found.key, queue_url=found.queue_url, media_hosts=found.media_hosts)


def runpod_trainer(found: RunPodTrainingSettings, settings: Settings) -> RunPodTrainer:
    machine = Machine(
        gpus=found.gpus or GPUS,
        image=found.image or IMAGE,
        template=found.template,
        volume=found.volume,
        data_centers=found.data_centers,
    )
    return RunPodTrainer(
        key=found.key,
        secret=settings.derived_secret("training pods"),
        machine=machine,
        management_url=found.management_url,
        hf_token=found.hf_token,
        proxy_url_of=found.proxy_url_of,
        prefix=found.prefix,
    )
