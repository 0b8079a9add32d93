"""What a LoRA learns from: the pictures with their captions, as values and as a ZIP that trainers fetch."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from domain.errors import NotFound
from domain.ids import CallId, ImageId, PhotoId, UserId
from domain.images.image import Image, StoredFile
from domain.images.picture import Picture
from domain.ports.object_store import ZIP, type_of
from domain.ports.trainer import TrainingPicture
from domain.trainings.likeness import check_may_be_trained
from domain.trainings.training import LoraModel
from providers.pictures.as_jpeg import as_jpeg
from tasks.registry import Services

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The time of every file in it, so that equal pictures make equal bytes."""


async def pictures_of(services: Services, model: LoraModel) -> tuple[TrainingPicture, ...]:
    """Raises `NotFound` when one is gone, and `ConsentRequired`."""
    if model.is_of_person:
        return await _photos_of(services, model)
    async with services.unit_of_work(model.user_id) as uow:
        images = await uow.images.get_many([ImageId(id_) for id_ in model.image_ids])
    return tuple([await _picture(services, model.trigger_word, image) for image in images])


async def _photos_of(services: Services, model: LoraModel) -> tuple[TrainingPicture, ...]:
    """As they were measured: upright, and with nothing in them but pixels."""
    async with services.unit_of_work(model.user_id) as uow:
        await check_may_be_trained(uow, model)
        there = {photo.id: photo.file.key for photo in await uow.personas.photos(model.subject_id)}
    if not there.keys() >= set(model.image_ids):
        raise NotFound("A photo that is trained on was removed.")
    caption = person_caption(model.trigger_word)
    keys = [there[PhotoId(id_)] for id_ in model.image_ids]
    return tuple([TrainingPicture(picture=await _jpeg(services, key), caption=caption) for key in keys])


async def _picture(services: Services, trigger: str, image: Image) -> TrainingPicture:
    return TrainingPicture(picture=await _jpeg(services, image.storage_key), caption=caption_of(trigger, image))


async def _jpeg(services: Services, key: str) -> Picture:
    """One after the other: no more of them are in memory than are kept."""
    return await asyncio.to_thread(as_jpeg, Picture(await services.files.get(key), type_of(key)))


def person_caption(trigger: str) -> str:
    """The same for each photo: nothing is inferred about a real person, nor about what they wear or where they are."""
    return f"{trigger}, photograph of a person"


def caption_of(trigger: str, image: Image) -> str:
    """What changes from picture to picture is said, so that the trigger comes to mean what stays: the person."""
    said = (image.style, image.scene, image.environment, image.outfit)
    return ", ".join([trigger, *(word.replace("_", " ").lower() for word in said if word)])


def packed(user_id: UserId, call_id: CallId, pictures: Sequence[TrainingPicture]) -> tuple[StoredFile, bytes]:
    """`image_001.jpg` beside `image_001.txt`, and so on; under a name of its own for each attempt, so that it can be removed by
    itself. Blocks: for a thread."""
    disk = BytesIO()
    with ZipFile(disk, "w", ZIP_STORED) as archive:
        for number, one in enumerate(pictures, 1):
            archive.writestr(ZipInfo(f"image_{number:03}.jpg", BEGINNING), one.picture.data)
            archive.writestr(ZipInfo(f"image_{number:03}.txt", BEGINNING), one.caption.encode())
    data = disk.getvalue()
    digest = sha256(data).hexdigest()
    name = sha256(f"{call_id}:{digest}".encode()).hexdigest()
    key = f"datasets/{user_id}/{name}.zip"
    return StoredFile(key=key, sha256=digest, content_type=ZIP, size_bytes=len(data)), data
