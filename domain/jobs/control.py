"""What a user may do to a job that was accepted: cancel it, or have what failed made again."""

from datetime import datetime

from domain.credits.low import tell_if_low
from domain.errors import Conflict
from domain.events import EventKind, JobEvent
from domain.ids import JobId, UserId
from domain.jobs.accepting import HOLD_LIFE, new_holds
from domain.jobs.following import tell_followers
from domain.jobs.job import ImageState, Job, JobStatus, images_in_words
from domain.jobs.subjects import check_photos_stay
from domain.ports.unit_of_work import UnitOfWork


async def cancel_job(uow: UnitOfWork, user_id: UserId, job_id: JobId, *, now: datetime) -> Job:
    """What is done stays and is paid; the rest is released at once. A second call changes nothing.

    Raises `NotFound`, and `Conflict` for a job that has ended otherwise.
    """
    await uow.lock_user(user_id)
    job = await uow.jobs.get(job_id)
    if job.status is JobStatus.CANCELLED:
        return job
    if job.status.is_final:
        raise Conflict(
            f"This job has ended ({job.status}): it keeps {images_in_words(job.completed_count)}, "
            f"{job.credits_captured} credits were charged, nothing is reserved."
        )
    images = await uow.jobs.unsettled_images(job_id)
    balance = await uow.credits.release(
        user_id, [image.hold_id for image in images], description="Cancelled before it was made", now=now
    )
    await uow.jobs.settle_images(
        job_id, [image.index for image in images], state=ImageState.CANCELLED, code=None, message=None
    )
    cancelled = job.cancelled(now)
    await uow.jobs.save(cancelled)
    await uow.events.add(JobEvent(kind=EventKind.JOB_STATE_CHANGED, job=cancelled, at=now))
    await uow.outbox.job_cancelled(user_id, job_id)
    await tell_followers(uow, cancelled)
    if balance:
        await uow.outbox.balance_changed(user_id, balance)
    return cancelled


async def retry_job(uow: UnitOfWork, user_id: UserId, job_id: JobId, *, low_balance: int = 0, now: datetime) -> Job:
    """Make the failed images again, at the job's own price, with everything else preserved.

    Raises `NotFound`, `Conflict`, `ConsentRequired`, `InsufficientCredits`.
    """
    await uow.lock_user(user_id)
    job = (await uow.jobs.get(job_id)).retried()
    await _check_references(uow, job)
    await _check_free(uow, job)
    failed = await uow.jobs.failed_images(job_id)
    holds = new_holds(job, [image.index for image in failed])
    balance = await uow.credits.reserve(
        user_id,
        holds,
        job_id=job_id,
        movement_key=f"reserve:{job_id}:{job.round}",
        description=f"{images_in_words(len(holds))} reserved again",
        expires_at=now + HOLD_LIFE,
        now=now,
    )
    await uow.jobs.restart_images(job_id, holds, now=now)
    await uow.jobs.save(job)
    await uow.events.add(JobEvent(kind=EventKind.JOB_STATE_CHANGED, job=job, at=now))
    await uow.outbox.balance_changed(user_id, balance)
    await tell_if_low(
        uow, user_id, balance, reserved=sum(hold.amount for hold in holds), threshold=low_balance, now=now
    )
    return job


async def _check_free(uow: UnitOfWork, job: Job) -> None:
    """A set that failed gave the right to a free one back, and it may have been used since."""
    if job.free_because and await uow.jobs.has_free_portraits(job.user_id, apart_from=job.id):
        raise Conflict("The free set was taken by another job since. Start a new one; nothing was charged.")


async def _check_references(uow: UnitOfWork, job: Job) -> None:
    """While it had ended, what it works with could be deleted."""
    needed = job.recipe.needed_images
    if needed and await uow.images.count_present([*needed]) < len(needed):
        raise Conflict(
            "An image that this job works with was deleted. Restore it, or start a new job. Nothing was charged."
        )
    if job.recipe.appearance is None:
        await check_photos_stay(uow, job.subject_id, job.recipe.photo_keys)
