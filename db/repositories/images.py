"""Finished images."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text

from db.statements import Statement
from db.transaction import Transaction
from domain.errors import NotFound
from domain.ids import ImageId
from domain.images.image import Image
from domain.jobs.job import GenerationMode, JobKind
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality

FIELDS = tuple(Image.__dataclass_fields__)
COLUMNS = ", ".join(f"i.{name}" for name in FIELDS)
"""The columns have the fields' names, so that a row and an `Image` are the same list."""

ADD = Statement(
    f"INSERT INTO images ({', '.join(FIELDS)}) VALUES ({', '.join(':' + name for name in FIELDS)}) "  # noqa: S608 - our own field names
    "ON CONFLICT (job_id, index) DO NOTHING RETURNING id"
)
GET = Statement(f"SELECT {COLUMNS} FROM images i WHERE i.id = :id")  # noqa: S608
GET_MANY = text(f"SELECT {COLUMNS} FROM images i WHERE i.id = ANY(:ids)")  # noqa: S608
LIKE = Statement(f"UPDATE images i SET liked = :liked WHERE i.id = ANY(:ids) RETURNING {COLUMNS}")  # noqa: S608


def image_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Image:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    values["kind"] = JobKind(values["kind"])
    values["aspect_ratio"] = AspectRatio(values["aspect_ratio"])
    values["quality"] = Quality(values["quality"])
    values["outfit"] = Outfit(values["outfit"])
    values["scene"] = Scene(values["scene"]) if values["scene"] else None
    values["environment"] = Environment(values["environment"]) if values["environment"] else None
    values["mode"] = GenerationMode(values["mode"]) if values["mode"] else None
    return Image(**values)


class SqlImages:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, image: Image) -> bool:
        return await self._transaction.row(ADD, {name: getattr(image, name) for name in FIELDS}) is not None

    async def get(self, image_id: ImageId) -> Image:
        row = await self._transaction.row(GET, {"id": image_id})
        if row is None:
            raise NotFound("There is no such image.")
        return image_of(dict(row))

    async def set_liked(self, image_ids: Sequence[ImageId], *, liked: bool) -> Sequence[Image]:
        rows = await self._transaction.rows(LIKE, {"ids": list(image_ids), "liked": liked})
        found = {image.id: image for image in (image_of(dict(row)) for row in rows)}
        return [found[image_id] for image_id in image_ids if image_id in found]
