"""What one step of a training is: asked for where it was not yet, else looked at, and fetched and kept once it is ready.

As with images, what is to be asked for is written down before it is, so that whoever takes over goes on with the same call. What
was paid for is not given up because a line or our own store was bad: it is tried again until the attempt's time is over.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from domain.calls.call import CallState
from domain.calls.service import AttemptEnded
from domain.errors import (
    DomainError,
    ImageNotMade,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
)
from domain.ids import CallId, UserId, training_attempt_id_of
from domain.models.model import Provider
from domain.models.registry import MODELS
from domain.ports.image_provider import Ready, Submitted
from domain.ports.trainer import Asking, Trainer, Training, TrainingCallState, TrainingRequest
from domain.trainings import working
from domain.trainings.training import LoraModel, TrainingCall, TrainingTask, Weights
from live.ending import outlast
from tasks.calls import GRACE, SETTLING
from tasks.datasets import packed, pictures_of
from tasks.persistence import persist
from tasks.registry import Services
from tasks.training_ends import cancel
from tasks.weights import keep_weights

log = structlog.get_logger("likeness.trainings")

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=0.5), timedelta(seconds=5)
SHARE = 0.1
"""Between two looks passes a tenth of the time that the call is old, within these bounds: quick ones are seen at once."""

NO_ROOM = timedelta(seconds=2)
"""Before it is asked again whether there is room for another one's pictures or weights here."""

STORE_AGAIN = timedelta(seconds=15)
"""When our own store could not be asked: what is to be stored may have to be fetched again."""

ARCHIVE_LIFE = timedelta(hours=1)
"""How long the address of the pictures is good. Product, section 3."""

GONE = "The trainer does not know of this training any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Its trainer is at work. `step` is None where it did not tell."""

    wait: timedelta
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """In our store, until `finish_training` or for some minutes."""

    weights: Weights


Outcome = Pause | Kept


@dataclass(frozen=True, slots=True)
class CalledBack:
    """Whom a webhook is about (`Services.webhooks`)."""

    user_id: UserId
    id: CallId
    provider: Provider


async def take_step(services: Services, claim: TrainingTask) -> Outcome:
    """Raises what ends the attempt, `TimeoutError` among it, or has it wait (`domain.trainings.working.fail_training`)."""
    working.check_it_may_go_on(claim)
    model = claim.model
    if model.attempt_started_at is None:
        raise AssertionError("a claim has begun its attempt")
    left = model.attempt_started_at + services.trainers.limit_of(model.trainer) - services.now()
    async with asyncio.timeout(left.total_seconds()):
        trainer = services.trainers.of(MODELS[model.trainer])
        call = await _open_call(services, claim, trainer)
        if call is not None:
            return await _look(services, claim, call, trainer)
        if services.training.locked():
            return Pause(wait=NO_ROOM)
        async with services.training:
            return await _ask(services, claim, trainer)


async def _open_call(services: Services, claim: TrainingTask, trainer: Trainer) -> TrainingCall | None:
    async with services.unit_of_work(claim.model.user_id) as uow:
        return await working.open_call(
            uow,
            claim,
            is_asked_once=trainer.is_asked_once,
            can_be_told=services.webhooks is not None,
            now=services.now(),
        )


async def _look(services: Services, claim: TrainingTask, call: TrainingCall, trainer: Trainer) -> Outcome:
    """A question that fails is asked again, as is what came of it."""
    age = services.now() - call.intended_at
    pause = min(max(age * SHARE, FIRST_PAUSE), LONGEST_PAUSE)
    try:
        return await _carry_on(services, claim, call, trainer, pause)
    except ImageNotMade:
        raise
    except (ProviderUnavailable, RateLimited) as error:
        log.info("trainer could not be asked; trying again", code=error.code, detail=str(error))
        return Pause(wait=max(pause, error.retry_after or pause))


async def _carry_on(
    services: Services, claim: TrainingTask, call: TrainingCall, trainer: Trainer, pause: timedelta
) -> Outcome:
    submitted = _number_of(call, claim.model.trainer)
    with _known_there(services, call):
        state = await trainer.check(submitted)
    if isinstance(state, Asking | Ready):
        if services.training.locked():
            return Pause(wait=NO_ROOM)
        async with services.training:
            return await _with_its_files(services, claim, call, trainer, state)
    return Pause(wait=pause, step=state.step if isinstance(state, Training) else None)


async def _with_its_files(
    services: Services, claim: TrainingTask, call: TrainingCall, trainer: Trainer, state: TrainingCallState
) -> Outcome:
    submitted = _number_of(call, claim.model.trainer)
    request = await _request_of(services, claim)
    if isinstance(state, Asking):
        with _known_there(services, call):
            await trainer.supply(submitted, request)
        return Pause(wait=FIRST_PAUSE)
    with TemporaryDirectory(prefix="likeness-training-") as folder:
        with _known_there(services, call):
            made = await trainer.fetch(submitted, request, folder=Path(folder))
        try:
            return Kept(await keep_weights(services, claim, made))
        except ImageNotMade:
            raise
        except (ProviderError, RateLimited) as error:
            return _our_store_is_away(error)


@contextmanager
def _known_there(services: Services, call: TrainingCall) -> Iterator[None]:
    """That a trainer forgot a training is no fault of its owner's; that it does not know it yet is none at all."""
    try:
        yield
    except NotFound as error:
        if services.now() - call.intended_at > SETTLING:
            raise ImageNotMade(GONE) from error
        raise RateLimited("The trainer does not know of this training yet.", retry_after=FIRST_PAUSE) from error


async def _request_of(services: Services, claim: TrainingTask) -> TrainingRequest:
    """Raises `NotFound` when one of its images is gone: that is its owner's."""
    model = claim.model
    return TrainingRequest(
        training_id=training_attempt_id_of(model.id, model.attempt),
        model=model.trainer,
        trigger=model.trigger_word,
        steps=model.training_steps,
        pictures=await pictures_of(services, model),
        archive_url="",
    )


def _number_of(call: TrainingCall, trainer: str) -> Submitted:
    submitted = call.submitted(trainer)
    if submitted is None:
        raise AssertionError("a call that is looked at has a number")
    return submitted


async def _ask(services: Services, claim: TrainingTask, trainer: Trainer) -> Pause:
    try:
        request, key = await _packed_request(services, claim)
    except (ProviderError, RateLimited) as error:
        return _our_store_is_away(error)
    try:
        await _submit(services, claim, request, trainer)
    except (AttemptEnded, asyncio.CancelledError):
        async with services.unit_of_work(claim.model.user_id) as uow:
            await working.drop_dataset(uow, claim, key)
        raise
    return Pause(wait=FIRST_PAUSE)


async def _packed_request(services: Services, claim: TrainingTask) -> tuple[TrainingRequest, str]:
    """With the archive where its address says, and the archive's key."""
    model, request = claim.model, await _request_of(services, claim)
    file, data = await asyncio.to_thread(packed, model.user_id, CallId(request.training_id), request.pictures)
    async with services.unit_of_work(model.user_id) as uow:
        await working.note_dataset(uow, claim, file.key)
    try:
        await services.files.put(file, data)
        url = await services.files.sign_for(file.key, ARCHIVE_LIFE)
    except asyncio.CancelledError:
        async with services.unit_of_work(model.user_id) as uow:
            await working.drop_dataset(uow, claim, file.key)
        raise
    return replace(request, archive_url=url), file.key


def _our_store_is_away(error: DomainError) -> Pause:
    """No fault of the trainer's: it costs no attempt."""
    log.warning("our store is away; trying again", code=error.code, detail=getattr(error, "detail", ""))
    return Pause(wait=STORE_AGAIN)


async def _submit(services: Services, claim: TrainingTask, request: TrainingRequest, trainer: Trainer) -> None:
    known = MODELS[claim.model.trainer]
    async with services.breakers.asking(known.provider) if known.is_paid else nullcontext():
        async with services.unit_of_work(claim.model.user_id) as uow:
            call = await working.intend(uow, claim, endpoint=trainer.endpoint_of(known.key), now=services.now())
        submitting = asyncio.create_task(_submit_and_keep(services, claim, call, request, trainer))
        try:
            await asyncio.shield(submitting)
        except asyncio.CancelledError:
            await outlast(submitting, GRACE)  # a number that is not kept is a call lost
            raise


async def _submit_and_keep(
    services: Services, claim: TrainingTask, call: TrainingCall, request: TrainingRequest, trainer: Trainer
) -> None:
    model = claim.model
    who = CalledBack(model.user_id, call.id, MODELS[model.trainer].provider)
    webhook = services.webhooks.address_of(who) if services.webhooks else None
    try:
        submitted = await trainer.submit(request, webhook=webhook)
    except OutcomeUnknown:
        raise
    except DomainError:  # refused: nothing was begun, and it may be asked for again
        await persist(lambda: _end(services, model, call, CallState.FAILED))
        raise

    async def keep() -> bool:
        async with services.unit_of_work(model.user_id) as uow:
            return await uow.trainings.submit(call.id, request_id=submitted.request_id)

    if not await persist(keep):
        log.warning("an answer came after its training was given up; it is cancelled", request_id=submitted.request_id)
        await cancel(services, model, submitted)
        raise AttemptEnded


async def _end(services: Services, model: LoraModel, call: TrainingCall, state: CallState) -> None:
    async with services.unit_of_work(model.user_id) as uow:
        await uow.trainings.end_call(call.id, state)
