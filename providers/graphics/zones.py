"""Where on a graphic words may stand: inside of the safe area, and not over a face. Numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.personas.faces import Face
from domain.social.platforms import Margins

WIDE = 1.6
"""From this width to height on, words may stand beside a person."""
BESIDE, ABOVE, BELOW = 0.45, 0.65, 0.15
"""Sizes of a face that hair, ears and chin take beside, above and below the square that is found."""
COLUMN, BAND, EDGE = 0.46, 0.36, 0.24
"""Of the safe area, that words take at most beside a person; above or below; and where nobody knows where the face is."""
LEAST_WIDE, LEAST_HIGH = 0.22, 0.07
"""Of the safe area: what is smaller is no place for words."""


@dataclass(frozen=True, slots=True)
class Box:
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def shares(self, other: "Box") -> int:
        """Pixels."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, wide) * max(0, high)


def safe_area(size: tuple[int, int], margins: Margins) -> Box:
    return Box(margins.left, margins.top, size[0] - margins.right, size[1] - margins.bottom)


def kept_free(faces: Sequence[Face]) -> Box | None:
    """Around all of them, hair and neck included; None where no face was found."""
    if not faces:
        return None
    return Box(
        min(round(face.left - BESIDE * face.width) for face in faces),
        min(round(face.top - ABOVE * face.height) for face in faces),
        max(round(face.left + (1 + BESIDE) * face.width) for face in faces),
        max(round(face.top + (1 + BELOW) * face.height) for face in faces),
    )


def zones(size: tuple[int, int], safe: Box, face: Box | None) -> list[Box]:
    """Places for words, the better one first; at least one. The last resort is the lower edge, whatever is there."""
    edge = Box(safe.left, safe.bottom - round(EDGE * safe.height), safe.right, safe.bottom)
    if face is None:
        return [edge]
    band = round(BAND * safe.height)
    under = Box(safe.left, max(safe.bottom - band, face.bottom), safe.right, safe.bottom)
    over = Box(safe.left, safe.top, safe.right, min(safe.top + band, face.top))
    found = [*_beside(safe, face), under, over] if size[0] >= WIDE * size[1] else [under, over]
    return [zone for zone in found if _is_room(zone, safe)] or [edge]


def _beside(safe: Box, face: Box) -> list[Box]:
    """The roomier side first."""
    column = round(COLUMN * safe.width)
    left = Box(safe.left, safe.top, min(safe.left + column, face.left), safe.bottom)
    right = Box(max(safe.right - column, face.right), safe.top, safe.right, safe.bottom)
    return sorted((left, right), key=lambda box: -box.width)


def _is_room(zone: Box, safe: Box) -> bool:
    return zone.width >= LEAST_WIDE * safe.width and zone.height >= LEAST_HIGH * safe.height
