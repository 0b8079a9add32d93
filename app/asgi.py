"""The API process: one Starlette application."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from app.auth import Authenticator
from app.http.files import file_route
from app.http.graphiql import GraphiQLPage
from app.http.graphql import LikenessGraphQL
from app.http.health import health_routes
from app.http.requests import RequestLog
from app.settings import Settings
from app.wiring import make_files, make_tokens, utc_now
from db.engine import Database
from db.role_check import check_api_role
from domain.credits.prices import PRICES
from domain.jobs.recipe import MAX_SEED
from live.redis import RedisLive, connect
from providers.local.tokens import issue_token
from resolvers.context import ApiServices
from schema.build import build_schema

LARGEST_BODY = 256 * 1024  # bytes
DEVELOPMENT_TOKEN_LIFE = timedelta(days=1)
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - to be recognised, not to be bound
OUR_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]


def make_app(settings: Settings) -> Starlette:
    """Connects when it is started (lifespan), not when it is made."""
    database = Database(settings.database.api, application_name="likeness-api")
    live, redis, files = RedisLive(settings.redis.live), connect(settings.redis.live), make_files(settings)
    services = ApiServices(
        database=database,
        live=live,
        files=files,
        prices=PRICES,
        quote_secret=settings.derived_secret("quotes"),
        purchase_url=settings.purchase_url,
        now=utc_now,
        seeds=lambda: secrets.randbelow(MAX_SEED + 1),
    )
    page = GraphiQLPage(development_token=lambda: development_token(settings), enabled=settings.http.graphiql)
    view = LikenessGraphQL(
        build_schema(),
        services=services,
        authenticator=Authenticator(
            make_tokens(settings.tokens), database, signup_credits=settings.signup_credits, now=utc_now
        ),
        page=page,
        allowed_origins=settings.http.allowed_origins,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await check_api_role(database)
        async with live:
            yield
        await redis.aclose()
        await database.close()

    return Starlette(
        routes=[
            Route("/", _to_graphiql),
            Route("/graphql", view),
            WebSocketRoute("/graphql", view),
            file_route(files),
            page.static_mount(),
            *health_routes(database, redis),
        ],
        middleware=_middleware(settings),
        lifespan=lifespan,
        max_body_size=LARGEST_BODY,
    )


def development_token(settings: Settings, *, user: str = "demo") -> str | None:
    """None where a real issuer is configured: then only its tokens count."""
    if not settings.tokens.development or settings.tokens.secret is None:
        return None
    return issue_token(user, secret=settings.tokens.secret, now=utc_now(), life=DEVELOPMENT_TOKEN_LIFE)


def _middleware(settings: Settings) -> list[Middleware]:
    found = [Middleware(RequestLog)]
    if settings.tokens.development:
        # A page gives a token away here, so a foreign name that resolves to this machine must not get it.
        named = [name for name in (settings.http.host, urlsplit(settings.http.public_url).hostname) if name]
        hosts = [*OUR_HOSTS, *(name for name in named if name not in EVERYWHERE)]
        found.append(Middleware(TrustedHostMiddleware, allowed_hosts=hosts))
    if settings.http.allowed_origins:
        found.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(settings.http.allowed_origins),
                allow_methods=["POST"],
                allow_headers=["Authorization", "Content-Type"],
            )
        )
    return found


async def _to_graphiql(_: Request) -> Response:
    return RedirectResponse("/graphql")
