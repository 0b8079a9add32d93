"""What each row of a subject brings along: the LoRA it is drawn with, and where its newest training is. So a job needs no
further question for that."""

from collections.abc import Mapping
from typing import Any, TypedDict

from domain.ids import LoraModelId
from domain.presets.models import BaseModel
from domain.trainings.lora import ReadyLora
from domain.trainings.training import TrainingStatus

LORA_COLUMNS = """
  l.id AS lora_id, l.base_model AS lora_base_model, l.trigger_word AS lora_trigger_word, l.weights_key AS lora_weights_key,
  l.weights_name AS lora_weights_name, l.completed_at AS lora_completed_at, l.descends_from_upload AS lora_descends_from_upload,
  t.id AS newest_training, t.status AS training_status
"""


def join_lora(*, where: str = "true") -> str:
    """To a subject `s`. `where` says which LoRAs `m` it may be drawn with."""
    return f"""
  LEFT JOIN LATERAL (SELECT m.* FROM lora_models m WHERE m.subject_id = s.id AND m.weights_key IS NOT NULL AND {where}
                      ORDER BY m.completed_at DESC LIMIT 1) l ON true
  LEFT JOIN LATERAL (SELECT m.id, m.status FROM lora_models m WHERE m.subject_id = s.id AND m.deleted_at IS NULL
                      ORDER BY m.created_at DESC, m.id DESC LIMIT 1) t ON true
"""  # noqa: S608 - our own words


class DrawnWith(TypedDict):
    """Fields of both kinds of subject, by name."""

    lora: ReadyLora | None
    newest_training: LoraModelId | None
    training_status: TrainingStatus | None


def drawn_with(values: Mapping[str, Any]) -> DrawnWith:
    """From a row with `LORA_COLUMNS`."""
    return DrawnWith(
        lora=_lora_of(values) if values["lora_id"] else None,
        newest_training=values["newest_training"],
        training_status=TrainingStatus(values["training_status"]) if values["training_status"] else None,
    )


def _lora_of(values: Mapping[str, Any]) -> ReadyLora:
    found = {name: values[f"lora_{name}"] for name in ReadyLora.__dataclass_fields__}
    return ReadyLora(**{**found, "base_model": BaseModel(found["base_model"])})
