"""The API process: GraphQL over HTTP on the shortest way, and one Starlette application for everything else."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.auth import Authenticator
from app.edge.bodies import LARGEST_BODY
from app.edge.crowd import Crowd, SocketLimits
from app.edge.forgery import ForeignPages
from app.edge.http import GraphQLOverHttp
from app.edge.intake import Intake
from app.edge.origins import Origins
from app.edge.pages import StrictPages
from app.edge.persisted import AutomaticDocuments, Library, TrustedDocuments
from app.edge.socket import GraphQLOverSockets
from app.edge.sse import EventStreams
from app.http.files import file_route
from app.http.graphiql import GraphiQLPage
from app.http.health import health_routes
from app.http.manifests import manifest_route
from app.http.requests import RequestLog
from app.http.shop import shop_routes
from app.http.uploads import upload_route
from app.judges import LaterModeration
from app.settings import Settings
from app.training_settings import trainers_of
from app.wiring import make_files, make_manifests, make_pictures, make_tokens, make_webhooks, utc_now
from db.engine import Database
from db.role_check import check_api_role
from domain.allowances import Limits
from domain.credits.prices import PRICES
from domain.jobs.recipe import MAX_SEED
from domain.ports.object_store import ObjectStore
from domain.ports.pictures import Pictures
from domain.trainings.likeness import LikenessRules
from live.allowances import RedisAllowances
from live.redis import RedisLive, connect
from providers.local.files import LocalFiles
from providers.local.tokens import issue_token
from providers.supabase.buckets import SupabaseStore
from resolvers.context import ApiServices
from resolvers.words_judge import WordsJudge
from schema.build import build_schema
from schema.execution.engine import Engine
from tasks.enqueue import nudge_relays

GRAPHQL = "/graphql"
DEVELOPMENT_TOKEN_LIFE = timedelta(days=1)
REDIS_WAIT = timedelta(milliseconds=300)
"""How long a request waits for Redis to know its document or its caller's allowance; it goes on without as well."""

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - to be recognised, not to be bound
OUR_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]


class Api(Starlette):
    """`graphql` is GraphQL by the kind of its scope. `streams` are to be ended before uvicorn waits for requests."""

    graphql: Mapping[str, ASGIApp]
    streams: EventStreams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        graphql = self.graphql.get(scope["type"]) if scope.get("path") == GRAPHQL else None
        await (graphql or super().__call__)(scope, receive, send)


def make_app(settings: Settings) -> Api:
    """Connects when it is started (lifespan), not when it is made."""
    database = Database(settings.database.api, application_name="likeness-api")
    asked = connect(settings.redis.live, timeout=REDIS_WAIT)
    live, redis, files = RedisLive(settings.redis.live), connect(settings.redis.live), make_files(settings)
    pictures = make_pictures()
    moderation = LaterModeration(settings.providers.openai) if settings.providers.openai else None
    judge = WordsJudge(moderation, now=utc_now) if moderation else None
    services = services_of(
        settings, database=database, live=live, files=files, asked=asked, pictures=pictures, words_judge=judge
    )
    authenticator = Authenticator(
        make_tokens(settings.tokens), database, signup_credits=settings.signup_credits, now=utc_now
    )
    webhooks = make_webhooks(settings, database, on_news=lambda: nudge_relays(live))
    page = GraphiQLPage(
        development_token=lambda: development_token(settings),
        enabled=settings.http.graphiql,
        pictures_from=settings.providers.storage.origin if settings.providers.storage else None,
    )
    engine = Engine(build_schema())
    intake = Intake(engine, make_library(settings, asked), is_open=settings.http.public_schema)
    crowd = Crowd(SocketLimits(sockets=settings.limits.sockets, subscriptions=settings.limits.subscriptions))
    streams = EventStreams(engine, crowd)
    origins = Origins(settings.http.allowed_origins, public_url=settings.http.public_url)
    sockets = GraphQLOverSockets(
        engine, intake, services=services, authenticator=authenticator, origins=origins, crowd=crowd
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await check_api_role(database)
        async with live:
            yield
        pictures.close()
        if isinstance(files, SupabaseStore):
            await files.close()
        if moderation:
            await moderation.close()
        await asked.aclose()
        await redis.aclose()
        await database.close()

    app = Api(
        routes=[
            Route("/", _to_graphiql),
            *(
                [file_route(files), upload_route(files.uploads, ForeignPages(origins))]
                if isinstance(files, LocalFiles)
                else []
            ),
            manifest_route(make_manifests(settings), files),
            page.static_mount(),
            *health_routes(database, redis),
            *shop_routes(settings),
            *webhooks.routes(),
        ],
        middleware=[Middleware(StrictPages), *_middleware(settings)],
        lifespan=lifespan,
        max_body_size=LARGEST_BODY,
    )
    app.streams = streams
    http = GraphQLOverHttp(
        engine,
        intake,
        streams,
        services=services,
        authenticator=authenticator,
        pages=ForeignPages(origins),
        graphiql=page,
    )
    app.graphql = {"http": _within(http, settings), "websocket": _within(sockets, settings)}
    return app


def services_of(
    settings: Settings,
    *,
    database: Database,
    live: RedisLive,
    files: ObjectStore,
    asked: Redis,
    pictures: Pictures | None = None,
    words_judge: WordsJudge | None = None,
) -> ApiServices:
    """`asked` is a client of Redis that gives up soon: requests wait for it."""
    return ApiServices(
        database=database,
        live=live,
        files=files,
        prices=replace(PRICES, low_balance=settings.credits_low),
        quote_secret=settings.derived_secret("quotes"),
        purchase_url=settings.purchase_url,
        image_grace=settings.image_grace,
        renders_per_user=settings.limits.renders_per_user,
        now=utc_now,
        seeds=lambda: secrets.randbits(MAX_SEED.bit_length()),
        allowances=RedisAllowances(asked, now=utc_now),
        limits=limits_of(settings),
        providers=settings.providers.all,
        likeness_rules=LikenessRules(approval_required=settings.approval_required, support=settings.support),
        trainers=trainers_of(settings.providers),
        choices=settings.providers.choices,
        pictures=pictures,
        words_judge=words_judge,
        manifest_address=make_manifests(settings).of,
        adult=settings.adult.deployment(settings.providers),
        region_header=settings.adult.region_header.encode(),
    )


def _within(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The middleware that every route has."""
    for middleware in reversed(_middleware(settings)):
        app = middleware.cls(app, *middleware.args, **middleware.kwargs)
    return app


def make_library(settings: Settings, redis: Redis) -> Library:
    trusted = settings.http.trusted_documents
    return AutomaticDocuments(redis) if trusted is None else TrustedDocuments(trusted)


def limits_of(settings: Settings) -> Limits:
    limits = settings.limits
    return Limits.per_minute(
        points=limits.points_per_minute,
        strangers=limits.anonymous_points_per_minute,
        changes=limits.changes_per_minute,
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
    return found


async def _to_graphiql(_: Request) -> Response:
    return RedirectResponse("/graphql")
