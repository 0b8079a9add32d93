"""`fal-ai/flux-lora` and its `/inpainting`: FLUX.1 [dev], with or without trained weights.

Source: fal-js, types of 2026-08-02. That white in a mask is what gets repainted is uncertain: no page says it.
"""

from typing import TypedDict

from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints.fields import FORMAT, Format, ImageSize, Inputs, Lora, loras

MOST_STEPS = 50
GUIDANCE = 3.5
STRENGTH = 0.85
"""fal's own default. 1 forgets what was under the mask, 0 changes nothing."""


class Text(TypedDict):
    prompt: str
    image_size: ImageSize
    num_inference_steps: int
    guidance_scale: float
    seed: int
    loras: list[Lora]
    num_images: int
    enable_safety_checker: bool
    output_format: Format


class Inpainting(Text):
    image_url: str
    mask_url: str
    strength: float


def text_arguments(request: RenderRequest, inputs: Inputs) -> Text:
    return Text(
        prompt=request.prompt,
        image_size=inputs.size,
        num_inference_steps=min(request.steps, MOST_STEPS),
        guidance_scale=GUIDANCE,
        seed=request.seed,
        loras=loras(request.loras),
        num_images=1,
        enable_safety_checker=True,
        output_format=FORMAT,
    )


def inpainting_arguments(request: RenderRequest, inputs: Inputs) -> Inpainting:
    return Inpainting(
        **text_arguments(request, inputs), image_url=inputs.picture, mask_url=inputs.masking, strength=STRENGTH
    )
