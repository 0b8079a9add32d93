"""HEADSHOTS: 1 to 10 business headshots, in one style or several."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import InvalidInput
from domain.ids import SubjectId
from domain.jobs.job import JobKind
from domain.jobs.plan import (
    Plan,
    Texts,
    check_count,
    check_negative_prompt,
    check_offered_ratio,
    check_seed,
    lora_mode_of,
    mode_of,
    recipe_of,
    shown_images,
    with_lora,
)
from domain.jobs.subjects import Subject, appearance_of, lora_of, photos_of, subject_with
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Scene
from domain.presets.formats import AspectRatio, Quality
from domain.prompts.build import build_negative_prompt
from domain.prompts.headshots import HeadshotStyle, headshot_prompt, headshot_prompt_from_references, headshot_shots
from domain.safety.screening import Kind

MODEL = "fal/nano-banana-edit"
"""What the product names for it where there is no LoRA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadshotsRequest:
    operation: ClassVar[str] = "startHeadshots"

    subject_id: SubjectId
    styles: tuple[HeadshotStyle, ...]
    """In turn, from image to image."""
    aspect_ratio: AspectRatio
    image_count: int
    negative_prompt: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        check_count(self.image_count)
        check_seed(self.seed)
        check_offered_ratio(self.aspect_ratio)
        check_negative_prompt(self.negative_prompt)
        if not self.styles or len(set(self.styles)) < len(self.styles):
            raise InvalidInput("Name one style or several, each of them once.", field="styles")

    def texts(self) -> Texts:
        return {"negativePrompt": (Kind.NEGATIVE, self.negative_prompt)}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        subject = await subject_with(uow, self.subject_id)
        photo_keys = await photos_of(uow, subject)
        if lora := lora_of(subject):
            return self._with_lora(subject, photo_keys, lora.trigger_word, prices, seed)
        mode, reason = mode_of(subject)
        shown = await shown_images(uow, subject)
        recipe = recipe_of(
            subject,
            photo_keys=photo_keys,
            ability=Ability.EDIT,
            prompt=headshot_prompt_from_references(appearance_of(subject)),
            negative_prompt=build_negative_prompt(self.negative_prompt),
            aspect_ratio=self.aspect_ratio,
            quality=Quality.HQ,
            seed=seed if self.seed is None else self.seed,
        )
        return Plan(
            kind=JobKind.HEADSHOTS,
            subject=subject,
            mode=mode,
            mode_reason=reason,
            recipe=replace(
                recipe,
                model=MODEL,
                scene=Scene.PROFESSIONAL_PORTRAIT,
                shots=headshot_shots(self.styles, self.image_count),
                reference_image_ids=tuple(image.id for image in shown),
                descends_from_upload=recipe.descends_from_upload or any(image.descends_from_upload for image in shown),
            ),
            quote=Quote(per_image=prices.variation, image_count=self.image_count),
        )

    def _with_lora(
        self, subject: Subject, photo_keys: tuple[str, ...], trigger: str, prices: PriceBook, seed: int
    ) -> Plan:
        """By words, at the price of any studio image in this quality."""
        mode, reason = lora_mode_of(subject)
        recipe = recipe_of(
            subject,
            photo_keys=photo_keys,
            ability=Ability.FACE,
            prompt=headshot_prompt(appearance_of(subject), trigger=trigger),
            negative_prompt=build_negative_prompt(self.negative_prompt),
            aspect_ratio=self.aspect_ratio,
            quality=Quality.HQ,
            seed=seed if self.seed is None else self.seed,
        )
        shots = headshot_shots(self.styles, self.image_count)
        return Plan(
            kind=JobKind.HEADSHOTS,
            subject=subject,
            mode=mode,
            mode_reason=reason,
            recipe=with_lora(replace(recipe, scene=Scene.PROFESSIONAL_PORTRAIT, shots=shots), subject),
            quote=Quote(per_image=prices.studio_image[Quality.HQ], image_count=self.image_count),
        )
