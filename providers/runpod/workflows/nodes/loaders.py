"""Weights from the worker's disk, and LoRAs upon them."""

from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import ClipLink, ModelLink, VaeLink
from providers.runpod.workflows.ranges import model_file, number, one_of

WEIGHT_DTYPES = ("default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2")


def unet_loader(graph: Graph, *, unet_name: str, weight_dtype: str) -> ModelLink:
    node = graph.add(
        "UNETLoader",
        "Diffusion model",
        unet_name=model_file("unet_name", unet_name),
        weight_dtype=one_of("weight_dtype", weight_dtype, WEIGHT_DTYPES),
    )
    return ModelLink(node)


def checkpoint_loader_simple(graph: Graph, *, ckpt_name: str) -> tuple[ModelLink, ClipLink, VaeLink]:
    node = graph.add("CheckpointLoaderSimple", "Checkpoint", ckpt_name=model_file("ckpt_name", ckpt_name))
    return ModelLink(node, 0), ClipLink(node, 1), VaeLink(node, 2)


def dual_clip_loader_for_flux(graph: Graph, *, clip_name1: str, clip_name2: str) -> ClipLink:
    """CLIP-L and T5, in either order."""
    node = graph.add(
        "DualCLIPLoader",
        "Text encoders",
        clip_name1=model_file("clip_name1", clip_name1),
        clip_name2=model_file("clip_name2", clip_name2),
        type="flux",
    )
    return ClipLink(node)


def clip_loader_for_z_image(graph: Graph, *, clip_name: str) -> ClipLink:
    """There is no type `z_image`: its text encoder is loaded as Lumina 2's."""
    node = graph.add("CLIPLoader", "Text encoder", clip_name=model_file("clip_name", clip_name), type="lumina2")
    return ClipLink(node)


def vae_loader(graph: Graph, *, vae_name: str) -> VaeLink:
    return VaeLink(graph.add("VAELoader", "VAE", vae_name=model_file("vae_name", vae_name)))


def lora_loader(
    graph: Graph, *, model: ModelLink, clip: ClipLink, lora_name: str, strength: float
) -> tuple[ModelLink, ClipLink]:
    """With the same strength on both sides. It may be negative."""
    node = graph.add(
        "LoraLoader",
        "LoRA",
        model=model,
        clip=clip,
        lora_name=model_file("lora_name", lora_name),
        strength_model=number("strength_model", strength, -100, 100),
        strength_clip=number("strength_clip", strength, -100, 100),
    )
    return ModelLink(node, 0), ClipLink(node, 1)


def lora_loader_model_only(graph: Graph, *, model: ModelLink, lora_name: str, strength: float) -> ModelLink:
    """For LoRAs that were trained on the diffusion model alone."""
    node = graph.add(
        "LoraLoaderModelOnly",
        "LoRA",
        model=model,
        lora_name=model_file("lora_name", lora_name),
        strength_model=number("strength_model", strength, -100, 100),
    )
    return ModelLink(node)
