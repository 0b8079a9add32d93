"""Files are removed by name, and names are made from content: what is being removed may be made again at the same time.

So a removal is written down first, in the transaction that takes the last reference away. While it is under way, and a
moment after, nothing new may refer to that name (`check_they_stay`): whoever stored the same bytes again cannot know whether
that was before they were removed, and has to store them once more.

What is stored under a name that nobody else makes, as signed pictures are (docs/decisions/0028), is announced as a removal that
is due later (`announce`), before it is stored. The transaction that refers to it takes that back (`keep`). Whoever dies in between
leaves nothing behind: the removal comes due.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.errors import FilesGoing
from domain.ids import UserId
from domain.jobs.job import JobImage
from domain.ports.unit_of_work import UnitOfWork

REMOVED_AT_ONCE = 200

CLAIM = timedelta(seconds=30)
"""How long files are in the hands of one task. It gives up sooner (`tasks.purge`), so no two remove at once."""

MARGIN = timedelta(minutes=1)
"""Between a removal and a storing of the same name, by clocks that may differ; and for a task that was stopped in mid-removal."""


KEPT_WITHIN = timedelta(minutes=10)
"""Between the announcement of a file and the transaction that keeps it. Storing two pictures takes seconds."""


async def announce(uow: UnitOfWork, user_id: UserId, keys: Sequence[str]) -> None:
    """Before they are stored. Under no lock: the rows are new, and nobody else has their names."""
    await uow.files.announce(user_id, keys, within=KEPT_WITHIN)


async def announce_image(uow: UnitOfWork, user_id: UserId, image: JobImage, keys: Sequence[str]) -> bool:
    """As `announce`. False where the image was settled meanwhile, or another worker has it: then nothing may be stored. So of a
    job that is cancelled nothing is announced afterwards, and a receipt knows what to wait for."""
    return await uow.files.announce_image(user_id, image, keys, within=KEPT_WITHIN)


async def keep(uow: UnitOfWork, user_id: UserId, keys: Sequence[str]) -> None:
    """In the transaction that refers to them. Raises `FilesGoing` where that comes too late: they are being removed."""
    wanted = set(keys)
    if await uow.files.keep(user_id, sorted(wanted)) < len(wanted):
        raise FilesGoing("This picture took too long to be kept; it is made again in a moment.", retry_after=MARGIN)


async def let_go(uow: UnitOfWork, user_id: UserId, keys: Sequence[str]) -> None:
    """Nobody will refer to them: they are removed now."""
    await uow.files.let_go(user_id, sorted(set(keys)))


async def check_they_stay(uow: UnitOfWork, user_id: UserId, keys: Sequence[str], *, stored_at: datetime) -> None:
    """Under the user's lock, before something that refers to these files is committed. `stored_at`: when storing began.

    Raises `RateLimited`: wait, and store them again.
    """
    if await uow.files.are_going(user_id, keys, since=stored_at - MARGIN):
        raise FilesGoing("The same picture was deleted just now; it is stored again in a moment.", retry_after=MARGIN)
