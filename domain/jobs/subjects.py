"""Whom a job draws: a synthetic influencer, or a real person by the photos that a living consent covers.

Of a person nothing is known but the photos, and nothing is made up: no appearance, no age, no seed of a face.
"""

from collections.abc import Sequence

from domain.errors import Conflict, NotFound
from domain.ids import SubjectId
from domain.influencers.appearance import Appearance
from domain.influencers.influencer import Influencer
from domain.personas.errors import NoPhotos, TooFewPhotos
from domain.personas.persona import LEAST_PHOTOS, Persona, PersonaPhoto
from domain.personas.references import best_references
from domain.personas.service import check_consent_of
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Outfit
from domain.presets.models import BaseModel
from domain.trainings.lora import ReadyLora

Subject = Influencer | Persona

MOST_PHOTOS_SHOWN, MOST_PHOTOS_CHOSEN = 4, 6
"""To models that are shown several; and of a job whose images are shown different ones. Source: PRODUCT, sections 3 and 5."""

NEUTRAL_OUTFIT = Outfit.CASUAL_TEE
"""What a person wears unless a job says otherwise: it suits anybody, and most places."""

FACE_MODEL = BaseModel.FLUX_DEV
"""A person has no base model of their own. PuLID, which takes a face from one photo, draws with this one."""


async def subject_with(uow: UnitOfWork, subject_id: SubjectId) -> Subject:
    """Raises `NotFound`. An influencer is one question, a persona two."""
    found = await uow.influencers.find(subject_id) or await uow.personas.find(subject_id)
    if found is None:
        raise NotFound("There is no such subject.")
    return found


def appearance_of(subject: Subject) -> Appearance | None:
    return subject.appearance if isinstance(subject, Influencer) else None


def outfit_of(subject: Subject) -> Outfit:
    return subject.default_outfit if isinstance(subject, Influencer) else NEUTRAL_OUTFIT


def base_model_of(subject: Subject) -> BaseModel:
    return subject.base_model if isinstance(subject, Influencer) else FACE_MODEL


def lora_of(subject: Subject) -> ReadyLora | None:
    return subject.lora


async def photos_of(uow: UnitOfWork, subject: Subject) -> tuple[str, ...]:
    """Files of a persona's best photos, the best first; none of an influencer. Raises `ConsentRequired`, `NoPhotos`."""
    if isinstance(subject, Influencer):
        return ()
    check_consent_of(subject)
    best = best_photos(await uow.personas.photos(subject.id))
    if not best:
        raise NoPhotos
    return tuple(photo.file.key for photo in best)


async def enough_photos_of(uow: UnitOfWork, persona: Persona) -> Sequence[PersonaPhoto]:
    """All of them, for kinds that want as many as a likeness takes. Raises `ConsentRequired`, `TooFewPhotos`."""
    check_consent_of(persona)
    photos = await uow.personas.photos(persona.id)
    if len(photos) < LEAST_PHOTOS:
        raise TooFewPhotos(LEAST_PHOTOS - len(photos))
    return photos


def best_photos(photos: Sequence[PersonaPhoto], *, most: int = MOST_PHOTOS_SHOWN) -> Sequence[PersonaPhoto]:
    """The best first: see `domain.personas.references`."""
    return [one.photo for one in best_references(photos, most=most)]


def check_may_be_changed(subject: Subject) -> None:
    """For kinds that work on an image that is there: they are shown no photo. Raises `ConsentRequired`."""
    if isinstance(subject, Persona):
        check_consent_of(subject)


async def check_photos_stay(uow: UnitOfWork, persona_id: SubjectId, photo_keys: Sequence[str]) -> None:
    """For what was accepted earlier and is made again. Raises `NotFound`, `ConsentRequired`, `Conflict`."""
    persona = await uow.personas.get(persona_id)
    check_consent_of(persona)
    there = {photo.file.key for photo in await uow.personas.photos(persona_id)} if photo_keys else set()
    if not there.issuperset(photo_keys):
        raise Conflict(
            "A photo that this job works with was removed. Start a new job: it takes the best of those that are there. "
            "Nothing was charged."
        )
