"""What a training costs, and how it is begun: chosen, paid for in advance and handed on, all in one transaction or not at all."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.credits.prices import PriceBook
from domain.errors import Conflict, NotOffered, ProviderMisconfigured
from domain.ids import ImageId, LoraModelId, SubjectId, UserId, training_hold_id_of
from domain.images.image import Image
from domain.influencers.influencer import Influencer
from domain.models.model import Ability, Model, Provider
from domain.models.routing import Choices, Need, route
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.models import BASE_MODELS, BaseModel
from domain.trainings.quotes import TrainingQuote
from domain.trainings.selection import chosen_images
from domain.trainings.training import LoraModel, TrainingStatus

HOLD_LIFE = timedelta(hours=6)
"""The longest a training may take with both its attempts and all waiting. After it the reservation has run out."""

STEPS = {"fal/flux-portrait-trainer": 2500}
USUAL_STEPS = 700
"""Source: PRODUCT, sections 3 and 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRequest:
    """What a client asks for: a quote and an idempotency key are bound to it."""

    subject_id: SubjectId
    base_model: BaseModel
    image_ids: tuple[ImageId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    subject: Influencer
    images: Sequence[Image]
    trainer: Model
    quote: TrainingQuote


async def plan_training(
    uow: UnitOfWork,
    request: TrainingRequest,
    prices: PriceBook,
    *,
    trainers: Collection[Provider],
    choices: Choices,
    today: date,
) -> TrainingPlan:
    """Raises `NotFound`, `InvalidInput`, `Conflict` and `NotOffered`."""
    subject = await uow.influencers.get(request.subject_id)
    if not subject.training_enabled:
        raise Conflict("Training is switched off for this influencer. Switch it on in its settings first.")
    images = await chosen_images(uow, subject.id, request.image_ids)
    trainer = trainer_for(request.base_model, len(images), trainers, choices, today)
    newest = await uow.trainings.newest_of(subject.id)
    if newest is not None and not newest.status.is_final:
        raise Conflict("A training of this influencer is under way. Wait until it has ended, or cancel it.")
    quote = TrainingQuote(
        list_price=prices.training[request.base_model],
        image_count=len(images),
        right=await uow.trainings.retry_right(subject.id, request.base_model),
    )
    return TrainingPlan(subject=subject, images=images, trainer=trainer, quote=quote)


def trainer_for(
    base_model: BaseModel, image_count: int, trainers: Collection[Provider], choices: Choices, today: date
) -> Model:
    """Raises `NotOffered`."""
    lacking = f"This deployment has nobody who trains a LoRA for {BASE_MODELS[base_model].label}. Nothing was charged."
    if not BASE_MODELS[base_model].supports_lora:
        raise NotOffered(lacking)
    need = Need(ability=Ability.TRAIN, family=base_model, references=image_count)
    try:
        return route(need, providers=trainers, choices=choices, today=today)
    except ProviderMisconfigured:
        raise NotOffered(lacking) from None


async def start_training(
    uow: UnitOfWork,
    user_id: UserId,
    plan: TrainingPlan,
    request: TrainingRequest,
    *,
    training_id: LoraModelId,
    agreed: int | None,
    now: datetime,
) -> LoraModel:
    """Under the user's lock. `agreed` is the price of a quote that the client brought, which was made with the same free retry or
    none. Raises `InsufficientCredits`."""
    price = plan.quote.credits if agreed is None else agreed
    if plan.quote.right:
        await uow.trainings.use_retry(plan.quote.right.training_id)
    hold_id = training_hold_id_of(training_id) if price else None
    model = LoraModel(
        id=training_id,
        user_id=user_id,
        subject_id=plan.subject.id,
        status=TrainingStatus.PENDING,
        base_model=request.base_model,
        trainer=plan.trainer.key,
        trigger_word=trigger_of(plan.subject),
        training_steps=STEPS.get(plan.trainer.key, USUAL_STEPS),
        image_ids=tuple(image.id for image in plan.images),
        image_count=len(plan.images),
        price=price,
        is_free_retry=price == 0,
        hold_id=hold_id,
        credits_reserved=price,
        descends_from_upload=any(image.descends_from_upload for image in plan.images),
        base_image_id=plan.subject.base_image_id,
        created_at=now,
    )
    await uow.trainings.add(model)
    if hold_id:
        balance = await uow.credits.reserve_training(
            user_id, hold_id, price, training_id=training_id, expires_at=now + HOLD_LIFE, now=now
        )
        await uow.outbox.balance_changed(user_id, balance)
    await uow.outbox.run_training(user_id, training_id)
    return model


def trigger_of(subject: Influencer) -> str:
    """One word that means nothing to a model yet, the same for every training of this subject."""
    letters = re.sub(r"[^a-z]", "", subject.name.lower())[:12] or "likeness"
    return f"{letters}{subject.id.hex[:6]}"
