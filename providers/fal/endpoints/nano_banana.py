"""`fal-ai/nano-banana/edit` and `fal-ai/nano-banana-pro/edit`: Google's models, many pictures and an instruction.

They take a seed but do not return one, and hold back what they find unsafe by an error, not by a flag.
Source: fal-js, types of 2026-08-02.
"""

from typing import Literal, TypedDict

from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints.fields import FORMAT, Format, Inputs, incomplete

TOLERANCE = "4"
"""Of 1 (strict) to 6. fal's own default."""

PIXELS_OF_1K, PIXELS_OF_2K = 1024 * 1024, 2048 * 2048


class Edit(TypedDict):
    prompt: str
    image_urls: list[str]
    aspect_ratio: str
    seed: int
    num_images: int
    limit_generations: bool
    safety_tolerance: str
    output_format: Format


class ProEdit(Edit):
    resolution: Literal["1K", "2K", "4K"]
    enable_web_search: bool


def edit_arguments(request: RenderRequest, inputs: Inputs) -> Edit:
    if not inputs.pictures:
        raise incomplete("no picture")
    return Edit(
        prompt=request.prompt,
        image_urls=list(inputs.pictures),
        aspect_ratio=inputs.ratio,
        seed=request.seed,
        num_images=1,
        limit_generations=True,
        safety_tolerance=TOLERANCE,
        output_format=FORMAT,
    )


def pro_edit_arguments(request: RenderRequest, inputs: Inputs) -> ProEdit:
    """2K costs what 1K does, 4K twice that: it is asked for only where more pixels are wanted than 2K has."""
    return ProEdit(
        **edit_arguments(request, inputs),
        resolution=_resolution_of(request.width * request.height),
        enable_web_search=False,
    )


def _resolution_of(pixels: int) -> Literal["1K", "2K", "4K"]:
    if pixels <= PIXELS_OF_1K:
        return "1K"
    return "2K" if pixels <= PIXELS_OF_2K else "4K"
