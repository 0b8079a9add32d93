"""The gallery, and images by id."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.images import COLUMNS, GET_MANY, image_of
from domain.ids import UserId
from domain.images.gallery import ImageFilter, ImageOrder
from domain.images.image import Image
from domain.pages import Page

CONDITIONS = {
    "subject_id": "i.subject_id = :subject_id",
    "kinds": "i.kind = ANY(:kinds)",
    "scenes": "i.scene = ANY(:scenes)",
    "environments": "i.environment = ANY(:environments)",
    "outfits": "i.outfit = ANY(:outfits)",
    "models": "i.model = ANY(:models)",
    "liked": "i.liked = :liked",
    "created_after": "i.created_at > :created_after",
    "created_before": "i.created_at < :created_before",
}
AFTER = {
    ImageOrder.NEWEST: "(i.created_at, i.id) < (:at, :id)",
    ImageOrder.FAVOURITES: "(i.liked, i.created_at, i.id) < (:after_liked, :at, :id)",
}
ORDER_BY = {
    ImageOrder.NEWEST: "i.created_at DESC, i.id DESC",
    ImageOrder.FAVOURITES: "i.liked DESC, i.created_at DESC, i.id DESC",
}


async def images_page(
    connection: AsyncConnection, user_id: UserId, wish: ImageFilter, order: ImageOrder, *, first: int, after: str | None
) -> Page[Image]:
    """One statement; only the conditions that are asked for stand in it."""
    asked = {name: getattr(wish, name) for name in CONDITIONS if getattr(wish, name) is not None}
    where = ["i.user_id = :user_id", *(CONDITIONS[name] for name in asked)]
    values: dict[str, object] = {"user_id": user_id, "limit": check_first(first) + 1, **asked}
    if after is not None:
        place = place_of(after)
        where.append(AFTER[order])
        values |= {"at": place.created_at, "id": place.id}
        if order is ImageOrder.FAVOURITES:
            values["after_liked"] = place.liked
    statement = f"SELECT {COLUMNS} FROM images i WHERE {' AND '.join(where)} ORDER BY {ORDER_BY[order]} LIMIT :limit"  # noqa: S608 - our own words only
    found = [image_of(row) for row in await connection.execute(text(statement), values)]
    return page_of(found, [Place(image.created_at, image.id, image.liked) for image in found], first)


async def images_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Image]:
    rows = await connection.execute(GET_MANY, {"ids": list(ids)})
    return {image.id: image for image in map(image_of, rows)}


IMAGES_OF_JOBS = text(f"SELECT {COLUMNS} FROM images i WHERE i.job_id = ANY(:ids) ORDER BY i.job_id, i.index")  # noqa: S608


async def images_of_jobs(connection: AsyncConnection, job_ids: Sequence[UUID]) -> dict[UUID, list[Image]]:
    """At most ten for each job, in the order of their index."""
    found: dict[UUID, list[Image]] = {}
    for row in await connection.execute(IMAGES_OF_JOBS, {"ids": list(job_ids)}):
        image = image_of(row)
        found.setdefault(image.job_id, []).append(image)
    return found
