"""INPAINT and EDIT: a new image from an old one, which stays as it is. What is known of the old one carries over."""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.credits.prices import PriceBook
from domain.credits.quotes import Quote
from domain.errors import InvalidInput
from domain.ids import ImageId, UploadId
from domain.images.image import Image
from domain.influencers.appearance import Appearance
from domain.jobs.job import JobKind
from domain.jobs.plan import Plan, Texts, check_negative_prompt, check_prompt, check_seed, recipe_of
from domain.jobs.recipe import Mask, Recipe
from domain.jobs.subjects import Subject, appearance_of, check_may_be_changed, subject_with
from domain.jobs.text_overlay import TextOverlay
from domain.models.model import Ability
from domain.ports.unit_of_work import UnitOfWork
from domain.prompts.build import build_negative_prompt
from domain.prompts.edits import RESTYLES, Restyle, edit_instruction, overlay_instruction, restyle_instruction
from domain.prompts.inpaint import inpaint_prompt
from domain.safety.screening import Kind
from domain.uploads.mask import measured_mask
from domain.uploads.upload import TakenUpload

FILL = "fal/flux-lora-fill"
KONTEXT = "fal/kontext-max"
"""What the product names for the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InpaintRequest:
    """`mask` is the upload, once it was looked at."""

    operation: ClassVar[str] = "startInpaint"

    image_id: ImageId
    prompt: str
    mask_upload: UploadId
    negative_prompt: str | None = None
    seed: int | None = None
    mask: TakenUpload | None = None

    def __post_init__(self) -> None:
        check_prompt(self.prompt, field="prompt")
        check_negative_prompt(self.negative_prompt)
        check_seed(self.seed)

    def texts(self) -> Texts:
        return {
            "prompt": (Kind.WISH, self.prompt),
            "negativePrompt": (Kind.NEGATIVE, self.negative_prompt),
        }

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        source, subject = await _source(uow, self.image_id)
        recipe = _changed(
            source,
            subject,
            ability=Ability.INPAINT,
            model=FILL,
            prompt=inpaint_prompt(self.prompt, appearance_of(subject)),
            negative_prompt=self.negative_prompt,
            seed=seed if self.seed is None else self.seed,
        )
        return Plan(
            kind=JobKind.INPAINT,
            subject=subject,
            mode=None,
            mode_reason="What the mask does not cover is kept, the face with it.",
            recipe=replace(recipe, mask=_fitting(self.mask, source) if self.mask else None),
            quote=Quote(per_image=prices.inpaint, image_count=1),
            uploads=(self.mask,) if self.mask else (),
            uploads_field="maskUploadId",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRequest:
    """One of the three: words, a text to set on the picture, or a look from the catalogue."""

    operation: ClassVar[str] = "startEdit"

    image_id: ImageId
    instruction: str | None = None
    overlay: TextOverlay | None = None
    restyle: Restyle | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if sum(wish is not None for wish in (self.instruction, self.overlay, self.restyle)) != 1:
            raise InvalidInput("Give exactly one of instruction, overlay and restyle.", field="instruction")
        if self.instruction is not None:
            check_prompt(self.instruction, field="instruction")

    def texts(self) -> Texts:
        return {
            "instruction": (Kind.WISH, self.instruction),
            "overlay.text": (Kind.WISH, self.overlay.text if self.overlay else None),
        }

    async def plan(self, uow: UnitOfWork, prices: PriceBook, *, seed: int) -> Plan:
        source, subject = await _source(uow, self.image_id)
        recipe = _changed(
            source,
            subject,
            ability=Ability.EDIT,
            model=KONTEXT,
            prompt=self._words(appearance_of(subject)),
            negative_prompt=None,
            seed=seed if self.seed is None else self.seed,
        )
        return Plan(
            kind=JobKind.EDIT,
            subject=subject,
            mode=None,
            mode_reason="The model works on the picture itself, and is told to keep the person.",
            recipe=replace(
                recipe, overlay=self.overlay, restyle=RESTYLES[self.restyle].prompt_context if self.restyle else None
            ),
            quote=Quote(per_image=prices.edit, image_count=1),
        )

    def _words(self, appearance: Appearance | None) -> str:
        if self.overlay:
            return overlay_instruction(self.overlay.text, self.overlay.position, appearance)
        if self.restyle:
            return restyle_instruction(RESTYLES[self.restyle].prompt_context, appearance)
        return edit_instruction(self.instruction or "", appearance)


def _fitting(upload: TakenUpload, source: Image) -> Mask:
    """Raises `InvalidInput` for a mask of another size."""
    mask = measured_mask(upload, width=source.width, height=source.height, field="maskUploadId")
    return Mask(key=mask.file.key, coverage=mask.coverage)


async def _source(uow: UnitOfWork, image_id: ImageId) -> tuple[Image, Subject]:
    """Raises `NotFound`, `ConsentRequired`."""
    source = await uow.images.get(image_id)
    subject = await subject_with(uow, source.subject_id)
    check_may_be_changed(subject)
    return source, subject


def _changed(
    source: Image,
    subject: Subject,
    *,
    ability: Ability,
    model: str,
    prompt: str,
    negative_prompt: str | None,
    seed: int,
) -> Recipe:
    recipe = recipe_of(
        subject,
        ability=ability,
        prompt=prompt,
        negative_prompt=build_negative_prompt(negative_prompt),
        aspect_ratio=source.aspect_ratio,
        quality=source.quality,
        outfit=source.outfit,
        seed=seed,
    )
    return replace(
        recipe,
        model=model,
        base_image_id=None,
        source_image_id=source.id,
        scene=source.scene,
        environment=source.environment,
        width=source.width,
        height=source.height,
        descends_from_upload=recipe.descends_from_upload or source.descends_from_upload,
    )
