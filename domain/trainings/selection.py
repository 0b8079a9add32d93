"""Which pictures a LoRA is trained on. Source: PRODUCT, sections 4 and issue 6."""

from collections.abc import Sequence

from domain.errors import InvalidInput
from domain.ids import ImageId, SubjectId
from domain.images.image import Image
from domain.ports.unit_of_work import UnitOfWork
from domain.trainings.limits import FEWEST_IMAGES, MOST_IMAGES


async def chosen_images(
    uow: UnitOfWork, subject_id: SubjectId, image_ids: Sequence[ImageId], *, field: str = "imageIds"
) -> Sequence[Image]:
    """In the order named; of equal files only the first. Raises `NotFound` for one that is not there or not theirs, and
    `InvalidInput` at `field`."""
    if len(image_ids) > 5 * MOST_IMAGES:
        raise InvalidInput(f"Name at most {5 * MOST_IMAGES} images.", field=field)
    found = await uow.images.get_many(list(dict.fromkeys(image_ids)))
    if any(image.subject_id != subject_id for image in found):
        raise InvalidInput("One of these images shows somebody else. A LoRA learns one face.", field=field)
    if any(image.nsfw for image in found):
        raise InvalidInput("A LoRA is not trained on adult images. Choose others.", field=field)
    different = list({image.sha256: image for image in reversed(found)}.values())[::-1]
    if not FEWEST_IMAGES <= len(different) <= MOST_IMAGES:
        raise InvalidInput(
            f"A training needs {FEWEST_IMAGES} to {MOST_IMAGES} different images; these are {len(different)}.",
            field=field,
        )
    return different


def recommended(liked: Sequence[Image], profile: Sequence[Image]) -> Sequence[Image]:
    """The liked ones where there are enough of them, else the profile set (base image and character sheet)."""
    return (liked if len(liked) >= FEWEST_IMAGES else profile)[:MOST_IMAGES]
