"""Wishes for one image, for tests of providers."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from PIL import Image

from domain.images.picture import Picture
from domain.ports.image_provider import Look, LoraUse, RenderRequest
from domain.presets.catalogue import Environment, Outfit, Scene
from tests.support.values import LOOK

LORA = LoraUse(url=None, file_name="mara.safetensors", trigger="ohwx woman")


def a_render_request(**changes: Any) -> RenderRequest:
    return replace(
        RenderRequest(
            attempt_key="image-1:1:1",
            model="runpod/flux-dev",
            prompt="a 27 year old adult woman, in a trendy cafe",
            negative_prompt="blurry",
            width=250,
            height=333,
            steps=20,
            seed=42,
            look=Look(appearance=LOOK, identity_seed=7),
            scene=Scene.CANDID_LIFESTYLE,
            environment=Environment.CAFE,
            outfit=Outfit.STREETWEAR,
            pose=0,
        ),
        **changes,
    )


def a_picture(
    width: int = 64, height: int = 64, colour: str = "white", *, mode: str = "RGB", format: str = "PNG"
) -> Picture:
    file = BytesIO()
    Image.new(mode, (width, height), colour).save(file, format)
    return Picture(file.getvalue(), f"image/{format.lower()}")
