"""Uploads by id."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.uploads import GET, upload_of
from domain.uploads.upload import Upload

BY_ID = text(GET.text)


async def uploads_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Upload]:
    return {upload.id: upload for upload in map(upload_of, await connection.execute(BY_ID, {"ids": list(ids)}))}
