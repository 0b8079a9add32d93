"""`fal-ai/flux-pulid`: a new picture that keeps the face of one. Source: fal-js, types of 2026-08-02.

It has no format to choose and no count. A negative prompt counts only with a `true_cfg` above 1, which takes twice the
time: neither is sent.
"""

from typing import TypedDict

from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints.fields import ImageSize, Inputs

MOST_STEPS = 50
GUIDANCE = 4.0


class Pulid(TypedDict):
    prompt: str
    reference_image_url: str
    image_size: ImageSize
    num_inference_steps: int
    guidance_scale: float
    id_weight: float
    seed: int
    enable_safety_checker: bool


def pulid_arguments(request: RenderRequest, inputs: Inputs) -> Pulid:
    return Pulid(
        prompt=request.prompt,
        reference_image_url=inputs.picture,
        image_size=inputs.size,
        num_inference_steps=min(request.steps, MOST_STEPS),
        guidance_scale=GUIDANCE,
        id_weight=1.0,
        seed=request.seed,
        enable_safety_checker=True,
    )
