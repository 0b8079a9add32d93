"""`likeness doctor`: what is configured, what answers, and what to do about the rest."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from functools import partial

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.adapters import Adapter, Adapters, runpod_trainer
from app.cli.errors import CommandError
from app.cli.servers import names_servers, running_environment
from app.embedded import DataDir
from app.judges import JUDGE
from app.provenance import make_identities
from app.provider_settings import OpenAISettings
from app.settings import Settings, SettingsError, data_dir_of
from app.training_settings import RunPodTrainingSettings
from app.wiring import make_files, utc_now
from db.engine import Database
from db.migrate import newest_revision
from db.role_check import UnsafeRoleError, check_api_role
from domain.errors import DomainError, ProviderError, ProviderMisconfigured
from domain.models.model import Provider
from domain.models.registry import MODELS
from domain.models.trainers import TRAINERS
from domain.safety.adult import has_adult_model
from live.redis import connect
from providers.openai.client import OpenAIClient
from providers.provenance.signing import C2paSigner
from providers.supabase.buckets import SupabaseStore
from providers.supabase.shelves import MOST, Shelf

WARNED_BEFORE = timedelta(days=90)
"""How long before its end a model is warned of."""

CERTIFICATE_WARNED_BEFORE = timedelta(days=30)

FLAGGING = frozenset({Provider.FAL, Provider.OPENAI})
"""Those that hold back pictures by themselves. ComfyUI on RunPod looks at none. Source: their documentation, 2026-11."""


def run_doctor(env: Mapping[str, str], *, live: bool) -> int:
    """The exit status: 1 when something is missing or does not answer. `live` asks the providers too, at no charge."""
    try:
        environment = _environment(env)
        settings = Settings.from_env(environment)
    except (SettingsError, CommandError) as error:
        for fault in str(error).splitlines():
            print(f"  missing  {fault}")
        return 1
    print(f"  ok       configuration; data in {settings.data_dir}")
    _say_tokens(settings)
    _say_schema(settings)
    _say_providers(settings)
    _say_moderation(settings)
    _say_trainers(settings)
    _say_models(settings, utc_now().date())
    is_half_open = _say_adult(settings)
    is_unsigned = _say_signer(settings)
    return asyncio.run(_check(settings, live=live)) or int(is_half_open or is_unsigned)


def _environment(env: Mapping[str, str]) -> Mapping[str, str]:
    if names_servers(env):
        return env
    running = running_environment(env)
    if running is None:
        raise CommandError(
            "No servers: neither DATABASE_URL and REDIS_URL are set nor does 'likeness up' run on "
            f"{data_dir_of(env)}. Start it with: make up"
        )
    return {"LIKENESS_SECRET": DataDir(data_dir_of(env)).app_secret().hex(), **running}


def _say_tokens(settings: Settings) -> None:
    if settings.tokens.development:
        print("  note     tokens: our own development issuer (set SUPABASE_URL for real users)")
    else:
        print(f"  ok       tokens: {settings.tokens.issuer}")


def _say_schema(settings: Settings) -> None:
    """What callers may ask, and what those who are not signed in may see."""
    http = settings.http
    trusted = http.trusted_documents
    if trusted is not None:
        print(f"  ok       documents: only the {len(trusted)} of TRUSTED_DOCUMENTS run")
    else:
        print("  note     documents: any may run (set TRUSTED_DOCUMENTS to allow only those of your clients)")
    seen = "may be read by anyone" if http.public_schema else "is hidden from callers who are not signed in"
    mark = "note" if http.public_schema else "ok  "
    print(f"  {mark}     schema: {seen} (PUBLIC_SCHEMA); GraphiQL is {'on' if http.graphiql else 'off'}")


def _say_providers(settings: Settings) -> None:
    providers = settings.providers
    if providers.image_providers == {Provider.LOCAL}:
        print("  ok       pictures: the offline sketch (set FAL_KEY, OPENAI_API_KEY or RUNPOD_API_KEY for models)")
    else:
        print(f"  ok       pictures: {', '.join(sorted(providers.image_providers))}")
    if providers.storage:
        print(f"  ok       files: bucket {providers.storage.bucket} at {providers.storage.url}")
        if providers.trainers:
            print(
                f"  note     LoRAs: bucket {providers.storage.weights_bucket}, files of up to {MOST[Shelf.WEIGHTS]:,} bytes: the project's "
                "own limit has to allow that, which the free plan does not (doctor --live asks the bucket)"
            )
    else:
        print(f"  note     files: under {settings.data_dir} (set SUPABASE_SERVICE_KEY for a bucket)")
    told = f"call {settings.http.public_url}" if providers.webhooks else "are only asked (PROVIDER_WEBHOOKS)"
    print(f"  ok       webhooks: providers {told}")


def _say_moderation(settings: Settings) -> None:
    """Who judges words and pictures besides our own lists."""
    providers = settings.providers
    if providers.openai:
        print(f"  ok       moderation: OpenAI judges words and pictures ({JUDGE.endpoint})")
    elif providers.image_providers == {Provider.LOCAL}:
        print("  ok       moderation: our own lists judge words; the offline sketch draws nothing to refuse")
    else:
        blind = [provider for provider in sorted(providers.image_providers) if provider not in FLAGGING]
        flags = f" ({', '.join(blind)} has none)" if blind else ""
        print(
            "  warning  moderation: our own lists judge words, and pictures are held only to their providers' own flags"
            f"{flags}. Set OPENAI_API_KEY: its moderation is free"
        )


def _say_trainers(settings: Settings) -> None:
    providers, pods = settings.providers, settings.providers.runpod_training
    if not providers.trainers:
        print("  note     training: no real trainer (set FAL_KEY, or RUNPOD_TRAINING_VOLUME for pods of yours)")
        return
    print(f"  ok       training: {', '.join(sorted(providers.trainers))}")
    if pods and not pods.hf_token:
        print(
            "  warning  training: without RUNPOD_TRAINING_HF_TOKEN pods cannot train FLUX.1 [dev], whose weights are gated"
        )
    for model in TRAINERS:
        if model.provider in providers.trainers and model.licence.commercial is not True:
            print(f"  note     model {model.key}: {model.licence.name}. {model.licence.note}")


def _say_models(settings: Settings, today: date) -> None:
    """What is chosen here by an old name, and what of it ends soon."""
    choices = settings.providers.choices
    for alias in choices.replaced:
        print(f"  warning  MODEL_CHOICES: {alias.name} is taken for {alias.now}. {alias.why}")
    for model in (MODELS[key] for keys in choices.by_ability.values() for key in keys):
        if model.ends and model.ends.on - today <= WARNED_BEFORE:
            ended = "has ended" if model.has_ended(today) else "ends"
            print(
                f"  warning  model {model.key} {ended} on {model.ends.on}: "
                f"take {model.ends.replaced_by} ({model.ends.source})"
            )
        if model.licence.commercial is not True:
            print(f"  note     model {model.key}: {model.licence.name}. {model.licence.note}")


def _say_adult(settings: Settings) -> bool:
    """Whether it is switched on and cannot be had all the same."""
    adult, providers = settings.adult, settings.providers
    if not adult.is_on:
        print("  ok       adult content: off (ADULT_CONTENT)")
        return False
    missing = adult.missing(providers)
    if not has_adult_model(providers.image_providers):
        missing.append("a provider whose models allow it (RUNPOD_API_KEY)")
    if missing:
        print(f"  missing  adult content: switched on and kept from everyone until there is {', '.join(missing)}")
        return True
    print(
        f"  warning  adult content: on for assured adults in {', '.join(sorted(adult.regions))}, by {adult.region_header}"
    )
    return False


def _say_signer(settings: Settings) -> bool:
    """Whether nothing can be signed: then no picture is given out."""
    try:
        identities = make_identities(settings)
        asyncio.run(C2paSigner(identities).check())
        identity = identities.now_signing()
    except ProviderMisconfigured as error:
        print(f"  missing  content credentials: pictures wait, as none is given out unsigned: {error.detail}")
        return True
    left = identity.ends - utc_now()
    by = "our own root" if identity.is_own else "C2PA_CERT_CHAIN"
    told = f"content credentials: {identity.name} signs, by {by}, until {identity.ends:%Y-%m-%d}"
    if left < CERTIFICATE_WARNED_BEFORE:
        print(f"  warning  {told}: {left.days} days. Then pictures wait; renew it")
    else:
        print(f"  ok       {told}")
    if identity.is_own and settings.providers.storage:
        print(
            "  note     content credentials: that root is of this host alone. Workers elsewhere need C2PA_CERT_CHAIN and C2PA_PRIVATE_KEY, "
            f"or {settings.data_dir / 'provenance'} of this one"
        )
    return False


async def _check(settings: Settings, *, live: bool) -> int:
    checks: dict[str, Callable[[], Awaitable[str]]] = {
        "database, as the API": lambda: _database(settings.database.api),
        "database, as a worker": lambda: _database(settings.database.worker),
        "redis": lambda: _redis(settings.redis.live),
        "redis for tasks": lambda: _redis(settings.redis.tasks),
        **(_pings(settings) if live else {}),
    }
    wrong = 0
    for name, check in checks.items():
        try:
            print(f"  ok       {name}: {await check()}")
        except (SQLAlchemyError, OSError, RedisError, UnsafeRoleError, CommandError, DomainError) as error:
            wrong += 1
            print(f"  missing  {name}: {_said_of(error)}")
    return 1 if wrong else 0


def _said_of(error: Exception) -> str:
    """With what only operators are told."""
    detail = error.detail if isinstance(error, ProviderError) else ""
    return str(error).splitlines()[0] + (f" ({detail})" if detail else "")


def _pings(settings: Settings) -> dict[str, Callable[[], Awaitable[str]]]:
    """Each with an adapter of its own, which it closes."""
    asked: dict[str, Callable[[], Adapter]] = {
        provider: partial(_adapter, settings, provider) for provider in Adapters.of(settings).all
    }
    files = make_files(settings)
    if isinstance(files, SupabaseStore):
        asked[Provider.SUPABASE] = lambda: files
    found: dict[str, Callable[[], Awaitable[str]]] = {
        f"provider {name}": partial(_ping, make) for name, make in asked.items()
    }
    if settings.providers.runpod_training:
        found["pods of runpod"] = partial(_pods, settings.providers.runpod_training, settings)
    if settings.providers.openai:
        found["models of openai"] = partial(_dates, settings.providers.openai)
    return found


async def _pods(found: RunPodTrainingSettings, settings: Settings) -> str:
    """All that are rented for trainings, and cost money: which of them still has one, only the database knows."""
    trainer = runpod_trainer(found, settings)
    try:
        rented = await trainer.rented()
    finally:
        await trainer.close()
    told = [f"{pod.id} for training {pod.training_id}, since {pod.created_at}" for pod in rented]
    return f"{len(told)} rented" + "".join(f"; {line}" for line in told)


async def _dates(openai: OpenAISettings) -> str:
    """What OpenAI itself says of the models we know: its word is newer than our registry."""
    client = OpenAIClient(key=openai.key, base_url=openai.base_url)
    try:
        dates = await client.shutdown_dates()
    finally:
        await client.close()
    soon = utc_now().date() + WARNED_BEFORE
    known = [model for model in MODELS.values() if model.provider is Provider.OPENAI]
    ending = [
        f"{model.key} ends on {dates[model.endpoint]}" for model in known if dates.get(model.endpoint, soon) < soon
    ]
    return "; ".join(ending) or f"none that we know ends within {WARNED_BEFORE.days} days, by its own list"


def _adapter(settings: Settings, provider: Provider) -> Adapter:
    return Adapters.of(settings).all[provider]


async def _ping(make: Callable[[], Adapter]) -> str:
    adapter, began = make(), time.monotonic()
    try:
        await adapter.ping()
    finally:
        await adapter.close()
    return f"lets us in, after {1000 * (time.monotonic() - began):.0f} ms"


async def _database(url: str) -> str:
    database = Database(url, application_name="likeness-doctor", pool_size=1)
    try:
        await check_api_role(database)
        async with database.as_nobody() as connection:
            version = (await connection.execute(text("SHOW server_version"))).scalar_one()
            found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
    finally:
        await database.close()
    if found != newest_revision():
        raise CommandError(f"its schema is {found}, this code needs {newest_revision()}. Run: likeness migrate")
    return f"Postgres {version}, schema {found}"


async def _redis(url: str) -> str:
    redis = connect(url)
    try:
        info = await redis.info("server")
    finally:
        await redis.aclose()
    return f"version {info['redis_version']}"
