"""Everything that decides a job's pixels, pinned when the job is accepted: later edits of the subject change nothing."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.ids import ImageId
from domain.influencers.appearance import Appearance
from domain.jobs.text_overlay import TextOverlay
from domain.models.model import Ability
from domain.ports.image_provider import Look, RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality, Size
from domain.prompts.shots import Shot, prompt_of
from domain.trainings.lora import PinnedLora

MAX_SEED = 2**31 - 1
ALIKE = Shot()
NAMED = frozenset({"headshot", "style", "portrait", "sample"})
"""Options of a shot that give its image a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """What may change in the source: a file of ours, black and white, as large as the source. White is what changes."""

    key: str
    coverage: float
    """The white part of it, above 0 and below 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    appearance: Appearance | None
    """None of a real person: nothing about them is known but their photos."""
    identity_seed: int | None
    """None while there is no face yet: each base image then proposes one of its own, from its seed."""
    base_image_id: UUID | None
    scene: Scene | None
    environment: Environment | None
    outfit: Outfit
    aspect_ratio: AspectRatio
    quality: Quality
    width: int
    height: int
    steps: int
    seed: int
    model: str
    """The base model, or the model of the registry, that is wished for: what is asked depends on what there is then."""
    prompt: str
    negative_prompt: str
    ability: Ability | None = None
    """None of jobs from before it was pinned: see `wanted_ability`."""
    shots: tuple[Shot, ...] = ()
    """What is different about each image; empty where nothing but the seed is."""
    source_image_id: UUID | None = None
    """The image that is changed, for kinds that change one."""
    reference_image_ids: tuple[UUID, ...] = ()
    """Further images of the subject that the model is shown."""
    photo_keys: tuple[str, ...] = ()
    """Files of a persona's photos, the best first, at most 6. A model that takes one face is shown the first."""
    photo_set: str | None = None
    """Of all of the persona's photos at that time, where what is made is a proof of them (`domain.personas.approval`)."""
    made_again_from: UUID | None = None
    """The image that has this recipe too, but for the seed."""
    style_keys: tuple[str, ...] = ()
    """Files of uploaded pictures whose style is taken; a shot says which."""
    still_keys: tuple[str, ...] = ()
    """Files of stills of the job's project, shown to a model that works from pictures; our own composition draws nothing from them."""
    mask: Mask | None = None
    overlay: TextOverlay | None = None
    restyle: str | None = None
    """In words, as the local sketch reads them; the prompt says it too."""
    lora: PinnedLora | None = None
    """The prompt begins with its trigger. Where nobody can draw with it, the face is taken from the base image instead."""
    descends_from_upload: bool = False
    """Whether anything in it came from outside: a photo, a style image, or an image made from such."""
    by_resolution: bool = False
    """Whether its size was paid for: a model that draws fewer pixels than that will not do."""
    adult: bool = False
    """Whether what comes of it is adult content (see `domain.safety.adult`)."""
    crop_to_face: bool = False
    """Whether a picture that comes in another shape is cut so that the face stays."""

    @property
    def wanted_ability(self) -> Ability:
        return self.ability or (Ability.TEXT_TO_IMAGE if self.base_image_id is None else Ability.FACE)

    @property
    def needed_images(self) -> frozenset[ImageId]:
        """Of our own: photos come beside them. What must be there until the job has ended, and again when it is retried."""
        named = (self.base_image_id, self.source_image_id, *self.reference_image_ids)
        return frozenset(ImageId(id_) for id_ in named if id_)

    def shot(self, index: int) -> Shot:
        return self.shots[index] if self.shots else ALIKE

    def photo_keys_of(self, index: int) -> tuple[str, ...]:
        chosen = self.shot(index).photos
        return tuple(self.photo_keys[place] for place in chosen) if chosen else self.photo_keys

    def reference_images_of(self, index: int) -> tuple[UUID, ...]:
        chosen = self.shot(index).images
        return (
            self.reference_image_ids if chosen is None else tuple(self.reference_image_ids[place] for place in chosen)
        )

    def size_of(self, index: int) -> Size:
        graphic = self.shot(index).graphic
        return Size(graphic.width, graphic.height) if graphic else Size(self.width, self.height)

    def prompt_of(self, index: int) -> str:
        return prompt_of(self.prompt, self.shot(index))

    def style_of(self, index: int) -> str | None:
        """A name for people and programs to tell the images of a job apart by."""
        shot = self.shot(index)
        if shot.view:
            return shot.view.value
        named = (extra.partition(":") for extra in shot.extras)
        return next((value for name, _, value in named if name in NAMED), None)

    def alone(self, index: int, *, seed: int, made_again_from: UUID) -> "Recipe":
        """Of one image, once more, from what it was made from. What it is rated is settled anew by whoever accepts it."""
        shots = (replace(self.shot(index), images=None),) if self.shots else ()
        shown, size, graphic = self.reference_images_of(index), self.size_of(index), self.shot(index).graphic
        return replace(
            self,
            prompt=self.prompt_of(index) if graphic else self.prompt,
            aspect_ratio=graphic.shape if graphic else self.aspect_ratio,
            width=size.width,
            height=size.height,
            shots=shots,
            reference_image_ids=shown,
            seed=seed,
            made_again_from=made_again_from,
            adult=False,
        )

    def seed_of(self, index: int) -> int:
        """Seeds of a job count up from the first, so that image i of a locked seed can be made again alone."""
        return (self.seed + index) % (MAX_SEED + 1)

    def identity_of(self, index: int) -> int:
        return self.seed_of(index) if self.identity_seed is None else self.identity_seed

    def _look(self, index: int) -> Look | None:
        return Look(appearance=self.appearance, identity_seed=self.identity_of(index)) if self.appearance else None

    def request_for(self, index: int, *, attempt_key: str) -> RenderRequest:
        """Without its pictures: those are read by whoever sends it. A picture that is changed keeps the scene and
        the place it has; none is drawn."""
        shot, size = self.shot(index), self.size_of(index)
        return RenderRequest(
            attempt_key=attempt_key,
            model=self.model,
            ability=self.wanted_ability,
            prompt=self.prompt_of(index),
            negative_prompt=self.negative_prompt,
            width=size.width,
            height=size.height,
            steps=self.steps,
            quality="high" if self.quality is Quality.HQ else "standard",
            seed=self.seed_of(index),
            look=self._look(index),
            scene=None if self.source_image_id else self.scene,
            environment=None if self.source_image_id else shot.environment or self.environment,
            outfit=shot.outfit or self.outfit,
            pose=shot.pose,
            view=shot.view,
            extras=_worn(shot),
            overlay=self.overlay,
            restyle=self.restyle,
            adult=self.adult,
            crop_to_face=self.crop_to_face,
        )


def _worn(shot: Shot) -> tuple[str, ...]:
    """`glasses` of `glasses:on`."""
    named = (extra.partition(":") for extra in shot.extras)
    return tuple(name for name, _, value in named if value == "on")
