"""SOCIAL: a graphic for each platform that is named, of a person or an influencer: one job, with an image for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.ids import ImageId, SubjectId
from domain.images.image import Image
from domain.influencers.influencer import Influencer
from domain.jobs.job import JobKind
from domain.jobs.kinds.thumbnail import MODEL
from domain.jobs.plan import Plan, Texts, check_negative_prompt, check_seed, mode_of, recipe_of, shown_images
from domain.jobs.recipe import Recipe
from domain.jobs.subjects import Subject, appearance_of, photos_of, subject_with
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.catalogue import Scene
from domain.presets.formats import Quality
from domain.prompts.shots import Shot
from domain.prompts.social import social_negative_prompt, social_prompt
from domain.safety.screening import Kind, screen
from domain.social.branding import AppliedBrand, applied
from domain.social.graphic import Graphic, Reference, check_description, check_platforms, check_text, graphic_for
from domain.social.platforms import Platform
from domain.social.samples import FACE, reference_for

SHOWN = "The model is shown a portrait that suits each platform, and keeps the face."
BRANDED, UNBRANDED = "Your brand is applied.", "You have saved no brand, so none is applied."
PHOTOS_BESIDE = 3
"""Photos of a person that are shown beside the portrait: what it got wrong is not passed on alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialRequest:
    operation: ClassVar[str] = "startSocialGraphics"

    subject_id: SubjectId
    platforms: tuple[Platform, ...]
    """In this order."""
    description: str
    text: str | None = None
    apply_brand: bool = True
    negative_prompt: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        check_platforms(self.platforms)
        check_description(self.description)
        check_text(self.text)
        check_negative_prompt(self.negative_prompt)
        check_seed(self.seed)

    def texts(self) -> Texts:
        return {
            "description": (Kind.WISH, self.description),
            "textOverlay": (Kind.WISH, self.text),
            "negativePrompt": (Kind.NEGATIVE, self.negative_prompt),
        }

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        """Raises `ConsentRequired` and `NoPhotos` as well, and `PromptRefused` for what a brand says."""
        subject = await subject_with(uow, self.subject_id)
        mode, _ = mode_of(subject)  # refused where an influencer has no face yet
        brand = applied(await uow.brands.get(subject.user_id)) if self.apply_brand else None
        self._screen_brand(brand)
        return Plan(
            kind=JobKind.SOCIAL,
            subject=subject,
            mode=mode,
            mode_reason=f"{SHOWN} {BRANDED if brand else UNBRANDED}" if self.apply_brand else SHOWN,
            recipe=await self._recipe(uow, subject, brand, seed if self.seed is None else self.seed),
            quote=Quote(per_image=prices.social, image_count=len(self.platforms)),
        )

    def _screen_brand(self, brand: AppliedBrand | None) -> None:
        """It was screened alone when it was saved; in one picture with a description it may not be let through."""
        said = "\n".join(filter(None, (brand.voice, brand.audience))) if brand else ""
        if said:
            screen(self.operation, {"description": (Kind.WISH, self.description), "applyBrand": (Kind.WISH, said)})

    async def _recipe(self, uow: UnitOfWork, subject: Subject, brand: AppliedBrand | None, seed: int) -> Recipe:
        references = await self._references(uow, subject)
        graphics = [graphic_for(one, text=self.text, reference=references[one], brand=brand) for one in self.platforms]
        prompts = [social_prompt(graphic, self.description, appearance_of(subject)) for graphic in graphics]
        recipe = recipe_of(
            subject,
            photo_keys=await photos_of(uow, subject),
            ability=Ability.EDIT,
            prompt=prompts[0],
            negative_prompt=social_negative_prompt(self.negative_prompt),
            aspect_ratio=graphics[0].shape,
            quality=Quality.HQ,
            seed=seed,
        )
        recipe = replace(
            recipe,
            model=MODEL,
            width=graphics[0].width,
            height=graphics[0].height,
            scene=Scene.CANDID_LIFESTYLE,
            crop_to_face=True,
        )
        if brand and brand.logo:
            recipe = replace(recipe, descends_from_upload=True)
        if isinstance(subject, Influencer):
            return _of_influencer(recipe, graphics, prompts, await shown_images(uow, subject))
        return _of_person(recipe, graphics, prompts)

    async def _references(self, uow: UnitOfWork, subject: Subject) -> dict[Platform, Reference]:
        if isinstance(subject, Influencer):
            face = ImageId(subject.base_image_id) if subject.base_image_id else None
            return dict.fromkeys(self.platforms, Reference(image_id=face, reason=FACE))
        samples = await uow.images.samples_of(subject.id)
        return {platform: reference_for(platform, samples) for platform in self.platforms}


def _of_influencer(
    recipe: Recipe, graphics: Sequence[Graphic], prompts: Sequence[str], sheet: Sequence[Image]
) -> Recipe:
    """Each is shown the base image, and what there is of a character sheet."""
    return replace(
        recipe,
        shots=tuple(
            Shot(pose=number, prompt=prompt, graphic=graphic)
            for number, (graphic, prompt) in enumerate(zip(graphics, prompts, strict=True))
        ),
        reference_image_ids=tuple(image.id for image in sheet),
        descends_from_upload=recipe.descends_from_upload or any(image.descends_from_upload for image in sheet),
    )


def _of_person(recipe: Recipe, graphics: Sequence[Graphic], prompts: Sequence[str]) -> Recipe:
    """Each is shown the portrait that suits it, and the best photos beside it; or photos alone."""
    chosen = [graphic.reference.image_id for graphic in graphics]
    images = tuple(dict.fromkeys(image_id for image_id in chosen if image_id))
    photos = tuple(range(min(PHOTOS_BESIDE, len(recipe.photo_keys))))
    shots = tuple(
        Shot(
            pose=number,
            prompt=prompts[number],
            images=(images.index(image_id),) if image_id else (),
            photos=photos if image_id else (),
            graphic=graphics[number],
        )
        for number, image_id in enumerate(chosen)
    )
    return replace(recipe, shots=shots, reference_image_ids=images)
