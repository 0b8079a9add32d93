"""A palette out of what was measured: colours that an eye takes for one become one, and each of the few that stay gets a role.

The rules are ours and plain. They see shares and distances, not what a colour is painted on: whoever reviews a draft puts right
what they get wrong.
"""

from collections.abc import Sequence

from domain.brands.colors import BrandColor, BrandColorRole, ratio_between, rgb_of
from domain.brands.lab import chroma_of, distance, lab_of
from domain.brands.source import FoundColor

SAME = 12.0
"""Nearer than this, two colours are shades of one: edges, shadows, and what JPEG makes of a plane."""
SAME_GREYS = 20.0
"""Of greys, which differ in lightness alone."""
GREY = 8.0
COLOURFUL = 18.0
"""Of chroma."""
LEAST_SHARE, LEAST_COLOURFUL_SHARE = 0.004, 0.002
"""A little of a strong colour is seen, and of a grey not."""
MOST_FOUND, MOST_ACCENTS_FOUND = 12, 3
GROUND_SHARE, GROUND_LIGHTNESS = 0.1, 85.0
"""A light and greyish colour with so much of everything is what the rest stands on."""
READABLE = 4.5
APART = 20.0


def merged(found: Sequence[FoundColor]) -> tuple[FoundColor, ...]:
    """The most frequent first; shares are of all again. A colour goes to the most frequent one that it is taken for."""
    kept: list[FoundColor] = []
    for color in sorted(found, key=lambda one: (-one.share, one.hex)):
        near = next((n for n, one in enumerate(kept) if _are_one(one.hex, color.hex)), None)
        if near is None:
            kept.append(color)
        else:
            kept[near] = FoundColor(hex=kept[near].hex, share=kept[near].share + color.share)
    total = sum(color.share for color in kept) or 1.0
    parts = [FoundColor(hex=color.hex, share=round(color.share / total, 4)) for color in kept]
    parts = [one for one in parts if one.share >= (LEAST_COLOURFUL_SHARE if _chroma(one) >= COLOURFUL else LEAST_SHARE)]
    return tuple(sorted(parts, key=lambda one: (-one.share, one.hex))[:MOST_FOUND])


def together(readings: Sequence[Sequence[FoundColor]]) -> tuple[FoundColor, ...]:
    """Of several files, each of which counts for as much."""
    return merged([color for colors in readings for color in colors])


def roles_of(found: Sequence[FoundColor]) -> tuple[BrandColor, ...]:
    """`found` as `merged` makes it. A role that no colour is fit for stays empty."""
    left = list(found)
    chosen: list[BrandColor] = []

    def take(color: FoundColor | None, role: BrandColorRole) -> FoundColor | None:
        if color is not None:
            left.remove(color)
            chosen.append(BrandColor(hex=color.hex, role=role))
        return color

    ground = take(_ground(left), BrandColorRole.BACKGROUND)
    take(_text(left, ground), BrandColorRole.TEXT)
    first = take(_strongest(left), BrandColorRole.PRIMARY)
    take(_strongest([one for one in left if first and _is_apart(one, first)]), BrandColorRole.SECONDARY)
    for _ in range(MOST_ACCENTS_FOUND):
        take(_strongest([one for one in left if _stands_out(one, chosen)]), BrandColorRole.ACCENT)
    return tuple(sorted(chosen, key=lambda color: list(BrandColorRole).index(color.role)))


def _ground(colors: Sequence[FoundColor]) -> FoundColor | None:
    """The most frequent light grey, where there is enough of it; else the most frequent of all."""
    light = [
        one
        for one in colors
        if one.share >= GROUND_SHARE and lab_of(one.hex)[0] >= GROUND_LIGHTNESS and _chroma(one) < COLOURFUL
    ]
    return next(iter(light or colors), None)


def _text(colors: Sequence[FoundColor], ground: FoundColor | None) -> FoundColor | None:
    """What can be read on the ground: the greyest first, then what is read most easily."""
    if ground is None:
        return None
    readable = [one for one in colors if ratio_between(rgb_of(one.hex), rgb_of(ground.hex)) >= READABLE]
    plain = [one for one in readable if _chroma(one) < COLOURFUL]
    if plain:
        return max(plain, key=lambda one: ratio_between(rgb_of(one.hex), rgb_of(ground.hex)))
    return max(readable[1:], key=lambda one: ratio_between(rgb_of(one.hex), rgb_of(ground.hex)), default=None)


def _strongest(colors: Sequence[FoundColor]) -> FoundColor | None:
    """Much of a colour counts for more than a little of a stronger one."""
    return max(colors, key=lambda one: (_chroma(one) + 20) * one.share**0.8, default=None)


def _stands_out(one: FoundColor, chosen: Sequence[BrandColor]) -> bool:
    return _chroma(one) >= COLOURFUL and all(distance(one.hex, other.hex) >= APART for other in chosen)


def _is_apart(one: FoundColor, other: FoundColor) -> bool:
    return distance(one.hex, other.hex) >= APART


def _chroma(color: FoundColor) -> float:
    return chroma_of(lab_of(color.hex))


def _are_one(one: str, other: str) -> bool:
    both_grey = max(chroma_of(lab_of(one)), chroma_of(lab_of(other))) < GREY
    return distance(one, other) < (SAME_GREYS if both_grey else SAME)
