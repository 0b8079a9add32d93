"""FLUX.1 [dev]: text to image, with or without LoRAs; and the parts that its relatives build upon."""

from dataclasses import dataclass

from providers.runpod.workflows.drawing import Drawing, Lora, save
from providers.runpod.workflows.files import WorkerFiles
from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import ClipLink, ConditioningLink, LatentLink, ModelLink, VaeLink
from providers.runpod.workflows.nodes.conditioning import clip_text_encode, conditioning_zero_out, flux_guidance
from providers.runpod.workflows.nodes.loaders import (
    checkpoint_loader_simple,
    dual_clip_loader_for_flux,
    lora_loader,
    unet_loader,
    vae_loader,
)
from providers.runpod.workflows.nodes.sampling import empty_sd3_latent_image, k_sampler

GUIDANCE = 3.5
"""How strictly FLUX.1 [dev] keeps to the words. It is distilled for this; cfg stays 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flux:
    """Its weights, loaded."""

    model: ModelLink
    clip: ClipLink
    vae: VaeLink


def flux_graph(drawing: Drawing, files: WorkerFiles) -> Graph:
    graph = Graph()
    flux = with_loras(graph, load_flux(graph, files), drawing.loras)
    positive, negative = words(graph, flux, drawing.prompt)
    samples = sample(graph, drawing, flux.model, positive, negative)
    save(graph, drawing, samples, flux.vae)
    return graph


def load_flux(graph: Graph, files: WorkerFiles) -> Flux:
    if files.flux_checkpoint:
        model, clip, vae = checkpoint_loader_simple(graph, ckpt_name=files.flux_checkpoint)
        return Flux(model=model, clip=clip, vae=vae)
    return load_flux_parts(graph, files, unet_name=files.flux_unet)


def load_flux_parts(graph: Graph, files: WorkerFiles, *, unet_name: str) -> Flux:
    return Flux(
        model=unet_loader(graph, unet_name=unet_name, weight_dtype=files.flux_weight_dtype),
        clip=dual_clip_loader_for_flux(graph, clip_name1=files.flux_clip_l, clip_name2=files.flux_t5),
        vae=vae_loader(graph, vae_name=files.flux_vae),
    )


def with_loras(graph: Graph, flux: Flux, loras: tuple[Lora, ...]) -> Flux:
    """Chained in their order, on the model and on the text encoders."""
    model, clip = flux.model, flux.clip
    for lora in loras:
        model, clip = lora_loader(graph, model=model, clip=clip, lora_name=lora.file_name, strength=lora.scale)
    return Flux(model=model, clip=clip, vae=flux.vae)


def words(
    graph: Graph, flux: Flux, prompt: str, *, guidance: float = GUIDANCE
) -> tuple[ConditioningLink, ConditioningLink]:
    """Positive and negative; the negative is the same, zeroed."""
    encoded = clip_text_encode(graph, clip=flux.clip, text=prompt)
    return (
        flux_guidance(graph, conditioning=encoded, guidance=guidance),
        conditioning_zero_out(graph, conditioning=encoded),
    )


def sample(
    graph: Graph, drawing: Drawing, model: ModelLink, positive: ConditioningLink, negative: ConditioningLink
) -> LatentLink:
    return k_sampler(
        graph,
        model=model,
        positive=positive,
        negative=negative,
        latent_image=empty_sd3_latent_image(graph, width=drawing.width, height=drawing.height),
        seed=drawing.seed,
        steps=drawing.steps,
        sampler_name="euler",
        scheduler="simple",
    )
