"""Colours of a brand: what each is for, and whether its text can be read on its ground (WCAG 2.2, 1.4.3 and 1.4.6)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.brands.lab import linear
from domain.errors import InvalidInput

HEX = re.compile(r"#?([0-9a-fA-F]{6})")
MOST_COLORS, MOST_ACCENTS = 10, 6


class BrandColorRole(StrEnum):
    PRIMARY = "PRIMARY"
    SECONDARY = "SECONDARY"
    ACCENT = "ACCENT"
    BACKGROUND = "BACKGROUND"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandColor:
    """`hex` is `#rrggbb`, in small letters."""

    hex: str
    role: BrandColorRole

    @property
    def rgb(self) -> tuple[int, int, int]:
        return rgb_of(self.hex)


class ContrastLevel(StrEnum):
    """What text of these colours is good for."""

    AAA = "AAA"
    AA = "AA"
    LARGE_ONLY = "LARGE_ONLY"
    FAILS = "FAILS"


LEAST_RATIOS = ((ContrastLevel.AAA, 7.0), (ContrastLevel.AA, 4.5), (ContrastLevel.LARGE_ONLY, 3.0))
"""WCAG 2.2: 1.4.6, and 1.4.3 for text of any size and for large text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """`ratio` is 1 to 21."""

    ratio: float
    level: ContrastLevel


def hex_of(value: str, *, field: str) -> str:
    """Raises `InvalidInput` for what is no colour."""
    found = HEX.fullmatch(value.strip())
    if found is None:
        raise InvalidInput("A colour is written as '#' and six digits of 0 to 9 and a to f, like #1a2b3c.", field=field)
    return f"#{found[1].lower()}"


def rgb_of(hex_: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(hex_[1:])
    return red, green, blue


def check_colors(colors: Sequence[BrandColor], *, field: str = "colors") -> None:
    """Raises `InvalidInput`: each colour once, at most one for each role, but for accents."""
    if len(colors) > MOST_COLORS:
        raise InvalidInput(f"A brand has at most {MOST_COLORS} colours.", field=field)
    seen: list[BrandColor] = []
    for index, color in enumerate(colors):
        if any(color.hex == other.hex for other in seen):
            raise InvalidInput(f"{color.hex} is named twice: give each colour one role.", field=f"{field}.{index}.hex")
        same = sum(color.role is other.role for other in seen)
        if same >= (MOST_ACCENTS if color.role is BrandColorRole.ACCENT else 1):
            raise InvalidInput(
                f"There are too many {color.role} colours: up to {MOST_ACCENTS} accents, and one of each other role.",
                field=f"{field}.{index}.role",
            )
        seen.append(color)


def contrast_of(colors: Sequence[BrandColor]) -> Contrast | None:
    """Of the text on its background; None where one of them is missing."""
    by_role = {color.role: color for color in colors}
    text, ground = by_role.get(BrandColorRole.TEXT), by_role.get(BrandColorRole.BACKGROUND)
    if text is None or ground is None:
        return None
    ratio = ratio_between(text.rgb, ground.rgb)
    level = next((level for level, least in LEAST_RATIOS if ratio >= least), ContrastLevel.FAILS)
    return Contrast(ratio=round(ratio, 2), level=level)


def ratio_between(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(rgb: tuple[int, int, int]) -> float:
    red, green, blue = (linear(level / 255) for level in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
