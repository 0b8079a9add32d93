"""Aspect ratios and qualities the studio offers, in pixels and sampling steps. Source: PRODUCT, section 5."""

from dataclasses import dataclass
from enum import StrEnum


class AspectRatio(StrEnum):
    SQUARE_1_1 = "SQUARE_1_1"
    PORTRAIT_9_16 = "PORTRAIT_9_16"
    PORTRAIT_2_3 = "PORTRAIT_2_3"


class Quality(StrEnum):
    DRAFT = "DRAFT"
    HQ = "HQ"


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


SIZES: dict[AspectRatio, Size] = {
    AspectRatio.SQUARE_1_1: Size(1024, 1024),
    AspectRatio.PORTRAIT_9_16: Size(768, 1365),
    AspectRatio.PORTRAIT_2_3: Size(819, 1228),
}

STEPS: dict[Quality, int] = {Quality.DRAFT: 20, Quality.HQ: 40}

THUMBNAIL_WIDTH = 300
"""Pixels. Product, section 8."""
