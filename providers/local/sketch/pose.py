"""How the character stands and looks in one picture: everything that may differ between two pictures of one person."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Scene
from providers.local.sketch.geometry import Camera, Floats, floats
from providers.local.sketch.identity import Chance

NECK_PIVOT = 0.95
"""The head tilts around this height (in head units below the eyes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    smile: float  # -0.3 stern to 1 broad
    open: float  # of the mouth, 0 to 1
    squint: float  # 0 to 1
    brows: float  # -1 drawn together to 1 raised
    lids: float  # share of the eye that the upper lid covers beyond its rest


CALM = Expression(smile=0.46, open=0.0, squint=0.05, brows=0.0, lids=0.05)
EXPRESSIONS = {
    "soft smile": Expression(smile=0.74, open=0.0, squint=0.22, brows=0.2, lids=0.0),
    "smile": Expression(smile=0.85, open=0.35, squint=0.3, brows=0.25, lids=0.0),
    "laugh": Expression(smile=1.0, open=0.75, squint=0.5, brows=0.35, lids=0.05),
    "calm": CALM,
    "thoughtful": Expression(smile=0.14, open=0.0, squint=0.05, brows=0.1, lids=0.12),
    "intense": Expression(smile=0.10, open=0.0, squint=0.2, brows=-0.3, lids=0.05),
    "parted": Expression(smile=0.16, open=0.16, squint=0.0, brows=0.05, lids=0.12),
}

TEMPERS: dict[Scene, tuple[str, ...]] = {
    Scene.PROFESSIONAL_PORTRAIT: ("soft smile", "smile", "calm", "soft smile"),
    Scene.CANDID_LIFESTYLE: ("laugh", "smile", "soft smile", "thoughtful"),
    Scene.FASHION_EDITORIAL: ("intense", "parted", "calm", "thoughtful"),
    Scene.FITNESS_MOTIVATION: ("intense", "smile", "calm", "soft smile"),
    Scene.MORNING_VIBES: ("soft smile", "thoughtful", "calm", "smile"),
    Scene.NIGHT_OUT: ("soft smile", "parted", "smile", "intense"),
    Scene.COZY_HOME: ("soft smile", "smile", "thoughtful", "laugh"),
    Scene.BEACH_DAY: ("laugh", "smile", "soft smile", "calm"),
}

CROPS = {
    # Largest share of the width and of the height that one head unit may take, and the height of the eyes.
    "close-up": (0.400, 0.310, 0.43),
    "bust": (0.312, 0.262, 0.395),
    "medium": (0.262, 0.215, 0.365),
    "half body": (0.226, 0.180, 0.315),
}
BELOW_THE_EYES = 5.6
"""Head units: a picture ends there at the latest, above the hands, which are not drawn."""
ROOM_BESIDE = 0.86
"""Head units on each side of the middle of the face that stay inside the picture."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One way to take a picture. Sides are relative: 1 is towards the empty part of the frame."""

    crop: str
    place: float  # share of the width between the middle of the frame and the face
    yaw: tuple[float, float]  # degrees
    body: float
    tilt: float
    light: int


SHOTS = (
    Shot("bust", place=0.085, yaw=(9, 16), body=17, tilt=-3.0, light=1),
    Shot("half body", place=0.135, yaw=(15, 24), body=25, tilt=2.5, light=-1),
    Shot("close-up", place=0.035, yaw=(-13, -7), body=-14, tilt=6.5, light=1),
    Shot("medium", place=0.145, yaw=(-22, -15), body=16, tilt=4.0, light=1),
    Shot("half body", place=0.05, yaw=(3, 8), body=-18, tilt=-5.5, light=-1),
)
"""Neighbouring poses differ in distance, place and turn, so that a pack of five reads as a series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    crop: str
    yaw: float  # radians, positive towards the right of the picture
    pitch: float  # positive looks down
    roll: float
    body_yaw: float
    lean: float  # how far the head stands beside the body, head units
    gaze: tuple[float, float]
    expression: Expression
    light_side: int  # -1 from the left, 1 from the right
    shoulder_lift: float  # right shoulder over the left
    elbow: tuple[float, float]  # how far each elbow stands away from the body
    off_centre: float  # share of the width


def pose_of(request: RenderRequest) -> Pose:
    chance = Chance(request.seed, request.pose, 7)
    if request.scene is None:
        return _base_pose(chance, request.seed)
    shot, tempers = SHOTS[request.pose % len(SHOTS)], TEMPERS[request.scene]
    # Seeds of a pack count up with its poses: their difference is the same in all its pictures.
    mirror = Chance(abs(request.seed - request.pose), 13).pick("side", 2)
    side = 1 if (request.pose + mirror) % 2 else -1
    turn = radians(side * chance.between("yaw", *shot.yaw))
    return Pose(
        crop=shot.crop,
        yaw=turn,
        pitch=radians(chance.near("pitch", 0.5, 2.6)),
        roll=radians(chance.near("roll", side * shot.tilt, 1.2)),
        body_yaw=radians(chance.near("body", side * shot.body, 3.5)),
        lean=chance.near("lean", side * 0.02, 0.05),
        gaze=_gaze(chance, turn, request.scene),
        expression=EXPRESSIONS[tempers[(request.pose + chance.pick("temper", 2)) % len(tempers)]],
        light_side=side * shot.light,
        shoulder_lift=chance.near("shoulders", -0.012 * side * shot.tilt, 0.03),
        elbow=(chance.between("left elbow", 0.0, 0.4), chance.between("right elbow", 0.0, 0.4)),
        off_centre=chance.near("centre", -side * shot.place, 0.012),
    )


def _base_pose(chance: Chance, seed: int) -> Pose:
    """A base image shows the face from the front, with the small differences of one shutter press to the next."""
    kind = ("calm", "soft smile", "soft smile", "calm")[chance.pick("temper", 4)]
    return Pose(
        crop="bust",
        yaw=radians((2.4, -2.6, 0)[seed % 3] + chance.near("yaw", 0, 1.2)),
        pitch=radians(chance.near("pitch", 0, 1)),
        roll=radians(chance.near("roll", 0, 1.2)),
        body_yaw=radians((-13, 11, 2)[seed % 3] + chance.near("body", 0, 2)),
        lean=0.0,
        gaze=(0.0, 0.0),
        expression=EXPRESSIONS[kind],
        light_side=1 if chance.happens("light", 0.5) else -1,
        shoulder_lift=0.0,
        elbow=(0.06, 0.06),
        off_centre=0.0,
    )


def _gaze(chance: Chance, turn: float, scene: Scene) -> tuple[float, float]:
    """Mostly into the camera, which turns the eyes against the head; a candid moment looks away."""
    away = {Scene.CANDID_LIFESTYLE: 0.35, Scene.COZY_HOME: 0.25, Scene.FASHION_EDITORIAL: 0.25}.get(scene, 0.08)
    if chance.happens("away", away):
        return float(np.clip(sin(turn) * 1.1, -0.35, 0.35)), chance.between("look", -0.08, 0.12)
    return float(np.clip(-sin(turn) * 0.8, -0.3, 0.3)), 0.0


def camera_of(request: RenderRequest, pose: Pose) -> Camera:
    chance = Chance(request.seed, request.pose, 11)
    across, down, eye_share = CROPS[pose.crop]
    scale = min(request.width * across, request.height * down) * chance.between("zoom", 0.95, 1.06)
    headroom = 1.62 if pose.crop != "close-up" else 1.38  # Over the eyes: the crown is at 1.1, hair above it.
    eye_y = max(request.height * eye_share, scale * headroom) + chance.near("eye line", 0.0, 0.012) * request.height
    scale = max(scale, (request.height - eye_y) / BELOW_THE_EYES)
    beside = min(scale * ROOM_BESIDE, request.width * 0.5)
    eye_x = float(np.clip(request.width * (0.5 + pose.off_centre), beside, request.width - beside))
    return Camera(request.width, request.height, scale, eye_x, eye_y)


@dataclass(frozen=True, slots=True)
class HeadPlace:
    """Turns points of the head (x, y, z; z towards the viewer) into flat head units of the picture, and back."""

    yaw: float
    pitch: float
    roll: float
    lean: float

    @classmethod
    def of(cls, pose: Pose) -> "HeadPlace":
        return cls(pose.yaw, pose.pitch, pose.roll, pose.lean)

    def turned(self, points: Floats) -> Floats:
        """Yaw and pitch only, in three coordinates: what faces the viewer has a large z."""
        x, y, z = points[..., 0], points[..., 1], points[..., 2]
        c, s = cos(self.yaw), sin(self.yaw)
        across, deep = x * c + z * s, z * c - x * s
        cp, sp = cos(self.pitch), sin(self.pitch)
        return floats(np.stack([across, y * cp + deep * sp, deep * cp - y * sp], axis=-1))

    def rolled(self, points: Floats) -> Floats:
        """The tilt, around the neck, and the lean."""
        c, s = cos(self.roll), sin(self.roll)
        x, y = points[..., 0], points[..., 1] - NECK_PIVOT
        return floats(np.stack([x * c - y * s + self.lean, x * s + y * c + NECK_PIVOT], axis=-1))

    def upright(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Undoes `rolled` for a raster of the picture."""
        c, s = cos(self.roll), sin(self.roll)
        dx, dy = x - self.lean, y - NECK_PIVOT
        return floats(dx * c + dy * s), floats(dy * c - dx * s + NECK_PIVOT)

    def project(self, points: Floats) -> Floats:
        return self.rolled(self.turned(floats(points)))

    @property
    def across(self) -> Floats:
        """The direction of the eyes' line in the picture."""
        return floats((cos(self.roll), sin(self.roll)))
