"""The measurable features of one character, from `Look` alone: nothing of scene, pose or seed may enter here.

Numbers are head units (geometry.py) or shares of 0 to 1. Two looks that differ only in `identity_seed` share
the description (skin range, hair, eyes, build) and differ in nearly everything measured below.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from domain.influencers.appearance import Gender, Style
from domain.ports.image_provider import Look
from providers.local.sketch.geometry import Colour, hex_colour, mix, shaded
from providers.local.sketch.palette import EYES, HAIR, LIP_TINTS, SKIN_RANGES


class Chance:
    """Named draws: adding a feature later does not move the ones that exist, so characters keep their faces."""

    def __init__(self, *seed: int) -> None:
        self._seed = seed

    def stream(self, name: str) -> np.random.Generator:
        return np.random.default_rng((*self._seed, zlib.crc32(name.encode())))

    def between(self, name: str, low: float, high: float) -> float:
        return float(self.stream(name).uniform(low, high))

    def near(self, name: str, centre: float, spread: float) -> float:
        """Around `centre`, never further than two spreads: nobody gets an impossible face."""
        return centre + float(np.clip(self.stream(name).normal(), -2.0, 2.0)) * spread

    def happens(self, name: str, probability: float) -> bool:
        return float(self.stream(name).uniform()) < probability

    def pick(self, name: str, count: int) -> int:
        return int(self.stream(name).integers(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    jaw: float  # 0 narrow and tapering, 1 wide and square
    cheek: float  # half width at the cheekbones
    chin_width: float
    length: float  # 1 is the mean
    softness: float  # fullness of the cheeks
    eye_x: float
    eye_width: float  # half
    eye_open: float
    eye_tilt: float
    eye_round: float
    eye_crease: float  # how far the fold lies above the lid; 0 is a smooth lid
    brow_y: float
    brow_arch: float
    brow_tilt: float
    brow_thick: float
    brow_length: float
    nose_length: float
    nose_width: float
    nose_bridge: float
    nose_tip: float
    mouth_y: float
    mouth_width: float  # half
    lip_upper: float
    lip_lower: float
    lip_bow: float
    ear: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    shoulder: float  # half width
    slope: float
    neck: float  # half width
    chest: float
    waist: float
    hip: float
    bust: float
    muscle: float
    arm: float  # radius of the upper arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    style: Style
    gender: Gender
    femininity: float
    age: float  # 0 at 18, 1 at 80 and above
    skin: Colour
    darkness: float  # of the skin, 0 light to 1 deep
    lips: Colour
    blush: float
    freckles: float
    beauty_mark: tuple[float, float] | None
    stubble: float
    beard: float
    makeup: float
    hair_style: str
    hair_shadow: Colour
    hair_body: Colour
    hair_shine: Colour
    brow_colour: Colour
    part: float  # x of the parting; its sign is the side
    fringe: bool
    hair_volume: float
    iris_rim: Colour
    iris_inner: Colour
    earrings: str  # "", "stud", "hoop", "drop"
    metal: Colour
    necklace: bool
    wardrobe: int
    marks_seed: int
    face: Face
    body: Body

    @property
    def is_anime(self) -> bool:
        return self.style is Style.ANIME


FEMININITY = {Gender.FEMALE: 1.0, Gender.NON_BINARY: 0.5, Gender.MALE: 0.0}

EYE_SHAPES = {
    # Openness, tilt and fold that lean one way in a population; identity spreads widely around them.
    "east_asian": (0.90, 0.075, 0.25),
    "southeast_asian": (0.95, 0.055, 0.55),
    "indigenous": (0.94, 0.05, 0.7),
}
NOSES = {
    # Width and bridge height, likewise.
    "african": (1.24, 0.72),
    "east_asian": (1.02, 0.72),
    "southeast_asian": (1.12, 0.74),
    "south_asian": (1.05, 0.98),
    "middle_eastern": (1.03, 1.2),
    "mediterranean": (1.0, 1.15),
    "mixed": (1.1, 0.9),
    "latin": (1.06, 0.97),
    "indigenous": (1.1, 1.0),
}
LIPS = {"african": 1.32, "mixed": 1.18, "latin": 1.1, "south_asian": 1.08, "southeast_asian": 1.08, "nordic": 0.92}


def identity_of(look: Look) -> Identity:
    a = look.appearance
    chance = Chance(look.identity_seed)
    femininity = float(np.clip(FEMININITY[a.gender] + chance.near("femininity", 0.0, 0.05), 0.0, 1.0))
    age = min(1.0, (a.age - 18) / 62)
    light, dark = (hex_colour(c) for c in SKIN_RANGES[a.ethnicity])
    skin = mix(light, dark, chance.between("skin", 0.0, 1.0))
    if a.style is Style.ANIME:
        skin = mix(skin, (1.0, 0.93, 0.88), 0.16)
    darkness = darkness_of(skin)
    hair = _hair_colours(a.hair_color, a.age, chance)
    rim, inner = (hex_colour(c) for c in EYES[a.eye_color])
    makeup = femininity * chance.between("makeup", 0.35, 1.0)
    beard = _beard(a.gender, chance)
    return Identity(
        style=a.style,
        gender=a.gender,
        femininity=femininity,
        age=age,
        skin=skin,
        darkness=darkness,
        lips=_lips(skin, darkness, makeup, chance),
        blush=chance.between("blush", 0.4, 1.0),
        freckles=_freckles(a.ethnicity, a.hair_color, chance),
        beauty_mark=_beauty_mark(chance),
        stubble=beard[0],
        beard=beard[1],
        makeup=makeup,
        hair_style=a.hair_style,
        hair_shadow=hair[0],
        hair_body=hair[1],
        hair_shine=hair[2],
        brow_colour=_brow_colour(hair, a.hair_color, skin),
        part=chance.between("part", 0.06, 0.3) * (1 if chance.happens("part side", 0.5) else -1),
        fringe=chance.happens("fringe", 0.22),
        hair_volume=chance.between("volume", 0.85, 1.15),
        iris_rim=rim,
        iris_inner=inner,
        earrings=_earrings(femininity, chance),
        metal=(0.87, 0.70, 0.42) if chance.happens("gold", 0.65) else (0.80, 0.82, 0.85),
        necklace=chance.happens("necklace", 0.15 + 0.45 * femininity),
        wardrobe=chance.pick("wardrobe", 1000),
        marks_seed=chance.pick("marks", 2**31 - 1),
        face=_face(look, femininity, chance),
        body=_body(a.body_type, femininity, chance),
    )


def darkness_of(skin: Colour) -> float:
    return float(np.clip((0.86 - sum(skin) / 3) / 0.55, 0.0, 1.0))


def _hair_colours(key: str, age: int, chance: Chance) -> tuple[Colour, Colour, Colour]:
    """From 38 on, natural colours turn grey strand by strand; dyed ones (pink, blue) stay."""
    shadow, body, shine = (hex_colour(c) for c in HAIR[key])
    tone = chance.between("hair tone", 0.88, 1.12)
    shadow, body, shine = shaded(shadow, tone), shaded(body, tone), shaded(shine, tone)
    if key in ("pink", "blue", "white", "platinum"):
        return shadow, body, shine
    grey = float(np.clip((age - 38) / 42, 0.0, 0.9))
    to = [hex_colour(c) for c in HAIR["gray"]]
    return mix(shadow, to[0], grey * 0.8), mix(body, to[1], grey), mix(shine, to[2], grey)


def _brow_colour(hair: tuple[Colour, Colour, Colour], key: str, skin: Colour) -> Colour:
    natural = hex_colour("3a2418") if key in ("pink", "blue", "platinum", "white") else mix(hair[0], hair[1], 0.42)
    return mix(natural, shaded(skin, 0.35), 0.12)


def _lips(skin: Colour, darkness: float, makeup: float, chance: Chance) -> Colour:
    natural = mix(shaded(skin, 0.86), (0.78, 0.27, 0.29), 0.50 - 0.16 * darkness)
    tint = LIP_TINTS[chance.pick("lip tint", len(LIP_TINTS))]
    return mix(natural, shaded(tint, 1.02 - 0.3 * darkness), 0.7 * makeup)


def _freckles(ethnicity: str, hair: str, chance: Chance) -> float:
    likely = {"nordic": 0.4, "european": 0.3}.get(ethnicity, 0.1) + (0.35 if hair in ("red", "auburn") else 0.0)
    return chance.between("freckle count", 0.4, 1.0) if chance.happens("freckles", likely) else 0.0


BEAUTY_MARKS = ((0.33, 0.50), (-0.36, 0.36), (0.44, 0.24), (-0.22, 0.74), (0.16, 0.84), (-0.42, 0.10))


def _beauty_mark(chance: Chance) -> tuple[float, float] | None:
    return BEAUTY_MARKS[chance.pick("mark place", len(BEAUTY_MARKS))] if chance.happens("mark", 0.35) else None


def _beard(gender: Gender, chance: Chance) -> tuple[float, float]:
    """Stubble and beard, 0 to 1 each."""
    if gender is not Gender.MALE:
        return 0.0, 0.0
    kind = chance.pick("beard", 10)
    if kind < 4:
        return chance.between("shave", 0.10, 0.3), 0.0
    if kind < 7:
        return chance.between("stubble", 0.6, 1.0), 0.0
    return 0.6, chance.between("beard length", 0.55, 1.0)


def _earrings(femininity: float, chance: Chance) -> str:
    if not chance.happens("earrings", 0.12 + 0.6 * femininity):
        return ""
    return ("stud", "hoop", "drop")[chance.pick("earring kind", 3)]


def _face(look: Look, femininity: float, chance: Chance) -> Face:
    a = look.appearance
    anime = a.style is Style.ANIME
    eye_open, eye_tilt, crease = EYE_SHAPES.get(a.ethnicity, (1.0, 0.03, 0.85))
    nose_width, bridge = NOSES.get(a.ethnicity, (0.98, 1.05))
    lips = LIPS.get(a.ethnicity, 1.0)
    heavy = {"plus_size": 0.9, "curvy": 0.5, "slim": 0.05, "athletic": 0.2, "muscular": 0.25}.get(a.body_type, 0.3)
    masculine = 1.0 - femininity
    eye_scale = 1.22 if anime else 1.0
    return Face(
        jaw=float(np.clip(chance.near("jaw", 0.20 + 0.50 * masculine - 0.14 * anime, 0.15), 0.0, 1.0)),
        cheek=chance.near("cheek", 0.644 + 0.025 * heavy + 0.022 * masculine, 0.012),
        chin_width=chance.near("chin", 0.132 + 0.065 * masculine - 0.03 * anime, 0.018),
        length=chance.near("length", 0.99 + 0.02 * masculine, 0.02),
        softness=float(np.clip(chance.near("softness", heavy, 0.12), 0.0, 1.0)),
        eye_x=chance.near("eye x", 0.297, 0.011),
        eye_width=chance.near("eye width", 0.179 - 0.020 * masculine, 0.007) * (1.05 if anime else 1.0),
        eye_open=chance.near("eye open", 0.88 - 0.12 * masculine, 0.05) * eye_open * eye_scale,
        eye_tilt=chance.near("eye tilt", eye_tilt + 0.03 * femininity, 0.03),
        eye_round=chance.between("eye round", 0.0, 1.0),
        eye_crease=float(np.clip(chance.near("crease", crease, 0.16), 0.0, 1.0)),
        brow_y=chance.near("brow y", -0.222 + 0.03 * masculine, 0.014),
        brow_arch=chance.near("brow arch", 0.031 * (0.6 + femininity), 0.011),
        brow_tilt=chance.near("brow tilt", -0.012, 0.018),
        brow_thick=chance.near("brow thick", 0.036 + 0.016 * masculine, 0.006),
        brow_length=chance.near("brow length", 0.355, 0.015),
        nose_length=chance.near("nose length", 0.395 + 0.025 * masculine - 0.03 * anime, 0.02),
        nose_width=chance.near("nose width", (0.118 + 0.02 * masculine) * nose_width, 0.008),
        nose_bridge=chance.near("bridge", bridge, 0.12),
        nose_tip=chance.near("nose tip", 1.0, 0.14),
        mouth_y=chance.near("mouth y", 0.632, 0.013),
        mouth_width=chance.near("mouth width", 0.235 + 0.014 * masculine - 0.02 * anime, 0.014),
        lip_upper=chance.near("lip upper", 0.056 + 0.016 * femininity, 0.008) * lips,
        lip_lower=chance.near("lip lower", 0.076 + 0.02 * femininity, 0.009) * lips,
        lip_bow=chance.between("lip bow", 0.3, 1.0),
        ear=chance.near("ear", 1.0, 0.07),
    )


BUILDS = {
    # Shoulders, chest, waist, hips, muscle, upper arm.
    "slim": (0.94, 0.92, 0.86, 0.9, 0.2, 0.86),
    "average": (1.0, 1.0, 1.0, 1.0, 0.3, 1.0),
    "athletic": (1.05, 1.04, 0.93, 0.96, 0.75, 1.08),
    "curvy": (1.0, 1.06, 0.98, 1.16, 0.2, 1.08),
    "muscular": (1.13, 1.14, 1.0, 1.0, 1.0, 1.32),
    "plus_size": (1.06, 1.2, 1.4, 1.3, 0.15, 1.36),
}


def _body(build: str, femininity: float, chance: Chance) -> Body:
    shoulder, chest, waist, hip, muscle, arm = BUILDS[build]
    masculine = 1.0 - femininity
    return Body(
        shoulder=chance.near("shoulder", (1.50 + 0.28 * masculine) * shoulder, 0.035),
        slope=chance.near("slope", 0.42 - 0.05 * masculine, 0.03),
        neck=chance.near("neck", (0.335 + 0.10 * masculine) * (0.86 + 0.14 * arm), 0.012),
        chest=(1.10 + 0.22 * masculine) * chest,
        waist=(0.86 + 0.26 * masculine) * waist,
        hip=(1.22 - 0.08 * masculine) * hip,
        bust=femininity * (0.8 if build in ("slim", "athletic", "muscular") else 1.15),
        muscle=muscle * (0.6 + 0.4 * masculine),
        arm=(0.27 + 0.055 * masculine) * arm,
    )
