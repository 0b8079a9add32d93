"""A job is accepted: screened, planned, paid for in advance, and handed on, all in one transaction or not at all."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.credits.ledger import NewHold
from domain.credits.low import tell_if_low
from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import Conflict
from domain.events import EventKind, JobEvent
from domain.ids import JobId, UserId, hold_id_of
from domain.jobs.job import Job, JobKind, JobStatus, images_in_words
from domain.jobs.needs import check_offered
from domain.jobs.plan import JobRequest, Plan
from domain.jobs.subjects import Subject
from domain.models.model import Provider
from domain.ports.unit_of_work import UnitOfWork
from domain.safety.adult import NOT_OFFERED, AdultOffer, is_adult_job
from domain.safety.screening import screen
from domain.uploads.service import use_uploads
from domain.wishes import Wish

ALWAYS_ORDINARY = frozenset({JobKind.BASE_IMAGES, JobKind.CHARACTER_SHEET, JobKind.THUMBNAIL, JobKind.SOCIAL})
"""Faces, which everything else is made from, and what is made to be published: never adult content, whoever they are of."""

HOLD_LIFE = timedelta(hours=2)
"""The longest a job may take. After it the reservation runs out, and what was not made is given up at no charge."""


@dataclass(frozen=True, slots=True)
class AcceptedJob:
    """`subject` is None where the acceptance is only remembered, and the subject was not read for it."""

    job: Job
    subject: Subject | None


def check_words(request: JobRequest, *, operation: str | None = None) -> None:
    """Before anything is read or reserved. Raises `PromptRefused`."""
    screen(operation or request.operation, request.texts())


async def start_job(
    uow: UnitOfWork,
    user_id: UserId,
    request: JobRequest,
    wish: Wish,
    *,
    job_id: JobId,
    prices: PriceBook,
    quote: Quote | None,
    seed: int,
    now: datetime,
    providers: Collection[Provider] = frozenset(),
    offer: AdultOffer = NOT_OFFERED,
) -> AcceptedJob:
    """By one of `providers`, where they are known. At `quote`, where the client brought one; `seed` is used when the request
    brings none. The job is kept as the answer to `wish`. Raises `PromptRefused`, `NotFound`, `Conflict`, `ConsentRequired`,
    `NotOffered`, `UploadExpired`, `InsufficientCredits`. It is adult where the influencer is meant for it and every condition holds now
    (`domain.safety.adult`), and an ordinary one otherwise.
    """
    check_words(request)
    plan = await _rated(uow, user_id, await request.plan(uow, prices, seed=seed), offer)
    if providers:
        check_offered(plan.recipe, providers=providers, today=now.date())
    if quote:
        check_still_free(quote, plan.quote)
    if plan.uploads:
        await use_uploads(uow, user_id, plan.uploads, field=plan.uploads_field, now=now)
    job = _job_of(plan, user_id, job_id, quote or plan.quote, now)
    balance = await uow.jobs.accept(
        JobEvent(kind=EventKind.JOB_STATE_CHANGED, job=job, at=now, number=job.event_count),
        new_holds(job, range(job.image_count)),
        wish=wish,
        movement_key=f"reserve:{job.id}:{job.round}",
        description=f"{images_in_words(job.image_count)} reserved",
        expires_at=now + HOLD_LIFE,
    )
    if plan.also:
        await plan.also(uow, job)
    await tell_if_low(uow, user_id, balance, reserved=job.credits_reserved, threshold=prices.low_balance, now=now)
    return AcceptedJob(job, plan.subject)


def check_still_free(promised: Quote, now: Quote) -> None:
    """What is free once binds until it was taken. Raises `Conflict`."""
    if promised.free_because and not now.free_because:
        raise Conflict("What this quote gave for free was taken since. Ask for a new quote; nothing was charged.")


def new_holds(job: Job, indexes: range | list[int]) -> list[NewHold]:
    """One hold for each image, so that each is settled alone."""
    return [
        NewHold(id=hold_id_of(job.id, index, job.round), image_index=index, amount=job.price_per_image)
        for index in indexes
    ]


async def _rated(uow: UnitOfWork, user_id: UserId, plan: Plan, offer: AdultOffer) -> Plan:
    """Nothing of an adult image becomes an ordinary one. Raises `Conflict` where it would."""
    recipe, is_tainted = plan.recipe, plan.recipe.descends_from_upload or bool(plan.uploads)
    made_from = [*recipe.needed_images]
    if plan.kind not in ALWAYS_ORDINARY and await is_adult_job(
        uow.adult,
        user_id,
        plan.subject,
        offer,
        ability=recipe.wanted_ability,
        made_from=made_from,
        descends_from_upload=is_tainted,
    ):
        return replace(plan, recipe=replace(recipe, adult=True))
    changed = [image_id for image_id in made_from if image_id != recipe.base_image_id]  # a face is never adult content
    if offer.is_open and changed and await uow.adult.are_adult(changed):
        raise Conflict("This works with an adult image, and what comes of it would be none. Choose another image.")
    return plan


def _job_of(plan: Plan, user_id: UserId, job_id: JobId, quote: Quote, now: datetime) -> Job:
    return Job(
        id=job_id,
        user_id=user_id,
        subject_id=plan.subject.id,
        kind=plan.kind,
        status=JobStatus.QUEUED,
        mode=plan.mode,
        mode_reason=plan.mode_reason,
        recipe=plan.recipe,
        image_count=quote.image_count,
        price_per_image=quote.per_image,
        credits_reserved=quote.credits,
        event_count=1,
        created_at=now,
        free_because=quote.free_because,
        project_id=plan.project_id,
    )
