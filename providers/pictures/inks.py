"""Colours as a PDF gives them (ISO 32000-2, 8.6), in sRGB. Printing inks are turned by the plain formula, without their profile."""

from collections.abc import Sequence
from typing import Any

Ink = tuple[int, int, int]
BLACK: Ink = (0, 0, 0)
FAMILIES = {
    "/DeviceGray": 1,
    "/CalGray": 1,
    "/G": 1,
    "/DeviceRGB": 3,
    "/CalRGB": 3,
    "/RGB": 3,
    "/DeviceCMYK": 4,
    "/CMYK": 4,
}
DEEPEST = 4
"""Spaces that stand on other spaces."""


def ink_of(levels: Sequence[float]) -> Ink | None:
    """Of one grey, three of RGB, or four of CMYK, each 0 to 1; None for anything else."""
    parts = [min(1.0, max(0.0, float(level))) for level in levels]
    if len(parts) == 1:
        parts *= 3
    if len(parts) == 4:
        cyan, magenta, yellow, key = parts
        parts = [(1 - part) * (1 - key) for part in (cyan, magenta, yellow)]
    if len(parts) != 3:
        return None
    red, green, blue = (round(255 * part) for part in parts)
    return red, green, blue


def ink_in(space: Any, levels: Sequence[float], depth: int = 0) -> Ink | None:
    """In a space of a PDF; None where it is one that is not followed: a pattern, an index, a spot colour by a program."""
    space = _whole(space)
    if isinstance(space, str):
        return ink_of(levels) if FAMILIES.get(space) == len(levels) else None
    if not isinstance(space, list) or not space or depth > DEEPEST:
        return None
    family = _whole(space[0])
    if family in FAMILIES:
        return ink_in(family, levels, depth + 1)
    if family == "/ICCBased":
        return ink_of(levels) if _whole(_whole(space[1]).get("/N")) == len(levels) else None
    if family == "/Separation":
        return _spot(space, levels, depth)
    return None


def _spot(space: Sequence[Any], levels: Sequence[float], depth: int) -> Ink | None:
    """An ink of its own name, by the exponential function that says what stands for it (7.10.3)."""
    function = _whole(space[3])
    if _whole(function.get("/FunctionType")) != 2 or len(levels) != 1:
        return None
    none, full = (
        [float(_whole(one)) for one in _whole(function.get(key, [empty]))]
        for key, empty in (("/C0", 0.0), ("/C1", 1.0))
    )
    part = max(0.0, min(1.0, float(levels[0]))) ** float(_whole(function.get("/N", 1)))
    return ink_in(space[2], [low + part * (high - low) for low, high in zip(none, full, strict=True)], depth + 1)


def _whole(value: Any) -> Any:
    """What a reference refers to."""
    return value.get_object() if hasattr(value, "get_object") else value
