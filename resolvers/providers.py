"""How the providers are, for whoever runs this."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.provider_health import read_health
from domain.calls.health import ProviderHealth
from domain.models.model import Model, Provider
from domain.models.registry import MODELS
from resolvers.context import ApiServices, Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`models` are those that may be asked for here."""

    health: ProviderHealth
    is_configured: bool
    is_judge: bool
    is_open: bool
    models: Sequence[Model]


async def status(ctx: Context) -> list[Status]:
    """Of every provider, configured or not, in one read. Asks none of them."""
    async with ctx.read() as connection:
        known = {health.provider: health for health in await read_health(connection)}
    return [
        _status_of(known.get(provider) or ProviderHealth(provider=provider), ctx.services, ctx.now())
        for provider in Provider
    ]


def _status_of(health: ProviderHealth, services: ApiServices, now: datetime) -> Status:
    return Status(
        health=health,
        is_configured=health.provider in services.providers,
        is_judge=health.provider is Provider.OPENAI and services.words_judge is not None,
        is_open=health.breaker.is_open(now),
        models=[model for model in MODELS.values() if model.provider is health.provider],
    )
