"""Light, background and framing of a picture: what its words and its scene ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.personas.faces import FaceAngle
from domain.ports.image_provider import RenderRequest
from providers.local.composing.framing import CLOSE_UP, HALF_LENGTH, HEAD_AND_SHOULDERS, Framing
from providers.local.composing.grounds import (
    Ground,
    bright,
    charcoal,
    city,
    duotone,
    dusk,
    garden,
    grey,
    place,
    workspace,
)
from providers.local.sketch.mood import STUDIO_PORTRAIT, Mood, mood_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    ground: Ground
    mood: Mood
    framing: Framing
    angle: FaceAngle | None = None
    """Of the photo that suits best."""


SOFT_STUDIO = replace(STUDIO_PORTRAIT, contrast=0.7, rim_strength=0.30, haze=0.06, vignette=0.22, warmth=0.02)

GREY_STUDIO = Setting(ground=grey, mood=SOFT_STUDIO, framing=HEAD_AND_SHOULDERS, angle=FaceAngle.FRONT)
BRIGHT_STUDIO = Setting(
    ground=bright,
    mood=replace(SOFT_STUDIO, contrast=0.5, exposure=1.05, haze=0.12, vignette=0.05),
    framing=HEAD_AND_SHOULDERS,
)
CHARCOAL_STUDIO = Setting(
    ground=charcoal,
    mood=replace(SOFT_STUDIO, key_angle=62, contrast=1.35, rim_strength=0.65, vignette=0.45, exposure=0.97),
    framing=HEAD_AND_SHOULDERS,
)
OUTDOORS = Setting(
    ground=garden,
    mood=replace(
        STUDIO_PORTRAIT,
        key=(1.0, 0.94, 0.82),
        ambient=(0.56, 0.58, 0.50),
        rim=(1.0, 0.86, 0.58),
        rim_strength=0.7,
        contrast=0.7,
        warmth=0.26,
        haze=0.22,
        exposure=1.03,
        saturation=1.05,
        bokeh=0.9,
        vignette=0.18,
    ),
    framing=HEAD_AND_SHOULDERS,
    angle=FaceAngle.THREE_QUARTER,
)
ACTION = Setting(
    ground=city,
    mood=replace(
        STUDIO_PORTRAIT,
        key_angle=52,
        key=(1.0, 0.95, 0.90),
        ambient=(0.34, 0.34, 0.46),
        rim=(0.35, 0.78, 1.0),
        rim_strength=1.5,
        contrast=1.25,
        daylight=0.12,
        saturation=1.12,
        bokeh=1.0,
        haze=0.2,
        vignette=0.4,
    ),
    framing=HALF_LENGTH,
)
THOUGHTFUL = Setting(
    ground=dusk,
    mood=replace(
        STUDIO_PORTRAIT,
        key_angle=76,
        key_height=0.35,
        key=(1.0, 0.93, 0.84),
        ambient=(0.26, 0.28, 0.34),
        rim=(1.0, 0.80, 0.55),
        rim_strength=0.45,
        contrast=1.75,
        exposure=0.95,
        saturation=0.92,
        warmth=0.06,
        vignette=0.6,
        haze=0.08,
    ),
    framing=CLOSE_UP,
)
COLOURED_LIGHT = Setting(
    ground=duotone,
    mood=replace(
        ACTION.mood,
        key=(1.0, 0.90, 0.92),
        ambient=(0.30, 0.26, 0.44),
        rim=(1.0, 0.30, 0.62),
        contrast=1.5,
        daylight=0.0,
    ),
    framing=HEAD_AND_SHOULDERS,
)
AT_WORK = Setting(
    ground=workspace,
    mood=replace(
        STUDIO_PORTRAIT,
        key_angle=48,
        key=(0.94, 0.97, 1.0),
        ambient=(0.52, 0.50, 0.48),
        rim=(1.0, 0.82, 0.56),
        rim_strength=0.55,
        contrast=0.85,
        daylight=0.85,
        bokeh=0.8,
        haze=0.16,
        vignette=0.25,
    ),
    framing=HALF_LENGTH,
)

POSES = (HEAD_AND_SHOULDERS, HALF_LENGTH, CLOSE_UP, HEAD_AND_SHOULDERS, HALF_LENGTH)
"""How near the pictures of a pack are, in turn."""

SAID: tuple[tuple[Setting, Sequence[str]], ...] = (
    (THOUGHTFUL, ("dark blurred background", "dark blur", "contemplative")),
    (COLOURED_LIGHT, ("coloured light from two sides",)),
    (ACTION, ("colourful city lights", "colourful urban", "strong rim light")),
    (AT_WORK, ("modern workspace around", "environmental portrait")),
    (OUTDOORS, ("portrait outdoors", "outdoor light", "park softly out of focus")),
    (CHARCOAL_STUDIO, ("charcoal backdrop",)),
    (BRIGHT_STUDIO, ("off-white backdrop", "plain light background")),
    (GREY_STUDIO, ("gray background", "gray studio", "seamless gray", "grey background")),
)
"""By words of the portraits, their samples and the headshots: none of them is said of a scene or an environment of a pack. The first counts."""


def setting_of(request: RenderRequest) -> Setting:
    """Words that describe a whole portrait first. Else the scene's light, in the environment that was chosen."""
    said = request.prompt.casefold()
    for setting, words in SAID:
        if any(word in said for word in words):
            return setting
    mood = mood_of(request.scene, request.environment)
    return Setting(ground=place, mood=mood, framing=POSES[request.pose % len(POSES)])
