"""Providers, as an operator sees them."""

from datetime import date, datetime

import strawberry

from domain.calls.breaker import OpenedBy
from domain.models.model import Ability, Model, Provider
from resolvers.providers import Status


@strawberry.type(description="What a provider said when it last failed.")
class ProviderFault:
    code: str = strawberry.field(description="Stable, for programs.")
    message: str = strawberry.field(description="For operators; users are told less.")
    at: datetime = strawberry.field(description="When.")


@strawberry.type(description="Set while a provider is not asked: nobody is charged meanwhile.")
class OpenBreaker:
    cause: OpenedBy = strawberry.field(description="Why.")
    until: datetime = strawberry.field(description="When one call will try whether it is back.")


@strawberry.type(description="A model that is asked for by what it can do.")
class ProviderModel:
    key: str = strawberry.field(description="What `MODEL_CHOICES` calls it.")
    label: str = strawberry.field(description="For people.")
    abilities: list[Ability] = strawberry.field(description="What it may be asked for.")
    licence: str = strawberry.field(description="Under which its pictures are made.")
    licence_note: str | None = strawberry.field(description="What a deployment has to see to; null when nothing.")
    ends_on: date | None = strawberry.field(description="When its provider shuts it down; null when that is not known.")
    replaced_by: str | None = strawberry.field(description="Key of the model to take then; null when it goes on.")

    @classmethod
    def of(cls, model: Model) -> "ProviderModel":
        return cls(
            key=model.key,
            label=model.label,
            abilities=sorted(model.abilities),
            licence=model.licence.name,
            licence_note=model.licence.note or None,
            ends_on=model.ends.on if model.ends else None,
            replaced_by=model.ends.replaced_by if model.ends else None,
        )


@strawberry.type(
    description="How a provider is, as far as our own calls tell. Of the last minutes; nobody is asked for it."
)
class ProviderStatus:
    provider: Provider = strawberry.field(description="Which.")
    is_configured: bool = strawberry.field(description="Whether this deployment has what it takes to ask it.")
    is_judge: bool = strawberry.field(
        description=(
            "Whether it judges people's words before anything is reserved, and pictures before anyone sees them. While it is away "
            "no words are taken, and pictures wait, uncharged."
        )
    )
    is_reachable: bool | None = strawberry.field(
        description="Whether the last call was answered well; null before the first."
    )
    latency_ms: int | None = strawberry.field(
        description=(
            "How long the last good call took, in milliseconds: until it was accepted, where the provider has a queue. "
            "Null before the first."
        )
    )
    last_ok_at: datetime | None = strawberry.field(description="When a call was last answered well; null if never.")
    last_error: ProviderFault | None = strawberry.field(description="The last failure; null if there was none.")
    breaker: OpenBreaker | None = strawberry.field(description="Null while the provider is asked as usual.")
    models: list[ProviderModel] = strawberry.field(description="What it offers, as far as we know it.")

    @classmethod
    def of(cls, status: Status) -> "ProviderStatus":
        health, breaker = status.health, status.health.breaker
        return cls(
            provider=health.provider,
            is_configured=status.is_configured,
            is_judge=status.is_judge,
            is_reachable=health.is_reachable,
            latency_ms=health.latency_ms,
            last_ok_at=health.last_ok_at,
            last_error=ProviderFault(code=health.last_error_code, message=health.last_error, at=health.last_error_at)
            if health.last_error_at and health.last_error_code and health.last_error
            else None,
            breaker=OpenBreaker(cause=breaker.opened_by, until=breaker.open_until)
            if status.is_open and breaker.opened_by and breaker.open_until
            else None,
            models=[ProviderModel.of(model) for model in status.models],
        )
