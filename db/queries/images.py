"""The gallery, and images by id."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.images import COLUMNS, FIELDS, GET_MANY, PRESENT, READS, image_of
from domain.ids import ImageId, UserId
from domain.images.gallery import (
    JOB_COLUMNS,
    SUBJECT_COLUMNS,
    AdultFilter,
    GalleryColumns,
    GalleryPage,
    ImageFilter,
    ImageOrder,
)
from domain.images.image import Image
from domain.pages import Page

CONDITIONS = {
    "subject_id": "i.subject_id = {}",
    "kinds": "i.kind = ANY({})",
    "scenes": "i.scene = ANY({})",
    "environments": "i.environment = ANY({})",
    "outfits": "i.outfit = ANY({})",
    "models": "i.model = ANY({})",
    "liked": "i.liked = {}",
    "created_after": "i.created_at > {}",
    "created_before": "i.created_at < {}",
}
ONE_OF_MANY = {name: condition.replace("ANY({})", "(CAST({} AS text[]))[1]") for name, condition in CONDITIONS.items()}
"""Where one value is asked for. Of that, an index by it has the newest first; of a list it has not, even of a list of one."""

ADULT = {
    AdultFilter.EXCLUDE: ("NOT i.nsfw",),
    AdultFilter.ONLY: ("i.nsfw",),
    AdultFilter.INCLUDE: ("NOT i.nsfw", "i.nsfw"),
}
"""As the indexes of pages say it. What has no index of both together is read from each and put in order."""
AFTER = {
    ImageOrder.NEWEST: "(i.created_at, i.id) < ({}, {})",
    ImageOrder.FAVOURITES: "(i.liked, i.created_at, i.id) < ({2}, {0}, {1})",
}
ORDER_BY = {
    ImageOrder.NEWEST: "i.created_at DESC, i.id DESC",
    ImageOrder.FAVOURITES: "i.liked DESC, i.created_at DESC, i.id DESC",
}


async def gallery_page(
    database: Database,
    user_id: UserId,
    wish: ImageFilter,
    order: ImageOrder,
    columns: GalleryColumns,
    *,
    first: int,
    after: str | None,
    sees_adult: bool = False,
) -> GalleryPage:
    """One statement in one round trip; only the columns and conditions that are asked for stand in it. Signs nothing."""
    asked, values = _asked(wish)
    values = [check_first(first) + 1, *values]
    if after is not None:
        place = place_of(after)
        values += [place.created_at, place.id, place.liked][: 3 if order is ImageOrder.FAVOURITES else 2]
    question = _question(columns, asked, order, after is not None, wish.adult)
    rows = await database.fetch(user_id, question, *values, adult=sees_adult)
    return GalleryPage(rows[:first], len(rows) > first, {})


def _asked(wish: ImageFilter) -> tuple[tuple[str, ...], list[object]]:
    """Conditions that are set, and their values."""
    values = {name: value for name in CONDITIONS if (value := getattr(wish, name)) is not None}
    conditions = (
        (ONE_OF_MANY if isinstance(value, list) and len(value) == 1 else CONDITIONS)[name]
        for name, value in values.items()
    )
    return tuple(conditions), [*values.values()]


@lru_cache(256)
def _question(
    columns: GalleryColumns,
    asked: tuple[str, ...],
    order: ImageOrder,
    goes_on: bool,
    adult: AdultFilter = AdultFilter.EXCLUDE,
) -> str:
    if unknown := {*columns.image} - {*FIELDS} | {*columns.job} - JOB_COLUMNS | {*columns.subject} - SUBJECT_COLUMNS:
        raise ValueError(f"No such columns: {unknown}")
    listed = [READS[name] for name in columns.image]
    listed += [f"j.{name} AS job_{name}" for name in columns.job]
    listed += [f"s.{name} AS subject_{name}" for name in columns.subject]
    conditions = ["i.user_id = me.id", PRESENT]
    conditions += [condition.format(f"${number}") for number, condition in enumerate(asked, 3)]
    if goes_on:
        conditions.append(AFTER[order].format(*(f"${len(asked) + 3 + number}" for number in range(3))))
    joins = _of_each("jobs", "j", columns.job) + _of_each("subjects", "s", columns.subject)
    where = [" AND ".join([*conditions, part]) for part in ADULT[adult]]
    end = f"ORDER BY {ORDER_BY[order]} LIMIT $2"
    if len(where) == 1:
        return f"SELECT {', '.join(listed)} FROM images i{joins} WHERE {where[0]} {end}"  # noqa: S608 - our own words only
    parts = " UNION ALL ".join(f"(SELECT i.* FROM images i WHERE {part} {end})" for part in where)  # noqa: S608
    return f"SELECT {', '.join(listed)} FROM ({parts}) i{joins} {end}"  # noqa: S608


def _of_each(table: str, name: str, columns: tuple[str, ...]) -> str:
    """Looked up by its key for each image of the page. A plain join may read all jobs of a user who has a great many."""
    if not columns:
        return ""
    key = {"jobs": "i.job_id", "subjects": "i.subject_id"}[table]
    return f" LEFT JOIN LATERAL (SELECT {', '.join(columns)} FROM {table} WHERE id = {key} LIMIT 1) {name} ON true"  # noqa: S608


async def images_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Image]:
    rows = await connection.execute(GET_MANY, {"ids": list(ids)})
    return {image.id: image for image in map(image_of, rows)}


async def fitting_ids(database: Database, user_id: UserId, wish: ImageFilter, *, limit: int) -> list[ImageId]:
    """Of the newest that fit. Never of adult ones: this is for archives, and they are not packed."""
    asked, values = _asked(wish)
    question = _question(GalleryColumns(("id",)), asked, ImageOrder.NEWEST, False)
    return [row["id"] for row in await database.fetch(user_id, question, limit, *values)]


IMAGES_OF_JOBS = text(f"""
SELECT {COLUMNS} FROM images i WHERE i.job_id = ANY(:ids) AND {PRESENT} ORDER BY i.job_id, i.index
""")  # noqa: S608
MADE_FROM = text(f"""
SELECT image.* FROM unnest(CAST(:ids AS uuid[])) source (id), LATERAL (
  SELECT {COLUMNS} FROM images i
   WHERE i.source_image_id = source.id AND {PRESENT}
     AND i.nsfw = ANY(:nsfw)
     AND (CAST(:at AS timestamptz) IS NULL OR (i.created_at, i.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
   ORDER BY i.created_at DESC, i.id DESC LIMIT :limit) image
""")  # noqa: S608


async def images_of_jobs(connection: AsyncConnection, job_ids: Sequence[UUID]) -> dict[UUID, list[Image]]:
    """At most ten for each job, in the order of their index."""
    found: dict[UUID, list[Image]] = {}
    for row in await connection.execute(IMAGES_OF_JOBS, {"ids": list(job_ids)}):
        image = image_of(row)
        found.setdefault(image.job_id, []).append(image)
    return found


async def images_made_from(
    connection: AsyncConnection, ids: Sequence[UUID], *, first: int, after: str | None, adult: AdultFilter
) -> dict[UUID, Page[Image]]:
    """A page for each of those, all from the same place on."""
    place = place_of(after) if after is not None else None
    at, id_ = (place.created_at, place.id) if place else (None, None)
    nsfw = [nsfw for nsfw in (False, True) if adult.takes(nsfw=nsfw)]
    values = {"ids": list(ids), "limit": check_first(first) + 1, "at": at, "id": id_, "nsfw": nsfw}
    found: dict[UUID, list[Image]] = {source_id: [] for source_id in ids}
    for row in await connection.execute(MADE_FROM, values):
        image = image_of(row)
        if image.source_image_id is not None:
            found[image.source_image_id].append(image)
    return {
        source_id: page_of(images, [Place(image.created_at, image.id) for image in images], first)
        for source_id, images in found.items()
    }
