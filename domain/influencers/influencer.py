"""A synthetic character and what may be asked of it."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import ImageId, LoraModelId, SubjectId, UserId
from domain.influencers.appearance import Appearance
from domain.presets.catalogue import Outfit
from domain.presets.models import BaseModel
from domain.trainings.lora import ReadyLora
from domain.trainings.training import TrainingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Influencer:
    """`identity_seed` is chosen together with the base image; before that it has no meaning."""

    id: SubjectId
    user_id: UserId
    name: str
    appearance: Appearance
    default_outfit: Outfit
    nsfw_enabled: bool
    base_model: BaseModel
    base_image_id: ImageId | None
    identity_seed: int
    training_enabled: bool
    auto_start: bool
    created_at: datetime
    lora: ReadyLora | None = None
    newest_training: LoraModelId | None = None
    training_status: TrainingStatus | None = None
    """Of the newest training; None where there was none."""
