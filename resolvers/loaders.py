"""One question for many keys at once. Each opens one short read; none keeps an answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.dataloader import DataLoader

from db.engine import Database
from db.queries.credits import entries_by_id
from db.queries.images import images_by_id, images_of_jobs
from db.queries.influencers import influencers_by_id
from db.queries.jobs import jobs_by_id
from db.queries.notifications import notifications_by_id
from domain.credits.ledger import Entry
from domain.ids import UserId
from domain.images.image import Image
from domain.influencers.influencer import Influencer
from domain.jobs.job import Job
from domain.notifications.notification import Notification
from domain.ports.object_store import ObjectStore

T = TypeVar("T")
Load = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, T]]]
Query = Callable[[AsyncConnection, Sequence[UUID]], Awaitable[Mapping[UUID, T]]]


@dataclass(frozen=True, slots=True)
class ImageView:
    """An image with addresses that whoever asked may open for some minutes."""

    image: Image
    url: str
    thumbnail_url: str


async def view_images(files: ObjectStore, images: Sequence[Image]) -> list[ImageView]:
    """Signs all addresses in one go."""
    urls = await files.sign([key for image in images for key in (image.storage_key, image.thumbnail_key)])
    return [ImageView(image, urls[image.storage_key], urls[image.thumbnail_key]) for image in images]


class Loaders:
    def __init__(self, database: Database, files: ObjectStore, user_id: UserId) -> None:
        self._database, self._files, self._user_id = database, files, user_id
        self.jobs: DataLoader[UUID, Job | None] = _loader(self._rows(jobs_by_id))
        self.influencers: DataLoader[UUID, Influencer | None] = _loader(self._rows(influencers_by_id))
        self.entries: DataLoader[UUID, Entry | None] = _loader(self._rows(entries_by_id))
        self.notifications: DataLoader[UUID, Notification | None] = _loader(self._rows(notifications_by_id))
        self.images: DataLoader[UUID, ImageView | None] = _loader(self._images)
        self.images_of_jobs: DataLoader[UUID, list[ImageView] | None] = _loader(self._images_of_jobs)

    def _rows(self, query: Query[T]) -> Load[T]:
        """For what needs no more than its row."""

        async def load(ids: Sequence[UUID]) -> Mapping[UUID, T]:
            async with self._database.read(self._user_id) as connection:
                return await query(connection, ids)

        return load

    async def _images(self, ids: Sequence[UUID]) -> Mapping[UUID, ImageView]:
        async with self._database.read(self._user_id) as connection:
            found = await images_by_id(connection, ids)
        views = await view_images(self._files, list(found.values()))
        return {view.image.id: view for view in views}

    async def _images_of_jobs(self, job_ids: Sequence[UUID]) -> Mapping[UUID, list[ImageView]]:
        async with self._database.read(self._user_id) as connection:
            found = await images_of_jobs(connection, job_ids)
        views = await view_images(self._files, [image for images in found.values() for image in images])
        by_id = {view.image.id: view for view in views}
        return {job_id: [by_id[image.id] for image in images] for job_id, images in found.items()}


def _loader(load: Load[T]) -> DataLoader[UUID, T | None]:
    async def in_order(keys: list[UUID]) -> list[T | None]:
        found = await load(list(dict.fromkeys(keys)))
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=in_order, cache=False)
