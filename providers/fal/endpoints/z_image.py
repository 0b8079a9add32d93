"""`fal-ai/z-image/turbo` and its `/lora`. Source: fal-js, types of 2026-08-02."""

from typing import TypedDict

from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints.fields import FORMAT, Format, ImageSize, Inputs, Lora, loras

MOST_STEPS = 8


class Turbo(TypedDict):
    prompt: str
    image_size: ImageSize
    num_inference_steps: int
    seed: int
    num_images: int
    enable_prompt_expansion: bool
    """Costs extra, and adds what nobody asked for."""
    enable_safety_checker: bool
    output_format: Format


class TurboLora(Turbo):
    loras: list[Lora]


def turbo_arguments(request: RenderRequest, inputs: Inputs) -> Turbo:
    return Turbo(
        prompt=request.prompt,
        image_size=inputs.size,
        num_inference_steps=min(request.steps, MOST_STEPS),
        seed=request.seed,
        num_images=1,
        enable_prompt_expansion=False,
        enable_safety_checker=True,
        output_format=FORMAT,
    )


def turbo_lora_arguments(request: RenderRequest, inputs: Inputs) -> TurboLora:
    return TurboLora(**turbo_arguments(request, inputs), loras=loras(request.loras))
