"""How well a face is seen on a photo, from where a detector found faces. A detector errs: nothing here refuses a photo."""

from collections.abc import Mapping, Sequence

from domain.personas.faces import Face, FaceAngle

GOOD_SHARE = 0.2
"""Of the photo's shorter side, and of pixels: a face that large is seen as well as it can be."""
GOOD_PIXELS = 200

LEAST_SHARE, LEAST_PIXELS = 0.1, 100
"""Below either, a face is worth a word."""

TURNED: Mapping[FaceAngle, float] = {FaceAngle.FRONT: 1.0, FaceAngle.THREE_QUARTER: 0.9, FaceAngle.PROFILE: 0.7}
"""A set wants all of them, and most of the first. Choices of ours, as those below."""

IN_COMPANY, CUT_OFF, LYING = 0.5, 0.6, 0.5
COMPANION = 0.5
"""Of the largest face's width: who is smaller stands in the background."""

AT_THE_EDGE = 0.02
"""Of a face's width. The detector's square ends at brows and chin, so that a face at the edge is cut off."""


def view_of(faces: Sequence[Face], *, width: int, height: int) -> float:
    """0 where no face was found, 1 for one that is large, whole, upright, alone, and looks into the camera."""
    if not faces:
        return 0.0
    face = faces[0]
    seen = min(1.0, _share(face, width, height) / GOOD_SHARE, face.width / GOOD_PIXELS) * TURNED[face.angle]
    seen *= IN_COMPANY if is_in_company(faces) else 1
    seen *= CUT_OFF if is_cut_off(face, width=width, height=height) else 1
    return seen * (LYING if is_lying(face) else 1)


def is_small(face: Face, *, width: int, height: int) -> bool:
    return _share(face, width, height) < LEAST_SHARE or face.width < LEAST_PIXELS


def is_in_company(faces: Sequence[Face]) -> bool:
    return len(faces) > 1 and faces[1].width >= COMPANION * faces[0].width


def is_cut_off(face: Face, *, width: int, height: int) -> bool:
    margin = AT_THE_EDGE * face.width
    return (
        min(face.left, face.top) < margin
        or face.left + face.width > width - margin
        or face.top + face.height > height - margin
    )


def is_lying(face: Face) -> bool:
    """The photo lies on its side or its head. A head that only leans is fine."""
    return 45 < face.tilt < 315


def _share(face: Face, width: int, height: int) -> float:
    return face.width / min(width, height)
