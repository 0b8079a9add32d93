"""The seven environments, and the plain wall of a base image."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from domain.ports.image_provider import RenderRequest
from domain.presets.catalogue import Environment, Scene
from providers.local.sketch.backdrops.outdoors import beach, street
from providers.local.sketch.backdrops.rooms import bedroom, cafe, living_room, office
from providers.local.sketch.backdrops.stage import Stage, finished
from providers.local.sketch.geometry import Colour, hex_colour, mix, shaded
from providers.local.sketch.mood import Mood

PAPERS: dict[Scene | None, tuple[str, ...]] = {
    None: ("c9c5be", "b9bec2", "cfc4b8"),
    Scene.PROFESSIONAL_PORTRAIT: ("8f9aa6", "a8a49d", "7f8c8d"),
    Scene.CANDID_LIFESTYLE: ("d9b99b", "a9b8a0", "c7a9a0"),
    Scene.FASHION_EDITORIAL: ("a8432f", "c9b6a0", "37474f", "6d3b47"),
    Scene.FITNESS_MOTIVATION: ("39434d", "4b3f45", "2f4a55"),
    Scene.MORNING_VIBES: ("e6cfae", "dcc3b4", "d8d0bd"),
    Scene.NIGHT_OUT: ("2b2140", "1c2b45", "3d1c38"),
    Scene.COZY_HOME: ("b98c6a", "9c8a78", "a3685a"),
    Scene.BEACH_DAY: ("8fc1cf", "f0d9a8", "e9a88c"),
}


def studio(stage: Stage, scene: Scene | None) -> None:
    """Seamless paper: a pool of light behind the figure, a soft bend to the floor, the edge of a softbox."""
    papers = PAPERS[scene]
    paper = hex_colour(papers[int(stage.rng.integers(len(papers)))])
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


def backdrop(request: RenderRequest, mood: Mood) -> Image.Image:
    rng = np.random.default_rng((request.seed, request.pose, 23))
    stage = Stage.of((request.width, request.height), mood, rng)
    if request.environment in PLACES:
        PLACES[request.environment](stage)
        return finished(stage, request.width, request.height, blur=0.0075)
    studio(stage, request.scene)
    return finished(stage, request.width, request.height, blur=0.02)
