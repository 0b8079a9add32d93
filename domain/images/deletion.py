"""Images are deleted, brought back within their grace, and in the end emptied. Every function is one transaction.

A deleted image is hidden at once, and is as it was when it is brought back. Its row stays for ever: it proves that what was
captured was delivered (docs/decisions/0017).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import Conflict, InvalidInput, NotFound
from domain.ids import ImageId, UserId
from domain.images.image import Image, ImageStanding
from domain.ports.unit_of_work import UnitOfWork
from domain.user_events import UserEventKind

GRACE = timedelta(hours=24)
"""Unless a deployment says otherwise."""

MOST_AT_ONCE = 100
"""Images that one mutation takes."""

PURGED_AT_ONCE = 500
"""Images emptied in one transaction."""


@dataclass(frozen=True, slots=True)
class Deletion:
    image_ids: Sequence[ImageId]
    restorable_until: datetime
    """Until then all of them can be brought back."""


def named_once(image_ids: Sequence[ImageId]) -> list[ImageId]:
    """Raises `InvalidInput` for none or too many."""
    wanted = list(dict.fromkeys(image_ids))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise InvalidInput(f"Name 1 to {MOST_AT_ONCE} images.", field="imageIds")
    return wanted


def not_there(named: Sequence[ImageId], there: Collection[ImageId], consequence: str) -> NotFound:
    """Says of the first one which it is."""
    place = next(place for place, id_ in enumerate(named) if id_ not in there)
    return NotFound(f"Image {place + 1} of these does not exist. {consequence}", field=f"imageIds.{place}")


async def delete_images(
    uow: UnitOfWork, user_id: UserId, image_ids: Sequence[ImageId], *, grace: timedelta, now: datetime
) -> Deletion:
    """All or none of them. One that is deleted already stays so until its own time.

    Raises `NotFound`, and `Conflict` for an image that gives a face or that a job works with.
    """
    wanted = named_once(image_ids)
    await uow.lock_user(user_id)
    found = await uow.images.standing(user_id, wanted)
    there = {image.id for image in found if not image.is_purged}
    if len(there) < len(wanted):
        raise not_there(image_ids, there, "Nothing was deleted.")
    for image in found:
        _check_free(image)
    until = now + grace
    await uow.images.delete([image.id for image in found if not image.restorable_until], until=until, now=now)
    await uow.outbox.tell(user_id, UserEventKind.IMAGES_CHANGED, *wanted)
    return Deletion(wanted, min([until, *(image.restorable_until for image in found if image.restorable_until)]))


def _check_free(image: ImageStanding) -> None:
    if image.base_of is not None:
        raise Conflict(
            f"One of these images gives {image.base_of} its face. Choose another base image first. Nothing was deleted."
        )
    if image.is_needed:
        raise Conflict(
            "A job that is running works with one of these images. Wait until it has ended, or cancel it. Nothing was deleted."
        )


async def restore_images(
    uow: UnitOfWork, user_id: UserId, image_ids: Sequence[ImageId], *, now: datetime
) -> Sequence[Image]:
    """All or none of them, in the order given. One that is not deleted stays as it is.

    Raises `NotFound`, and `Conflict` for an image whose grace is over.
    """
    wanted = named_once(image_ids)
    await uow.lock_user(user_id)
    found = await uow.images.standing(user_id, wanted)
    if len(found) < len(wanted):
        raise not_there(image_ids, {image.id for image in found}, "Nothing was restored.")
    if any(image.is_purged or (image.restorable_until and image.restorable_until <= now) for image in found):
        raise Conflict("One of these images was deleted too long ago and is gone for good. Nothing was restored.")
    await uow.outbox.tell(user_id, UserEventKind.IMAGES_CHANGED, *wanted)
    return await uow.images.restore(wanted)


async def purge_images(uow: UnitOfWork, user_id: UserId) -> int:
    """Empty those whose grace is over by the database's clock, and ask for the removal of files that no other image has.

    Returns how many it found, `PURGED_AT_ONCE` at the most.
    """
    await uow.lock_user(user_id)
    return await uow.images.purge(user_id, limit=PURGED_AT_ONCE)
