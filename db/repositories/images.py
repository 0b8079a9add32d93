"""Finished images."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFound
from domain.ids import ImageId
from domain.images.image import Image
from domain.jobs.job import GenerationMode, JobKind
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality

FIELDS = tuple(Image.__dataclass_fields__)
COLUMNS = ", ".join(f"i.{name}" for name in FIELDS)
"""The columns have the fields' names, so that a row and an `Image` are the same list."""

ADD = text(
    f"INSERT INTO images ({', '.join(FIELDS)}) VALUES ({', '.join(':' + name for name in FIELDS)}) "  # noqa: S608 - our own field names
    "ON CONFLICT (job_id, index) DO NOTHING RETURNING id"
)
GET = text(f"SELECT {COLUMNS} FROM images i WHERE i.id = :id")  # noqa: S608
GET_MANY = text(f"SELECT {COLUMNS} FROM images i WHERE i.id = ANY(:ids)")  # noqa: S608
LIKE = text(f"UPDATE images i SET liked = :liked WHERE i.id = ANY(:ids) RETURNING {COLUMNS}")  # noqa: S608


def image_of(row: Row[tuple[object, ...]]) -> Image:
    """From a row with `COLUMNS`."""
    values = dict(row._mapping)
    values["kind"] = JobKind(values["kind"])
    values["aspect_ratio"] = AspectRatio(values["aspect_ratio"])
    values["quality"] = Quality(values["quality"])
    values["outfit"] = Outfit(values["outfit"])
    values["scene"] = Scene(values["scene"]) if values["scene"] else None
    values["environment"] = Environment(values["environment"]) if values["environment"] else None
    values["mode"] = GenerationMode(values["mode"]) if values["mode"] else None
    return Image(**values)


class SqlImages:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, image: Image) -> bool:
        return (await self._connection.execute(ADD, asdict(image))).first() is not None

    async def get(self, image_id: ImageId) -> Image:
        row = (await self._connection.execute(GET, {"id": image_id})).one_or_none()
        if row is None:
            raise NotFound("There is no such image.")
        return image_of(row)

    async def set_liked(self, image_ids: Sequence[ImageId], *, liked: bool) -> Sequence[Image]:
        rows = (await self._connection.execute(LIKE, {"ids": list(image_ids), "liked": liked})).all()
        found = {image.id: image for image in map(image_of, rows)}
        return [found[image_id] for image_id in image_ids if image_id in found]
