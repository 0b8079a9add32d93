"""`fal-ai/flux-pro/kontext/max`: one picture and an instruction. It takes a proportion and decides on the pixels itself.

Source: fal-js, types of 2026-08-02.
"""

from typing import TypedDict

from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints.fields import FORMAT, Format, Inputs

GUIDANCE = 3.5
TOLERANCE = "2"
"""Of 1 (strict) to 6. A word, not a number. fal's own default."""


class Kontext(TypedDict):
    prompt: str
    image_url: str
    aspect_ratio: str
    guidance_scale: float
    seed: int
    num_images: int
    enhance_prompt: bool
    safety_tolerance: str
    output_format: Format


def kontext_arguments(request: RenderRequest, inputs: Inputs) -> Kontext:
    return Kontext(
        prompt=request.prompt,
        image_url=inputs.picture,
        aspect_ratio=inputs.ratio,
        guidance_scale=GUIDANCE,
        seed=request.seed,
        num_images=1,
        enhance_prompt=False,
        safety_tolerance=TOLERANCE,
        output_format=FORMAT,
    )
