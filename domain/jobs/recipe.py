"""Everything that decides a job's pixels, pinned when the job is accepted: later edits of the subject change nothing."""

from dataclasses import dataclass
from uuid import UUID

from domain.influencers.appearance import Appearance
from domain.models.model import Ability
from domain.ports.image_provider import Look, RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality

MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    appearance: Appearance
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
    prompt: str
    negative_prompt: str
    source_image_id: UUID | None = None
    """The image that is changed, for kinds that change one."""

    def seed_of(self, index: int) -> int:
        """Seeds of a job count up from the first, so that image i of a locked seed can be made again alone."""
        return (self.seed + index) % (MAX_SEED + 1)

    def identity_of(self, index: int) -> int:
        return self.seed_of(index) if self.identity_seed is None else self.identity_seed

    def request_for(self, index: int, *, attempt_key: str) -> RenderRequest:
        return RenderRequest(
            attempt_key=attempt_key,
            model=self.model,
            ability=Ability.TEXT_TO_IMAGE if self.base_image_id is None else Ability.FACE,
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            width=self.width,
            height=self.height,
            steps=self.steps,
            quality="high" if self.quality is Quality.HQ else "standard",
            seed=self.seed_of(index),
            look=Look(appearance=self.appearance, identity_seed=self.identity_of(index)),
            scene=self.scene,
            environment=self.environment,
            outfit=self.outfit,
            pose=0 if self.identity_seed is None else index,
        )
