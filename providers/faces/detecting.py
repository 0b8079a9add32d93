"""Faces on a photo. Deterministic, and bounded: whatever a photo's size, 640 pixels of it are looked at.

Upright faces are looked for first: from the front, then from the sides. Only a photo on which none is found is turned, by some
degrees for a head that leans, and by quarters for a photo that lies on its side. A detector errs, both ways; what is made of
its answer says so (docs/decisions/0031). Blocks for 0.3 to 2 s: for a process or thread of its own.
"""

from dataclasses import replace

import numpy as np
from PIL import Image

from domain.personas.faces import Face, FaceAngle
from providers.faces.cascades import Cascade, Grey, Square, squares
from providers.faces.eyes import Eyes, eyes_in

LONGEST = 640
LONGEST_FOR_PROFILES, LONGEST_FOR_COMPANY = 512, 320
"""Pixels of the longer side. Profiles take two looks, one each way; beside a face from the front only large ones are looked for."""

LEAST_FACE = 1 / 12
"""Of a photo's shorter side: what is smaller is nobody's portrait."""

SAME = 0.3
"""How much two squares share that are of the same face."""

ENOUGH_VOTES = 20
"""Of both frontal cascades, for a face whose eyes are not seen. Patterns and upside-down faces get 14; faces 25 to 90."""

ENOUGH_FOR_ANOTHER = 30
ENOUGH_FOR_PROFILE = 10
ENOUGH_FOR_ANOTHER_PROFILE = 14
"""Profiles are guessed at more: fabric and corners get 4 to 11 votes."""

SURE_VOTES = 40
SURE_WHEN_TURNED = 0.7
"""The confidence from which a face on a turned photo counts. Each turn is another chance for a pattern: they get 0.3 to 0.63."""

LEANING = (25, -25)
LYING = (90, 270, 180)


def find_faces(picture: Image.Image) -> tuple[Face, ...]:
    """The largest first. None where none is seen, which is not the same as where none is."""
    grey = _grey(picture)
    upright = _fronts(grey)
    profiles = _profiles(grey, beside=upright)
    if upright or profiles:
        return _on(picture, grey, upright + profiles)
    for turns in (LEANING, LYING):
        found = [face for turn in turns for face in _turned(grey, turn) if face.confidence >= SURE_WHEN_TURNED]
        if found:
            best = max(found, key=lambda face: face.confidence)
            return _on(picture, grey, [face for face in found if face.tilt == best.tilt])
    return ()


def _grey(picture: Image.Image) -> Grey:
    import cv2  # noqa: PLC0415 - see providers.faces.cascades

    scale = min(1.0, LONGEST / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.convert("L").resize(size, Image.Resampling.BOX)
    return np.asarray(cv2.equalizeHist(np.asarray(small)), dtype=np.uint8)


def _least(grey: Grey) -> int:
    return max(24, round(float(min(grey.shape)) * LEAST_FACE))


def _fronts(grey: Grey) -> list[Face]:
    found = squares(grey, Cascade.FRONT, least=_least(grey))
    seconds = squares(grey, Cascade.SECOND_FRONT, least=_least(grey)) if found else []
    faces: list[Face] = []
    for square in sorted(found, key=lambda one: one.votes, reverse=True):
        agreeing = [other.votes for other in seconds if other.shares(square) > SAME]
        votes, eyes = square.votes + max(agreeing, default=0), eyes_in(grey, square)
        enough = ENOUGH_FOR_ANOTHER if faces else ENOUGH_VOTES
        if (eyes.count == 2 or votes >= enough) and not _is_among(square, faces):
            faces.append(_face(square, eyes.angle, _confidence(votes, eyes)))
    return faces


def _confidence(votes: int, eyes: Eyes) -> float:
    """Half for the votes, a quarter for each eye."""
    return round(min(1.0, votes / SURE_VOTES) / 2 + eyes.count / 4, 3)


def _profiles(grey: Grey, *, beside: list[Face]) -> list[Face]:
    """Facing left, and, mirrored, facing right."""
    import cv2  # noqa: PLC0415 - see providers.faces.cascades

    scale = min(1.0, (LONGEST_FOR_COMPANY if beside else LONGEST_FOR_PROFILES) / max(grey.shape))
    small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    to_left = squares(small, Cascade.LEFT_PROFILE, least=_least(small))
    to_right = squares(np.ascontiguousarray(small[:, ::-1]), Cascade.LEFT_PROFILE, least=_least(small))
    found = to_left + [square.mirrored(small.shape[1]) for square in to_right]
    enough = ENOUGH_FOR_ANOTHER_PROFILE if beside else ENOUGH_FOR_PROFILE
    faces: list[Face] = []
    for square in sorted(found, key=lambda one: one.votes, reverse=True):
        full = Square(round(square.left / scale), round(square.top / scale), round(square.side / scale), square.votes)
        if full.votes >= enough and not _is_among(full, beside + faces):
            faces.append(_face(full, FaceAngle.PROFILE, round(min(1.0, full.votes / SURE_VOTES), 3)))
    return faces


def _is_among(square: Square, faces: list[Face]) -> bool:
    """Or around one of them, or within one."""
    x, y = square.middle
    for face in faces:
        other = Square(face.left, face.top, face.width, 0)
        in_it = face.left <= x <= face.left + face.width and face.top <= y <= face.top + face.height
        middle_x, middle_y = other.middle
        around = (
            square.left <= middle_x <= square.left + square.side and square.top <= middle_y <= square.top + square.side
        )
        if in_it or around:
            return True
    return False


def _face(square: Square, angle: FaceAngle, confidence: float) -> Face:
    return Face(
        left=square.left, top=square.top, width=square.side, height=square.side, angle=angle, confidence=confidence
    )


def _turned(grey: Grey, degrees: int) -> list[Face]:
    """What is found once the picture is turned against the clock by so much, where it is on the picture as it was."""
    import cv2  # noqa: PLC0415 - see providers.faces.cascades

    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    wide, high = np.abs(turn[:, :2]) @ (width, height)
    turn[:, 2] += (wide - width) / 2, (high - height) / 2
    turned = cv2.warpAffine(grey, turn, (round(wide), round(high)), borderMode=cv2.BORDER_REPLICATE)
    back = cv2.invertAffineTransform(turn)
    faces: list[Face] = []
    for face in _fronts(np.asarray(turned, dtype=np.uint8)):
        x, y = back @ (face.left + face.width / 2, face.top + face.height / 2, 1)
        left, top = round(float(x) - face.width / 2), round(float(y) - face.height / 2)
        faces.append(replace(face, left=left, top=top, tilt=degrees % 360))
    return faces


def _on(picture: Image.Image, grey: Grey, faces: list[Face]) -> tuple[Face, ...]:
    """In pixels of the picture itself, and within it."""
    scale = picture.width / grey.shape[1]

    def placed(face: Face) -> Face:
        left, top = max(0, round(face.left * scale)), max(0, round(face.top * scale))
        width = min(round(face.width * scale), picture.width - left)
        return replace(
            face, left=left, top=top, width=width, height=min(round(face.height * scale), picture.height - top)
        )

    order = sorted(faces, key=lambda face: (-face.width, face.left, face.top))
    return tuple(placed(face) for face in order)
