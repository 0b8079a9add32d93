"""Base models a subject can be drawn with and trained on. Source: PRODUCT, section 4 (2026-11)."""

from dataclasses import dataclass
from enum import StrEnum


class BaseModel(StrEnum):
    Z_IMAGE_TURBO = "Z_IMAGE_TURBO"
    FLUX_DEV = "FLUX_DEV"
    ONE_2_1 = "ONE_2_1"
    ONE_2_2 = "ONE_2_2"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseModelFacts:
    """What a model can do. Adult content stays false until the deployment's safety switch exists."""

    key: BaseModel
    label: str
    supports_lora: bool
    supports_nsfw: bool
    is_default: bool = False


BASE_MODELS: dict[BaseModel, BaseModelFacts] = {
    m.key: m
    for m in (
        BaseModelFacts(
            key=BaseModel.Z_IMAGE_TURBO,
            label="Z-Image Turbo",
            supports_lora=True,
            supports_nsfw=False,
            is_default=True,
        ),
        BaseModelFacts(key=BaseModel.FLUX_DEV, label="FLUX.1 [dev]", supports_lora=True, supports_nsfw=False),
        BaseModelFacts(key=BaseModel.ONE_2_1, label="One 2.1", supports_lora=True, supports_nsfw=False),
        BaseModelFacts(key=BaseModel.ONE_2_2, label="One 2.2", supports_lora=True, supports_nsfw=False),
    )
}
