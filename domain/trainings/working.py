"""A training, from a worker's first claim to its end. Every function is one transaction and may be run twice.

A claim is for one step: the trainer is asked to begin, or asked how far it is, or its weights are kept. Between two steps
nobody holds the training. Whoever lost its lease in a step finds that its claim may no longer write; what ends a training also
settles its reservation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.analytics.costs import training_label
from domain.analytics.events import Recorded, StudioEvent
from domain.calls.call import LOOK_AGAIN, LOOKED_FOR, CallState
from domain.calls.service import AttemptEnded
from domain.credits.ledger import Balance
from domain.errors import (
    Conflict,
    DomainError,
    NotFound,
    OutcomeUnknown,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from domain.files.removal import announce, keep, let_go
from domain.ids import LoraModelId, UserId, training_attempt_id_of
from domain.notifications.words import hd_unlocked, training_failed, training_ready, training_started
from domain.ports.unit_of_work import UnitOfWork
from domain.trainings.likeness import check_may_be_trained
from domain.trainings.retrying import offer_of
from domain.trainings.starting import HOLD_LIFE
from domain.trainings.training import MOST_ATTEMPTS, LoraModel, TrainingCall, TrainingStatus, TrainingTask, Weights
from domain.uploads.errors import ConsentRequired
from domain.user_events import UserEventKind

MAX_CLAIMS = 5
"""Of one attempt. A worker that dies with it spends one as well: so does poison end."""

PAUSE = timedelta(seconds=10)
"""Before another look where nobody said how long to wait."""


@dataclass(frozen=True, slots=True)
class Failure:
    code: str
    message: str
    by_owner: bool = False
    """What their pictures or words caused: nothing is tried again, and the next training is not free."""


OUT_OF_TIME = Failure("TIMED_OUT", "The training was not done in time. Nothing was charged.")
POISONED = Failure("INTERNAL", "The training stopped its workers. Nothing was charged.")


OTHER_FACE = (
    "It is of the face that was chosen when it began; choose that base image again to have new images made with it."
)


class Poisonous(Exception):
    """Its workers died of it, one after the other."""


async def begin_training(
    uow: UnitOfWork,
    user_id: UserId,
    training_id: LoraModelId,
    *,
    lease: timedelta,
    limit_of: Callable[[str], timedelta],
    now: datetime,
) -> TrainingTask | None:
    """None when there is nothing to do: it has ended, another worker has it, or its next step is not due."""
    await uow.lock_user(user_id)
    claim = await uow.trainings.claim(training_id, lease=lease)
    if claim is None:
        return None
    model = claim.model
    if now > model.created_at + HOLD_LIFE:
        await _fail(uow, await uow.trainings.get(training_id), OUT_OF_TIME, now=now)
        return None
    if model.attempt_started_at is not None:
        return replace(claim, is_overdue=now > model.attempt_started_at + limit_of(model.trainer))
    begun = model.begun(now)
    await uow.trainings.begin(begun)
    await _announce(uow, begun)
    if model.started_at is None:
        await _tell_started(uow, begun, now=now)
    return replace(claim, model=begun)


def check_it_may_go_on(task: TrainingTask) -> None:
    """Raises `TimeoutError`, and `Poisonous` for what took too many workers with it."""
    if task.tries > MAX_CLAIMS:
        raise Poisonous
    if task.is_overdue:
        raise TimeoutError


async def note_dataset(uow: UnitOfWork, task: TrainingTask, key: str) -> None:
    """Before it is stored, so that it is removed with the training's end. Raises `AttemptEnded`."""
    await _check_claim(uow, task)
    await uow.trainings.note_dataset(task.model.user_id, task.model.id, key)


async def drop_dataset(uow: UnitOfWork, task: TrainingTask, key: str) -> None:
    await uow.lock_user(task.model.user_id)
    if (await uow.trainings.get(task.model.id)).status.is_final:
        await uow.trainings.drop_dataset(task.model.user_id, key)


async def announce_weights(uow: UnitOfWork, task: TrainingTask, keys: Sequence[str]) -> None:
    """Before they are stored, so that they are removed where nobody comes to keep them. Raises `AttemptEnded`."""
    await _check_claim(uow, task)
    await announce(uow, task.model.user_id, keys)


async def drop_weights(uow: UnitOfWork, task: TrainingTask, keys: Sequence[str]) -> None:
    """What was announced goes now."""
    await uow.lock_user(task.model.user_id)
    await let_go(uow, task.model.user_id, keys)


async def open_call(
    uow: UnitOfWork, task: TrainingTask, *, is_asked_once: bool, can_be_told: bool, now: datetime
) -> TrainingCall | None:
    """The call that this attempt waits for already; None where it may be made. Raises `AttemptEnded`, and `OutcomeUnknown` for
    one without a number: it may have been carried out, and is looked for while a webhook could still bring its number."""
    await _check_claim(uow, task)
    call = task.open_call
    if call is None or call.id != training_attempt_id_of(task.model.id, task.model.attempt):
        return None
    if call.request_id is not None:
        return call
    if not is_asked_once:
        return None  # asked again under the same name, it finds the first
    if can_be_told and now - call.intended_at < LOOKED_FOR:
        raise OutcomeUnknown("The trainer was asked and has not answered; it is looked for.", retry_after=LOOK_AGAIN)
    await uow.trainings.end_call(call.id, CallState.LOST)
    raise OutcomeUnknown("The trainer was asked and never answered.", is_final=True)


async def intend(uow: UnitOfWork, task: TrainingTask, *, endpoint: str, now: datetime) -> TrainingCall:
    """Written before the request is sent. Raises `AttemptEnded`, and `ConsentRequired` for a person who withdrew it."""
    await _check_claim(uow, task)
    await check_may_be_trained(uow, task.model)
    call_id = training_attempt_id_of(task.model.id, task.model.attempt)
    await uow.trainings.intend(task.model.id, call_id, endpoint=endpoint, now=now)
    return TrainingCall(id=call_id, state=CallState.INTENDED, endpoint=endpoint, request_id=None, intended_at=now)


async def finish_training(uow: UnitOfWork, task: TrainingTask, weights: Weights, *, now: datetime) -> bool:
    """Charge for it, keep it, announce it: new jobs use it from now on. False when this claim may no longer write: its weights go.

    Raises `FilesGoing` where they are being removed already.
    """
    user_id, keys = task.model.user_id, weights.keys
    await uow.lock_user(user_id)
    if not await uow.trainings.holds_lease(task):
        await let_go(uow, user_id, keys)
        return False
    model = await uow.trainings.get(task.model.id)
    balance = None
    if model.hold_id:
        balance = await uow.credits.capture(user_id, model.hold_id, description="LoRA training", now=now)
        if balance is None:  # its reservation ran out
            await _fail(uow, model, OUT_OF_TIME, now=now)
            await let_go(uow, user_id, keys)
            return False
    await keep(uow, user_id, keys)
    ready = model.ready(weights, now)
    await uow.trainings.finish(ready)
    await uow.outbox.end_training_call(user_id, model.id)
    await _announce(uow, ready, balance)
    await _tell_ready(uow, ready, now=now)
    if ready.wants_samples:
        await uow.outbox.show_training(user_id, model.id)
    return True


async def fail_training(uow: UnitOfWork, task: TrainingTask, error: BaseException, *, now: datetime) -> str | None:
    """Decide what an error means and write it down: wait, make it once more, or fail. None when this claim may no longer write."""
    await uow.lock_user(task.model.user_id)
    if not await uow.trainings.holds_lease(task):
        return None
    if (wait := _wait_of(error)) is not None:
        await put_back(uow, task, wait=wait)
        return f"waits {wait.total_seconds():.0f} s"
    return await _fail_attempt(uow, task, failure_of(error), now=now)


async def pause_training(uow: UnitOfWork, task: TrainingTask, *, step: int | None, wait: timedelta) -> bool:
    """Its trainer is at work: look again after a while. False when this claim may no longer write."""
    await uow.lock_user(task.model.user_id)
    if not await uow.trainings.holds_lease(task):
        return False
    model = await uow.trainings.get(task.model.id)
    model = model if step is None else model.at_step(step)
    await uow.trainings.put_back(model, wait=wait, tries=0)
    await uow.outbox.run_training(model.user_id, model.id, wait=wait)
    return True


async def put_back(uow: UnitOfWork, task: TrainingTask, *, wait: timedelta = timedelta()) -> None:
    """A worker stops, or has to wait: that costs no try. Under the user's lock, while the claim counts."""
    model = await uow.trainings.get(task.model.id)
    await uow.trainings.put_back(model, wait=wait, tries=task.tries - 1)
    await uow.outbox.run_training(model.user_id, model.id, wait=wait)


async def hand_back(uow: UnitOfWork, task: TrainingTask) -> None:
    await uow.lock_user(task.model.user_id)
    if await uow.trainings.holds_lease(task):
        await put_back(uow, task)


async def cancel_training(uow: UnitOfWork, user_id: UserId, training_id: LoraModelId, *, now: datetime) -> LoraModel:
    """Its reservation is released at once, and the trainer told afterwards. A second call changes nothing. Raises `NotFound`,
    and `Conflict` for a training that has ended otherwise."""
    await uow.lock_user(user_id)
    model = await uow.trainings.get(training_id)
    if model.deleted_at:
        raise NotFound("There is no such training.")
    if model.status is TrainingStatus.CANCELLED:
        return model
    if model.status.is_final:
        raise Conflict(f"This training has ended ({model.status}): {model.credits_captured} credits were charged.")
    cancelled = model.cancelled(now)
    await uow.trainings.end(cancelled)
    await _announce(uow, cancelled, await _released(uow, model, "Training cancelled", now=now))
    await uow.outbox.end_training_call(user_id, training_id)
    return cancelled


def failure_of(error: BaseException) -> Failure:  # noqa: PLR0911 - a table
    match error:
        case ProviderRefused():
            return Failure(error.code, f"{error.message} Nothing was charged.", by_owner=True)
        case NotFound():
            said = "One of its images was deleted before it was trained. Nothing was charged; choose again."
            return Failure(error.code, said, by_owner=True)
        case ConsentRequired():
            return Failure(error.code, f"{error.message} Nothing was charged.", by_owner=True)
        case TimeoutError():
            return OUT_OF_TIME
        case Poisonous():
            return POISONED
        case DomainError():
            said = "The trainer could not do it. Nothing was charged."
            return Failure(error.code, said)
        case _:
            said = "The training failed through a fault of ours. Nothing was charged."
            return Failure("INTERNAL", said)


def is_wait(error: BaseException) -> bool:
    """Whether its attempt goes on after it."""
    return _wait_of(error) is not None


def _wait_of(error: BaseException) -> timedelta | None:
    """None where the attempt is over."""
    match error:
        case RateLimited():
            return error.retry_after or PAUSE
        case OutcomeUnknown(is_final=False):
            return error.retry_after or LOOK_AGAIN
        case ProviderUnavailable(retry_after=timedelta() as wait):
            return wait
        case _:
            return None


async def _fail_attempt(uow: UnitOfWork, task: TrainingTask, why: Failure, *, now: datetime) -> str:
    model = await uow.trainings.get(task.model.id)
    if why.by_owner or model.attempt >= MOST_ATTEMPTS:
        await _fail(uow, model, why, now=now)
        return "failed"
    again = model.with_attempt_over(why.code, why.message, now)
    await uow.trainings.end_call(training_attempt_id_of(model.id, model.attempt), CallState.FAILED)
    await uow.trainings.put_back(again, wait=timedelta(), tries=0)
    await uow.outbox.run_training(model.user_id, model.id)
    await _announce(uow, again)
    return "is made once more"


async def _fail(uow: UnitOfWork, model: LoraModel, why: Failure, *, now: datetime) -> None:
    failed = model.failed(why.code, why.message, now, is_retry_free=not why.by_owner)
    await uow.trainings.end(failed)
    await _announce(uow, failed, await _released(uow, model, "Training failed", now=now))
    await uow.outbox.end_training_call(model.user_id, model.id)
    said = f"{why.message} {offer_of(model.base_model, model.image_count)}" if failed.is_retry_free else why.message
    await uow.notifications.add(failed.user_id, training_failed(failed, said), now=now)


async def _released(uow: UnitOfWork, model: LoraModel, description: str, *, now: datetime) -> Balance | None:
    if model.hold_id is None:
        return None
    return await uow.credits.release(model.user_id, [model.hold_id], description=description, now=now)


async def _check_claim(uow: UnitOfWork, task: TrainingTask) -> None:
    await uow.lock_user(task.model.user_id)
    if not await uow.trainings.holds_lease(task):
        raise AttemptEnded


async def _announce(uow: UnitOfWork, model: LoraModel, balance: Balance | None = None) -> None:
    await uow.outbox.training_changed(model)
    await uow.outbox.tell(model.user_id, UserEventKind.TRAINING_CHANGED, model.id)
    if balance:
        await uow.outbox.balance_changed(model.user_id, balance)


async def _tell_started(uow: UnitOfWork, model: LoraModel, *, now: datetime) -> None:
    await uow.notifications.add(model.user_id, training_started(model), now=now)
    await _record(uow, model, [StudioEvent.TRAINING_STARTED], now=now)


async def _tell_ready(uow: UnitOfWork, model: LoraModel, *, now: datetime) -> None:
    """HD is unlocked unless the influencer was given another face meanwhile: jobs are not drawn with it then."""
    influencer = None if model.is_of_person else await uow.influencers.find(model.subject_id)
    is_used = influencer is None or (influencer.lora is not None and influencer.lora.id == model.id)
    notice = training_ready(model, "" if is_used else OTHER_FACE)
    await uow.notifications.add(model.user_id, notice, now=now)
    await _record(uow, model, [StudioEvent.TRAINING_COMPLETED], now=now)
    if is_used:
        await uow.notifications.add(model.user_id, hd_unlocked(model), now=now)
        await _record(uow, model, [StudioEvent.HD_NOTICE_SHOWN], now=now)


async def _record(uow: UnitOfWork, model: LoraModel, types: Sequence[StudioEvent], *, now: datetime) -> None:
    label = training_label(model.trainer, model.training_steps)
    events = [
        Recorded(
            key=f"{kind}:{model.id}",
            type=kind,
            at=now,
            subject_id=model.subject_id,
            label=label if kind is StudioEvent.TRAINING_COMPLETED else "",
        )
        for kind in types
    ]
    await uow.analytics.record(model.user_id, events, now=now)
