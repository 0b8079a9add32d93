"""Requests to the local sketch, small enough to be drawn often."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from domain.images.picture import Picture
from domain.influencers.appearance import Appearance, Gender, Style
from domain.ports.image_provider import Look, RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from providers.local.making import made
from providers.local.sketch import draw_sketch

SMALL = (144, 256)
PLAIN = Appearance(
    style=Style.REALISTIC,
    gender=Gender.FEMALE,
    age=28,
    ethnicity="latin",
    hair_color="dark_brown",
    hair_style="bun",
    eye_color="brown",
    body_type="average",
)
LOOK = Look(appearance=PLAIN, identity_seed=7)


def request(**changes: object) -> RenderRequest:
    plain = RenderRequest(
        attempt_key="a",
        model="local-sketch-1",
        prompt="",
        negative_prompt="",
        width=SMALL[0],
        height=SMALL[1],
        steps=20,
        seed=3,
        look=LOOK,
        scene=Scene.PROFESSIONAL_PORTRAIT,
        environment=Environment.STUDIO,
        outfit=Outfit.CASUAL_TEE,
        pose=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # The names are checked by replace itself.


def looking(**traits: object) -> Look:
    return replace(LOOK, appearance=replace(PLAIN, **traits))  # type: ignore[arg-type]  # As above.


def drawn(asked: RenderRequest) -> Image.Image:
    return draw_sketch(asked, lambda percent: None)


def pixels(asked: RenderRequest) -> NDArray[np.float32]:
    return np.asarray(drawn(asked), dtype=np.float32)


def work_of(asked: RenderRequest, report: Callable[[int], None] = lambda percent: None) -> Image.Image:
    """What the local provider makes of it, before it becomes a file."""
    return made(asked, report).image


def as_picture(image: Image.Image) -> Picture:
    """Without any loss."""
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return Picture(file.getvalue(), "image/png")


def colours_of(image: Image.Image) -> NDArray[np.int16]:
    return np.asarray(image.convert("RGB"), dtype=np.int16)
