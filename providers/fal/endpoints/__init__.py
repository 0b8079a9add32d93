"""fal's endpoints, each with arguments of its own: the same thing has another name in every one (`image_url`,
`image_urls`, `reference_image_url`; `image_size`, `aspect_ratio`; safety as a switch or as a word)."""

from collections.abc import Callable, Mapping

from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints.fields import Inputs
from providers.fal.endpoints.flux_lora import inpainting_arguments, text_arguments
from providers.fal.endpoints.flux_lora_fill import fill_arguments
from providers.fal.endpoints.flux_pulid import pulid_arguments
from providers.fal.endpoints.kontext import kontext_arguments
from providers.fal.endpoints.nano_banana import edit_arguments, pro_edit_arguments
from providers.fal.endpoints.z_image import turbo_arguments, turbo_lora_arguments

Arguments = Callable[[RenderRequest, Inputs], Mapping[str, object]]

ENDPOINTS: Mapping[str, Arguments] = {
    "fal-ai/flux-lora": text_arguments,
    "fal-ai/flux-lora/inpainting": inpainting_arguments,
    "fal-ai/flux-lora-fill": fill_arguments,
    "fal-ai/flux-pro/kontext/max": kontext_arguments,
    "fal-ai/flux-pulid": pulid_arguments,
    "fal-ai/nano-banana/edit": edit_arguments,
    "fal-ai/nano-banana-pro/edit": pro_edit_arguments,
    "fal-ai/z-image/turbo": turbo_arguments,
    "fal-ai/z-image/turbo/lora": turbo_lora_arguments,
}
"""By `Model.endpoint`. Each raises `ProviderRequestInvalid` for a request that lacks what it needs."""
