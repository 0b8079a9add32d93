"""Addresses are signed when no transaction is open and no connection lent: whoever signs may be a network away."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import pytest

from app.settings import Settings
from app.wiring import make_files
from db.engine import Database
from domain.accounts.account import Actor
from domain.credits.prices import PRICES
from domain.ids import ImageId
from domain.images.gallery import GalleryColumns, ImageFilter, ImageOrder
from domain.ports.live import Live
from domain.ports.object_store import ObjectStore
from providers.local.tokens import user_id_of
from resolvers import images
from resolvers.context import ApiServices, Context
from schema.ids import parse_id
from tests.support.owner import Owner
from tests.support.studio import Studio


class Watching:
    """Counts the connections that are lent while it signs."""

    def __init__(self, files: ObjectStore, database: Database) -> None:
        self._files, self._database = files, database
        self.lent: list[int] = []

    async def sign(self, keys: Sequence[str]) -> Mapping[str, str]:
        self.lent.append(self._database.engine.pool.checkedout())  # type: ignore[attr-defined] # of a pool that queues
        return await self._files.sign(keys)


@pytest.fixture
async def watching(settings: Settings, database: Database) -> Watching:
    return Watching(make_files(settings), database)


@pytest.fixture
def context(studio: Studio, database: Database, watching: Watching) -> Context:
    services = ApiServices(
        database=database,
        live=cast("Live", None),
        files=cast("ObjectStore", watching),
        prices=PRICES,
        quote_secret=b"",
        purchase_url="",
        now=lambda: datetime.now(UTC),
        seeds=lambda: 1,
    )
    return Context(services=services, actor=Actor(user_id=user_id_of(studio.user), email=None, display_name=None))


@pytest.fixture
async def image_ids(studio: Studio, owner: Owner) -> list[UUID]:
    return [parse_id(image)[1] for image in await owner.give_images(studio, await studio.influencer(), 3)]


async def test_nothing_is_lent_while_addresses_are_signed(
    context: Context, watching: Watching, image_ids: list[UUID], database: Database
) -> None:
    columns = GalleryColumns(image=("id", "job_id", "storage_key", "thumbnail_key"))
    async with database.read(context.user_id):
        await watching.sign([])
    page = await images.page(context, ImageFilter(), ImageOrder.NEWEST, columns, first=10, after=None)
    await images.get(context, ImageId(image_ids[0]))
    await images.like(context, [ImageId(image_id) for image_id in image_ids], liked=True)
    views = await context.loaders.images_of_jobs.load(page.rows[0]["job_id"])
    assert (len(page.urls), len(views or [])) == (6, 3)
    assert watching.lent == [1, 0, 0, 0, 0]
