"""What may be done about a paid call. Every function is part of a transaction that holds its user's lock, and may run twice."""

from datetime import datetime, timedelta

from domain.calls.call import LOOK_AGAIN, LOOKED_FOR, PAID_RETRIES, CallState, ProviderCall
from domain.errors import NotFound, OutcomeUnknown
from domain.ids import CallId, UserId
from domain.jobs.job import ImageState
from domain.jobs.rendering import RenderTask
from domain.models.model import Model
from domain.ports.unit_of_work import UnitOfWork


class AttemptEnded(Exception):
    """Nothing more may be written or asked in the name of this attempt."""


async def open_call(uow: UnitOfWork, task: RenderTask, *, can_be_told: bool, now: datetime) -> ProviderCall | None:
    """The call that this image waits for already; None where a new one may be made.

    `can_be_told` is whether a webhook could still bring its number. Raises `AttemptEnded`; `OutcomeUnknown` while a call
    without a number is looked for; the same with no retry left when it was lost once too often.
    """
    await uow.lock_user(task.job.user_id)
    if not await uow.jobs.holds_lease(task.image):
        raise AttemptEnded
    call = await uow.calls.open_of(task.job.id, task.image.index)
    if call is None or call.request_id is not None:
        return call
    if can_be_told and now - call.intended_at < LOOKED_FOR:
        raise OutcomeUnknown(
            "The provider was asked and has not answered; it is looked for before anyone asks again.",
            retry_after=min(LOOK_AGAIN, LOOKED_FOR - (now - call.intended_at)),
        )
    await uow.calls.end(call.id, CallState.LOST, code=OutcomeUnknown.code, detail="no number, no webhook")
    return None


async def intend(
    uow: UnitOfWork,
    task: RenderTask,
    model: Model,
    *,
    endpoint: str,
    call_id: CallId,
    now: datetime,
    fallback: str | None = None,
) -> ProviderCall:
    """Written before the request is sent. Raises `AttemptEnded`, and `OutcomeUnknown` without retry when too many were lost."""
    await uow.lock_user(task.job.user_id)
    if not await uow.jobs.holds_lease(task.image):
        raise AttemptEnded
    if await uow.calls.lost_count(task.job.id, task.image.index, task.job.round) > PAID_RETRIES:
        raise OutcomeUnknown("The provider was asked twice and never answered.", is_final=True)
    call = ProviderCall(
        id=call_id,
        user_id=task.job.user_id,
        job_id=task.job.id,
        index=task.image.index,
        round=task.job.round,
        attempt=task.image.attempt,
        provider=model.provider,
        model=model.key,
        state=CallState.INTENDED,
        endpoint=endpoint,
        request_id=None,
        intended_at=now,
        fallback=fallback,
    )
    await uow.calls.add(call)
    return call


async def hear_of(uow: UnitOfWork, user_id: UserId, call_id: CallId, *, request_id: str) -> bool:
    """A webhook said that a call has ended. Whether that was news: a replay, and a call that ended long ago, are not.

    Raises `NotFound` where there is no such call, or where it has another number.

    The number is taken over where it never reached us, and the image or training, if it waits for that, is due at once. What the
    webhook says of the outcome counts for nothing: whoever makes the image asks the provider.
    """
    await uow.lock_user(user_id)
    call = await uow.calls.hint(call_id, request_id=request_id)
    if call is None and (training := await uow.trainings.hint(call_id, request_id=request_id)):
        await uow.outbox.run_training(user_id, training)
        return True
    if call is None:
        known = await uow.calls.get(call_id)
        if known is not None and known.request_id in {None, request_id}:
            return False
        if await uow.trainings.knows(call_id, request_id=request_id):
            return False
        raise NotFound("There is no such call.")
    await uow.outbox.call_hinted(user_id, call_id)
    image = await uow.jobs.image(call.job_id, call.index)
    if image.state is ImageState.QUEUED:
        await uow.jobs.requeue_image(image, wait=timedelta(), tries=image.tries, waits=image.waits)
    return True


async def unwanted_call(uow: UnitOfWork, user_id: UserId, call_id: CallId) -> ProviderCall | None:
    """The call, if it is open while its image is settled: then it is to be cancelled. None otherwise."""
    await uow.lock_user(user_id)
    call = await uow.calls.get(call_id)
    if call is None or call.state not in {CallState.INTENDED, CallState.SUBMITTED}:
        return None
    image = await uow.jobs.image(call.job_id, call.index)
    return None if image.state in {ImageState.QUEUED, ImageState.RENDERING} else call
