"""What a LoRA of a real person is trained on: photos that a living consent covers, and that its owner has approved of."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.errors import InvalidInput, NotFound
from domain.jobs.subjects import FACE_MODEL, best_photos, enough_photos_of
from domain.personas.approval import check_approved
from domain.personas.errors import TooFewPhotos
from domain.personas.persona import LEAST_PHOTOS, MOST_PHOTOS, Persona, PersonaPhoto
from domain.personas.quality import TO_BE_FIXED, issues_of
from domain.personas.service import check_consent_of
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.models import BaseModel
from domain.trainings.training import LoraModel

BASE_MODEL = FACE_MODEL
"""The only one: portrait trainers are for it, preview samples were made with it, and the price book has its price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LikenessRules:
    """Of a deployment."""

    approval_required: bool = True
    support: str = ""
    """Whom to ask, as an address."""


STRICT = LikenessRules()


async def photos_to_train(
    uow: UnitOfWork, persona: Persona, photo_ids: Sequence[UUID], rules: LikenessRules
) -> Sequence[PersonaPhoto]:
    """Raises `ConsentRequired`, `TooFewPhotos`, `ApprovalRequired`, and `NotFound` for a photo that is not this persona's."""
    photos = await enough_photos_of(uow, persona)
    check_approved(await uow.approvals.of(persona.id), photos, required=rules.approval_required)
    return named_photos(photos, photo_ids) if photo_ids else chosen_photos(photos)


def chosen_photos(photos: Sequence[PersonaPhoto]) -> Sequence[PersonaPhoto]:
    """All good ones, the best first, and of one moment only one; where those are too few, the best of the others as well: their owner
    has seen what comes of them."""
    different = _different(photos)
    best = best_photos(different, most=MOST_PHOTOS)
    good = [photo for photo in best if not TO_BE_FIXED.intersection(issues_of(photo))]
    others = [photo for photo in (*best, *different) if photo not in good]
    return [*good, *list(dict.fromkeys(others))[: max(0, LEAST_PHOTOS - len(good))]]


def named_photos(photos: Sequence[PersonaPhoto], photo_ids: Sequence[UUID]) -> Sequence[PersonaPhoto]:
    """Raises `NotFound`, `InvalidInput`."""
    by_id = {photo.id: photo for photo in photos}
    if not by_id.keys() >= set(photo_ids):
        raise NotFound("One of these photos does not exist, or is not of this persona.", field="imageIds")
    named = _different([photo for photo in photos if photo.id in set(photo_ids)])
    if len(named) < LEAST_PHOTOS:
        raise TooFewPhotos(LEAST_PHOTOS - len(named))
    return named


def check_base_model(base_model: BaseModel) -> None:
    """Raises `InvalidInput`."""
    if base_model is not BASE_MODEL:
        raise InvalidInput(f"A persona is trained for {BASE_MODEL}. Leave this out.", field="baseModel")


async def check_may_be_trained(uow: UnitOfWork, model: LoraModel) -> None:
    """Once more before its photos leave the house. Raises `NotFound`, `ConsentRequired`."""
    if model.is_of_person:
        check_consent_of(await uow.personas.get(model.subject_id))


def _different(photos: Sequence[PersonaPhoto]) -> list[PersonaPhoto]:
    return list({photo.file.sha256: photo for photo in photos}.values())
