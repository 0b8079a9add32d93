"""A person taken off the background: how much of each pixel of a photo is theirs.

Three looks, each with the answer of the one before. A cut by colours (OpenCV's GrabCut) that starts from where head and
shoulders are when the face is here; one by colours at their places, as a white collar and a white flag differ in nothing
else; and soft edges that follow the photo's own, for hair. The same photo gives the same answer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.personas.faces import FaceAngle
from providers.local.composing.densities import Places
from providers.local.composing.outline import BACKGROUND, MAYBE_BACKGROUND, MAYBE_PERSON, PERSON, outline_of
from providers.local.composing.photos import Bytes, Head, Photo
from providers.local.composing.raster import averaged, blurred, calmed, grab_cut, opencv, resized, shrunk
from providers.local.sketch.geometry import Floats, floats, smoothstep

Bools = NDArray[np.bool_]

CUT_AT = 288
"""Pixels of the longer side where the cut is made: the time it takes grows with their square."""
EDGES_AT = 900
"""Where the soft edges are found."""
ODDS = floats((-6.0, 6.0, -1.2, 1.2))
"""What the outline alone says of a pixel, as log odds, by its label."""
LOOKS = 2
"""By colours at their places: the second one has learned from the first what is no shoulder."""


MIRRORED = 0.6
"""How much it speaks against a pixel that its place on the other side of the face is background: people are much alike on both."""


@dataclass(frozen=True, slots=True)
class Matte:
    """As large as its photo, 0 background to 1 person. Only where it `is_plausible`, the background can be replaced; else it is
    the outline, which says no more than what is surely far from the face."""

    share: Floats
    is_plausible: bool


def matte_of(photo: Photo) -> Matte:
    small, scale = shrunk(photo.pixels, CUT_AT)
    head = photo.head.scaled(scale)
    outline = outline_of(small.shape, head)
    mirrored = MIRRORED if photo.angle is FaceAngle.FRONT else 0.0
    person = _one_piece(_cut(calmed(small, 25), head, outline, mirrored), head)
    if not _is_plausible(person, outline, head):
        wide = blurred(floats(_is_person(outline)), 0.12 * head.size)
        return Matte(resized(smoothstep(0.02, 0.5, wide), photo.size), is_plausible=False)
    middle, scale = shrunk(photo.pixels, EDGES_AT)
    soft = _with_soft_edges(floats(middle) / 255, person, photo.head.size * scale)
    return Matte(resized(soft, photo.size), is_plausible=True)


def _cut(pixels: Bytes, head: Head, outline: Bytes, mirrored: float) -> Bytes:
    """1 for the person, 0 for the rest."""
    person = _is_person(grab_cut(pixels, outline, rounds=3))
    places = Places.of(pixels, head)
    for _ in range(LOOKS):
        odds = _odds(places, head, outline, person)
        odds = floats(odds + mirrored * np.minimum(_mirrored(odds, head), 0))
        person = (odds > 0).astype(np.uint8)
    share = 1 / (1 + np.exp(-odds))
    labels = np.where(share > 0.5, MAYBE_PERSON, MAYBE_BACKGROUND).astype(np.uint8)
    labels[(share > 0.97) | (outline == PERSON)] = PERSON
    labels[(share < 0.03) | (outline == BACKGROUND)] = BACKGROUND
    return _is_person(grab_cut(pixels, labels, rounds=2))


def _mirrored(odds: Floats, head: Head) -> Floats:
    """Of the other side of the face, from the eyes to the chin; 0 elsewhere and where the photo has no other side."""
    rows, columns = odds.shape
    across = np.round(2 * head.x - np.arange(columns)).astype(int)
    other = odds[:, np.clip(across, 0, columns - 1)] * ((across >= 0) & (across < columns))
    down = (np.arange(rows, dtype=np.float32) - head.top) / head.size
    beside = smoothstep(0.30, 0.45, floats(down)) * smoothstep(1.1, 0.9, floats(down))
    return floats(blurred(floats(other), 0.06 * head.size) * beside[:, None])


def _is_person(labels: Bytes) -> Bytes:
    return (labels & 1).astype(np.uint8)


def _odds(places: Places, head: Head, outline: Bytes, person: Bytes) -> Floats:
    """Log odds for the person, by colours at their places and by the outline. Examples of the person lie within the outline."""
    by_colour = np.clip(places.odds(person & _is_person(outline), 1 - person), -5, 5)
    return floats(by_colour + blurred(ODDS[outline], 0.10 * head.size))


def _one_piece(person: Bytes, head: Head) -> Bytes:
    """The part the face belongs to, without holes, and without what hangs on to it by a thread."""
    cv2 = opencv()
    wide = max(3, round(0.16 * head.size)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    core = _part_at(cv2.erode(person, disc), head)
    grown = cv2.dilate(core, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide + 4, wide + 4)))
    return _filled(_part_at(np.minimum(grown, person), head))


def _part_at(person: Bytes, head: Head) -> Bytes:
    _, parts = opencv().connectedComponents(person)
    row = min(person.shape[0] - 1, max(0, round(head.top + 0.55 * head.size)))
    column = min(person.shape[1] - 1, max(0, round(head.x)))
    part = parts == parts[row, column]
    kept: Bytes = (part & (person > 0)).astype(np.uint8)
    return kept


def _filled(person: Bytes) -> Bytes:
    """Background that is closed in all around is none: the sides of the photo are not closed, the lower one is."""
    padded = np.pad(1 - person, ((1, 0), (1, 1)), constant_values=1)
    _, parts = opencv().connectedComponents(padded.astype(np.uint8), connectivity=4)
    filled: Bytes = (parts[1:, 1:-1] != parts[0, 0]).astype(np.uint8)
    return filled


def _with_soft_edges(colours: Floats, person: Bytes, head: float) -> Floats:
    """A guided filter (He, Sun and Tang, 2013): within a window the share of the person is a linear function of colour."""
    size = (colours.shape[1], colours.shape[0])
    cut = np.clip(blurred(resized(floats(person), size), 0.012 * head), 0, 1)
    reach = max(2, round(0.05 * head))
    means, mean = averaged(colours, reach), averaged(cut, reach)
    spread = np.empty((*cut.shape, 3, 3), np.float32)
    for i in range(3):
        for j in range(i, 3):
            spread[..., i, j] = averaged(colours[..., i] * colours[..., j], reach) - means[..., i] * means[..., j]
            spread[..., j, i] = spread[..., i, j]
    spread += 2e-4 * np.eye(3, dtype=np.float32)
    together = averaged(floats(colours * cut[..., None]), reach) - means * mean[..., None]
    slope = np.linalg.solve(spread, together[..., None])[..., 0]
    offset = mean - (slope * means).sum(axis=-1)
    share = (averaged(floats(slope), reach) * colours).sum(axis=-1) + averaged(floats(offset), reach)
    near = blurred(cut, 0.03 * head)
    return floats(smoothstep(0.06, 0.94, floats(share)) * smoothstep(0.02, 0.2, near))


def _is_plausible(person: Bytes, outline: Bytes, head: Head) -> bool:
    """A cut that is no person is not used. It has to hold the whole face, something above it (the rest of a head), much of the
    shoulders, and little that lies far out."""
    is_person = person.astype(bool)
    if is_person.all():
        return False
    above = is_person[max(0, round(head.top - 0.15 * head.size)) : max(1, round(head.top)), _around(head)]
    likely, far = is_person[outline == MAYBE_PERSON], is_person[outline == MAYBE_BACKGROUND]
    whole = _mean(is_person[outline == PERSON], 1.0) > 0.97 and _mean(above, 1.0) > 0.6
    return whole and _mean(likely, 1.0) > 0.3 and _mean(far, 0.0) < 0.55


def _around(head: Head) -> slice:
    return slice(max(0, round(head.x - 0.2 * head.size)), max(1, round(head.x + 0.2 * head.size)))


def _mean(values: Bytes | Bools, otherwise: float) -> float:
    """`otherwise` where there is nothing to measure: a face that fills its photo has no shoulders."""
    return float(values.mean()) if values.size else otherwise
