"""What a trainer made is looked at and kept in our store, under names of its own.

Its names are no other claim's, so that they can be announced before anything is stored (`domain.files.removal`): weights are a
likeness, and where the training was cancelled meanwhile, or its worker dies, nobody would ever look for them again.
"""

import asyncio
from hashlib import file_digest, sha256
from pathlib import Path

from domain.errors import ImageNotMade
from domain.images.image import StoredFile
from domain.ports.object_store import JSON, WEIGHTS
from domain.ports.trainer import TrainedFiles
from domain.trainings import working
from domain.trainings.training import TrainingTask, Weights
from providers.safetensors import NotSafetensors, check_safetensors
from tasks.registry import Services


async def keep_weights(services: Services, claim: TrainingTask, made: TrainedFiles) -> Weights:
    """Raises `ImageNotMade` for a file that is no weights, `AttemptEnded` before anything is stored for a claim that counts no more."""
    file = await asyncio.to_thread(_weights_file, claim, made.weights)
    about = _config_file(claim, made.config) if made.config is not None else None
    keys = [one.key for one in (file, about) if one]
    async with services.unit_of_work(claim.model.user_id) as uow:
        await working.announce_weights(uow, claim, keys)
    try:
        with made.weights.open("rb") as stream:
            await services.files.put_stream(file, stream)
        if about and made.config is not None:
            await services.files.put(about, made.config)
    except asyncio.CancelledError:
        async with services.unit_of_work(claim.model.user_id) as uow:
            await working.drop_weights(uow, claim, keys)
        raise
    return Weights(
        key=file.key, size_bytes=file.size_bytes, name=made.file_name, config_key=about.key if about else None
    )


def _weights_file(claim: TrainingTask, path: Path) -> StoredFile:
    try:
        check_safetensors(path)
    except NotSafetensors as error:
        raise ImageNotMade("What the trainer made cannot be used.", detail=str(error)) from error
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return StoredFile(
        key=f"weights/{claim.model.user_id}/{_name(claim, digest)}.safetensors",
        sha256=digest,
        content_type=WEIGHTS,
        size_bytes=path.stat().st_size,
    )


def _config_file(claim: TrainingTask, config: bytes) -> StoredFile:
    digest = sha256(config).hexdigest()
    key = f"configs/{claim.model.user_id}/{_name(claim, digest)}.json"
    return StoredFile(key=key, sha256=digest, content_type=JSON, size_bytes=len(config))


def _name(claim: TrainingTask, digest: str) -> str:
    return sha256(f"{claim.model.id}:{claim.claim}:{digest}".encode()).hexdigest()
