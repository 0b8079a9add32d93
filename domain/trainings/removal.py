"""LoRAs are deleted: gone for their owner at once, and everywhere soon. Each function is part of one transaction.

The row stays, for the ledger and for the images that were made with it. Its files are removed like all others, and its trainer
is told by a task of its own (`trainings.forget`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from domain.errors import Conflict, NotFound
from domain.ids import DeletionId, LoraModelId, PhotoId, SubjectId, UserId
from domain.ports.unit_of_work import UnitOfWork
from domain.privacy.deletion import Deletion, DeletionReason
from domain.trainings.training import LoraModel
from domain.trainings.working import cancel_training
from domain.user_events import UserEventKind


async def delete_lora(
    uow: UnitOfWork, user_id: UserId, lora_id: LoraModelId, *, deletion_id: DeletionId, now: datetime
) -> Deletion:
    """Raises `NotFound`, also the second time, and `Conflict` while it is trained or a job draws with it."""
    await uow.lock_user(user_id)
    model = await uow.trainings.get(lora_id)
    if model.deleted_at:
        raise NotFound("There is no such LoRA.")
    if not model.status.is_final:
        raise Conflict("This LoRA is being trained. Cancel the training first, then delete it.")
    if await uow.trainings.is_drawn_with(lora_id):
        raise Conflict("A job draws with this LoRA now. Wait until it has ended, or cancel it, then delete the LoRA.")
    await _delete(uow, user_id, [model], now=now)
    deletion = Deletion(
        id=deletion_id,
        user_id=user_id,
        reason=DeletionReason.LORA_DELETED,
        consent_id=None,
        persona_ids=[model.subject_id],
        photo_count=0,
        image_count=0,
        job_count=0,
        training_count=0,
        lora_count=1 if model.weights_key else 0,
        credits_released=0,
        requested_at=now,
    )
    await uow.deletions.add(deletion)
    await uow.outbox.delete_likeness(user_id, deletion_id)
    await uow.outbox.tell(user_id, UserEventKind.DELETION_CHANGED, deletion_id)
    return deletion


async def cancel_trainings_of(
    uow: UnitOfWork, user_id: UserId, subject_ids: Sequence[SubjectId], *, now: datetime
) -> Sequence[LoraModel]:
    """As they were before. Their credits are released, their trainers told."""
    running = await uow.trainings.running_of(subject_ids)
    for model in running:
        await cancel_training(uow, user_id, model.id, now=now)
    return running


async def cancel_trainings_on(
    uow: UnitOfWork, user_id: UserId, persona_id: SubjectId, photo_ids: Collection[PhotoId], *, now: datetime
) -> Sequence[LoraModel]:
    """Those that run on one of these photos, as they were before."""
    running = [
        model
        for model in await uow.trainings.running_of([persona_id])
        if not set(photo_ids).isdisjoint(model.image_ids)
    ]
    for model in running:
        await cancel_training(uow, user_id, model.id, now=now)
    return running


async def delete_loras_of(
    uow: UnitOfWork, user_id: UserId, subject_ids: Sequence[SubjectId], *, now: datetime
) -> Sequence[LoraModel]:
    """All that there are weights of, as they were. Whatever would draw with them has to be stopped before."""
    ready = await uow.trainings.ready_of(subject_ids)
    await _delete(uow, user_id, ready, now=now)
    return ready


async def _delete(uow: UnitOfWork, user_id: UserId, models: Sequence[LoraModel], *, now: datetime) -> None:
    if models:
        await uow.trainings.delete(user_id, [model.id for model in models], now=now)
    for model in models:
        await uow.outbox.tell(user_id, UserEventKind.TRAINING_CHANGED, model.id)
        if model.weights_key:
            await uow.outbox.forget_lora(user_id, model.id)
