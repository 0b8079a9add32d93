"""The seven environments, and the plain wall of a base image."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Environment, Scene
from providers.local.sketch.backdrops.cafe import cafe
from providers.local.sketch.backdrops.outdoors import beach, street
from providers.local.sketch.backdrops.rooms import bedroom, living_room, office
from providers.local.sketch.backdrops.stage import Stage, View, finished
from providers.local.sketch.geometry import Colour, hex_colour, mix, shaded
from providers.local.sketch.identity import Chance
from providers.local.sketch.mood import Mood

PAPERS: dict[Scene | None, tuple[str, ...]] = {
    None: ("d3c3b2", "b4bfc2", "cbb6ad", "b7bda9"),
    Scene.PROFESSIONAL_PORTRAIT: ("8f9aa6", "a8a49d", "7f8c8d"),
    Scene.CANDID_LIFESTYLE: ("d9b99b", "a9b8a0", "c7a9a0"),
    Scene.FASHION_EDITORIAL: ("a8432f", "c9b6a0", "37474f", "6d3b47"),
    Scene.FITNESS_MOTIVATION: ("39434d", "4b3f45", "2f4a55"),
    Scene.MORNING_VIBES: ("e6cfae", "dcc3b4", "d8d0bd"),
    Scene.NIGHT_OUT: ("2b2140", "1c2b45", "3d1c38"),
    Scene.COZY_HOME: ("b98c6a", "9c8a78", "a3685a"),
    Scene.BEACH_DAY: ("8fc1cf", "f0d9a8", "e9a88c"),
}


def studio(stage: Stage, scene: Scene | None, seed: int) -> None:
    """Seamless paper: a pool of light behind the figure, a soft bend to the floor, the edge of a softbox."""
    papers = PAPERS[scene]
    paper = hex_colour(papers[seed % len(papers)])  # Neighbouring seeds differ.
    stage.wash(0, 1, [shaded(paper, 0.72), shaded(paper, 0.98), shaded(paper, 0.90), shaded(paper, 0.62)])
    stage.glow(0.10 * stage.shift, 0.40, 0.34, mix(paper, (1, 1, 1), 0.75), 0.42)
    if scene is None:
        return
    stage.wash(0.86, 1.0, [shaded(paper, 0.70), shaded(paper, 0.86)])
    _softbox(stage, 1 if stage.shift > 0 else -1)
    if scene is Scene.NIGHT_OUT:
        stage.glow(stage.left, 0.35, 0.30, (0.95, 0.20, 0.62), 0.60)
        stage.glow(stage.right, 0.55, 0.30, (0.20, 0.45, 1.0), 0.55)


def _softbox(stage: Stage, side: int) -> None:
    edge, night = side * stage.right, 1 - stage.mood.daylight
    white: Colour = (1.0, 0.98, 0.94)
    stage.area(
        [
            (edge - side * 0.12, 0.04),
            (edge + side * 0.06, 0.01),
            (edge + side * 0.06, 0.27),
            (edge - side * 0.13, 0.24),
        ],
        (0.08, 0.08, 0.09),
    )
    stage.area(
        [
            (edge - side * 0.11, 0.05),
            (edge + side * 0.06, 0.025),
            (edge + side * 0.06, 0.255),
            (edge - side * 0.12, 0.23),
        ],
        white,
    )
    stage.line([(edge - side * 0.01, 0.26), (edge + side * 0.01, 1.0)], (0.10, 0.10, 0.11), 0.009)
    stage.glow(edge, 0.14, 0.15, white, 0.40 + 0.1 * night)


PLACES: dict[Environment, Callable[[Stage], None]] = {
    Environment.BEACH: beach,
    Environment.HOME_BEDROOM: bedroom,
    Environment.HOME_LIVING_ROOM: living_room,
    Environment.OFFICE: office,
    Environment.CAFE: cafe,
    Environment.URBAN_STREET: street,
}


ROOM = 1.50
"""Width of a place in its heights: a portrait shows about a third of it."""
CORNERS = (-0.90, 0.33, -0.42, 0.98, 0.02)
"""Where the pictures of one pack look, from the left end (-1) to the right end (1) of a place."""
FOCUS = {"close-up": (0.70, 0.0125), "bust": (0.80, 0.0090), "medium": (0.90, 0.0075), "half body": (1.0, 0.0062)}
"""Share of the place's height that is seen, and how far out of focus it lies: nearer to the face is blurred more."""


def backdrop(request: RenderRequest, mood: Mood, crop: str) -> Image.Image:
    rng = np.random.default_rng((request.seed, request.pose, 23))
    size = (request.width, request.height)
    if request.environment in PLACES:
        stage = Stage.of(size, mood, rng, _view(request, crop))
        PLACES[request.environment](stage)
        return finished(stage, *size)
    stage = Stage.of(size, mood, rng, View(blur=0.02))
    studio(stage, request.scene, request.seed)
    return finished(stage, *size)


def _view(request: RenderRequest, crop: str) -> View:
    chance = Chance(request.seed, request.pose, 29)
    zoom, blur = FOCUS[crop]
    return View(
        pan=float(np.clip(CORNERS[request.pose % len(CORNERS)] + chance.near("pan", 0.0, 0.10), -1, 1)),
        zoom=min(1.0, zoom * chance.between("zoom", 0.92, 1.06)),
        drop=chance.between("drop", 0.25, 0.70),
        blur=blur * chance.between("focus", 0.85, 1.2),
        room=ROOM,
    )
