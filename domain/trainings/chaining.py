"""The chain as transactions: begun with the choice of a face, gone on with when its sheets have ended. Each may run twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from domain.errors import DomainError, NotOffered
from domain.ids import (
    ImageId,
    JobId,
    UserId,
    chained_sheets_id_of,
    chained_training_id_of,
)
from domain.influencers.influencer import Influencer
from domain.jobs.accepting import start_job
from domain.jobs.job import Job, JobStatus
from domain.jobs.kinds.character_sheet import CharacterSheetRequest
from domain.models.model import Provider
from domain.notifications.words import training_not_started
from domain.ports.unit_of_work import UnitOfWork
from domain.trainings.chain import (
    SHEETS,
    UNTOLD,
    Chain,
    ChainPlan,
    HeldBack,
    HeldBackBy,
    TrainingTerms,
    plan_of,
)
from domain.trainings.limits import FEWEST_IMAGES
from domain.trainings.starting import TrainingRequest, plan_training, start_training, trainer_for
from domain.user_events import UserEventKind
from domain.wishes import Wish

OFF = "HD training is switched off for this influencer, so nothing was spent. Switch it on in its settings, or start a training yourself."
TRAINED = "It was trained before. Start a training yourself to have it trained again."
UNDER_WAY = "Its character sheets are being made already; the training follows by itself."
OTHER_FACE = (
    "Character sheets of the face it had before are being made. Choose this image again when they are done: "
    "nothing was charged for it yet."
)
TOO_FEW_SHEETS = (
    f"Too few of its character sheets could be made: a training needs {FEWEST_IMAGES} images. What was not made was not charged. "
    "Retry that job, and the training follows by itself; or start sheets and a training yourself."
)
NEW_FACE = (
    "It was given another face while the sheets of the one before were made, so no training was begun. "
    "Choose the base image again to have sheets made of the new face."
)
CANCELLED = "Its character sheets were cancelled. Start a training yourself when you want one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Who makes sheets here, and with which seed."""

    providers: Collection[Provider]
    seed: int


async def plan_chain(
    uow: UnitOfWork, influencer: Influencer, image_id: ImageId | None, terms: TrainingTerms, *, now: datetime
) -> ChainPlan:
    """What choosing this image leads to; None stands for one that nothing was made of yet. Spends nothing."""
    known = await uow.chains.get(chained_sheets_id_of(image_id)) if image_id else None
    sheets = await uow.chains.sheets(known.sheet_job_id) if known else None
    return plan_of(
        influencer,
        terms.prices,
        available=(await uow.credits.balance(influencer.user_id)).available,
        sheets_there=None if sheets is None else len(sheets),
        held_back=_own_reason(influencer)
        or await _while_under_way(uow, influencer, known)
        or _lacking(influencer, sheets, terms, now),
    )


async def begin_chain(
    uow: UnitOfWork,
    influencer: Influencer,
    image_id: ImageId,
    *,
    terms: TrainingTerms,
    studio: Studio,
    now: datetime,
) -> ChainPlan:
    """Under the user's lock, when the face is chosen. Raises nothing that would undo the choice: what keeps it is in the plan."""
    plan = await plan_chain(uow, influencer, image_id, terms, now=now)
    job_id = chained_sheets_id_of(image_id)
    if plan.held_back is None and plan.sheet_count:
        if why := await _refused_sheets(uow, influencer, job_id, terms, studio, now=now):
            plan = plan.kept_by(why)
        else:
            chain = Chain(
                sheet_job_id=job_id,
                user_id=influencer.user_id,
                subject_id=influencer.id,
                base_image_id=image_id,
                created_at=now,
            )
            await uow.chains.add(chain)
    elif plan.held_back is None:
        await uow.chains.reopen(job_id)
        await uow.outbox.continue_chain(influencer.user_id, job_id)
    if plan.held_back:
        await _tell(uow, influencer, plan.held_back, now=now)
    await uow.outbox.tell(influencer.user_id, UserEventKind.SUBJECT_CHANGED, influencer.id)
    return plan


async def continue_chain(
    uow: UnitOfWork, user_id: UserId, job_id: JobId, *, terms: TrainingTerms, now: datetime
) -> HeldBackBy | None:
    """The sheets have ended, as it seems. Says why no training was begun, where that was decided now."""
    await uow.lock_user(user_id)
    chain = await uow.chains.get(job_id)
    if chain is None or not (chain.is_waiting or chain.stopped_by is HeldBackBy.SHEETS_FAILED):
        return None
    job = await uow.jobs.get(job_id)
    if not job.status.is_final:
        return None
    influencer = await uow.influencers.find(chain.subject_id)
    if influencer is None:  # deleted: nobody has to be told
        await uow.chains.stop(job_id, HeldBackBy.SHEETS_CANCELLED, now=now)
        return HeldBackBy.SHEETS_CANCELLED
    held_back = await _stop_of(uow, chain, job, influencer) or await _train(uow, chain, influencer, terms, now=now)
    await uow.outbox.tell(user_id, UserEventKind.SUBJECT_CHANGED, influencer.id)
    if held_back is None:
        return None
    await uow.chains.stop(job_id, held_back.by, now=now)
    await _tell(uow, influencer, held_back, job=job, now=now)
    return held_back.by


def _own_reason(influencer: Influencer) -> HeldBack | None:
    """Its owner's."""
    if influencer.newest_training is not None:
        return HeldBack(HeldBackBy.ALREADY_TRAINED, TRAINED)
    if not (influencer.training_enabled and influencer.auto_start):
        return HeldBack(HeldBackBy.SWITCHED_OFF, OFF)
    return None


async def _while_under_way(uow: UnitOfWork, influencer: Influencer, known: Chain | None) -> HeldBack | None:
    if known and known.training_id:  # which was deleted since
        return HeldBack(HeldBackBy.ALREADY_TRAINED, TRAINED)
    if not await uow.chains.is_under_way(influencer.id):
        return None
    return HeldBack(HeldBackBy.UNDER_WAY, UNDER_WAY if known and known.is_waiting else OTHER_FACE)


def _lacking(
    influencer: Influencer, sheets: Sequence[ImageId] | None, terms: TrainingTerms, now: datetime
) -> HeldBack | None:
    if sheets is not None and len(sheets) + 1 < FEWEST_IMAGES:
        return HeldBack(HeldBackBy.SHEETS_FAILED, TOO_FEW_SHEETS)
    try:
        trainer_for(influencer.base_model, SHEETS + 1, terms.trainers, terms.choices, now.date())
    except NotOffered as error:
        return HeldBack(HeldBackBy.NOT_OFFERED, error.message)
    return None


async def _refused_sheets(
    uow: UnitOfWork, influencer: Influencer, job_id: JobId, terms: TrainingTerms, studio: Studio, *, now: datetime
) -> HeldBack | None:
    """None when they were accepted and reserved; nothing is written where they were not."""
    try:
        await start_job(
            uow,
            influencer.user_id,
            CharacterSheetRequest(subject_id=influencer.id, image_count=SHEETS),
            Wish(f"chain:{uuid4()}", str(job_id)),  # nobody asks with this key again
            job_id=job_id,
            prices=terms.prices,
            quote=None,
            seed=studio.seed,
            now=now,
            providers=studio.providers,
        )
    except NotOffered as error:
        return HeldBack(HeldBackBy.NOT_OFFERED, error.message)
    except DomainError as error:
        return HeldBack(HeldBackBy.REFUSED, error.message)
    return None


async def _stop_of(uow: UnitOfWork, chain: Chain, job: Job, influencer: Influencer) -> HeldBack | None:
    if own := _own_reason(influencer):
        return own
    if job.status is JobStatus.CANCELLED:
        return HeldBack(HeldBackBy.SHEETS_CANCELLED, CANCELLED)
    if influencer.base_image_id != chain.base_image_id:
        return HeldBack(HeldBackBy.FACE_CHANGED, NEW_FACE)
    if len(await uow.chains.sheets(job.id)) + 1 < FEWEST_IMAGES:
        return HeldBack(HeldBackBy.SHEETS_FAILED, TOO_FEW_SHEETS)
    return None


async def _train(
    uow: UnitOfWork, chain: Chain, influencer: Influencer, terms: TrainingTerms, *, now: datetime
) -> HeldBack | None:
    """On the base image and all sheets that were made: some may have failed, and what is missing was not charged."""
    request = TrainingRequest(
        subject_id=influencer.id,
        base_model=influencer.base_model,
        image_ids=(chain.base_image_id, *await uow.chains.sheets(chain.sheet_job_id)),
    )
    try:
        plan = await plan_training(
            uow, request, terms.prices, trainers=terms.trainers, choices=terms.choices, today=now.date()
        )
    except DomainError as error:
        return HeldBack(HeldBackBy.REFUSED, error.message)
    available = (await uow.credits.balance(chain.user_id)).available
    if available < plan.quote.credits:
        return HeldBack(
            HeldBackBy.TOO_FEW_CREDITS,
            f"Its character sheets are made; the training needs {plan.quote.credits} credits, and you have {available}. "
            "Nothing was charged for it. Add credits and start the training: the images are preselected.",
        )
    training_id = chained_training_id_of(chain.sheet_job_id)
    await start_training(uow, chain.user_id, plan, request, training_id=training_id, agreed=None, now=now)
    await uow.chains.finish(chain.sheet_job_id, training_id, now=now)
    return None


async def _tell(
    uow: UnitOfWork, influencer: Influencer, held_back: HeldBack, *, job: Job | None = None, now: datetime
) -> None:
    """Each reason once: of an influencer where nothing was begun, else of that chain."""
    if held_back.by in UNTOLD:
        return
    notice = training_not_started(influencer, held_back.reason, by=held_back.by, job=job)
    await uow.notifications.add(influencer.user_id, notice, now=now)
