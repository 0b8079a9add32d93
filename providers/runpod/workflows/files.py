"""What the files are called on the operator's workers. The usual names are those of worker-comfyui's own images."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFiles:
    """File names below `models/` of a worker, and what depends on the worker's machine."""

    flux_unet: str = "flux1-dev.safetensors"
    flux_clip_l: str = "clip_l.safetensors"
    flux_t5: str = "t5xxl_fp8_e4m3fn.safetensors"
    flux_vae: str = "ae.safetensors"
    flux_checkpoint: str | None = None
    """The single file `flux1-dev-fp8.safetensors` of the image of that name. It replaces the four above for FLUX.1 [dev]."""
    fill_unet: str = "flux1-fill-dev.safetensors"
    flux_weight_dtype: str = "default"
    """`fp8_e4m3fn` halves the memory of FLUX.1."""

    z_image_unet: str = "z_image_turbo_bf16.safetensors"
    z_image_clip: str = "qwen_3_4b.safetensors"
    z_image_vae: str = "ae.safetensors"

    pulid: str = "pulid_flux_v0.9.1.safetensors"
    pulid_provider: str = "CUDA"
    """Where faces are looked for: CUDA, ROCM or CPU."""
    control_net: str = "FLUX.1-dev-ControlNet-Union-Pro-2.0.safetensors"
    mask_growth: int = 0
    """Pixels by which what changes is widened before inpainting, to hide seams. 0 keeps to the mask."""
