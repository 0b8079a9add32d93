"""LoRAs by fal's queue: its portrait trainer for FLUX.1, and its trainer for Z-Image Turbo. See `domain.ports.trainer.Trainer`.

fal fetches the pictures itself, from an address that is good for an hour, and hands out weights the way it does pictures.
"""

import asyncio
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.errors import ImageNotMade, NotFound, ProviderUnavailable
from domain.models.routing import model_of
from domain.ports.image_provider import Ready, Submitted, Waiting
from domain.ports.trainer import TrainedFiles, Training, TrainingCallState, TrainingRequest
from providers.fal.endpoints.fields import incomplete
from providers.fal.endpoints.trainers import TRAINERS
from providers.fal.errors import EXPIRED, NOT_MADE, malformed, submit_error
from providers.fal.line import Line
from providers.fal.media import MEDIA_HOSTS, Media
from providers.fal.submission import number_in, submit_headers
from providers.fal.training_outputs import trained_of
from providers.fal.training_progress import step_of
from providers.fal.training_words import NOT_TRAINED, in_words_of_training
from providers.safetensors import NotSafetensors
from providers.saving import new_weights

MOST_CONFIG = 1024 * 1024


class FalTrainer:
    """Belongs to the event loop that first uses it. Close it there. What is said of `FalImages` is true here too."""

    is_asked_once = True

    def __init__(
        self,
        *,
        key: str,
        queue_url: str = "https://queue.fal.run",
        media_hosts: Collection[str] = MEDIA_HOSTS,
        start_timeout: timedelta = timedelta(minutes=10),
        keeps_requests: bool = False,
        patience: timedelta = timedelta(seconds=30),
    ) -> None:
        self._line = Line(key=key, queue_url=queue_url, patience=patience, submit_patience=patience)
        self._media = Media(media_hosts)
        self._submit_headers = submit_headers(start_timeout, keeps_requests=keeps_requests)

    def endpoint_of(self, model: str) -> str:
        return model_of(model).endpoint

    async def submit(self, request: TrainingRequest, *, webhook: str | None) -> Submitted:
        endpoint = self.endpoint_of(request.model)
        arguments = TRAINERS.get(endpoint)
        if arguments is None:
            raise incomplete(f"{request.model} is no trainer of fal")
        body = json.dumps(arguments(request)).encode()
        with in_words_of_training():
            answer = await self._line.submit(endpoint, body=body, headers=self._submit_headers, webhook=webhook)
            request_id = number_in(answer)
            if request_id is None:
                raise submit_error(answer, now=datetime.now(UTC))
        return Submitted(model=request.model, request_id=request_id, endpoint=endpoint)

    async def check(self, submitted: Submitted) -> TrainingCallState:
        from fal_client import Completed, InProgress, Queued  # noqa: PLC0415 - loaded by whoever asks fal

        with in_words_of_training():
            async with self._line.about(submitted.endpoint, submitted.request_id) as handle:
                match await handle.status(with_logs=True):
                    case Queued(position=position):
                        return Waiting(position=position if isinstance(position, int) else None)
                    case InProgress(logs=logs):
                        step, total = step_of(logs) or (None, None)
                        return Training(step=step, total_steps=total)
                    case Completed():
                        return Ready()
            raise malformed("a state")

    async def supply(self, submitted: Submitted, request: TrainingRequest) -> None:
        """fal never asks: it has fetched the archive."""

    async def fetch(self, submitted: Submitted, request: TrainingRequest, *, folder: Path) -> TrainedFiles:
        with in_words_of_training():
            made = trained_of(await self._output(submitted))
            with _for_good():
                config = await self._media.get(made.config_url, most_bytes=MOST_CONFIG) if made.config_url else None
                async with new_weights(folder) as path:
                    await self._media.save(made.weights_url, path)
        return TrainedFiles(weights=path, config=config, file_name=f"{request.training_id}.safetensors")

    async def release(self, submitted: Submitted) -> None:
        """fal rents nothing to us."""

    async def cancel(self, submitted: Submitted) -> None:
        """400 is fal's word for a request that has ended. One that runs is only asked to stop, and may still be paid."""
        with in_words_of_training():
            async with self._line.about(submitted.endpoint, submitted.request_id, fine=(400, 404)) as handle:
                await handle.cancel()

    async def forget(self, submitted: Submitted, file_name: str) -> None:
        """Nothing is left to remove: fal keeps no requests of ours, and its files go by themselves (`MEDIA_LIFE`)."""

    async def close(self) -> None:
        await asyncio.gather(self._line.close(), self._media.close())

    async def _output(self, submitted: Submitted) -> object:
        try:
            async with self._line.about(submitted.endpoint, submitted.request_id) as handle:
                output: object = await handle.get(interval=0.5)
        except NotFound:
            raise ImageNotMade(EXPIRED, detail="the result expired") from None
        except ProviderUnavailable as error:
            if (
                error.message == NOT_MADE and " " in error.detail
            ):  # fal names what went wrong; a gateway before it does not
                raise ImageNotMade(NOT_MADE, detail=error.detail) from None
            raise
        return output


@contextmanager
def _for_good() -> Iterator[None]:
    """What another question would not mend is told as such: whoever keeps asking pays nothing, and gets nothing."""
    try:
        yield
    except NotSafetensors as error:
        raise ImageNotMade(NOT_TRAINED, detail=f"weights: {error}") from error
    except ProviderUnavailable as error:
        if error.message == EXPIRED:
            raise ImageNotMade(EXPIRED, detail=error.detail) from error
        raise
