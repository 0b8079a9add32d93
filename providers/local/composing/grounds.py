"""What lies behind the person: painted as the sketch's places are, and as far out of focus as behind a portrait lens."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image, ImageFilter

from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Environment
from providers.local.sketch.backdrops import backdrop
from providers.local.sketch.backdrops.outdoors import CITY_LIGHTS, street
from providers.local.sketch.backdrops.rooms import office
from providers.local.sketch.backdrops.stage import Stage, View, finished
from providers.local.sketch.geometry import Colour, mix, shaded
from providers.local.sketch.mood import Mood

Ground = Callable[[RenderRequest, Mood], Image.Image]
"""As large as the picture; another one for each seed and pose."""


def grey(request: RenderRequest, mood: Mood) -> Image.Image:
    return _paper(request, mood, (0.56, 0.57, 0.585), glow=0.45)


def bright(request: RenderRequest, mood: Mood) -> Image.Image:
    return _paper(request, mood, (0.88, 0.875, 0.86), glow=0.60)


def charcoal(request: RenderRequest, mood: Mood) -> Image.Image:
    return _paper(request, mood, (0.17, 0.175, 0.19), glow=0.20)


def _paper(request: RenderRequest, mood: Mood, paper: Colour, *, glow: float) -> Image.Image:
    """Seamless paper with a pool of light behind the shoulders."""
    stage = _stage(request, mood, blur=0.03)
    shift, tint = 0.25 * stage.shift, float(stage.rng.uniform(-0.012, 0.012))
    paper = (paper[0] + tint, paper[1], paper[2] - tint)
    stage.wash(0, 1, [shaded(paper, 0.74), shaded(paper, 0.95), shaded(paper, 0.98), shaded(paper, 0.70)])
    stage.glow(shift, 0.46, 0.30, mix(paper, (1, 1, 1), 0.55), glow, squash=1.2)
    return finished(stage, request.width, request.height)


LEAVES: tuple[Colour, ...] = (
    (0.16, 0.24, 0.11), (0.25, 0.33, 0.14), (0.12, 0.18, 0.09), (0.36, 0.42, 0.18), (0.20, 0.28, 0.15), (0.30, 0.31, 0.13),
)  # fmt: skip
SUN: tuple[Colour, ...] = ((1.0, 0.88, 0.58), (0.98, 0.94, 0.72), (0.84, 0.86, 0.52), (1.0, 0.80, 0.50))


def garden(request: RenderRequest, mood: Mood) -> Image.Image:
    """Trees and a lawn in the late afternoon sun, which comes through the leaves."""
    stage = _stage(request, mood, blur=0.020)
    rng, right = stage.rng, stage.right
    sun = 0.7 * right * (1 if stage.shift > 0 else -1)
    stage.wash(0, 0.66, [(0.17, 0.23, 0.11), (0.27, 0.33, 0.16), (0.46, 0.46, 0.26)])
    stage.glow(sun, 0.22, 0.22, (1.0, 0.90, 0.66), 0.75)
    for _ in range(80):
        x, y = float(rng.uniform(-right, right)), float(rng.uniform(-0.02, 0.60))
        leaf = LEAVES[int(rng.integers(len(LEAVES)))]
        stage.disc(x, y, float(rng.uniform(0.025, 0.085)), shaded(leaf, float(rng.uniform(0.8, 1.3))), squash=0.8)
    stage.wash(0.66, 1.0, [(0.47, 0.48, 0.22), (0.30, 0.35, 0.15), (0.20, 0.25, 0.10)])
    for _ in range(3):
        x = float(rng.uniform(0.25, 1.0)) * right * (1 if rng.uniform() < 0.5 else -1)
        stage.line(
            [(x, 0.0), (x + float(rng.uniform(-0.03, 0.03)), 0.70)], (0.15, 0.12, 0.08), float(rng.uniform(0.02, 0.05))
        )
    stage.glow(sun, 0.20, 0.20, (1.0, 0.86, 0.56), 0.70)
    stage.glow(-sun, 0.66, 0.26, (0.90, 0.78, 0.42), 0.22)
    for _ in range(26):
        x, y = float(rng.normal(sun * 0.6, right * 0.5)), float(abs(rng.normal(0.20, 0.14)))
        colour = SUN[int(rng.integers(len(SUN)))]
        stage.light(x, y, colour, radius=float(rng.uniform(0.012, 0.030)), strength=float(rng.uniform(0.10, 0.30)))
    return _far(stage, request)


def city(request: RenderRequest, mood: Mood) -> Image.Image:
    """A street after sunset: signs in every colour, far out of focus."""
    stage = _stage(request, mood, blur=0.012, room=1.3)
    street(stage)
    rng, right = stage.rng, stage.right
    side = 1 if stage.shift > 0 else -1
    stage.glow(-side * right * 0.5, 0.40, 0.20, (0.92, 0.22, 0.50), 0.42)
    stage.glow(side * right * 0.5, 0.34, 0.22, (0.12, 0.48, 0.85), 0.42)
    for _ in range(34):
        x, y = float(rng.uniform(-right, right)), float(np.clip(rng.normal(0.40, 0.14), 0.02, 0.9))
        colour = CITY_LIGHTS[int(rng.integers(len(CITY_LIGHTS)))]
        stage.light(x, y, colour, radius=float(rng.uniform(0.014, 0.034)), strength=float(rng.uniform(0.12, 0.40)))
    return _far(stage, request)


def dusk(request: RenderRequest, mood: Mood) -> Image.Image:
    """A dark room; somewhere behind, a lamp or two."""
    stage = _stage(request, mood, blur=0.05)
    rng, right = stage.rng, stage.right
    stage.wash(0, 1, [(0.070, 0.072, 0.085), (0.105, 0.100, 0.105), (0.050, 0.050, 0.060)])
    side = 1 if stage.shift > 0 else -1
    stage.glow(side * right * 0.75, 0.36, 0.20, (0.55, 0.36, 0.20), 0.42)
    stage.glow(-side * right * 0.85, 0.62, 0.22, (0.16, 0.22, 0.32), 0.40)
    for _ in range(5):
        x, y = side * float(rng.uniform(0.3, 1.0)) * right, float(rng.uniform(0.15, 0.6))
        stage.light(
            x, y, (0.95, 0.66, 0.38), radius=float(rng.uniform(0.02, 0.04)), strength=float(rng.uniform(0.04, 0.12))
        )
    return _far(stage, request)


def duotone(request: RenderRequest, mood: Mood) -> Image.Image:
    """A dark wall between a magenta and a blue lamp."""
    stage = _stage(request, mood, blur=0.05)
    right, side = stage.right, 1 if stage.shift > 0 else -1
    stage.wash(0, 1, [(0.055, 0.045, 0.085), (0.090, 0.070, 0.130), (0.040, 0.035, 0.060)])
    stage.glow(side * right * 0.9, 0.40, 0.26, (0.85, 0.15, 0.50), 0.62)
    stage.glow(-side * right * 0.9, 0.45, 0.26, (0.12, 0.35, 0.85), 0.62)
    return _far(stage, request)


def workspace(request: RenderRequest, mood: Mood) -> Image.Image:
    """The sketch's office, seen as from across a desk, with warm lamps against the daylight."""
    stage = _stage(request, mood, blur=0.011, room=1.5)
    office(stage)
    rng, right = stage.rng, stage.right
    for _ in range(7):
        x, y = float(rng.uniform(-right, right)), float(rng.uniform(0.04, 0.24))
        stage.light(x, y, (1.0, 0.80, 0.52), radius=float(rng.uniform(0.014, 0.026)), strength=0.35)
    return _far(stage, request)


def place(request: RenderRequest, mood: Mood) -> Image.Image:
    """The environment that was chosen; the plain wall of the scene where it is a studio, or none."""
    painted = replace(request, environment=None) if request.environment is Environment.STUDIO else request
    return backdrop(painted, mood, "bust")


def _far(stage: Stage, request: RenderRequest) -> Image.Image:
    """Discs of light have soft edges so far out of focus."""
    ground = finished(stage, request.width, request.height)
    return ground.filter(ImageFilter.GaussianBlur(0.006 * request.height))


def _stage(request: RenderRequest, mood: Mood, *, blur: float, room: float = 0.0) -> Stage:
    rng = np.random.default_rng((request.seed, request.pose, 59))
    pan, drop = float(rng.uniform(-0.8, 0.8)), float(rng.uniform(0.3, 0.7))
    view = View(pan=pan, zoom=0.86 if room else 1.0, drop=drop, blur=blur, room=room)
    return Stage.of((request.width, request.height), mood, rng, view)
