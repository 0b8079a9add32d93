"""Which of a person's photos a picture is made from, and where the face is in it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from domain.errors import ProviderRefused, ProviderRequestInvalid
from domain.images.picture import Picture
from domain.personas.faces import FaceAngle
from domain.ports.image_provider import RenderRequest
from providers.faces.detecting import find_faces
from providers.pixels import upright

Bytes = NDArray[np.uint8]

LONGEST = 2048
"""Pixels a side that are kept of a photo: bounds memory, and no picture of the studio shows more."""

WHITE, MOST_GAIN = 0.85, 2.0
"""How bright the brightest places of a photo are at least, and how much it is brightened at most."""
LYING = (90, 180, 270)
"""Degrees by which a photo is turned first. A head that only leans may lean."""
ASIDE, ABOVE, BELOW = 3.2, 1.8, 4.6
"""Sizes of the face that are kept to both sides of its middle, above its top and below it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The square around eyes, nose and mouth, in pixels of the photo. All measures of a person are counted in its `size`."""

    left: float
    top: float
    size: float

    @property
    def x(self) -> float:
        return self.left + self.size / 2

    def scaled(self, share: float) -> "Head":
        return Head(self.left * share, self.top * share, self.size * share)


@dataclass(frozen=True, slots=True)
class Photo:
    pixels: Bytes
    head: Head
    angle: FaceAngle

    @property
    def is_grey(self) -> bool:
        """Black and white: red, green and blue are all but the same everywhere."""
        return float(np.ptp(self.pixels[::4, ::4], axis=-1).mean()) < 4

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]


def photo_for(request: RenderRequest, wanted: FaceAngle | None = None) -> Photo:
    """Poses go through the photos in turn, from the best; a `wanted` angle comes first, wherever it is.

    A photo without a face is passed over; of several people the largest face counts. Raises `ProviderRefused` where no
    photo has one, which is final and free, and `ProviderRequestInvalid` where there is no photo at all.
    """
    if not request.references:
        raise ProviderRequestInvalid("There is no photo of this person.", detail=f"{request.ability} without photos")
    turn = request.pose % len(request.references)
    best: Photo | None = None
    for photo in _with_faces((*request.references[turn:], *request.references[:turn])):
        if wanted in {None, photo.angle}:
            return photo
        best = best or photo
    if best is None:
        raise ProviderRefused(
            "No face was found in these photos. Choose photos that show the face clearly, from the front.",
            detail=f"no face in {len(request.references)} photos",
        )
    return best


def _with_faces(references: tuple[Picture, ...]) -> Iterator[Photo]:
    for reference in references:
        image = upright(reference)
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
        faces = find_faces(image)
        if faces and faces[0].tilt in LYING:
            image = image.rotate(faces[0].tilt, expand=True)
            faces = find_faces(image)
        if faces:
            face = faces[0]
            size = (face.width + face.height) / 2
            head = Head(face.left + (face.width - size) / 2, face.top + (face.height - size) / 2, size)
            yield _around(Photo(_exposed(np.asarray(image)), head, face.angle))


def _exposed(pixels: Bytes) -> Bytes:
    """A photo that was taken too dark, as bright as its brightest places allow: those of the whole photo, so that no complexion counts."""
    white = float(np.percentile(pixels[::4, ::4].max(axis=-1), 98)) / 255
    gain = min(MOST_GAIN, WHITE / max(white, 0.05))
    if gain <= 1.0:
        return pixels
    brighter: Bytes = np.clip(pixels.astype(np.float32) * gain, 0, 255).astype(np.uint8)
    return brighter


def _around(photo: Photo) -> Photo:
    """Without what no portrait shows, so that a small face in a wide scene is worked on as closely as a large one."""
    head, (wide, high) = photo.head, photo.size
    left, right = max(0, round(head.x - ASIDE * head.size)), min(wide, round(head.x + ASIDE * head.size))
    top, bottom = max(0, round(head.top - ABOVE * head.size)), min(high, round(head.top + BELOW * head.size))
    return Photo(photo.pixels[top:bottom, left:right], Head(head.left - left, head.top - top, head.size), photo.angle)
