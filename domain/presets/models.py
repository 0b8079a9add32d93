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
    """What a model can do. Whether adult content is among it depends on the deployment (see `domain.safety.adult`)."""

    key: BaseModel
    label: str
    description: str
    supports_lora: bool
    is_default: bool = False


NOT_RUN = "Not run by any provider yet: another base model draws in its place."

BASE_MODELS: dict[BaseModel, BaseModelFacts] = {
    m.key: m
    for m in (
        BaseModelFacts(
            key=BaseModel.Z_IMAGE_TURBO,
            label="Z-Image Turbo",
            description="Quick: it takes 8 or 9 steps in any quality.",
            supports_lora=True,
            is_default=True,
        ),
        BaseModelFacts(
            key=BaseModel.FLUX_DEV,
            label="FLUX.1 [dev]",
            description="Follows long descriptions closely, in 20 steps as a draft and 40 in high quality.",
            supports_lora=True,
        ),
        BaseModelFacts(
            key=BaseModel.ONE_2_1,
            label="One 2.1",
            description=NOT_RUN,
            supports_lora=True,
        ),
        BaseModelFacts(
            key=BaseModel.ONE_2_2,
            label="One 2.2",
            description=NOT_RUN,
            supports_lora=True,
        ),
    )
}
