"""A training picture as AI Toolkit reads it: an image, and its caption beside it. WebP troubles it, so that goes as a JPEG."""

from io import BytesIO

from domain.ports.trainer import TrainingPicture
from providers.pixels import upright
from providers.runpod.training.toolkit import DatasetFile

ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
QUALITY = 95


def dataset_files(number: int, picture: TrainingPicture) -> list[DatasetFile]:
    """Work for a thread. Raises `ProviderRequestInvalid` for what is no picture."""
    data, content_type = picture.picture.data, picture.picture.content_type
    if content_type not in ENDINGS:
        file = BytesIO()
        upright(picture.picture).save(file, "JPEG", quality=QUALITY)
        data, content_type = file.getvalue(), "image/jpeg"
    stem = f"image_{number:03}"
    return [
        DatasetFile(name=f"{stem}.{ENDINGS[content_type]}", content_type=content_type, data=data),
        DatasetFile(name=f"{stem}.txt", content_type="text/plain", data=picture.caption.encode()),
    ]
