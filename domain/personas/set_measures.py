"""What is measured of a whole set of photos, by whoever decodes them. What it is worth is decided in `domain.personas.set_judging`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMeasures:
    """How alike pairs of photos are, 1 for the same. None where there are no two to compare.

    Faces and mouths only count beside those of the same angle; theirs is the median, and can be below 0 for what has nothing in common.
    """

    face_likeness: float | None
    mouth_likeness: float | None
    background_likeness: float | None
