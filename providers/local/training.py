"""The offline `Trainer`: a stand-in that takes its time, and learns the colours of the pictures. No model is trained.

Its trainings are small files in a folder, so that any process can ask about one, and another day. What is to befall a
training is drawn when it is submitted and kept with it.
"""

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from domain.errors import ImageNotMade, NotFound, ProviderRequestInvalid, ProviderUnavailable
from domain.models.model import Ability, Provider
from domain.models.registry import MODELS
from domain.ports.image_provider import Ready, Submitted
from domain.ports.trainer import TrainedFiles, Training, TrainingCallState, TrainingRequest
from providers.local.faults import LocalFaults
from providers.local.likeness.measuring import measured
from providers.local.likeness.palette import MeasuredPalette, written

SIMULATED = "Likeness palette stand-in (colours measured on pictures, no model was trained)"
HANGS_AT = 0.4
"""Share of the steps at which a training that hangs stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Of one training, as it lies in its file."""

    model: str
    steps: int
    began: float  # seconds since 1970
    seconds: float
    fails_at: int | None
    hangs: bool

    def step(self, now: datetime) -> int:
        """By the clock. One that was begun in the future, by a clock that was put back, has not begun."""
        share = (now.timestamp() - self.began) / self.seconds if self.seconds > 0 else 1.0
        if self.hangs:
            share = min(share, HANGS_AT)
        return int(max(0.0, min(1.0, share)) * self.steps)


class LocalTrainer:
    """See `domain.ports.trainer.Trainer`. Costs nothing, so that a second submit of one training finds the first.

    `seconds` is how long a training takes, whatever its steps.
    """

    is_asked_once = False

    def __init__(
        self,
        *,
        folder: Path,
        now: Callable[[], datetime],
        seconds: timedelta = timedelta(seconds=20),
        faults: LocalFaults | None = None,
    ) -> None:
        self._folder, self._now, self._seconds = folder, now, seconds
        self._faults = faults or LocalFaults()

    def endpoint_of(self, model: str) -> str:
        found = MODELS.get(model)
        if found is None or found.provider is not Provider.LOCAL or Ability.TRAIN not in found.abilities:
            raise ProviderRequestInvalid("There is no such trainer here.", detail=f"'{model[:60]}' is no local trainer")
        return found.endpoint

    async def submit(self, request: TrainingRequest, *, webhook: str | None) -> Submitted:
        """Raises `ProviderRefused` as its faults say. It calls no webhook: it has to be asked."""
        endpoint, key = self.endpoint_of(request.model), str(request.training_id)
        if request.steps < 1 or not request.pictures:
            raise ProviderRequestInvalid("A training needs pictures and steps.", detail="none were given")
        self._faults.check_training(key)
        state = State(
            model=request.model,
            steps=request.steps,
            began=self._now().timestamp(),
            seconds=self._seconds.total_seconds(),
            fails_at=self._faults.training_fails_at(key, steps=request.steps),
            hangs=self._faults.training_hangs(key),
        )
        await asyncio.to_thread(_keep, self._folder / f"{key}.json", state)
        return Submitted(model=request.model, request_id=key, endpoint=endpoint)

    async def check(self, submitted: Submitted) -> TrainingCallState:
        state = await asyncio.to_thread(_read, self._path(submitted))
        step = state.step(self._now())
        if state.fails_at is not None and step >= state.fails_at:
            raise ImageNotMade(
                "The local trainer was told to fail this training. Try again.", detail=f"at step {state.fails_at}"
            )
        return Ready() if step >= state.steps else Training(step=step, total_steps=state.steps)

    async def supply(self, submitted: Submitted, request: TrainingRequest) -> None:
        """It never asks: the pictures are looked at when the weights are fetched."""

    async def fetch(self, submitted: Submitted, request: TrainingRequest, *, folder: Path) -> TrainedFiles:
        """Raises what `check` raises, `ProviderUnavailable` before it is ready, and `ProviderRequestInvalid` for pictures that
        cannot be read. The same pictures give the same bytes."""
        if not isinstance(await self.check(submitted), Ready):
            raise ProviderUnavailable("The training has not ended yet. Ask again.")
        name = f"{submitted.request_id}.safetensors"
        palette, weights = await asyncio.to_thread(_learn, request, folder)
        return TrainedFiles(weights=weights, config=_config(request, palette), file_name=name)

    async def release(self, submitted: Submitted) -> None:
        """Nothing was rented."""

    async def cancel(self, submitted: Submitted) -> None:
        with suppress(NotFound):
            await asyncio.to_thread(self._path(submitted).unlink, missing_ok=True)

    async def forget(self, submitted: Submitted, file_name: str) -> None:
        """Weights are not kept here: there is only the state."""
        await self.cancel(submitted)

    def _path(self, submitted: Submitted) -> Path:
        try:
            return self._folder / f"{UUID(submitted.request_id)}.json"
        except ValueError:
            raise _unknown() from None


def _keep(path: Path, state: State) -> None:
    """Whole or not at all; the first one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        part.write_text(json.dumps(asdict(state)))
        with suppress(FileExistsError):
            os.link(part, path)
    except OSError as error:
        raise ProviderUnavailable("The training could not be begun. Try again.", detail=type(error).__name__) from error
    finally:
        part.unlink(missing_ok=True)


def _read(path: Path) -> State:
    try:
        return State(**json.loads(path.read_text()))
    except FileNotFoundError:
        raise _unknown() from None
    except (ValueError, TypeError) as error:
        raise ImageNotMade("The training's state is damaged. Try again.", detail=type(error).__name__) from error


def _unknown() -> NotFound:
    return NotFound("The local trainer does not know this training.")


def _learn(request: TrainingRequest, folder: Path) -> tuple[MeasuredPalette, Path]:
    palette = measured([one.picture for one in request.pictures])
    path = folder / f"{uuid4().hex}.safetensors"
    path.write_bytes(written(palette, _about(request)))
    return palette, path


def _about(request: TrainingRequest) -> Mapping[str, str]:
    """Nothing of the attempt is in it."""
    pictures = sha256()
    for one in request.pictures:
        pictures.update(sha256(one.picture.data).digest())
    return {
        "made_by": SIMULATED,
        "model": MODELS[request.model].endpoint,
        "trigger": request.trigger,
        "steps": str(request.steps),
        "pictures": str(len(request.pictures)),
        "pictures_sha256": pictures.hexdigest(),
    }


def _config(request: TrainingRequest, palette: MeasuredPalette) -> bytes:
    said = {**_about(request), "simulated": True, "sharpness": round(palette.sharpness, 2)}
    return json.dumps(said, indent=1).encode()
