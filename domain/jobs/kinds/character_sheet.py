"""CHARACTER_SHEET: the subject from all sides, for a LoRA to be trained on and for models that are shown references."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.ids import SubjectId
from domain.jobs.job import JobKind
from domain.jobs.plan import Plan, Texts, check_count, check_seed, mode_of, recipe_of
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import AspectRatio, Quality
from domain.prompts.build import build_negative_prompt
from domain.prompts.sheets import FEWEST, MOST, sheet_prompt, sheet_shots


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterSheetRequest:
    operation: ClassVar[str] = "startCharacterSheet"

    subject_id: SubjectId
    image_count: int
    seed: int | None = None

    def __post_init__(self) -> None:
        check_count(self.image_count, least=FEWEST, most=MOST)
        check_seed(self.seed)

    def texts(self) -> Texts:
        return {}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        influencer = await uow.influencers.get(self.subject_id)
        mode, reason = mode_of(influencer)
        recipe = recipe_of(
            influencer,
            ability=Ability.SHEET,
            prompt=sheet_prompt(influencer.appearance, influencer.default_outfit),
            negative_prompt=build_negative_prompt(None),
            aspect_ratio=AspectRatio.SQUARE_1_1,
            quality=Quality.DRAFT,
            seed=seed if self.seed is None else self.seed,
        )
        return Plan(
            kind=JobKind.CHARACTER_SHEET,
            subject=influencer,
            mode=mode,
            mode_reason=reason,
            recipe=replace(recipe, shots=sheet_shots(self.image_count)),
            quote=Quote(per_image=prices.sheet_image, image_count=self.image_count),
        )
