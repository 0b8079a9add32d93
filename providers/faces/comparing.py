"""How alike the photos of a set are: their faces, their backgrounds, their mouths. In numbers of the whole set, kept nowhere.

Nobody is recognised. A face is described by the directions of its edges (HOG) at 64 by 64 pixels, which tells photos of one head
in one view from photos of two better than chance, and not better than that: whoever shows the number calls it an estimate.
Nothing of the descriptions leaves this module. Blocks, some 50 ms for each photo: for a thread or a process.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import combinations
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from domain.personas.faces import Face
from domain.personas.set_measures import SetMeasures
from providers.faces.detecting import find_faces

Vector = NDArray[np.float32]

SIDE = 64
LONGEST = 512
"""Pixels of a photo that its background is looked at with."""

BODY_WIDE, BODY_UP = 1.0, 0.6
"""How far, in faces, head and shoulders reach beyond the face to each side, and above it. Below it, all is body."""

HUES, PARTS = 12, 4
MOUTH = (0.60, 0.95, 0.20, 0.80)
"""Top, bottom, left and right of the mouth, in parts of a face."""


def compared_files(files: Sequence[bytes], faces: Sequence[Sequence[Face] | None]) -> SetMeasures:
    """Of files that we drew ourselves, one after the other. Where nobody looked for faces yet, they are looked for here."""
    return compared((picture, _largest(picture, known)) for picture, known in zip(_opened(files), faces, strict=True))


def _opened(files: Sequence[bytes]) -> Iterator[Image.Image]:
    for data in files:
        with Image.open(BytesIO(data)) as picture:
            yield picture.convert("RGB")


def _largest(picture: Image.Image, known: Sequence[Face] | None) -> Face | None:
    return next(iter(find_faces(picture) if known is None else known), None)


def compared(photos: Iterable[tuple[Image.Image, Face | None]]) -> SetMeasures:
    """Each with its largest face. Photos without a face count for nothing; None where fewer than two are left."""
    faces: list[tuple[Face, Vector, Vector]] = []
    backgrounds: list[Vector] = []
    for picture, face in photos:
        if face is None:
            continue
        grey = picture.convert("L")
        faces.append((face, _edges(_upright(grey, face)), _edges(_mouth(grey, face))))
        backgrounds.append(_background(picture, face))
    views = [(one[1], other[1]) for one, other in combinations(faces, 2) if one[0].angle is other[0].angle]
    mouths = [(one[2], other[2]) for one, other in combinations(faces, 2) if one[0].angle is other[0].angle]
    return SetMeasures(
        face_likeness=_middle([float(one @ other) for one, other in views]),
        mouth_likeness=_middle([float(one @ other) for one, other in mouths]),
        background_likeness=_mean([float(np.minimum(*pair).sum()) for pair in combinations(backgrounds, 2)]),
    )


def _middle(found: Sequence[float]) -> float | None:
    return round(median(found), 4) if found else None


def _mean(found: Sequence[float]) -> float | None:
    return round(fmean(found), 4) if found else None


def _upright(grey: Image.Image, face: Face) -> Image.Image:
    crop = grey.crop((face.left, face.top, face.left + face.width, face.top + face.height))
    return crop.rotate(face.tilt, resample=Image.Resampling.BILINEAR) if face.tilt else crop


def _mouth(grey: Image.Image, face: Face) -> Image.Image:
    upright = _upright(grey, face)
    top, bottom, left, right = MOUTH
    width, height = upright.size
    return upright.crop((round(left * width), round(top * height), round(right * width), round(bottom * height)))


def _edges(crop: Image.Image) -> Vector:
    """Of length 1, without the light that fell on it."""
    import cv2  # noqa: PLC0415 - see providers.faces.cascades

    small = np.asarray(crop.resize((SIDE, SIDE), Image.Resampling.BOX))
    hog = cv2.HOGDescriptor((SIDE, SIDE), (16, 16), (8, 8), (8, 8), 9)
    described = np.asarray(hog.compute(cv2.equalizeHist(small)), dtype=np.float32).ravel()
    centred = described - described.mean()
    return np.asarray(centred / (np.linalg.norm(centred) or 1), dtype=np.float32)


def _background(picture: Image.Image, face: Face) -> Vector:
    """A histogram of the colours around head and shoulders, of sum 1."""
    small = picture.convert("HSV")
    scale = min(1.0, LONGEST / max(picture.size))
    small = small.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    pixels = np.asarray(small, dtype=np.int32)
    outside = np.ones(pixels.shape[:2], dtype=bool)
    left, right = face.left - BODY_WIDE * face.width, face.left + (1 + BODY_WIDE) * face.width
    top = face.top - BODY_UP * face.height
    outside[max(0, round(top * scale)) :, max(0, round(left * scale)) : max(0, round(right * scale))] = False
    seen = pixels[outside] if outside.any() else pixels.reshape(-1, 3)
    places = (
        (seen[:, 0] * HUES // 256) * PARTS * PARTS + (seen[:, 1] * PARTS // 256) * PARTS + seen[:, 2] * PARTS // 256
    )
    counts = np.bincount(places, minlength=HUES * PARTS * PARTS).astype(np.float32)
    return np.asarray(counts / counts.sum(), dtype=np.float32)
