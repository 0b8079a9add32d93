"""Everything a deployment can say, read once from the environment, checked as a whole, passed down.

Every variable stands in `.env.example` with its unit and default.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.adult_settings import AdultSettings, read_adult
from app.edge.manifest import ManifestError, read_manifest
from app.edge.origins import is_origin
from app.provenance_settings import ProvenanceSettings, read_provenance
from app.provider_settings import ProviderSettings, read_providers
from app.training_settings import read_lora_expiry
from db.migrate import role_password
from domain.accounts.account import SIGNUP_CREDITS
from domain.credits.low import LOW
from domain.errors import InvalidInput
from domain.images.deletion import GRACE
from domain.jobs.waiting import RENDERS_PER_USER
from domain.notifications.notification import KEPT_FOR
from providers.local.faults import LocalFaults
from providers.local.tokens import LOCAL_ISSUER
from tasks.leases import LEASE

DEFAULT_PORT = 8000
SHORTEST_SECRET = 32


class SettingsError(ValueError):
    """All faults of a configuration, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


SUPPORT = "whoever runs this service"
"""Said where no address is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """One address for each role. `owner` migrates and is used by nothing that serves."""

    owner: str
    api: str
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisSettings:
    """Dramatiq looks through all keys of its database now and then, so it has one of its own where possible."""

    live: str
    tasks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    """Whose tokens count. With `development`, those of our own issuer do, and only those."""

    development: bool
    issuer: str
    audience: str
    secret: bytes | None
    jwks_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    host: str
    port: int
    public_url: str
    allowed_origins: tuple[str, ...]
    graphiql: bool
    public_schema: bool
    """Whether callers who are not signed in may learn the schema: by introspection, and by suggestions in errors."""
    trusted_documents: Mapping[str, str] | None = field(repr=False)
    """By id: the only ones that may run. None where all may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """What one caller may ask for; 0 is no limit."""

    points_per_minute: int
    anonymous_points_per_minute: int
    changes_per_minute: int
    sockets: int
    """Of one user, in one process."""
    subscriptions: int
    """Of one user over all of them, in one process."""
    renders_per_user: int
    """Images of one user that are sent to workers or being made, in all processes together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    slots: int
    """Images one worker process makes, or waits for, at once."""
    lease: timedelta
    """How long an image stays with a worker that is not heard of. The same for all workers of a deployment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    data_dir: Path
    secret: bytes
    database: DatabaseSettings
    redis: RedisSettings
    tokens: TokenSettings
    http: HttpSettings
    limits: LimitSettings
    worker: WorkerSettings
    signup_credits: int
    credits_low: int
    """Whoever comes to have fewer is told; 0 tells nobody."""
    notifications_kept: timedelta
    purchase_url: str
    support: str
    """Whom users ask for what is done by hand."""
    image_grace: timedelta
    """How long deleted images can be brought back."""
    providers: ProviderSettings
    provenance: ProvenanceSettings | None
    """Whose certificate signs pictures; None for our own root."""
    adult: AdultSettings
    local_faults: LocalFaults
    local_training: timedelta
    """How long the stand-in for a trainer takes."""
    approval_required: bool
    """Whether preview samples have to be approved before a persona is trained."""
    loras_kept: timedelta | None
    """How long a LoRA that nobody uses is kept; None for ever."""
    previews: bool
    """Whether thumbnails are shown while they form, where they may be."""
    log_format: Literal["text", "json"]
    log_file: Path | None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Raises `SettingsError` with every fault that was found."""
        return _Reader(env).read()

    def derived_secret(self, purpose: str) -> bytes:
        """One secret is kept; what signs files, quotes and development tokens follows from it."""
        return hmac.new(self.secret, purpose.encode(), sha256).digest()


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._faults: list[str] = []

    def read(self) -> Settings:
        secret = self._secret()
        tokens = self._tokens(secret)
        http = self._http(public_schema=tokens.development)
        settings = Settings(
            data_dir=data_dir_of(self._env),
            secret=secret,
            database=self._database(secret),
            redis=self._redis(),
            tokens=tokens,
            http=http,
            limits=self._limits(),
            worker=self._worker(),
            signup_credits=self._number("SIGNUP_CREDITS", SIGNUP_CREDITS, least=0, most=1_000_000_000),
            credits_low=self._number("CREDITS_LOW", LOW, least=0, most=1_000_000_000),
            notifications_kept=self._notifications_kept(),
            purchase_url=self._env.get("PURCHASE_URL", f"{http.public_url}/buy"),
            support=self._env.get("SUPPORT_ADDRESS", SUPPORT),
            image_grace=self._image_grace(),
            providers=read_providers(self._env, public_url=http.public_url, faults=self._faults),
            provenance=read_provenance(self._env, faults=self._faults),
            adult=read_adult(self._env, faults=self._faults),
            local_faults=self._local_faults(),
            local_training=timedelta(seconds=self._number("LOCAL_TRAINING_SECONDS", 20, least=0, most=3600)),
            approval_required=self._switch("PREVIEW_APPROVAL", default=True),
            loras_kept=read_lora_expiry(self._env, self._faults),
            previews=self._switch("THUMBNAIL_PREVIEWS", default=True),
            log_format=self._log_format(),
            log_file=Path(self._env["LOG_FILE"]) if self._env.get("LOG_FILE") else None,
        )
        if self._faults:
            raise SettingsError(self._faults)
        return settings

    def _secret(self) -> bytes:
        secret = self._env.get("LIKENESS_SECRET", "")
        if len(secret) < SHORTEST_SECRET:
            self._faults.append(
                f"LIKENESS_SECRET must be at least {SHORTEST_SECRET} characters. Make one: openssl rand -hex 32"
            )
        return secret.encode()

    def _database(self, secret: bytes) -> DatabaseSettings:
        owner = self._database_url("DATABASE_URL")
        api = self._env.get("API_DATABASE_URL") or _as_role(owner, "likeness_api", secret)
        worker = self._env.get("WORKER_DATABASE_URL") or _as_role(owner, "likeness_worker", secret)
        return DatabaseSettings(owner=_text(owner), api=_text(_postgres_url(api)), worker=_text(_postgres_url(worker)))

    def _database_url(self, name: str) -> URL:
        try:
            return _postgres_url(self._env.get(name) or "")
        except ArgumentError:
            self._faults.append(
                f"{name} must be a Postgres address, as postgresql://user:password@host/database. "
                "Without one, use 'likeness up': it brings its own Postgres and Redis."
            )
            return _postgres_url("postgresql://missing/missing")

    def _redis(self) -> RedisSettings:
        live = self._env.get("REDIS_URL", "")
        if not live.startswith(("redis://", "rediss://", "unix://")):
            self._faults.append("REDIS_URL must be a Redis address, as redis://host:6379/0.")
        return RedisSettings(live=live, tasks=self._env.get("TASKS_REDIS_URL") or live)

    def _tokens(self, secret: bytes) -> TokenSettings:
        url = self._env.get("SUPABASE_URL", "").rstrip("/")
        shared = self._env.get("SUPABASE_JWT_SECRET")
        audience = self._env.get("SUPABASE_JWT_AUDIENCE", "authenticated")
        if not url and not shared:
            own = hmac.new(secret, b"development tokens", sha256).digest()
            return TokenSettings(
                development=True, issuer=LOCAL_ISSUER, audience="authenticated", secret=own, jwks_url=None
            )
        if not url:
            self._faults.append(
                "SUPABASE_JWT_SECRET needs SUPABASE_URL beside it: tokens are checked for their issuer."
            )
        elif not is_origin(url) or not url.startswith(("https://", "http://")):
            self._faults.append(f"SUPABASE_URL must be a project's address, as https://abc.supabase.co, not '{url}'.")
        if shared and len(shared) < SHORTEST_SECRET:
            self._faults.append(f"SUPABASE_JWT_SECRET is too short to be one: {SHORTEST_SECRET} characters at least.")
        return TokenSettings(
            development=False,
            issuer=f"{url}/auth/v1",
            audience=audience,
            secret=shared.encode() if shared else None,
            jwks_url=f"{url}/auth/v1/.well-known/jwks.json",
        )

    def _http(self, *, public_schema: bool) -> HttpSettings:
        """`public_schema` is the default: while anyone can make a token of ours, nothing is hidden from anyone."""
        host, port = self._env.get("HOST", "127.0.0.1"), self._number("PORT", DEFAULT_PORT, least=1, most=65535)
        public_schema = self._switch("PUBLIC_SCHEMA", default=public_schema)
        return HttpSettings(
            host=host,
            port=port,
            public_url=self._env.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            allowed_origins=self._origins(),
            graphiql=self._switch("GRAPHIQL", default=public_schema),
            public_schema=public_schema,
            trusted_documents=self._trusted_documents(),
        )

    def _origins(self) -> tuple[str, ...]:
        named = (origin.strip() for origin in self._env.get("ALLOWED_ORIGINS", "").split(","))
        origins = tuple(origin for origin in named if origin)
        for origin in origins:
            if not is_origin(origin):
                self._faults.append(f"ALLOWED_ORIGINS: '{origin}' is no origin, as https://app.example.com.")
        return origins

    def _trusted_documents(self) -> Mapping[str, str] | None:
        path = self._env.get("TRUSTED_DOCUMENTS")
        try:
            return read_manifest(Path(path)) if path else None
        except ManifestError as error:
            self._faults.append(f"TRUSTED_DOCUMENTS: {error}")
            return None

    def _switch(self, name: str, *, default: bool) -> bool:
        match self._env.get(name, ""):
            case "":
                return default
            case "on":
                return True
            case "off":
                return False
            case other:
                self._faults.append(f"{name} is 'on' or 'off', not '{other}'.")
                return default

    def _limits(self) -> LimitSettings:
        def limit(name: str, default: int) -> int:
            return self._number(name, default, least=0, most=1_000_000_000)

        return LimitSettings(
            points_per_minute=limit("POINTS_PER_MINUTE", 60_000),
            anonymous_points_per_minute=limit("ANONYMOUS_POINTS_PER_MINUTE", 6_000),
            changes_per_minute=limit("CHANGES_PER_MINUTE", 120),
            sockets=limit("SOCKETS_PER_USER", 50),
            subscriptions=limit("SUBSCRIPTIONS_PER_USER", 100),
            renders_per_user=limit("RENDERS_PER_USER", RENDERS_PER_USER),
        )

    def _worker(self) -> WorkerSettings:
        lease = self._number("WORKER_LEASE_SECONDS", round(LEASE.total_seconds()), least=1, most=3600)
        return WorkerSettings(
            slots=self._number("WORKER_SLOTS", 256, least=1, most=2000), lease=timedelta(seconds=lease)
        )

    def _notifications_kept(self) -> timedelta:
        return timedelta(days=self._number("NOTIFICATION_DAYS", KEPT_FOR.days, least=1, most=3650))

    def _image_grace(self) -> timedelta:
        default = GRACE // timedelta(hours=1)
        return timedelta(hours=self._number("IMAGE_GRACE_HOURS", default, least=0, most=24 * 365))

    def _local_faults(self) -> LocalFaults:
        try:
            return LocalFaults.parse(self._env.get("LOCAL_FAULTS", ""))
        except InvalidInput as error:
            self._faults.append(f"LOCAL_FAULTS: {error}")
            return LocalFaults()

    def _log_format(self) -> Literal["text", "json"]:
        match self._env.get("LOG_FORMAT", "json"):
            case "text":
                return "text"
            case "json":
                return "json"
            case other:
                self._faults.append(f"LOG_FORMAT is 'text' or 'json', not '{other}'.")
                return "json"

    def _number(self, name: str, default: int, *, least: int, most: int) -> int:
        text = self._env.get(name, "")
        if not text:
            return default
        if not text.isdecimal() or not least <= int(text) <= most:
            self._faults.append(f"{name} must be a whole number from {least} to {most}, not '{text}'.")
            return default
        return int(text)


def data_dir_of(env: Mapping[str, str]) -> Path:
    return Path(env.get("LIKENESS_DATA_DIR") or ".likeness").absolute()


def _postgres_url(url: str | URL) -> URL:
    """With the driver we use; `sslmode`, which libpq takes, is called `ssl` by asyncpg."""
    parsed = make_url(url)
    if parsed.drivername not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ArgumentError("not Postgres")
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return parsed.set(drivername="postgresql+asyncpg", query=query)


def _as_role(owner: URL, role: str, secret: bytes) -> URL:
    return owner.set(username=role, password=role_password(role, secret))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
