"""Trainings to ask for, and the archive that goes with one."""

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.images.picture import Picture
from domain.ports.trainer import TrainingPicture, TrainingRequest
from tests.support.render_requests import a_picture

TRIGGER = "ohwx woman"
TRAINING = UUID("0192d3a4-0000-7000-8000-00000000abcd")
PICTURES = tuple(
    TrainingPicture(picture=a_picture(32, 32, colour, format="JPEG"), caption=f"a photo of {TRIGGER}, {colour}")
    for colour in ("red", "green", "blue", "white", "black")
)


def a_training(model: str, **changes: Any) -> TrainingRequest:
    return replace(
        TrainingRequest(
            training_id=TRAINING,
            model=model,
            trigger=TRIGGER,
            steps=700,
            pictures=PICTURES,
            archive_url="https://likeness.example/files/archive?signature=s",
        ),
        **changes,
    )


def a_training_of(model: str, *pictures: Picture, **changes: Any) -> TrainingRequest:
    """Of these pictures, and one that nobody has asked for before."""
    shown = tuple(TrainingPicture(picture=one, caption=f"{TRIGGER}, a portrait") for one in pictures)
    return a_training(model, **{"training_id": uuid4(), "pictures": shown or PICTURES, **changes})


def jpeg_of(image: Image.Image) -> Picture:
    file = BytesIO()
    image.save(file, "JPEG", quality=92)
    return Picture(file.getvalue(), "image/jpeg")


def archive_of(request: TrainingRequest, *, captions: bool = True) -> bytes:
    """`image_001.jpg` and `image_001.txt`."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, picture in enumerate(request.pictures, 1):
            archive.writestr(f"image_{number:03}.jpg", picture.picture.data)
            if captions:
                archive.writestr(f"image_{number:03}.txt", picture.caption)
    return file.getvalue()


class ArchiveHost:
    """Where a trainer fetches it from. `data` None is an address that is good no more."""

    def __init__(self, data: bytes | None) -> None:
        self.data, self.fetched = data, 0
        self.app = Starlette(routes=[Route("/archive", self._give)])

    async def _give(self, _: Request) -> Response:
        self.fetched += 1
        return Response(self.data, media_type="application/zip") if self.data is not None else Response(status_code=403)
