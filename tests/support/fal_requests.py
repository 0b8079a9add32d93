"""Requests for fal's models, and the pictures that go with them."""

from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image

from domain.images.picture import Picture
from domain.influencers.appearance import Appearance, Gender, Style
from domain.ports.image_provider import Look, LoraUse, RenderRequest
from domain.presets.catalogue import Outfit

WISH = RenderRequest(
    attempt_key="first",
    model="fal/z-image-turbo",
    prompt="a portrait of a woman, hazel eyes",
    negative_prompt="blurry",
    width=600,
    height=800,
    steps=28,
    seed=11,
    look=Look(
        appearance=Appearance(
            style=Style.REALISTIC,
            gender=Gender.FEMALE,
            age=31,
            ethnicity="south_asian",
            hair_color="black",
            hair_style="long_wavy",
            eye_color="hazel",
            body_type="slim",
        ),
        identity_seed=5,
    ),
    scene=None,
    environment=None,
    outfit=Outfit.CASUAL_TEE,
    pose=1,
)
LORA = LoraUse(
    url="https://files.example/maya.safetensors?token=t", file_name="maya.safetensors", trigger="maya", scale=0.9
)


@lru_cache
def picture(width: int = 120, height: int = 160, level: int = 90) -> Picture:
    file = BytesIO()
    Image.new("RGB", (width, height), (level, 60, 120)).save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


@lru_cache
def mask(width: int = 120, height: int = 160) -> Picture:
    """White in its right half."""
    image = Image.new("L", (width, height), 0)
    image.paste(255, (width // 2, 0, width, height))
    file = BytesIO()
    image.save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


def wish(model: str = "fal/z-image-turbo", **changes: Any) -> RenderRequest:
    return replace(WISH, model=model, **changes)
