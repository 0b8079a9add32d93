"""The edge of the transactions that begin and cancel trainings, and a training live."""

import base64
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import uuid4

from db.codec import LORA_MODEL
from db.queries.trainings import lora_models_by_id
from db.unit_of_work import SqlUnitOfWork
from domain.credits.quotes import QUOTE_LIFE, Quote, seal, unseal
from domain.errors import InvalidInput, NotFound
from domain.events import TrainingMoved
from domain.ids import ImageId, LoraModelId, SubjectId
from domain.images.image import Image
from domain.influencers.influencer import Influencer
from domain.jobs.job import JobKind
from domain.ports.live import training_topic
from domain.trainings import working
from domain.trainings.limits import FEWEST_IMAGES
from domain.trainings.progress import usual_time
from domain.trainings.quotes import TrainingQuote
from domain.trainings.selection import recommended
from domain.trainings.starting import TrainingPlan, TrainingRequest, plan_training, start_training
from domain.trainings.training import LoraModel
from domain.user_events import UserEventKind
from domain.wishes import Wish, fingerprint
from resolvers.context import Context
from resolvers.loaders import ImageView
from resolvers.once import answer_once_as
from tasks.enqueue import nudge_relays


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOffer:
    """A quote with what is behind it. `token` makes it binding until `expires_at`."""

    quote: TrainingQuote
    token: str
    expires_at: datetime
    available: int
    estimated_minutes: int

    @property
    def is_affordable(self) -> bool:
        return self.available >= self.quote.credits


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingChoice:
    recommended_ids: tuple[ImageId, ...]
    images: list[ImageView]

    @property
    def can_train(self) -> bool:
        return len({view.image.sha256 for view in self.images}) >= FEWEST_IMAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingNews:
    cursor: str
    at: datetime
    model: LoraModel


async def quote(ctx: Context, request: TrainingRequest) -> TrainingOffer:
    now = ctx.now()
    async with ctx.unit_of_work() as uow:
        plan = await _plan(ctx, uow, request)
        balance = await uow.credits.balance(ctx.user_id)
    token = seal(
        Quote(per_image=plan.quote.credits, image_count=1),  # one training
        user_id=ctx.user_id,
        fingerprint=_quoted(request, plan),
        now=now,
        secret=ctx.services.quote_secret,
    )
    return TrainingOffer(
        quote=plan.quote,
        token=token,
        expires_at=now + QUOTE_LIFE,
        available=balance.available,
        estimated_minutes=max(1, round(usual_time(plan.trainer.key).total_seconds() / 60)),
    )


async def begin(ctx: Context, request: TrainingRequest, *, quote_token: str | None, key: str) -> LoraModel:
    async def work(uow: SqlUnitOfWork) -> LoraModel:
        now = ctx.now()
        plan = await _plan(ctx, uow, request)
        agreed = None
        if quote_token is not None:
            secret = ctx.services.quote_secret
            agreed = unseal(
                quote_token, user_id=ctx.user_id, fingerprint=_quoted(request, plan), now=now, secret=secret
            ).credits
        return await start_training(
            uow, ctx.user_id, plan, request, training_id=LoraModelId(uuid4()), agreed=agreed, now=now
        )

    wish = Wish(key, fingerprint("startTraining", {"request": _fingerprint(request), "quoteId": quote_token}))
    model = await answer_once_as(ctx, LORA_MODEL, wish, work)
    nudge_relays(ctx.services.live)
    return model


async def cancel(ctx: Context, training_id: LoraModelId) -> LoraModel:
    async with ctx.unit_of_work() as uow:
        model = await working.cancel_training(uow, ctx.user_id, training_id, now=ctx.now())
    nudge_relays(ctx.services.live)
    return model


async def set_wishes(
    ctx: Context, subject_id: SubjectId, *, training_enabled: bool | None, auto_start: bool | None
) -> Influencer:
    async with ctx.unit_of_work() as uow:
        await uow.lock_user(ctx.user_id)
        await uow.influencers.get(subject_id)
        await uow.trainings.set_wishes(subject_id, training_enabled=training_enabled, auto_start=auto_start)
        await uow.outbox.tell(ctx.user_id, UserEventKind.SUBJECT_CHANGED, subject_id)
        return await uow.influencers.get(subject_id)


async def choice(ctx: Context, subject_id: SubjectId, base_image: ImageId | None) -> TrainingChoice:
    offered = await ctx.loaders.images_offered.load(subject_id) or []
    images = [view.image for view in offered]
    liked = [image for image in images if image.liked]
    profile = [image for image in images if image.id == base_image or image.kind is JobKind.CHARACTER_SHEET]
    chosen = recommended(_different(liked), _different(profile))
    return TrainingChoice(recommended_ids=tuple(image.id for image in chosen), images=offered)


async def news(ctx: Context, training_id: LoraModelId, after: str | None) -> AsyncGenerator[TrainingNews, None]:
    """The present state, then each newer one that is still news when it can be told, and steps in between. Ends with the
    training. Raises `NotFound` for one that is not the caller's, `InvalidInput` for a cursor of another."""
    told = 0 if after is None else _number_of(training_id, after)
    async with ctx.services.live.watch(training_topic(training_id)) as inbox:
        while True:
            model = await _read(ctx, training_id)
            if model.event_count > told:
                told = model.event_count
                yield _news(model, ctx.now())
            while not model.status.is_final:
                arrivals = await inbox.take()
                moves = [item for item in arrivals.latest if isinstance(item, TrainingMoved)]
                if arrivals.gap or any(move.number > told for move in moves):
                    break
                for move in moves:
                    if move.step is not None and move.number == told:
                        model = replace(model, current_step=move.step, tells_steps=move.step > 0)
                        yield _news(model, ctx.now())
            else:
                return


async def _read(ctx: Context, training_id: LoraModelId) -> LoraModel:
    async with ctx.read() as connection:
        found = await lora_models_by_id(connection, [training_id])
    if training_id not in found:
        raise NotFound("There is no such training.")
    return found[training_id]


def _news(model: LoraModel, at: datetime) -> TrainingNews:
    word = f"training:{model.id}:{model.event_count}".encode()
    return TrainingNews(cursor=base64.urlsafe_b64encode(word).rstrip(b"=").decode(), at=at, model=model)


def _number_of(training_id: LoraModelId, cursor: str) -> int:
    try:
        word = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        kind, id_, number = word.split(":")
        if (kind, id_) == ("training", str(training_id)):
            return int(number)
    except ValueError:
        pass
    raise InvalidInput("This is no cursor of this training. Begin without one.", field="after")


async def _plan(ctx: Context, uow: SqlUnitOfWork, request: TrainingRequest) -> TrainingPlan:
    services = ctx.services
    return await plan_training(
        uow,
        request,
        services.prices,
        trainers=services.trainers,
        choices=services.choices,
        today=ctx.now().date(),
        rules=services.likeness_rules,
    )


def _fingerprint(request: TrainingRequest) -> str:
    """The order of images says which of two equal ones is kept, and nothing about the price."""
    said = {
        **asdict(request),
        "subject_id": str(request.subject_id),
        "image_ids": [str(id_) for id_ in request.image_ids],
    }
    return fingerprint("startTraining", said)


def _quoted(request: TrainingRequest, plan: TrainingPlan) -> str:
    """A quote with a free retry is good while that one is there, and one without until there is one: it would be too dear. Likewise
    with a free retrain, and with the photos of a persona that suit best."""
    quote = plan.quote
    free = [str(quote.right.training_id) if quote.right else None, quote.retrain, plan.material.photo_set]
    return fingerprint("quoteTraining", [_fingerprint(request), *free])


def _different(images: Sequence[Image]) -> list[Image]:
    return list({image.sha256: image for image in images}.values())
