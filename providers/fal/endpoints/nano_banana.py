"""`fal-ai/nano-banana/edit` and `fal-ai/nano-banana-pro/edit`: Google's models, many pictures and an instruction.

They take a seed but do not return one, and hold back what they find unsafe by an error, not by a flag.
Source: fal-js, types of 2026-08-02.
"""

from typing import Literal, TypedDict

from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints.fields import FORMAT, Format, Inputs, incomplete

TOLERANCE = "4"
"""Of 1 (strict) to 6. fal's own default."""

PIXELS_OF_1K = 1024 * 1024


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
    resolution: Literal["1K", "2K"]
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
    """2K costs what 1K does; 4K costs twice that, and is never asked for."""
    return ProEdit(
        **edit_arguments(request, inputs),
        resolution="1K" if request.width * request.height <= PIXELS_OF_1K else "2K",
        enable_web_search=False,
    )
