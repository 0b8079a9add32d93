"""VARIATIONS: the subject in the style of somebody else's picture, four images for each such picture."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import InvalidInput
from domain.ids import SubjectId, UploadId
from domain.influencers.appearance import HAIR_STYLES, Appearance
from domain.jobs.job import JobKind
from domain.jobs.plan import Plan, Texts, check_offered_ratio, check_seed, mode_of, recipe_of, shown_images
from domain.jobs.subjects import appearance_of, photos_of, subject_with
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.presets.formats import AspectRatio, Quality
from domain.prompts.build import build_negative_prompt
from domain.prompts.variations import IMAGES_PER_STYLE, VariationOptions, variation_prompt, variation_shots
from domain.uploads.upload import TakenUpload

MOST_STYLE_IMAGES = 5
MODEL = "fal/nano-banana-edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariationsRequest:
    operation: ClassVar[str] = "startVariations"

    subject_id: SubjectId
    style_uploads: tuple[UploadId, ...]
    aspect_ratio: AspectRatio
    options: VariationOptions
    seed: int | None = None
    styles: tuple[TakenUpload, ...] = ()
    """The uploads, in their order, once they were looked at."""

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_offered_ratio(self.aspect_ratio)
        if not 1 <= len(self.style_uploads) <= MOST_STYLE_IMAGES:
            raise InvalidInput(f"Send 1 to {MOST_STYLE_IMAGES} style images.", field="styleUploadIds")
        if len(set(self.style_uploads)) < len(self.style_uploads):
            raise InvalidInput("A style image is named twice.", field="styleUploadIds")

    def texts(self) -> Texts:
        return {}

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        subject = await subject_with(uow, self.subject_id)
        appearance, count = appearance_of(subject), len(self.style_uploads)
        mode, reason = mode_of(subject)
        shown = await shown_images(uow, subject)
        recipe = recipe_of(
            subject,
            photo_keys=await photos_of(uow, subject),
            ability=Ability.EDIT,
            prompt=variation_prompt(self.options, appearance),
            negative_prompt=build_negative_prompt(None),
            aspect_ratio=self.aspect_ratio,
            quality=Quality.DRAFT,
            seed=seed if self.seed is None else self.seed,
        )
        return Plan(
            kind=JobKind.VARIATIONS,
            subject=subject,
            mode=mode,
            mode_reason=reason,
            recipe=replace(
                recipe,
                model=MODEL,
                appearance=_changed(appearance, self.options) if appearance else None,
                shots=variation_shots(self.options, count),
                reference_image_ids=tuple(image.id for image in shown),
                style_keys=tuple(upload.file.key for upload in self.styles),
                descends_from_upload=True,
            ),
            quote=Quote(per_image=prices.variation, image_count=count * IMAGES_PER_STYLE),
            uploads=self.styles,
            uploads_field="styleUploadIds",
        )


def _changed(appearance: Appearance, options: VariationOptions) -> Appearance:
    """As far as a description can say it. Models that read are told in the prompt."""
    style = options.hair_style if options.hair_style in HAIR_STYLES else None
    return replace(
        appearance,
        hair_color=options.hair_color or appearance.hair_color,
        hair_style=style or appearance.hair_style,
    )
