"""What a trainer made is looked at, named by its content and kept in our store."""

import asyncio
from hashlib import file_digest, sha256
from pathlib import Path

from domain.errors import ImageNotMade
from domain.ids import UserId
from domain.images.image import StoredFile
from domain.ports.object_store import JSON, WEIGHTS
from domain.ports.trainer import TrainedFiles
from domain.trainings.training import LoraModel, Weights
from providers.safetensors import NotSafetensors, check_safetensors
from tasks.registry import Services


async def keep_weights(services: Services, model: LoraModel, made: TrainedFiles) -> Weights:
    """Storing twice is harmless. Raises `ImageNotMade` for a file that is no weights."""
    file = await asyncio.to_thread(_weights_file, model.user_id, made.weights)
    with made.weights.open("rb") as stream:
        await services.files.put_stream(file, stream)
    config_key = None
    if made.config is not None:
        config = made.config
        digest = sha256(config).hexdigest()
        about = StoredFile(
            key=f"configs/{model.user_id}/{digest}.json", sha256=digest, content_type=JSON, size_bytes=len(config)
        )
        await services.files.put(about, config)
        config_key = about.key
    return Weights(key=file.key, size_bytes=file.size_bytes, name=made.file_name, config_key=config_key)


def _weights_file(user_id: UserId, path: Path) -> StoredFile:
    try:
        check_safetensors(path)
    except NotSafetensors as error:
        raise ImageNotMade("What the trainer made cannot be used.", detail=str(error)) from error
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return StoredFile(
        key=f"weights/{user_id}/{digest}.safetensors",
        sha256=digest,
        content_type=WEIGHTS,
        size_bytes=path.stat().st_size,
    )
