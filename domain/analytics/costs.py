"""What users paid against what providers take, as far as that is known before their bill comes.

Known are prices by image and by megapixel; machines that are rented by the second, and words counted in tokens, are not. Of calls
that brought no image nothing is known here either, so a provider's bill may be higher.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.analytics.counts import Counts, Measure
from domain.analytics.events import StudioEvent
from domain.models.model import Price, PriceUnit
from domain.models.registry import MODELS

PRICES: Mapping[str, Price] = {
    **{model.endpoint: model.price for model in MODELS.values()},
    **{key: model.price for key, model in MODELS.items()},
}
"""By what an image says it was made with: a model's key, or what its provider calls it."""


@dataclass(frozen=True, slots=True)
class ModelCosts:
    """`provider_usd` is None where it is not known."""

    model: str
    images: int
    credits_captured: int
    provider_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Costs:
    """Credits of images whose provider's price is known, for each dollar of it, are `credits_per_usd`; None without such."""

    credits_reserved: int
    credits_captured: int
    captured_share: float | None
    provider_usd: Decimal
    known_share: float | None
    credits_per_usd: float | None
    models: Sequence[ModelCosts]


def costs_of(counts: Counts) -> Costs:
    models = _models_of(counts)
    known = [model for model in models if model.provider_usd is not None]
    reserved = counts.total(StudioEvent.JOB_STARTED) + counts.total(StudioEvent.JOB_RETRIED)
    captured = sum(model.credits_captured for model in models)
    usd = sum((model.provider_usd for model in known if model.provider_usd is not None), Decimal(0))
    images = sum(model.images for model in models)
    return Costs(
        credits_reserved=reserved,
        credits_captured=captured,
        captured_share=captured / reserved if reserved else None,
        provider_usd=usd,
        known_share=sum(model.images for model in known) / images if images else None,
        credits_per_usd=float(sum(model.credits_captured for model in known) / usd) if usd else None,
        models=models,
    )


def _models_of(counts: Counts) -> Sequence[ModelCosts]:
    """The most used first."""
    images = counts.by_label(Measure.MODEL)
    credits_ = counts.by_label(Measure.MODEL, lambda one: one.total)
    megapixels = counts.by_label(Measure.MEGAPIXELS, lambda one: one.total)
    costs = [
        ModelCosts(model, count, credits_[model], _usd(PRICES.get(model), count, megapixels.get(model, 0)))
        for model, count in images.items()
    ]
    return sorted(costs, key=lambda cost: (-cost.images, cost.model))


def _usd(price: Price | None, images: int, megapixels: int) -> Decimal | None:
    match price:
        case Price(unit=PriceUnit.FREE):
            return Decimal(0)
        case Price(unit=PriceUnit.IMAGE):
            return price.usd * images
        case Price(unit=PriceUnit.MEGAPIXEL):
            return price.usd * megapixels
    return None
