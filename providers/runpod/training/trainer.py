"""LoRAs by AI Toolkit on a pod that is rented for one training. See `domain.ports.trainer.Trainer`.

To submit is to rent. A pod takes minutes to start, so all else happens in `check`, one step at a time, and nothing is remembered
between two: which step comes next is read from the pod and from AI Toolkit on it. A pod that lost its disk begins anew.

A pod costs money until it is given back. That is done by whatever ends a training: a failure, `release` once its weights are
kept, `cancel`. What was missed all the same is told by `rented`.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import orjson

from domain.errors import (
    ImageNotMade,
    NotFound,
    ProviderError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
)
from domain.models.routing import model_of
from domain.ports.image_provider import Ready, Submitted, Waiting
from domain.ports.trainer import Asking, Rented, TrainedFiles, Training, TrainingCallState, TrainingRequest
from providers.runpod.exchange import Exchange
from providers.runpod.training.dataset import dataset_files
from providers.runpod.training.errors import AWAY, BROKEN, GONE, NOT_SET_UP, NOT_TRAINED, NOT_UNDERSTOOD, failed
from providers.runpod.training.job_configs import GATED, JOBS, JobConfig, no_job
from providers.runpod.training.machine import Machine, proxy_url
from providers.runpod.training.names import DATASETS, Names, pod_name, training_of, training_of_file
from providers.runpod.training.pods import Pod, Pods
from providers.runpod.training.renting import Renting
from providers.runpod.training.toolkit import NotUpError, Toolkit, ToolkitJob
from providers.safetensors import NotSafetensors
from providers.saving import new_weights

PATIENCE = timedelta(seconds=60)
"""For one exchange; the largest brings one picture."""


class RunPodTrainer:
    """Belongs to the event loop of its first call. Close it there.

    `secret` makes the tokens of pods: another one cannot go on with a training. `prefix` begins the names of this deployment's
    pods; two deployments on one account need two. `proxy_url_of` tells where a pod's port 8675 is reached.
    """

    is_asked_once = False

    def __init__(
        self,
        *,
        key: str,
        secret: bytes,
        machine: Machine | None = None,
        management_url: str = "https://api.runpod.io/v2",
        hf_token: str | None = None,
        proxy_url_of: Callable[[str], str] = proxy_url,
        prefix: str = "likeness",
        patience: timedelta = PATIENCE,
    ) -> None:
        self._machine, self._secret, self._prefix = machine or Machine(), secret, prefix
        self._hf_token, self._proxy_url_of = hf_token, proxy_url_of
        self._pods = Pods(key=key, management_url=management_url, patience=patience)
        self._renting = Renting(self._pods, self._machine)
        self._exchange = Exchange(patience=patience)

    def endpoint_of(self, model: str) -> str:
        return model_of(model).endpoint

    async def submit(self, request: TrainingRequest, *, webhook: str | None) -> Submitted:
        """Nobody calls `webhook`: AI Toolkit tells nothing by itself."""
        endpoint = self.endpoint_of(request.model)
        if endpoint not in JOBS:
            raise ProviderRequestInvalid(NOT_UNDERSTOOD, detail=f"{request.model} is no trainer of RunPod")
        if endpoint in GATED and not self._hf_token:
            raise ProviderMisconfigured(NOT_SET_UP, detail="the base model is gated: RUNPOD_TRAINING_HF_TOKEN")
        names = self._names(request.training_id)
        pod = await self._renting.pod_called(pod_name(self._prefix, request.training_id), token=names.token)
        return Submitted(model=request.model, request_id=pod.id, endpoint=endpoint)

    async def check(self, submitted: Submitted) -> TrainingCallState:
        pod = await self._pods.get(submitted.request_id)
        match pod.status:
            case "RUNNING":
                return await self._state_of(pod)
            case "PROVISIONING" | "STARTING":
                return Waiting()
            case "EXITED" | "ERROR":
                await self._give_up(pod.id, ImageNotMade(NOT_TRAINED, detail=f"pod {pod.status}"))
        raise ProviderUnavailable(BROKEN, detail="unknown status of a pod")

    async def supply(self, submitted: Submitted, request: TrainingRequest) -> None:
        names, toolkit = await self._reached(submitted)
        await toolkit.set_up(
            hf_token=self._hf_token or "", training_folder=names.training_folder, datasets_folder=DATASETS
        )
        for number, picture in enumerate(request.pictures, 1):
            await toolkit.upload(names.dataset, await asyncio.to_thread(dataset_files, number, picture))
        await toolkit.create(names.job, _job(submitted, request, names))
        await self.check(submitted)  # starts it

    async def fetch(self, submitted: Submitted, request: TrainingRequest, *, folder: Path) -> TrainedFiles:
        names, toolkit = await self._reached(submitted)
        try:
            async with new_weights(folder) as path:
                await toolkit.save(names.weights, path)
        except NotSafetensors as error:
            await self._give_up(submitted.request_id, ImageNotMade(NOT_TRAINED, detail=f"weights: {error}"))
        except ImageNotMade as error:
            await self._give_up(submitted.request_id, error)
        config = orjson.dumps(_job(submitted, request, names), option=orjson.OPT_INDENT_2)
        return TrainedFiles(weights=path, config=config, file_name=names.file_name)

    async def release(self, submitted: Submitted) -> None:
        """The weights stay on the volume, where the drawing endpoint finds them."""
        await self._pods.give_back(submitted.request_id)

    async def cancel(self, submitted: Submitted) -> None:
        """What lies on the volume goes first, while there is a machine that can remove it; the machine goes whatever happens."""
        try:
            await self._clear(submitted.request_id)
        finally:
            await self._pods.give_back(submitted.request_id)

    async def forget(self, submitted: Submitted, file_name: str) -> None:
        """Its weights lie on the volume, which only a machine can reach: one is rented for that, for a minute or two.

        AI Toolkit removes the folder of a job with the job. The new machine knows none, so one of the same name is made first.
        """
        training_id = training_of_file(file_name)
        if training_id is None or not self._machine.volume:
            await self._pods.give_back(submitted.request_id)
            return
        names = self._names(training_id)
        pod = await self._renting.pod_called(pod_name(self._prefix, training_id), token=names.token)
        try:
            if pod.status != "RUNNING":
                raise NotUpError
            await self._remove_weights(pod, names)
        except NotUpError as error:
            if pod.status in ("EXITED", "ERROR"):
                await self._pods.give_back(pod.id)
            raise ProviderUnavailable(AWAY, detail="the machine that removes weights is starting") from error
        await self._pods.give_back(pod.id)

    async def rented(self) -> Sequence[Rented]:
        """All that cost something, the oldest first."""
        found = [(pod, training_of(self._prefix, pod.name)) for pod in await self._pods.all()]
        return [
            Rented(id=pod.id, training_id=training_id, created_at=pod.created_at)
            for pod, training_id in found
            if training_id is not None
        ]

    async def give_back(self, machine_id: str) -> None:
        await self._pods.give_back(machine_id)

    async def ping(self) -> None:
        """Lists pods, which costs nothing and needs a key that may manage them."""
        await self._pods.all()

    async def close(self) -> None:
        await asyncio.gather(self._pods.close(), self._exchange.close())

    async def _state_of(self, pod: Pod) -> TrainingCallState:
        names, toolkit = self._named(pod)
        try:
            job = await toolkit.job_called(names.job)
        except NotUpError:
            return Waiting()
        except ProviderMisconfigured as error:  # not with this token: the secret was changed
            await self._give_up(pod.id, error)
        return Asking() if job is None else await self._moved_on(pod, toolkit, job)

    async def _moved_on(self, pod: Pod, toolkit: Toolkit, job: ToolkitJob) -> TrainingCallState:
        """A job that was made and not started, or put in line and left there, was left so by one of us that was stopped."""
        match job.status:
            case "running" | "stopping":
                return Training(step=job.step, total_steps=job.total_steps)
            case "completed":
                return Ready()
            case "queued":
                await toolkit.start_line()
                return Waiting()
            case "stopped" if job.step == 0:
                await toolkit.start(job)
                await toolkit.start_line()
                return Waiting()
            case "stopped":
                await self._give_up(pod.id, ImageNotMade(NOT_TRAINED, detail="stopped on its way"))
            case "error":
                await self._give_up(pod.id, failed(job.info))
        raise ProviderUnavailable(BROKEN, detail="unknown status of a job")

    async def _remove_weights(self, pod: Pod, names: Names) -> None:
        toolkit = Toolkit(self._exchange, url=self._proxy_url_of(pod.id), token=names.token)
        job = await toolkit.job_called(names.job)
        if job is None:
            await toolkit.set_up(hf_token="", training_folder=names.training_folder, datasets_folder=DATASETS)
            await toolkit.create(names.job, no_job(names))
            job = await toolkit.job_called(names.job)
        if job is None:
            raise ProviderUnavailable(BROKEN, detail="a job that was made is not listed")
        await toolkit.delete(job)

    async def _clear(self, pod_id: str) -> None:
        try:
            pod = await self._pods.get(pod_id)
        except NotFound:
            return
        if pod.status != "RUNNING":
            return
        names, toolkit = self._named(pod)
        try:
            job = await toolkit.job_called(names.job)
        except NotUpError:
            return  # nothing was begun, or nothing can be done about it
        if job is not None:
            await toolkit.delete(job)

    async def _reached(self, submitted: Submitted) -> tuple[Names, Toolkit]:
        """Raises `ProviderUnavailable` while its interface does not answer: what it says of files would mean nothing."""
        names, toolkit = self._named(await self._pods.get(submitted.request_id))
        try:
            await toolkit.job_called(names.job)
        except NotUpError as error:
            raise ProviderUnavailable(AWAY, detail="AI Toolkit does not answer") from error
        return names, toolkit

    def _named(self, pod: Pod) -> tuple[Names, Toolkit]:
        training_id = training_of(self._prefix, pod.name)
        if training_id is None:
            raise NotFound(GONE)
        names = self._names(training_id)
        return names, Toolkit(self._exchange, url=self._proxy_url_of(pod.id), token=names.token)

    def _names(self, training_id: UUID) -> Names:
        return Names(training_id=training_id, mount=self._machine.mount, secret=self._secret)

    async def _give_up(self, pod_id: str, error: ProviderError) -> NoReturn:
        """Where the pod cannot be given back, that is what is told: whoever asks again comes here again."""
        await self._pods.give_back(pod_id)
        raise error


def _job(submitted: Submitted, request: TrainingRequest, names: Names) -> JobConfig:
    return JOBS[submitted.endpoint](request, names)
