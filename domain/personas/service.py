"""A persona is made, changed, given photos. How it goes stands in `domain.privacy.service`. Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime

from domain.errors import InvalidInput, LimitReached
from domain.ids import ConsentId, PhotoId, SubjectId, UploadId, UserId
from domain.personas.errors import PhotoDuplicate
from domain.personas.persona import MOST_PERSONAS, MOST_PHOTOS, Persona, PersonaPhoto, PersonaStatus, PersonaWords
from domain.personas.photo_set import set_changed
from domain.ports.unit_of_work import UnitOfWork
from domain.safety.judging import Words
from domain.safety.screening import Kind, screen
from domain.uploads.errors import ConsentRequired
from domain.uploads.measures import looks_alike
from domain.uploads.service import use_uploads
from domain.uploads.upload import TakenUpload
from domain.user_events import UserEventKind


def judged_words(operation: str, words: PersonaWords) -> Words:
    """Each by its path in the input."""
    tags = {f"tags.{index}": (Kind.WISH, tag) for index, tag in enumerate(words.tags)}
    return Words(
        operation=operation,
        fields={"name": (Kind.WISH, words.name), "description": (Kind.WISH, words.description), **tags},
    )


async def create_persona(
    uow: UnitOfWork,
    user_id: UserId,
    words: PersonaWords,
    consent_id: ConsentId,
    *,
    persona_id: SubjectId,
    now: datetime,
) -> Persona:
    """The first one is the default. Raises `PromptRefused`, `NotFound`, `ConsentRequired`, `LimitReached`."""
    screen("createPersona", judged_words("createPersona", words).fields)
    await uow.lock_user(user_id)
    await _check_live(uow, consent_id)
    count = await uow.personas.count(user_id)
    if count >= MOST_PERSONAS:
        raise LimitReached(f"There may be {MOST_PERSONAS} personas. Delete one first.", limit=MOST_PERSONAS)
    persona = Persona(
        id=persona_id,
        user_id=user_id,
        consent_id=consent_id,
        has_consent=True,
        words=words,
        status=PersonaStatus.PENDING_UPLOAD,
        is_default=count == 0,
        photo_count=0,
        created_at=now,
    )
    await uow.personas.add(persona)
    await uow.outbox.tell(user_id, UserEventKind.SUBJECT_CHANGED, persona_id)
    return persona


async def update_persona(
    uow: UnitOfWork,
    user_id: UserId,
    persona_id: SubjectId,
    words: PersonaWords,
    *,
    is_default: bool | None,
    consent_id: ConsentId | None,
) -> Persona:
    """None leaves as it is. Raises `PromptRefused`, `NotFound`, `ConsentRequired`, `InvalidInput`."""
    screen("updatePersona", judged_words("updatePersona", words).fields)
    await uow.lock_user(user_id)
    persona = await uow.personas.get(persona_id)
    if is_default is False and persona.is_default:
        raise InvalidInput("One persona is always the default. Make another one the default.", field="isDefault")
    if consent_id is not None:
        await _check_live(uow, consent_id)
    await uow.personas.change(persona_id, words, consent_id=consent_id or persona.consent_id)
    if is_default:
        await uow.personas.make_default(user_id, persona_id)
    await uow.outbox.tell(user_id, UserEventKind.SUBJECT_CHANGED, persona_id)
    return await uow.personas.get(persona_id)


async def _check_live(uow: UnitOfWork, consent_id: ConsentId) -> None:
    if not (await uow.consents.get(consent_id)).is_live:
        raise ConsentRequired("This consent was withdrawn. Give consent again first.")


def check_consent_of(persona: Persona) -> None:
    """Raises `ConsentRequired`."""
    if not persona.has_consent:
        raise ConsentRequired("The consent for this persona was withdrawn. Give consent again first.")


def check_upload_ids(upload_ids: Sequence[UploadId]) -> None:
    """Raises `InvalidInput`."""
    if not 1 <= len(upload_ids) <= MOST_PHOTOS:
        raise InvalidInput(f"Name 1 to {MOST_PHOTOS} uploads.", field="uploadIds")
    for index, upload_id in enumerate(upload_ids):
        if upload_id in upload_ids[:index]:
            raise InvalidInput("This upload is named twice.", field=f"uploadIds.{index}")


async def add_photos(
    uow: UnitOfWork,
    user_id: UserId,
    persona_id: SubjectId,
    taken: Sequence[TakenUpload],
    photo_ids: Sequence[PhotoId],
    *,
    now: datetime,
) -> Sequence[PhotoId]:
    """All or none of them; which photos they are. What this persona has already from the same upload stays that.

    Raises `NotFound`, `ConsentRequired`, `LimitReached`, `PhotoDuplicate`, `UploadExpired`, `InvalidInput` for an upload that
    is another persona's photo.
    """
    await uow.lock_user(user_id)
    persona = await uow.personas.get(persona_id)
    check_consent_of(persona)
    used = await uow.personas.uploads_used([one.id for one in taken])
    if any(photo.persona_id != persona_id for photo in used.values()):
        raise InvalidInput("One of these uploads is a photo of another persona already.", field="uploadIds")
    present = await uow.personas.photos(persona_id)
    fresh = [(index, one) for index, one in enumerate(taken) if one.id not in used]
    if len(present) + len(fresh) > MOST_PHOTOS:
        raise LimitReached(
            f"A persona has at most {MOST_PHOTOS} photos; this one has {len(present)}. None was added.",
            limit=MOST_PHOTOS,
        )
    _check_duplicates(present, fresh)
    added = [one for _, one in fresh]
    new_ids = [photo_ids[index] for index, _ in fresh]
    if added:
        await use_uploads(uow, user_id, added, field="uploadIds", now=now)
        await uow.personas.add_photos(user_id, persona_id, new_ids, [one.id for one in added], now=now)
        await set_changed(uow, persona_id, now=now)
        await uow.outbox.tell(user_id, UserEventKind.SUBJECT_CHANGED, persona_id)
    return [used[one.id].id if one.id in used else photo_ids[index] for index, one in enumerate(taken)]


def _check_duplicates(present: Sequence[PersonaPhoto], fresh: Sequence[tuple[int, TakenUpload]]) -> None:
    known = [(photo.file.sha256, photo.measures.look) for photo in present]
    for index, one in fresh:
        if one.measures is None:
            raise RuntimeError("A photo was taken in without being measured.")
        for sha256, look in known:
            if sha256 == one.file.sha256 or looks_alike(look, one.measures.look):
                raise PhotoDuplicate(index=index, upload_id=one.id, is_exact=sha256 == one.file.sha256)
        known.append((one.file.sha256, one.measures.look))
