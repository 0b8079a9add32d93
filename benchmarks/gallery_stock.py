"""The gallery on Strawberry as an ordinary team writes it: ORM entities, a DataLoader each for jobs and subjects, no caches."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

from app.settings import Settings
from benchmarks.gallery_reference import signer
from benchmarks.gallery_stock_types import SCHEMA, JobRow, Row, SubjectRow

R = TypeVar("R", bound=Row)


class StockGallery(GraphQL[dict[str, Any], None]):
    def __init__(self, settings: Settings) -> None:
        super().__init__(SCHEMA)
        self._settings = settings
        self._sessions = async_sessionmaker(
            create_async_engine(settings.database.owner, pool_size=20, max_overflow=0), expire_on_commit=False
        )

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        """New for each request, with loaders of its own."""
        return {
            "user_id": UUID(request.headers["x-user"]),
            "sessions": self._sessions,
            "sign": signer(self._settings),
            "jobs": DataLoader(load_fn=lambda ids: self._by_id(JobRow, ids)),
            "subjects": DataLoader(load_fn=lambda ids: self._by_id(SubjectRow, ids)),
        }

    async def _by_id(self, entity: type[R], ids: Sequence[UUID]) -> list[R | None]:
        async with self._sessions() as session:
            found = {row.id: row for row in await session.scalars(select(entity).where(entity.id.in_(ids)))}
        return [found.get(id_) for id_ in ids]

    async def close(self) -> None:
        await self._sessions.kw["bind"].dispose()


def make_app(env: Mapping[str, str]) -> Starlette:
    gallery = StockGallery(Settings.from_env(env))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await gallery.close()

    return Starlette(routes=[Route("/graphql", gallery)], lifespan=lifespan)
