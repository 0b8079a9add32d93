"""Aspect ratios and qualities the studio offers, in pixels and sampling steps. Source: PRODUCT, section 5."""

from dataclasses import dataclass
from enum import StrEnum


class AspectRatio(StrEnum):
    SQUARE_1_1 = "SQUARE_1_1"
    PORTRAIT_9_16 = "PORTRAIT_9_16"
    PORTRAIT_2_3 = "PORTRAIT_2_3"
    LANDSCAPE_16_9 = "LANDSCAPE_16_9"
    LANDSCAPE_2_1 = "LANDSCAPE_2_1"
    LANDSCAPE_191_100 = "LANDSCAPE_191_100"


class Quality(StrEnum):
    DRAFT = "DRAFT"
    HQ = "HQ"


class Resolution(StrEnum):
    RESOLUTION_1K = "RESOLUTION_1K"
    RESOLUTION_2K = "RESOLUTION_2K"
    RESOLUTION_4K = "RESOLUTION_4K"


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


SIZES: dict[AspectRatio, Size] = {
    AspectRatio.SQUARE_1_1: Size(1024, 1024),
    AspectRatio.PORTRAIT_9_16: Size(768, 1365),
    AspectRatio.PORTRAIT_2_3: Size(819, 1228),
    AspectRatio.LANDSCAPE_16_9: Size(1920, 1080),
    AspectRatio.LANDSCAPE_2_1: Size(1024, 512),
    AspectRatio.LANDSCAPE_191_100: Size(1200, 630),
}

ENLARGED: dict[Resolution, int] = {
    Resolution.RESOLUTION_1K: 1,
    Resolution.RESOLUTION_2K: 2,
    Resolution.RESOLUTION_4K: 4,
}
"""How many times the pixels of `SIZES`, each way."""


def size_in(aspect_ratio: AspectRatio, resolution: Resolution) -> Size:
    size, times = SIZES[aspect_ratio], ENLARGED[resolution]
    return Size(size.width * times, size.height * times)


STEPS: dict[Quality, int] = {Quality.DRAFT: 20, Quality.HQ: 40}
"""Models that are distilled to a few steps keep to theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """An aspect ratio or a quality, as it is offered to people."""

    label: str
    description: str
    is_default: bool = False


# Those that may be chosen. Thumbnails alone are 16:9, and always; the shape of a social graphic is its platform's.
ASPECT_RATIOS: dict[AspectRatio, Format] = {
    AspectRatio.SQUARE_1_1: Format(label="Square, 1:1", description="For profiles and feeds."),
    AspectRatio.PORTRAIT_9_16: Format(
        label="Portrait, 9:16", description="A whole phone screen: stories, reels, shorts.", is_default=True
    ),
    AspectRatio.PORTRAIT_2_3: Format(label="Portrait, 2:3", description="As prints and pins are."),
}

QUALITIES: dict[Quality, Format] = {
    Quality.DRAFT: Format(label="Draft", description="Quick, and good enough to choose from.", is_default=True),
    Quality.HQ: Format(label="High quality", description="Twice the steps, for pictures to be published."),
}

THUMBNAIL_WIDTH = 300
"""Pixels. Product, section 8."""
