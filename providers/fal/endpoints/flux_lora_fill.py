"""`fal-ai/flux-lora-fill`: FLUX.1 Fill [dev], which paints what a mask leaves open. Source: fal-js, types of 2026-08-02."""

from typing import TypedDict

from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints.fields import FORMAT, Format, ImageSize, Inputs, Lora, loras

MOST_STEPS = 50
GUIDANCE = 30.0


class Fill(TypedDict):
    prompt: str
    image_url: str
    mask_url: str
    image_size: ImageSize
    num_inference_steps: int
    guidance_scale: float
    seed: int
    loras: list[Lora]
    paste_back: bool
    """What the mask does not cover is put back from the original."""
    num_images: int
    enable_safety_checker: bool
    output_format: Format


def fill_arguments(request: RenderRequest, inputs: Inputs) -> Fill:
    return Fill(
        prompt=request.prompt,
        image_url=inputs.picture,
        mask_url=inputs.masking,
        image_size=inputs.size,
        num_inference_steps=min(request.steps, MOST_STEPS),
        guidance_scale=GUIDANCE,
        seed=request.seed,
        loras=loras(request.loras),
        paste_back=True,
        num_images=1,
        enable_safety_checker=True,
        output_format=FORMAT,
    )
