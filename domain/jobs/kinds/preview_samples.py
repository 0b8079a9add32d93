"""PREVIEW_SAMPLES: five pictures that show what the photos are good for, before anything is trained on them."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.ids import SubjectId
from domain.jobs.job import JobKind
from domain.jobs.plan import Plan, Texts, check_seed, mode_of, recipe_of
from domain.jobs.subjects import best_photos, enough_photos_of
from domain.models.model import Ability
from domain.personas.approval import photo_set_of
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import AspectRatio, Quality
from domain.prompts.build import build_negative_prompt
from domain.prompts.portraits import PREVIEWS, preview_prompt, preview_shot


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSamplesRequest:
    """Made with the model that trainings are for, which takes the face from the best photo."""

    operation: ClassVar[str] = "startPreviewSamples"

    persona_id: SubjectId
    seed: int | None = None

    def __post_init__(self) -> None:
        check_seed(self.seed)

    def texts(self) -> Texts:
        return {}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        """Raises `ConsentRequired` and `TooFewPhotos` as well."""
        persona = await uow.personas.get(self.persona_id)
        photos = await enough_photos_of(uow, persona)
        mode, reason = mode_of(persona)
        recipe = recipe_of(
            persona,
            photo_keys=tuple(photo.file.key for photo in best_photos(photos)),
            ability=Ability.FACE,
            prompt=preview_prompt(),
            negative_prompt=build_negative_prompt(None),
            aspect_ratio=AspectRatio.SQUARE_1_1,
            quality=Quality.HQ,
            seed=seed if self.seed is None else self.seed,
        )
        shots = tuple(preview_shot(style, index) for index, style in enumerate(PREVIEWS))
        return Plan(
            kind=JobKind.PREVIEW_SAMPLES,
            subject=persona,
            mode=mode,
            mode_reason=reason,
            recipe=replace(recipe, shots=shots, photo_set=photo_set_of(photos)),
            quote=Quote(per_image=prices.sample, image_count=len(PREVIEWS)),
        )
