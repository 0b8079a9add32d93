"""A LoRA as jobs draw with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.presets.models import BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyLora:
    """The newest one of a subject that is READY."""

    id: UUID
    base_model: BaseModel
    trigger_word: str
    weights_key: str
    weights_name: str
    completed_at: datetime
    descends_from_upload: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedLora:
    """What of it decides a job's pixels, kept with the job."""

    model_id: UUID
    base_model: BaseModel
    trigger: str
    weights_key: str
    weights_name: str
    scale: float = 1.0

    @classmethod
    def of(cls, lora: ReadyLora) -> "PinnedLora":
        return cls(
            model_id=lora.id,
            base_model=lora.base_model,
            trigger=lora.trigger_word,
            weights_key=lora.weights_key,
            weights_name=lora.weights_name,
        )
