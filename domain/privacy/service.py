"""What is taken back is hidden and stopped in the transaction that asks for it; a task clears it out (`tasks.privacy`).

Every function is part of one transaction. Those that begin a deletion leave its message; the reconciler finds what was lost.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.archives.service import take_back_archives
from domain.consents.consent import Consent, decision_of
from domain.errors import InvalidInput, NotFound
from domain.ids import ConsentId, DeletionId, PhotoId, SubjectId, UserId
from domain.jobs.control import cancel_job
from domain.personas.persona import MOST_PHOTOS
from domain.personas.photo_set import set_changed
from domain.ports.unit_of_work import UnitOfWork
from domain.privacy.copies import copies_of
from domain.privacy.deletion import Deletion, DeletionReason
from domain.trainings.removal import cancel_trainings_of, cancel_trainings_on, delete_loras_of
from domain.user_events import UserEventKind


async def withdraw_consent(
    uow: UnitOfWork, user_id: UserId, consent_id: ConsentId, *, deletion_id: DeletionId, now: datetime
) -> tuple[Consent, Deletion]:
    """Stops what runs on personas under it and gives back what was reserved; their photos and images are gone for everybody, and so
    are archives that hold any, stills that came under it, and what was read out of projects with such stills.

    Personas stay, empty, and begin anew under another consent. A second call changes nothing and answers the same. Raises `NotFound`.
    """
    await uow.lock_user(user_id)
    consent = await uow.consents.get(consent_id)
    if not consent.is_live:
        return consent, await uow.deletions.of_consent(consent_id)
    await uow.consents.withdraw(consent_id, now=now)
    await uow.outbox.tell(user_id, UserEventKind.CONSENT_CHANGED, consent_id)
    await uow.safety.log(user_id, decision_of(consent, "withdrawConsent", at=now))
    personas = await uow.personas.under(consent_id)
    await uow.personas.start_over(personas)
    await uow.project_analyses.empty_under(consent_id, now=now)
    photo_count = await uow.deletions.hide_photos(consent_id=consent_id, persona_ids=personas, now=now)
    deletion = await _begin(
        uow,
        user_id,
        DeletionReason.CONSENT_WITHDRAWN,
        personas,
        consent_id=consent_id,
        photo_count=photo_count,
        deletion_id=deletion_id,
        now=now,
    )
    return await uow.consents.get(consent_id), deletion


async def delete_persona(
    uow: UnitOfWork, user_id: UserId, persona_id: SubjectId, *, deletion_id: DeletionId, now: datetime
) -> Deletion:
    """Its name, description and tags go at once. Raises `NotFound`, also the second time."""
    await uow.lock_user(user_id)
    persona = await uow.personas.get(persona_id)
    await uow.personas.delete(persona.id, now=now)
    photo_count = await uow.deletions.hide_photos(consent_id=None, persona_ids=[persona.id], now=now)
    return await _begin(
        uow,
        user_id,
        DeletionReason.PERSONA_DELETED,
        [persona.id],
        consent_id=None,
        photo_count=photo_count,
        deletion_id=deletion_id,
        now=now,
    )


async def delete_influencer(
    uow: UnitOfWork, user_id: UserId, influencer_id: SubjectId, *, deletion_id: DeletionId, now: datetime
) -> Deletion:
    """With its images, its LoRAs and whatever runs on it. Images that the caller may not see now are hidden by the task.

    Raises `NotFound`, also the second time.
    """
    await uow.lock_user(user_id)
    influencer = await uow.influencers.get(influencer_id)
    await uow.influencers.delete(influencer.id, now=now)
    return await _begin(
        uow,
        user_id,
        DeletionReason.INFLUENCER_DELETED,
        [influencer.id],
        consent_id=None,
        photo_count=0,
        deletion_id=deletion_id,
        now=now,
    )


async def remove_photos(
    uow: UnitOfWork,
    user_id: UserId,
    persona_id: SubjectId,
    photo_ids: Sequence[PhotoId],
    *,
    deletion_id: DeletionId,
    now: datetime,
) -> Deletion:
    """All or none of them. A training on any of them is cancelled: it may not go on. Raises `InvalidInput`, `NotFound`."""
    wanted = list(dict.fromkeys(photo_ids))
    if not 1 <= len(wanted) <= MOST_PHOTOS:
        raise InvalidInput(f"Name 1 to {MOST_PHOTOS} photos.", field="photoIds")
    await uow.lock_user(user_id)
    persona = await uow.personas.get(persona_id)
    there = {photo.id for photo in await uow.personas.photos(persona.id)}
    if not there.issuperset(wanted):
        raise NotFound("One of these photos does not exist. Nothing was removed.")
    await uow.personas.remove_photos(wanted, now=now)
    await set_changed(uow, persona.id, now=now)
    trainings = await cancel_trainings_on(uow, user_id, persona.id, wanted, now=now)
    deletion = Deletion(
        id=deletion_id,
        user_id=user_id,
        reason=DeletionReason.PHOTOS_REMOVED,
        consent_id=None,
        persona_ids=[persona.id],
        photo_count=len(wanted),
        image_count=0,
        job_count=0,
        training_count=len(trainings),
        credits_released=sum(one.credits_reserved for one in trainings),
        archive_count=await take_back_archives(uow, user_id, [persona.id], with_images=False),
        requested_at=now,
    )
    return await _announced(uow, deletion)


async def _begin(
    uow: UnitOfWork,
    user_id: UserId,
    reason: DeletionReason,
    personas: Sequence[SubjectId],
    *,
    consent_id: ConsentId | None,
    photo_count: int,
    deletion_id: DeletionId,
    now: datetime,
) -> Deletion:
    """Work stops before its images are hidden, so that none comes after them. Who was sent anything is read before it is emptied."""
    copies = copies_of(await uow.deletions.sent_calls(personas, now=now))
    if personas:
        await uow.analyses.empty(personas, now=now)
        await uow.notifications.forget(user_id, personas)
        await uow.approvals.forget(personas)
    running = await uow.deletions.running_jobs(personas)
    for job in running:
        await cancel_job(uow, user_id, job.id, now=now)
    trainings = await cancel_trainings_of(uow, user_id, personas, now=now)
    loras = await delete_loras_of(uow, user_id, personas, now=now)
    deletion = Deletion(
        id=deletion_id,
        user_id=user_id,
        reason=reason,
        consent_id=consent_id,
        persona_ids=personas,
        photo_count=photo_count,
        image_count=await uow.deletions.hide_images(personas, now=now),
        job_count=len(running),
        archive_count=await take_back_archives(uow, user_id, personas, with_images=True),
        copies=copies,
        training_count=len(trainings),
        lora_count=len(loras),
        credits_released=sum(job.credits_reserved for job in running) + sum(one.credits_reserved for one in trainings),
        requested_at=now,
    )
    return await _announced(uow, deletion)


async def _announced(uow: UnitOfWork, deletion: Deletion) -> Deletion:
    await uow.deletions.add(deletion)
    await uow.outbox.delete_likeness(deletion.user_id, deletion.id)
    for persona_id in deletion.persona_ids:
        await uow.outbox.tell(deletion.user_id, UserEventKind.SUBJECT_CHANGED, persona_id)
    await uow.outbox.tell(deletion.user_id, UserEventKind.DELETION_CHANGED, deletion.id)
    return deletion


async def empty_photos(uow: UnitOfWork, user_id: UserId, deletion_id: DeletionId) -> bool:
    """Whatever of this user's photos is hidden is emptied, and its files asked to be removed. False: there is nothing to do."""
    await uow.lock_user(user_id)
    if not await uow.deletions.is_unfinished(deletion_id):
        return False
    await uow.deletions.empty_photos(user_id)
    await uow.deletions.hide_unseen(deletion_id)
    return True


async def finish_deletion(uow: UnitOfWork, user_id: UserId, deletion_id: DeletionId) -> bool:
    """The receipt, by the database's clock; False while a row or a file of it is still there."""
    await uow.lock_user(user_id)
    is_finished = await uow.deletions.finish(user_id, deletion_id)
    if is_finished:
        await uow.outbox.tell(user_id, UserEventKind.DELETION_CHANGED, deletion_id)
    return is_finished
