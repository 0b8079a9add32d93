"""PACK: 1 to 10 images of a subject in one scene."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
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
    recipe_of,
    with_lora,
)
from domain.jobs.subjects import appearance_of, lora_of, outfit_of, photos_of, subject_with
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from domain.prompts.build import build_negative_prompt, build_prompt
from domain.prompts.poses import pack_shots
from domain.safety.screening import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRequest:
    """`outfit` is for this job only; None means the subject's own."""

    operation: ClassVar[str] = "startPack"

    subject_id: SubjectId
    scene: Scene
    environment: Environment
    outfit: Outfit | None
    aspect_ratio: AspectRatio
    quality: Quality
    image_count: int
    vary_pose: bool = True
    negative_prompt: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        check_count(self.image_count)
        check_seed(self.seed)
        check_offered_ratio(self.aspect_ratio)
        check_negative_prompt(self.negative_prompt)

    def texts(self) -> Texts:
        return {"negativePrompt": (Kind.NEGATIVE, self.negative_prompt)}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        subject = await subject_with(uow, self.subject_id)
        mode, reason = lora_mode_of(subject)
        outfit, first_seed = self.outfit or outfit_of(subject), seed if self.seed is None else self.seed
        lora = lora_of(subject)
        recipe = recipe_of(
            subject,
            photo_keys=await photos_of(uow, subject),
            ability=Ability.FACE,
            prompt=build_prompt(
                appearance_of(subject),
                outfit=outfit,
                environment=self.environment,
                scene=self.scene,
                trigger=lora.trigger_word if lora else None,
            ),
            negative_prompt=build_negative_prompt(self.negative_prompt),
            aspect_ratio=self.aspect_ratio,
            quality=self.quality,
            outfit=outfit,
            seed=first_seed,
        )
        recipe = with_lora(recipe, subject)
        shots = pack_shots(self.scene, self.image_count, first_seed, vary_pose=self.vary_pose)
        return Plan(
            kind=JobKind.PACK,
            subject=subject,
            mode=mode,
            mode_reason=reason,
            recipe=replace(recipe, scene=self.scene, environment=self.environment, shots=shots),
            quote=Quote(per_image=prices.studio_image[self.quality], image_count=self.image_count),
        )
