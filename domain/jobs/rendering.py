"""One image of a job, from a worker's claim to its settlement. Every function is one transaction and may be run twice.

Between `begin_image` and `finish_image` the worker calls the provider and stores the bytes, outside of any transaction.
Whoever lost its lease in between finds that its attempt may no longer write, and what it made is dropped, not charged.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.credits.ledger import Balance
from domain.errors import DomainError
from domain.events import EventKind, JobEvent
from domain.ids import HoldId, ImageId, JobId, UserId, WorkerId
from domain.images.image import Image, StoredFile
from domain.images.provenance import Provenance
from domain.images.review import PictureRefused, log_refusal
from domain.jobs.following import tell_followers
from domain.jobs.job import GenerationMode, ImageState, Job, JobImage, JobKind
from domain.jobs.retry import MAX_TRIES, OUT_OF_TIME, POISONED, GiveUp, TryAgain, after_error
from domain.jobs.waiting import pause_after
from domain.notifications.words import job_settled
from domain.onboarding.service import notice
from domain.ports.image_provider import RenderedImage, RenderRequest
from domain.ports.unit_of_work import UnitOfWork
from domain.safety.adult import NOT_OFFERED, AdultOffer, still_lacking
from domain.safety.decisions import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderTask:
    """A claim on one image."""

    job: Job
    image: JobImage

    @property
    def request(self) -> RenderRequest:
        return self.job.recipe.request_for(
            self.image.index, attempt_key=f"{self.image.image_id}:{self.job.round}:{self.image.attempt}"
        )


async def begin_image(
    uow: UnitOfWork,
    user_id: UserId,
    job_id: JobId,
    index: int,
    *,
    worker: WorkerId,
    lease: timedelta,
    now: datetime,
    offer: AdultOffer = NOT_OFFERED,
) -> RenderTask | None:
    """None when there is nothing to do: done, cancelled, not due yet, in another worker's hands, or given up just now.

    `offer` is what the deployment offers now: an adult image is given up where a condition went since its job was accepted.
    """
    await uow.lock_user(user_id)
    image = await uow.jobs.claim_image(job_id, index, worker=worker, lease=lease)
    if image is None:
        return None
    job = await uow.jobs.get(job_id)
    if image.tries > MAX_TRIES:
        await _give_up(uow, job, image, POISONED, now=now)
        return None
    if job.recipe.adult and (why := await _withdrawn(uow, job, offer)):
        await _give_up(uow, job, image, why, now=now)
        return None
    started = job.started(now)
    if started is not job:
        await uow.jobs.save(started)
        await uow.events.add(JobEvent(kind=EventKind.JOB_STATE_CHANGED, job=started, at=now))
    return RenderTask(job=started, image=image)


async def _withdrawn(uow: UnitOfWork, job: Job, offer: AdultOffer) -> GiveUp | None:
    influencer = await uow.influencers.get(job.subject_id)
    lacking = await still_lacking(uow.adult, job.user_id, influencer, offer, ability=job.recipe.wanted_ability)
    return GiveUp("ADULT_CONTENT_REFUSED", lacking.value) if lacking else None


async def finish_image(
    uow: UnitOfWork,
    task: RenderTask,
    rendered: RenderedImage,
    *,
    file: StoredFile,
    thumbnail: StoredFile,
    generation_ms: int,
    decision: Decision,
    provenance: Provenance,
    now: datetime,
    fallback: str | None = None,
) -> Image | None:
    """Charge for the image, keep it, announce it. None when this attempt may no longer write: then nothing was charged.

    `decision` is what allows its very bytes to be seen, `provenance` what they say of themselves, `fallback` why it was made
    without the LoRA of its job.
    """
    job_id, user_id = task.job.id, task.job.user_id
    await uow.lock_user(user_id)
    if not await uow.jobs.holds_lease(task.image):
        return None
    job = await uow.jobs.get(job_id)
    balance = await uow.credits.capture(
        user_id, task.image.hold_id, description=f"Image {task.image.index + 1} of {job.image_count}", now=now
    )
    if balance is None:
        return None
    image = _asset(
        task,
        rendered,
        file=file,
        thumbnail=thumbnail,
        generation_ms=generation_ms,
        fallback=fallback,
        provenance=provenance,
        now=now,
    )
    await uow.images.add(image, decision=await uow.safety.log(user_id, decision))
    await uow.jobs.settle_images(job_id, [image.index], state=ImageState.COMPLETED, code=None, message=None)
    done = job.with_image_completed(job.price_per_image, now)
    event = JobEvent(kind=EventKind.IMAGE_COMPLETED, job=done, at=now, index=image.index, image=image)
    await _record(uow, done, event, balance, now=now)
    if (
        job.kind is JobKind.PORTRAITS and job.completed_count == 0
    ):  # a first one may complete the first step of onboarding
        await notice(uow, user_id, now=now)
    return image


async def fail_image(
    uow: UnitOfWork, task: RenderTask, error: BaseException, *, now: datetime
) -> TryAgain | GiveUp | None:
    """Decide what the error means and write it down. None when this attempt may no longer write."""
    await uow.lock_user(task.job.user_id)
    if not await uow.jobs.holds_lease(task.image):
        return None
    decision = after_error(error, tries=task.image.tries, waits=task.image.waits)
    if isinstance(error, PictureRefused):
        await log_refusal(uow, task.job.user_id, task.image, error)
    job = await uow.jobs.get(task.job.id)
    if isinstance(decision, GiveUp):
        await _give_up(uow, job, task.image, decision, now=now)
    else:
        await _try_again(uow, job, task.image, decision, error, now=now)
    return decision


async def hand_back_image(uow: UnitOfWork, task: RenderTask) -> None:
    """A worker that stops returns what it holds, at once and without spending a try."""
    await uow.lock_user(task.job.user_id)
    if not await uow.jobs.holds_lease(task.image):
        return
    await uow.jobs.requeue_image(task.image, wait=timedelta(), tries=task.image.tries - 1, waits=task.image.waits)


async def expire_hold(
    uow: UnitOfWork, user_id: UserId, job_id: JobId, hold_id: HoldId, index: int, *, now: datetime
) -> None:
    """A reservation ran out: its image is given up, and a result that comes later is dropped. Twice is once."""
    await uow.lock_user(user_id)
    balance = await uow.credits.expire(user_id, hold_id, description="Reservation ran out", now=now)
    if balance is None:
        return
    job = await uow.jobs.get(job_id)
    image = await uow.jobs.image(job_id, index)
    await _write_off(uow, job, image, OUT_OF_TIME, balance, now=now)


async def _give_up(uow: UnitOfWork, job: Job, image: JobImage, why: GiveUp, *, now: datetime) -> None:
    balance = await uow.credits.release(job.user_id, [image.hold_id], description="Not made", now=now)
    if balance is not None:
        await _write_off(uow, job, image, why, balance, now=now)


async def _write_off(
    uow: UnitOfWork, job: Job, image: JobImage, why: GiveUp, balance: Balance, *, now: datetime
) -> None:
    await uow.jobs.settle_images(job.id, [image.index], state=ImageState.FAILED, code=why.code, message=why.message)
    failed = job.with_image_failed(why.code, why.message, now)
    event = JobEvent(kind=EventKind.IMAGE_FAILED, job=failed, at=now, index=image.index, reason=why.message)
    await _record(uow, failed, event, balance, now=now)


def _said_of(error: BaseException) -> str:
    """Only our own refusals are told in their words: any other error may hold a path, an address or a secret."""
    return error.message if isinstance(error, DomainError) else "This image failed; it will be tried again."


async def _try_again(
    uow: UnitOfWork, job: Job, image: JobImage, again: TryAgain, error: BaseException, *, now: datetime
) -> None:
    await uow.jobs.requeue_image(
        image,
        wait=again.wait,
        tries=image.tries if again.counts else image.tries - 1,
        waits=image.waits + (not again.counts),
        paused_by=pause_after(error),
    )
    await uow.events.add(
        JobEvent(
            kind=EventKind.IMAGE_FAILED if again.counts else EventKind.IMAGE_DELAYED,
            job=job,
            at=now,
            index=image.index,
            reason=_said_of(error),
            will_retry=True,
            retry_at=now + again.wait,
        )
    )


async def _record(uow: UnitOfWork, job: Job, event: JobEvent, balance: Balance, *, now: datetime) -> None:
    await uow.jobs.save(job)
    await uow.events.add(event)
    await uow.outbox.balance_changed(job.user_id, balance)
    if job.status.is_final:
        await uow.notifications.add(job.user_id, job_settled(job), now=now)
        await tell_followers(uow, job)


def _asset(
    task: RenderTask,
    rendered: RenderedImage,
    *,
    file: StoredFile,
    thumbnail: StoredFile,
    generation_ms: int,
    fallback: str | None,
    provenance: Provenance,
    now: datetime,
) -> Image:
    job, recipe, index = task.job, task.job.recipe, task.image.index
    shot, size = recipe.shot(index), recipe.size_of(index)
    return Image(
        id=task.image.image_id,
        user_id=job.user_id,
        subject_id=job.subject_id,
        job_id=job.id,
        index=index,
        kind=job.kind,
        storage_key=file.key,
        thumbnail_key=thumbnail.key,
        sha256=file.sha256,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        width=size.width,
        height=size.height,
        scene=recipe.scene,
        environment=shot.environment or recipe.environment,
        outfit=shot.outfit or recipe.outfit,
        aspect_ratio=shot.graphic.shape if shot.graphic else recipe.aspect_ratio,
        quality=recipe.quality,
        nsfw=recipe.adult,
        mode=GenerationMode.FACE_SWAP if fallback else job.mode,
        mode_reason=(fallback or job.mode_reason) if job.mode else None,
        prompt=recipe.prompt_of(index),
        negative_prompt=recipe.negative_prompt,
        seed=rendered.seed,
        steps=recipe.steps,
        model=rendered.model,
        provider=rendered.provider,
        credits_charged=job.price_per_image,
        generation_ms=generation_ms,
        liked=False,
        download_count=0,
        created_at=now,
        source_image_id=ImageId(recipe.source_image_id) if recipe.source_image_id else None,
        style=recipe.style_of(index),
        mask_key=recipe.mask.key if recipe.mask else None,
        mask_coverage=recipe.mask.coverage if recipe.mask else None,
        descends_from_upload=recipe.descends_from_upload,
        provenance=provenance,
        platform=shot.graphic.platform if shot.graphic else None,
    )
