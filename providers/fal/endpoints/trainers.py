"""`fal-ai/flux-lora-portrait-trainer` and `fal-ai/z-image-turbo-trainer-v2`. One has `images_data_url`, the other `image_data_url`.

Source: fal-js, types of 2026-08-02. Values for the portrait trainer: PRODUCT, section 3; for Z-Image its page, 2026-11.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypedDict

from domain.ports.trainer import TrainingRequest


class Portrait(TypedDict):
    images_data_url: str
    trigger_phrase: str
    learning_rate: float
    steps: int
    multiresolution_training: bool
    subject_crop: bool
    create_masks: bool
    data_archive_format: Literal["zip"]
    """Said, because a signed address does not end in `.zip`."""


class ZImageTurbo(TypedDict):
    """There is no field for the trigger: it is in the captions."""

    image_data_url: str
    default_caption: str
    """For pictures without one. Ours have theirs, but without this fal refuses archives where it finds none."""
    steps: int
    learning_rate: float


def portrait_arguments(request: TrainingRequest) -> Portrait:
    return Portrait(
        images_data_url=request.archive_url,
        trigger_phrase=request.trigger,
        learning_rate=0.00009,
        steps=request.steps,
        multiresolution_training=True,
        subject_crop=True,
        create_masks=False,
        data_archive_format="zip",
    )


def z_image_arguments(request: TrainingRequest) -> ZImageTurbo:
    return ZImageTurbo(
        image_data_url=request.archive_url,
        default_caption=f"a photo of {request.trigger}",
        steps=request.steps,
        learning_rate=0.0005,
    )


TrainerArguments = Callable[[TrainingRequest], Mapping[str, object]]

TRAINERS: Mapping[str, TrainerArguments] = {
    "fal-ai/flux-lora-portrait-trainer": portrait_arguments,
    "fal-ai/z-image-turbo-trainer-v2": z_image_arguments,
}
"""By `Model.endpoint`."""
