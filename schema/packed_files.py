"""What a ZIP of images and an export of everything have in common."""

from datetime import datetime
from typing import ClassVar, Self

import strawberry
from strawberry.types import Info

from domain.archives.archive import Archive, ArchiveStatus
from resolvers import archives
from resolvers.context import Context
from schema.ids import Node, global_id


@strawberry.type
class PackedFile(Node):
    """Not in the schema: the types made of it are."""

    node: ClassVar[str]
    """The name that its global ids bear."""

    status: ArchiveStatus = strawberry.field(description="Where it is.")
    percent: int = strawberry.field(description="0 to 100.")
    packed_count: int = strawberry.field(
        description="Of these, how many are in it so far. What is deleted before it is packed is left out."
    )
    size_bytes: float | None = strawberry.field(
        description="Size of the file in bytes, a whole number; null before it is READY."
    )
    file_name: str = strawberry.field(description="What it is saved as.")
    error_code: str | None = strawberry.field(description="Why it failed; null otherwise.")
    error_message: str | None = strawberry.field(description="The same in words; null otherwise.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    finished_at: datetime | None = strawberry.field(description="When it was ready or failed; null before.")
    expires_at: datetime | None = strawberry.field(
        description="When it goes: 24 hours after it was ready, sooner when something in it is taken back or purged; null before."
    )
    value: strawberry.Private[Archive]

    @strawberry.field(
        description="The file, while it is READY; null otherwise. Good for 5 to 10 minutes; ask again for a fresh address."
    )
    async def url(self, info: Info[Context, None]) -> str | None:
        return await archives.url(info.context, self.value)

    @classmethod
    def of(cls, packed: Archive) -> Self:
        return cls(
            id=global_id(cls.node, packed.id),
            status=packed.status,
            percent=packed.percent,
            packed_count=packed.packed_count,
            size_bytes=None if packed.size_bytes is None else float(packed.size_bytes),
            file_name=packed.file_name,
            error_code=packed.error_code,
            error_message=packed.error_message,
            created_at=packed.created_at,
            finished_at=packed.finished_at,
            expires_at=packed.expires_at,
            value=packed,
        )
