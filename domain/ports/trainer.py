"""Whoever trains a LoRA: fal, AI Toolkit on a RunPod pod, or the local stand-in.

As with images, a training is asked for once, given a number, and found again by it from any process, days later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from domain.images.picture import Picture
from domain.ports.image_provider import Ready, Submitted, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPicture:
    """`caption` has the trigger word in it already."""

    picture: Picture
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRequest:
    training_id: UUID
    """Of this attempt. A trainer that names things by it finds them again, and never makes two of one name."""
    model: str
    """A key of the registry: the trainer and the base model."""
    trigger: str
    steps: int
    pictures: tuple[TrainingPicture, ...]
    archive_url: str
    """The same as a ZIP of `image_001.jpg` and `image_001.txt`, for trainers that fetch it: a signed address, good for an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Under way. `step` is None where the trainer does not tell."""

    step: int | None = None
    total_steps: int | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Its machine is up and has no pictures yet. They are given by `supply`: until then nothing goes on, and time is paid."""


TrainingCallState = Waiting | Asking | Training | Ready


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedFiles:
    """What came of it. `weights` is a file of ours on disk, for whoever asked to remove; `config` is JSON or YAML as it came."""

    weights: Path
    config: bytes | None
    file_name: str
    """What the weights are called where the trainer keeps them for its own drawing (`LoraUse.file_name`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rented:
    """A machine that costs money, and the attempt it was rented for."""

    id: str
    training_id: UUID
    created_at: str


class Renter(Protocol):
    """A trainer that rents machines: what was not given back can be found without knowing of any training."""

    async def rented(self) -> Sequence[Rented]:
        """Of this deployment."""
        ...

    async def give_back(self, machine_id: str) -> None:
        """Twice is once."""
        ...


class Trainer(Protocol):
    """Raises what `QueuedImageProvider` raises, by the same rules: `submit` sends what costs money once and never again."""

    @property
    def is_asked_once(self) -> bool:
        """Whether a second `submit` of the same training would be a second training. Others find the first by its name."""
        ...

    def endpoint_of(self, model: str) -> str:
        """What the numbers of this model's trainings belong to. Written down before the call is made."""
        ...

    async def submit(self, request: TrainingRequest, *, webhook: str | None) -> Submitted: ...

    async def check(self, submitted: Submitted) -> TrainingCallState:
        """Raises `NotFound` when the trainer does not know it (any more), and what went wrong there once it has failed.

        Moves it on where the trainer needs a hand: whoever waits for a training has to keep asking.
        """
        ...

    async def supply(self, submitted: Submitted, request: TrainingRequest) -> None:
        """After `Asking`: brings the pictures, so that they are only read for this. Twice is once. Others never ask."""
        ...

    async def fetch(self, submitted: Submitted, request: TrainingRequest, *, folder: Path) -> TrainedFiles:
        """Only after `Ready`. The weights are streamed into a new file in `folder`: they may have hundreds of megabytes.

        Twice is once, until `release`. Raises `ImageNotMade` for what is no weights, or there no more.
        """
        ...

    async def release(self, submitted: Submitted) -> None:
        """After its weights are kept: a rented machine is given back. What the trainer itself draws with stays. Twice is once."""
        ...

    async def cancel(self, submitted: Submitted) -> None:
        """As far as the trainer can. Done, unknown and cancelled already are no errors."""
        ...

    async def forget(self, submitted: Submitted, file_name: str) -> None:
        """Removes what the trainer keeps of it (weights, dataset, machine). Twice is once.

        That may take a while: raises `ProviderUnavailable` until it is done, and has to be called again.
        """
        ...
