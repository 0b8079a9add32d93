"""What users paid against what providers take, as far as that is known before their bill comes.

Known are prices by image, by megapixel, and by step of a training; machines that are rented by the second, and words counted in tokens,
are not. Of calls that brought no image, and trainings that failed, nothing is known here either, so a provider's bill may be higher.
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
class TrainingCosts:
    """Of those that ended well. `provider_usd` is None where it is not known."""

    trainer: str
    trainings: int
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
    trainings: Sequence[TrainingCosts]
    training_usd: Decimal
    """Of those that are known."""


def training_label(trainer: str, steps: int) -> str:
    """What is counted of a training that ended well: its costs are worked out from it."""
    return f"{trainer}:{steps}"


def costs_of(counts: Counts) -> Costs:
    models = _models_of(counts)
    known = [model for model in models if model.provider_usd is not None]
    reserved = counts.total(StudioEvent.JOB_STARTED) + counts.total(StudioEvent.JOB_RETRIED)
    captured = sum(model.credits_captured for model in models)
    usd = sum((model.provider_usd for model in known if model.provider_usd is not None), Decimal(0))
    images = sum(model.images for model in models)
    trainings = _trainings_of(counts)
    return Costs(
        credits_reserved=reserved,
        credits_captured=captured,
        captured_share=captured / reserved if reserved else None,
        provider_usd=usd,
        known_share=sum(model.images for model in known) / images if images else None,
        credits_per_usd=float(sum(model.credits_captured for model in known) / usd) if usd else None,
        models=models,
        trainings=trainings,
        training_usd=sum((one.provider_usd for one in trainings if one.provider_usd is not None), Decimal(0)),
    )


def _trainings_of(counts: Counts) -> Sequence[TrainingCosts]:
    """The most used trainer first. What was counted before trainers were told apart is left out."""
    found: dict[str, TrainingCosts] = {}
    for label, count in counts.by_label(StudioEvent.TRAINING_COMPLETED).items():
        trainer, _, steps = label.rpartition(":")
        if trainer and steps.isdecimal():
            before = found.get(trainer, TrainingCosts(trainer, 0, Decimal(0)))
            usd = _training_usd(PRICES.get(trainer), count * int(steps))
            known = None if usd is None or before.provider_usd is None else before.provider_usd + usd
            found[trainer] = TrainingCosts(trainer, before.trainings + count, known)
    return sorted(found.values(), key=lambda one: (-one.trainings, one.trainer))


def _training_usd(price: Price | None, steps: int) -> Decimal | None:
    match price:
        case Price(unit=PriceUnit.FREE):
            return Decimal(0)
        case Price(unit=PriceUnit.THOUSAND_STEPS):
            return price.usd * steps / 1000
    return None


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
