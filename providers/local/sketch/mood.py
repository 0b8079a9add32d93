"""The light of a scene: where it comes from, its colours, and how the whole picture is graded."""

from dataclasses import dataclass, replace

from domain.presets.catalogue import Environment, Scene
from providers.local.sketch.geometry import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """`key_*` is the main light, `rim_*` outlines the figure from behind. Directions point towards the light."""

    key_angle: float  # degrees around the face: 0 from the front, 90 from the side
    key_height: float  # 0 level with the eyes, 1 from straight above
    key: Colour
    ambient: Colour
    rim: Colour
    rim_strength: float
    contrast: float  # of light and shadow on the figure
    daylight: float  # 1 full day, 0 night, in the background
    warmth: float  # -1 cool to 1 warm, in the grade
    exposure: float
    saturation: float
    bokeh: float
    haze: float  # glow of light over the picture
    vignette: float


STUDIO_PORTRAIT = Mood(
    key_angle=38,
    key_height=0.5,
    key=(1.0, 0.97, 0.93),
    ambient=(0.52, 0.54, 0.60),
    rim=(0.92, 0.96, 1.0),
    rim_strength=0.35,
    contrast=0.85,
    daylight=1.0,
    warmth=0.05,
    exposure=1.0,
    saturation=1.0,
    bokeh=0.35,
    haze=0.10,
    vignette=0.28,
)

MOODS: dict[Scene, Mood] = {
    Scene.PROFESSIONAL_PORTRAIT: replace(STUDIO_PORTRAIT, contrast=0.9),
    Scene.CANDID_LIFESTYLE: replace(
        STUDIO_PORTRAIT, key=(1.0, 0.96, 0.88), rim=(1.0, 0.93, 0.8), rim_strength=0.5, warmth=0.2, haze=0.2, bokeh=0.6
    ),
    Scene.FASHION_EDITORIAL: replace(
        STUDIO_PORTRAIT,
        key_angle=58,
        key_height=0.6,
        ambient=(0.34, 0.35, 0.42),
        rim=(0.85, 0.92, 1.0),
        rim_strength=0.75,
        contrast=1.25,
        saturation=0.9,
        vignette=0.5,
        warmth=-0.05,
        daylight=0.72,
    ),
    Scene.FITNESS_MOTIVATION: replace(
        STUDIO_PORTRAIT,
        key_angle=50,
        key=(1.0, 0.96, 0.90),
        ambient=(0.36, 0.40, 0.46),
        rim=(0.65, 0.85, 1.0),
        rim_strength=0.95,
        contrast=1.3,
        saturation=1.05,
        vignette=0.45,
        warmth=-0.12,
        daylight=0.8,
    ),
    Scene.MORNING_VIBES: replace(
        STUDIO_PORTRAIT,
        key_angle=62,
        key_height=0.2,
        key=(1.0, 0.93, 0.82),
        ambient=(0.60, 0.56, 0.58),
        rim=(1.0, 0.86, 0.62),
        rim_strength=0.8,
        contrast=0.85,
        warmth=0.30,
        haze=0.38,
        exposure=1.03,
        bokeh=0.6,
        daylight=0.92,
    ),
    Scene.NIGHT_OUT: replace(
        STUDIO_PORTRAIT,
        key_angle=34,
        key=(1.0, 0.92, 0.87),
        ambient=(0.30, 0.27, 0.42),
        rim=(0.98, 0.32, 0.66),
        rim_strength=1.15,
        contrast=1.1,
        daylight=0.0,
        warmth=-0.05,
        exposure=0.96,
        saturation=1.02,
        bokeh=1.0,
        haze=0.3,
        vignette=0.5,
    ),
    Scene.COZY_HOME: replace(
        STUDIO_PORTRAIT,
        key_angle=48,
        key=(1.0, 0.91, 0.78),
        ambient=(0.48, 0.42, 0.42),
        rim=(1.0, 0.78, 0.50),
        rim_strength=0.55,
        contrast=0.95,
        daylight=0.42,
        warmth=0.28,
        bokeh=0.8,
        haze=0.25,
        vignette=0.4,
    ),
    Scene.BEACH_DAY: replace(
        STUDIO_PORTRAIT,
        key_height=0.7,
        key=(1.0, 0.97, 0.88),
        ambient=(0.64, 0.67, 0.70),
        rim=(1.0, 0.95, 0.8),
        rim_strength=0.75,
        contrast=0.85,
        exposure=1.07,
        saturation=1.08,
        warmth=0.22,
        haze=0.25,
        bokeh=0.4,
        vignette=0.15,
    ),
}


def mood_of(scene: Scene | None, environment: Environment | None) -> Mood:
    """Without a scene: the plain, even light of a base image. A beach or a street never has a studio's stillness."""
    mood = MOODS[scene] if scene else STUDIO_PORTRAIT
    if environment is Environment.BEACH and mood.daylight > 0.5:
        return replace(mood, rim=(1.0, 0.9, 0.7), rim_strength=mood.rim_strength + 0.2, haze=mood.haze + 0.1)
    return mood
