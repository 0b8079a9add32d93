"""OpenPose skeletons: what a ControlNet for poses is shown, so that a character sheet has its views.

Eighteen joints of COCO in OpenPose's order, limbs in its colours at six tenths of their brightness, joints in full, on black:
as `controlnet_aux` and ComfyUI's preprocessors draw them. Source: CMU's OpenPose, "COCO" output format (2026-11).
"""

from dataclasses import dataclass
from io import BytesIO
from math import atan2, cos, hypot, pi, radians, sin

from PIL import Image, ImageDraw

from domain.images.picture import Picture
from domain.jobs.views import View

JOINTS = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist", "right_hip",
    "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip
"""Right and left are the person's own."""
COLOURS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0), (0, 255, 85),
    (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255),
    (255, 0, 170), (255, 0, 85),
)  # fmt: skip
"""Of the joints in their order, and of the limbs in theirs."""
LIMBS = tuple(
    (JOINTS[a - 1], JOINTS[b - 1])
    for a, b in (
        (2, 3), (2, 6), (3, 4), (4, 5), (6, 7), (7, 8), (2, 9), (9, 10), (10, 11), (2, 12), (12, 13), (13, 14), (2, 1),
        (1, 15), (15, 17), (1, 16), (16, 18),
    )
)  # fmt: skip
LIMB_SHARE = 0.6
STICK = 4 / 512
"""Half the thickness of a limb, and the radius of a joint, as a share of the shorter side."""

BODY = {
    # Standing upright, as seen from the front: x to the person's left (the picture's right), y down from the crown to the
    # soles in heights of the body, z towards the viewer; and the way it faces, in degrees from the front. None: all ways.
    "nose": (0.0, 0.082, 0.060, 0.0),
    "neck": (0.0, 0.175, 0.0, None),
    "shoulder": (0.105, 0.182, 0.0, None),
    "elbow": (0.138, 0.335, -0.012, None),
    "wrist": (0.155, 0.470, 0.020, None),
    "hip": (0.055, 0.520, 0.0, None),
    "knee": (0.060, 0.735, 0.010, None),
    "ankle": (0.064, 0.950, -0.010, None),
    "eye": (0.019, 0.067, 0.046, 25.0),
    "ear": (0.043, 0.074, -0.004, 90.0),
}
SEEN_FROM = -0.09
"""Cosine of the angle to the viewer from which a part of the head is seen: ears are, just, from straight ahead."""


@dataclass(frozen=True, slots=True)
class Aim:
    """How far the body is turned (degrees, positive towards the picture's right) and which part of it is in the picture."""

    turn: float
    height: float  # of the body, in heights of the picture
    crown: float  # its place, in heights of the picture from the top


HALF = (1.62, 0.10)
CLOSE = (2.60, 0.11)
WHOLE = (0.90, 0.05)
AIMS = {
    View.FRONT: Aim(0, *HALF),
    View.THREE_QUARTER_LEFT: Aim(-42, *HALF),
    View.THREE_QUARTER_RIGHT: Aim(42, *HALF),
    View.SIDE_LEFT: Aim(-90, *HALF),
    View.SIDE_RIGHT: Aim(90, *HALF),
    View.BACK: Aim(180, *HALF),
    View.FULL_BODY: Aim(0, *WHOLE),
    View.EXPRESSION_SMILE: Aim(8, *CLOSE),
    View.EXPRESSION_SERIOUS: Aim(-8, *CLOSE),
    View.DRAMATIC_LIGHT: Aim(-24, *CLOSE),
}

Place = tuple[float, float]


def skeleton(view: View, width: int, height: int) -> Picture:
    """A PNG. The same view in the same size is the same bytes. Narrow pictures show the body smaller."""
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    places = joints(view, width, height)
    stick = max(2.0, STICK * min(width, height))
    for number, (start, end) in enumerate(LIMBS):
        if start in places and end in places:
            red, green, blue = (int(LIMB_SHARE * part) for part in COLOURS[number])
            pen.polygon(_limb(places[start], places[end], stick), fill=(red, green, blue))
    for number, name in enumerate(JOINTS):
        if name in places:
            x, y = places[name]
            pen.ellipse((x - stick, y - stick, x + stick, y + stick), fill=COLOURS[number])
    file = BytesIO()
    image.save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


def joints(view: View, width: int, height: int) -> dict[str, Place]:
    """In pixels, by name. What is turned away is not among them; what lies below the picture is, outside of it."""
    aim = AIMS[view]
    size = min(aim.height * height, 2.2 * aim.height * width)
    crown = aim.crown * height if size == aim.height * height else max(aim.crown * height, (height - size) / 2)
    seen: dict[str, Place] = {}
    for name in JOINTS:
        side = 1 if name.startswith("left") else -1
        x, y, z, facing = BODY[name.removeprefix("left_").removeprefix("right_")]
        if facing is not None and cos(radians(facing * side + aim.turn)) < SEEN_FROM:
            continue
        turn = radians(aim.turn)
        across = side * x * cos(turn) + z * sin(turn) if x else z * sin(turn)
        seen[name] = (width / 2 + across * size, crown + y * size)
    return seen


def _limb(start: Place, end: Place, half: float) -> list[Place]:
    """An ellipse between two joints."""
    (x0, y0), (x1, y1) = start, end
    angle, reach = atan2(y1 - y0, x1 - x0), hypot(x1 - x0, y1 - y0) / 2
    points = []
    for step in range(36):
        along, beside = reach * cos(2 * pi * step / 36), half * sin(2 * pi * step / 36)
        x = (x0 + x1) / 2 + along * cos(angle) - beside * sin(angle)
        y = (y0 + y1) / 2 + along * sin(angle) + beside * cos(angle)
        points.append((x, y))
    return points
