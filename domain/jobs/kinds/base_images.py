"""BASE_IMAGES: faces to choose from, each of the images with one of its own."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.ids import SubjectId
from domain.jobs.job import JobKind
from domain.jobs.plan import Plan, Texts, check_count, check_seed, recipe_of
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import AspectRatio, Quality
from domain.prompts.build import build_negative_prompt, build_prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseImagesRequest:
    operation: ClassVar[str] = "startBaseImages"

    subject_id: SubjectId
    image_count: int
    seed: int | None = None

    def __post_init__(self) -> None:
        check_count(self.image_count)
        check_seed(self.seed)

    def texts(self) -> Texts:
        return {}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        influencer = await uow.influencers.get(self.subject_id)
        recipe = recipe_of(
            influencer,
            ability=Ability.TEXT_TO_IMAGE,
            prompt=build_prompt(influencer.appearance, outfit=influencer.default_outfit, environment=None, scene=None),
            negative_prompt=build_negative_prompt(None),
            aspect_ratio=AspectRatio.SQUARE_1_1,
            quality=Quality.DRAFT,
            seed=seed if self.seed is None else self.seed,
        )
        return Plan(
            kind=JobKind.BASE_IMAGES,
            subject=influencer,
            mode=None,
            mode_reason="Base images propose a face; there is none to keep yet.",
            recipe=replace(recipe, identity_seed=None, base_image_id=None),
            quote=Quote(per_image=prices.base_image, image_count=self.image_count),
        )
