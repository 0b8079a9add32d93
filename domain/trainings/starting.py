"""What a training costs, and how it is begun: chosen, paid for in advance and handed on, all in one transaction or not at all."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.credits.low import tell_if_low
from domain.credits.prices import PriceBook
from domain.errors import Conflict, NotOffered, ProviderMisconfigured
from domain.ids import ImageId, LoraModelId, SubjectId, UserId, training_hold_id_of
from domain.influencers.influencer import Influencer
from domain.jobs.subjects import Subject, subject_with
from domain.models.model import Ability, Model, Provider
from domain.models.routing import Choices, Need, route
from domain.personas.approval import photo_set_of
from domain.personas.persona import Persona
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.models import BASE_MODELS, BaseModel
from domain.prompts.portraits import PREVIEWS
from domain.trainings.likeness import STRICT, LikenessRules, check_base_model, photos_to_train
from domain.trainings.quotes import TrainingQuote
from domain.trainings.retrains import free_retrain_of
from domain.trainings.selection import chosen_images
from domain.trainings.training import LoraModel, TrainingStatus
from domain.user_events import UserEventKind

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
    image_ids: tuple[UUID, ...]
    """Images of an influencer. Photos of a persona; none of them for those that suit best."""
    display_samples: bool = False
    """Of a persona: whether they follow by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What it is trained on. `photo_set` of a persona only."""

    ids: tuple[UUID, ...]
    descends_from_upload: bool
    photo_set: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    subject: Subject
    material: Material
    trainer: Model
    quote: TrainingQuote
    low_balance: int


async def plan_training(
    uow: UnitOfWork,
    request: TrainingRequest,
    prices: PriceBook,
    *,
    trainers: Collection[Provider],
    choices: Choices,
    today: date,
    rules: LikenessRules = STRICT,
) -> TrainingPlan:
    """`rules` are for personas. Raises `NotFound`, `InvalidInput`, `Conflict` and `NotOffered`; of a persona `ConsentRequired`,
    `TooFewPhotos`, `ApprovalRequired`, `PhotosUnchanged` and `SupportRequired` as well."""
    subject = await subject_with(uow, request.subject_id)
    if isinstance(subject, Persona):
        check_base_model(request.base_model)
        material = await _photos(uow, subject, request, rules)
    else:
        material = await _images(uow, subject, request)
    trainer = trainer_for(request.base_model, len(material.ids), trainers, choices, today)
    newest = await uow.trainings.newest_of(subject.id)
    if newest is not None and not newest.status.is_final:
        whose = "persona" if isinstance(subject, Persona) else "influencer"
        raise Conflict(f"A training of this {whose} is under way. Wait until it has ended, or cancel it.")
    quote = TrainingQuote(
        list_price=prices.training[request.base_model],
        image_count=len(material.ids),
        right=await uow.trainings.retry_right(subject.id, request.base_model),
        retrain=await _retrain(uow, subject, material, rules),
        sample_credits=len(PREVIEWS) * prices.sample if request.display_samples and material.photo_set else 0,
    )
    return TrainingPlan(
        subject=subject, material=material, trainer=trainer, quote=quote, low_balance=prices.low_balance
    )


async def _images(uow: UnitOfWork, influencer: Influencer, request: TrainingRequest) -> Material:
    if not influencer.training_enabled:
        raise Conflict("Training is switched off for this influencer. Switch it on in its settings first.")
    images = await chosen_images(uow, influencer.id, [ImageId(id_) for id_ in request.image_ids])
    return Material(
        ids=tuple(image.id for image in images),
        descends_from_upload=any(image.descends_from_upload for image in images),
    )


async def _photos(uow: UnitOfWork, persona: Persona, request: TrainingRequest, rules: LikenessRules) -> Material:
    photos = await photos_to_train(uow, persona, request.image_ids, rules)
    return Material(ids=tuple(photo.id for photo in photos), descends_from_upload=True, photo_set=photo_set_of(photos))


async def _retrain(uow: UnitOfWork, subject: Subject, material: Material, rules: LikenessRules) -> int | None:
    if material.photo_set is None:
        return None
    past = (await uow.loras.past_trainings([subject.id]))[subject.id]
    return free_retrain_of(past, material.photo_set, support=rules.support)


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
    if plan.quote.right and plan.quote.retrain is None:
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
        image_ids=plan.material.ids,
        image_count=len(plan.material.ids),
        price=price,
        is_free_retry=price == 0 and plan.quote.retrain is None,
        hold_id=hold_id,
        credits_reserved=price,
        descends_from_upload=plan.material.descends_from_upload,
        photo_set=plan.material.photo_set,
        retrain=plan.quote.retrain,
        wants_samples=plan.quote.sample_credits > 0,
        base_image_id=plan.subject.base_image_id if isinstance(plan.subject, Influencer) else None,
        created_at=now,
    )
    await uow.trainings.add(model)
    if hold_id:
        balance = await uow.credits.reserve_training(
            user_id, hold_id, price, training_id=training_id, expires_at=now + HOLD_LIFE, now=now
        )
        await uow.outbox.balance_changed(user_id, balance)
        await tell_if_low(uow, user_id, balance, reserved=price, threshold=plan.low_balance, now=now)
    await uow.outbox.run_training(user_id, training_id)
    await uow.outbox.tell(user_id, UserEventKind.TRAINING_CHANGED, training_id)
    return model


def trigger_of(subject: Subject) -> str:
    """One word that means nothing to a model yet, the same for every training of this subject. Nobody's real name leaves the house."""
    name = subject.name if isinstance(subject, Influencer) else ""
    letters = re.sub(r"[^a-z]", "", name.lower())[:12] or "likeness"
    return f"{letters}{subject.id.hex[:6]}"
