"""DISPLAY_SAMPLES: five pictures that show what a persona's LoRA can do, in the styles of the samples before it."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import Conflict
from domain.ids import SubjectId
from domain.jobs.job import JobKind
from domain.jobs.plan import Plan, Texts, check_seed, lora_mode_of, recipe_of, with_lora
from domain.jobs.subjects import photos_of
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import AspectRatio, Quality
from domain.prompts.build import build_negative_prompt
from domain.prompts.portraits import PREVIEWS, preview_prompt, preview_shot


class LoraRequired(Conflict):
    """There is nothing to be shown: nothing was trained, or it is gone."""

    code = "LORA_REQUIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplaySamplesRequest:
    operation: ClassVar[str] = "startDisplaySamples"

    persona_id: SubjectId
    seed: int | None = None

    def __post_init__(self) -> None:
        check_seed(self.seed)

    def texts(self) -> Texts:
        return {}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        """Raises `ConsentRequired`, `NoPhotos` and `LoraRequired` as well."""
        persona = await uow.personas.get(self.persona_id)
        photo_keys = await photos_of(uow, persona)
        if persona.lora is None:
            raise LoraRequired("This persona has no LoRA yet. Train one first: `startTraining`. Nothing was charged.")
        mode, reason = lora_mode_of(persona)
        recipe = recipe_of(
            persona,
            photo_keys=photo_keys,
            ability=Ability.FACE,
            prompt=preview_prompt(trigger=persona.lora.trigger_word),
            negative_prompt=build_negative_prompt(None),
            aspect_ratio=AspectRatio.SQUARE_1_1,
            quality=Quality.HQ,
            seed=seed if self.seed is None else self.seed,
        )
        shots = tuple(preview_shot(style, index) for index, style in enumerate(PREVIEWS))
        return Plan(
            kind=JobKind.DISPLAY_SAMPLES,
            subject=persona,
            mode=mode,
            mode_reason=reason,
            recipe=with_lora(replace(recipe, shots=shots), persona),
            quote=Quote(per_image=prices.sample, image_count=len(PREVIEWS)),
        )
