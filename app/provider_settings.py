"""Which providers a deployment has, and how to reach them. Read with everything else by `app.settings`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from app.edge.origins import is_origin
from app.training_settings import RunPodTrainingSettings, read_runpod_training, read_training_limits
from domain.errors import InvalidInput
from domain.models.model import Provider
from domain.models.registry import IMAGE_MODELS
from domain.models.routing import Choices

WORKFLOWS = frozenset(model.endpoint for model in IMAGE_MODELS if model.provider is Provider.RUNPOD)

FAL_MEDIA = ("fal.media", "fal.ai", "fal.run")
"""Domains that fal hands out results on. Source: results seen in its documentation, 2026-11."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FalSettings:
    key: str = field(repr=False)
    queue_url: str
    rest_url: str
    media_hosts: tuple[str, ...]
    account: str | None
    """The user id that its webhooks must come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAISettings:
    key: str = field(repr=False)
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPodSettings:
    key: str = field(repr=False)
    base_url: str
    endpoints: Mapping[str, str]
    """Endpoint id by workflow; `*` for those not named."""
    result_hosts: tuple[str, ...]
    """Of the bucket that workers leave pictures in, where they have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Supabase Storage."""

    url: str
    key: str = field(repr=False)
    bucket: str
    adult_bucket: str | None = None
    """None where there is none: adult content has no place then."""
    weights_bucket: str
    """Of LoRAs by real trainers."""

    @property
    def origin(self) -> str:
        """What addresses of its files begin with."""
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.url))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    fal: FalSettings | None
    openai: OpenAISettings | None
    runpod: RunPodSettings | None
    runpod_training: RunPodTrainingSettings | None
    training_limits: Mapping[Provider, timedelta]
    """Of one attempt."""
    storage: StorageSettings | None
    choices: Choices
    webhooks: bool
    """Whether providers are told to call us. Without, they are only asked: slower by a second, as safe."""

    @property
    def all(self) -> frozenset[Provider]:
        return self.image_providers | ({Provider.SUPABASE} if self.storage else frozenset())

    @property
    def trainers(self) -> frozenset[Provider]:
        """Real ones: a stand-in's weights are none that anybody else could draw with."""
        real = {Provider.FAL: self.fal, Provider.RUNPOD: self.runpod_training}
        return frozenset(provider for provider, found in real.items() if found)

    @property
    def image_providers(self) -> frozenset[Provider]:
        """The local sketch only where there is nobody else: a sketch is no stand-in for a photograph that was paid for."""
        real = {Provider.FAL: self.fal, Provider.OPENAI: self.openai, Provider.RUNPOD: self.runpod}
        return frozenset(provider for provider, found in real.items() if found) or frozenset({Provider.LOCAL})


def read_providers(env: Mapping[str, str], *, public_url: str, faults: list[str]) -> ProviderSettings:
    """What cannot be read is told in `faults`."""
    return ProviderSettings(
        fal=_fal(env),
        openai=_openai(env),
        runpod=_runpod(env, faults),
        runpod_training=read_runpod_training(env, faults),
        training_limits=read_training_limits(env, faults),
        storage=_storage(env, faults),
        choices=_choices(env, faults),
        webhooks=_webhooks(env, public_url, faults),
    )


def _fal(env: Mapping[str, str]) -> FalSettings | None:
    key = env.get("FAL_KEY")
    if not key:
        return None
    return FalSettings(
        key=key,
        queue_url=_url(env, "FAL_QUEUE_URL", "https://queue.fal.run"),
        rest_url=_url(env, "FAL_REST_URL", "https://rest.fal.ai"),
        media_hosts=_hosts(env, "FAL_MEDIA_HOSTS", FAL_MEDIA),
        account=env.get("FAL_ACCOUNT") or None,
    )


def _openai(env: Mapping[str, str]) -> OpenAISettings | None:
    key = env.get("OPENAI_API_KEY")
    return OpenAISettings(key=key, base_url=_url(env, "OPENAI_BASE_URL", "https://api.openai.com/v1")) if key else None


def _runpod(env: Mapping[str, str], faults: list[str]) -> RunPodSettings | None:
    key = env.get("RUNPOD_API_KEY")
    if not key:
        return None
    endpoints: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in env.get("RUNPOD_ENDPOINTS", "").split(","))):
        workflow, equals, endpoint = (piece.strip() for piece in part.rpartition("="))
        endpoints[workflow if equals else "*"] = endpoint
    if unknown := endpoints.keys() - WORKFLOWS - {"*"}:
        faults.append(f"RUNPOD_ENDPOINTS names {', '.join(sorted(unknown))}; there are {', '.join(sorted(WORKFLOWS))}.")
    if not endpoints:
        faults.append(
            "RUNPOD_API_KEY needs RUNPOD_ENDPOINTS: an endpoint id, or flux=ID,z-image=ID,pulid=ID,sheet=ID,fill=ID."
        )
    return RunPodSettings(
        key=key,
        base_url=_url(env, "RUNPOD_BASE_URL", "https://api.runpod.ai/v2"),
        endpoints=endpoints,
        result_hosts=_hosts(env, "RUNPOD_RESULT_HOSTS", ()),
    )


def _storage(env: Mapping[str, str], faults: list[str]) -> StorageSettings | None:
    key = env.get("SUPABASE_SERVICE_KEY")
    if not key:
        return None
    url = _url(env, "SUPABASE_STORAGE_URL", _url(env, "SUPABASE_URL", ""))
    if url and not is_origin(url):
        faults.append(f"SUPABASE_STORAGE_URL must be an address, as https://abc.supabase.co, not '{url}'.")
    if not url:
        faults.append("SUPABASE_SERVICE_KEY needs SUPABASE_URL (or SUPABASE_STORAGE_URL) beside it.")
    bucket, adult_bucket = env.get("SUPABASE_BUCKET", "likeness"), env.get("SUPABASE_ADULT_BUCKET") or None
    if adult_bucket == bucket:
        faults.append("SUPABASE_ADULT_BUCKET must be another bucket than SUPABASE_BUCKET.")
    weights_bucket = env.get("SUPABASE_WEIGHTS_BUCKET") or f"{bucket}-weights"
    if weights_bucket in {bucket, adult_bucket}:
        faults.append("SUPABASE_WEIGHTS_BUCKET must be a bucket of its own.")
    return StorageSettings(url=url, key=key, bucket=bucket, adult_bucket=adult_bucket, weights_bucket=weights_bucket)


def _choices(env: Mapping[str, str], faults: list[str]) -> Choices:
    try:
        return Choices.parse(env.get("MODEL_CHOICES", ""))
    except InvalidInput as error:
        faults.append(f"MODEL_CHOICES: {error}")
        return Choices()


def _webhooks(env: Mapping[str, str], public_url: str, faults: list[str]) -> bool:
    """On where the world can reach us: it cannot reach a loopback address."""
    wanted: Literal["", "on", "off"] | str = env.get("PROVIDER_WEBHOOKS", "")
    if wanted not in {"", "on", "off"}:
        faults.append(f"PROVIDER_WEBHOOKS is 'on' or 'off', not '{wanted}'.")
    return wanted == "on" or (wanted == "" and public_url.startswith("https://"))


def _hosts(env: Mapping[str, str], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, (host.strip() for host in env.get(name, "").split(",")))) or default


def _url(env: Mapping[str, str], name: str, default: str) -> str:
    return (env.get(name) or default).rstrip("/")
