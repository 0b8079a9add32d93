"""What becomes of a thread: one of its versions is the final one, until another is."""

from domain.errors import Conflict
from domain.ids import ThreadId, UserId, VersionId
from domain.ports.unit_of_work import UnitOfWork
from domain.thumbnails.thread import ThumbnailThread
from domain.user_events import UserEventKind


async def finalize(uow: UnitOfWork, user_id: UserId, thread_id: ThreadId, version_id: VersionId) -> ThumbnailThread:
    """A second call changes nothing. Raises `NotFound`, and `Conflict` for a version whose picture is not there."""
    await uow.lock_user(user_id)
    await uow.thumbnails.thread(thread_id)
    version = await uow.thumbnails.version(thread_id, version_id)
    if not await uow.images.count_present([version.image_id]):
        raise Conflict("This version has no picture: it is not made yet, was not made, or was deleted.")
    await uow.thumbnails.finalize(thread_id, version_id)
    await uow.outbox.tell(user_id, UserEventKind.THREAD_CHANGED, thread_id)
    return await uow.thumbnails.thread(thread_id)
