"""Trainings to ask trainers for."""

from functools import cache
from io import BytesIO
from uuid import UUID, uuid4

from PIL import Image

from domain.images.picture import Picture
from domain.ports.trainer import TrainingPicture, TrainingRequest

TRIGGER = "ohwx person"


def a_training(
    *,
    model: str,
    pictures: tuple[Picture, ...] = (),
    training_id: UUID | None = None,
    steps: int = 700,
    archive_url: str = "http://127.0.0.1:9/archive.zip",
) -> TrainingRequest:
    return TrainingRequest(
        training_id=training_id or uuid4(),
        model=model,
        trigger=TRIGGER,
        steps=steps,
        pictures=tuple(
            TrainingPicture(picture=one, caption=f"{TRIGGER}, a portrait") for one in pictures or plain_pictures()
        ),
        archive_url=archive_url,
    )


@cache
def plain_pictures(count: int = 5) -> tuple[Picture, ...]:
    """Small and cheap; nobody is on them."""
    return tuple(jpeg_of(Image.new("RGB", (96, 128), (40 * number, 120, 90))) for number in range(count))


def jpeg_of(image: Image.Image) -> Picture:
    file = BytesIO()
    image.save(file, "JPEG", quality=92)
    return Picture(file.getvalue(), "image/jpeg")
