"""How the character stands for each picture of a character sheet: the same distance, the same plain wall, the same light."""

from dataclasses import dataclass, replace
from math import radians, sin

from domain.jobs.views import View
from domain.ports.image_provider import RenderRequest
from providers.local.sketch.geometry import Camera
from providers.local.sketch.mood import STUDIO_PORTRAIT, Mood
from providers.local.sketch.pose import CALM, CROPS, EXPRESSIONS, Expression, Pose

WHOLE = "whole"
"""The crop that shows a character from head to feet."""
CROWN, SOLES = -1.75, 14.35
"""Head units: what `WHOLE` has to hold, with hair and shoes."""
SERIOUS = Expression(smile=-0.12, open=0.0, squint=0.12, brows=-0.35, lids=0.06)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Degrees; positive turns to the right of the picture."""

    head: float = 0.0
    body: float = 0.0
    expression: Expression = CALM
    crop: str = "medium"


STANDS = {
    View.FRONT: Stand(),
    View.THREE_QUARTER_LEFT: Stand(head=-40, body=-28),
    View.THREE_QUARTER_RIGHT: Stand(head=40, body=28),
    View.SIDE_LEFT: Stand(head=-88, body=-40),
    View.SIDE_RIGHT: Stand(head=88, body=40),
    View.BACK: Stand(head=180, body=0),
    View.FULL_BODY: Stand(crop=WHOLE),
    View.EXPRESSION_SMILE: Stand(head=6, body=10, expression=EXPRESSIONS["smile"], crop="bust"),
    View.EXPRESSION_SERIOUS: Stand(head=-6, body=-10, expression=SERIOUS, crop="bust"),
    View.DRAMATIC_LIGHT: Stand(head=-20, body=-18, expression=EXPRESSIONS["intense"], crop="bust"),
}

SHEET_LIGHT = replace(STUDIO_PORTRAIT, vignette=0.18, contrast=0.8)
DRAMATIC = replace(
    STUDIO_PORTRAIT,
    key_angle=74,
    key_height=0.35,
    key=(1.0, 0.94, 0.84),
    ambient=(0.26, 0.28, 0.38),
    rim=(0.55, 0.75, 1.0),
    rim_strength=1.2,
    contrast=1.5,
    exposure=0.86,
    saturation=0.92,
    daylight=0.3,
    vignette=0.75,
)


def pose_in_view(view: View) -> Pose:
    """No chance in it: all characters stand alike, and a sheet made again is the same."""
    stand = STANDS[view]
    turn = radians(stand.head)
    ahead = abs(stand.head) < 60
    return Pose(
        crop=stand.crop,
        yaw=turn,
        pitch=0.0,
        roll=0.0,
        body_yaw=radians(stand.body),
        lean=0.0,
        gaze=(-sin(turn) * 0.45 if ahead else 0.0, 0.0),
        expression=stand.expression,
        light_side=-1 if view in (View.THREE_QUARTER_LEFT, View.SIDE_LEFT) else 1,
        shoulder_lift=0.0,
        elbow=(0.14, 0.14),
        off_centre=0.0,
    )


def mood_in_view(view: View) -> Mood:
    return DRAMATIC if view is View.DRAMATIC_LIGHT else SHEET_LIGHT


def camera_in_view(request: RenderRequest, pose: Pose) -> Camera:
    """Of the whole character, or the crop's usual distance without its chance."""
    width, height = request.width, request.height
    if pose.crop == WHOLE:
        scale = min(height * 0.955 / (SOLES - CROWN), width / 5.2)
        top = (height - scale * (SOLES - CROWN)) / 2
        return Camera(width, height, scale, width / 2, top - CROWN * scale)
    across, down, eyes = CROPS[pose.crop]
    scale = min(width * across, height * down)
    return Camera(width, height, scale, width / 2, max(height * eyes, 1.72 * scale))
