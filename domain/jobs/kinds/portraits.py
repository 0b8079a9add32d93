"""PORTRAITS: five scenes of a real person at once, from their best photos, without training. A user's first set is free."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import FreeBecause, Quote
from domain.ids import SubjectId
from domain.jobs.job import JobKind
from domain.jobs.plan import Plan, Texts, check_offered_ratio, check_seed, mode_of, recipe_of
from domain.jobs.recipe import Recipe
from domain.jobs.subjects import MOST_PHOTOS_CHOSEN, best_photos, enough_photos_of
from domain.models.model import Ability
from domain.personas.choosing import photos_for
from domain.personas.persona import Persona, PersonaPhoto
from domain.personas.references import angle_seen
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import AspectRatio, Quality, Resolution, size_in
from domain.prompts.build import build_negative_prompt
from domain.prompts.portraits import PORTRAITS, portrait_prompt, portrait_shot

MODEL = "fal/nano-banana-pro-edit"
"""What the product names for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortraitsRequest:
    operation: ClassVar[str] = "startPortraits"

    persona_id: SubjectId
    resolution: Resolution
    aspect_ratio: AspectRatio
    seed: int | None = None

    def __post_init__(self) -> None:
        check_offered_ratio(self.aspect_ratio)
        check_seed(self.seed)

    def texts(self) -> Texts:
        return {}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        """Raises `ConsentRequired` and `TooFewPhotos` as well."""
        persona = await uow.personas.get(self.persona_id)
        photos = await enough_photos_of(uow, persona)
        mode, reason = mode_of(persona)
        return Plan(
            kind=JobKind.PORTRAITS,
            subject=persona,
            mode=mode,
            mode_reason=reason,
            recipe=self._recipe(persona, photos, seed if self.seed is None else self.seed),
            quote=await self._quote(uow, persona, prices),
        )

    def _recipe(self, persona: Persona, photos: Sequence[PersonaPhoto], seed: int) -> Recipe:
        best, size = best_photos(photos, most=MOST_PHOTOS_CHOSEN), size_in(self.aspect_ratio, self.resolution)
        recipe = recipe_of(
            persona,
            photo_keys=tuple(photo.file.key for photo in best),
            ability=Ability.EDIT,
            prompt=portrait_prompt(),
            negative_prompt=build_negative_prompt(None),
            aspect_ratio=self.aspect_ratio,
            quality=Quality.HQ,
            seed=seed,
        )
        angles = [angle_seen(photo) for photo in best]
        shots = tuple(
            portrait_shot(style, index, photos_for(scenario, angles))
            for index, (style, scenario) in enumerate(PORTRAITS.items())
        )
        return replace(recipe, model=MODEL, width=size.width, height=size.height, by_resolution=True, shots=shots)

    async def _quote(self, uow: UnitOfWork, persona: Persona, prices: PriceBook) -> Quote:
        if await uow.jobs.has_free_portraits(persona.user_id):
            return Quote(per_image=prices.portrait[self.resolution], image_count=len(PORTRAITS))
        return Quote(per_image=0, image_count=len(PORTRAITS), free_because=FreeBecause.FIRST_PORTRAITS)
