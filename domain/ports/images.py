"""Finished images, in the gallery and out of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.archives.contents import PackedImage
from domain.ids import ImageId, SubjectId, UserId
from domain.images.image import Image, ImageStanding


class Images(Protocol):
    async def add(self, image: Image, *, decision: int) -> bool:
        """False when it was stored by an earlier attempt. `decision` is the number of the one that allows exactly its bytes:
        without such a one the database refuses it."""
        ...

    async def get(self, image_id: ImageId) -> Image:
        """Raises `NotFound`."""
        ...

    async def get_many(self, image_ids: Sequence[ImageId]) -> Sequence[Image]:
        """In the order asked for. Raises `NotFound` when one of them is not there."""
        ...

    async def of_sheets(self, subject_id: SubjectId, *, limit: int) -> Sequence[Image]:
        """Of the subject's newest character sheet images, in the order of their index."""
        ...

    async def samples_of(self, subject_id: SubjectId) -> Sequence[Image]:
        """Of its portraits and samples the newest of each kind and style, and the newest liked one beside it. In any order."""
        ...

    async def set_liked(self, image_ids: Sequence[ImageId], *, liked: bool) -> Sequence[Image]:
        """Those that exist, in the order asked for."""
        ...

    async def count_present(self, image_ids: Sequence[ImageId]) -> int:
        """How many of them exist and are not deleted."""
        ...

    async def count_packable(self, image_ids: Sequence[ImageId]) -> int:
        """As `count_present`, without adult images: they are not packed."""
        ...

    async def count_download(self, image_id: ImageId) -> Image:
        """One more. Raises `NotFound`."""
        ...

    async def packed(self, image_ids: Sequence[ImageId], *, first_number: int) -> Sequence[PackedImage]:
        """Those that are not deleted, and no adult ones, in the order given, numbered from `first_number`."""
        ...

    async def standing(self, user_id: UserId, image_ids: Sequence[ImageId]) -> Sequence[ImageStanding]:
        """Of those that were ever there, in any order."""
        ...

    async def delete(self, image_ids: Sequence[ImageId], *, until: datetime, now: datetime) -> None: ...

    async def restore(self, image_ids: Sequence[ImageId]) -> Sequence[Image]:
        """In the order given. Those that are not deleted are as they were."""
        ...

    async def purge(self, user_id: UserId, *, limit: int) -> int:
        """Empty the rows whose grace is over, and ask for the removal of files that no other row has. Returns how many."""
        ...
