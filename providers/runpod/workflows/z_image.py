"""Z-Image Turbo, with or without LoRAs. With one, this is the product's "Denrisi" workflow.

A LoRA lies on the worker's disk under its file name, and its trigger word stands first in the prompt. Where the worker says
that the file is missing, the same graph is built from `request.without_loras()`.
"""

from providers.runpod.workflows.drawing import Drawing, save
from providers.runpod.workflows.files import WorkerFiles
from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.nodes.conditioning import clip_text_encode, conditioning_zero_out
from providers.runpod.workflows.nodes.loaders import (
    clip_loader_for_z_image,
    lora_loader_model_only,
    unet_loader,
    vae_loader,
)
from providers.runpod.workflows.nodes.sampling import empty_sd3_latent_image, k_sampler, model_sampling_aura_flow

STEPS = 9
"""It is distilled to these: more make no better picture, so draft and HQ are the same here."""
SHIFT = 3.0


def z_image_graph(drawing: Drawing, files: WorkerFiles) -> Graph:
    graph = Graph()
    model = unet_loader(graph, unet_name=files.z_image_unet, weight_dtype="default")
    for lora in drawing.loras:
        model = lora_loader_model_only(graph, model=model, lora_name=lora.file_name, strength=lora.scale)
    vae = vae_loader(graph, vae_name=files.z_image_vae)
    prompt = clip_text_encode(
        graph, clip=clip_loader_for_z_image(graph, clip_name=files.z_image_clip), text=drawing.prompt
    )
    samples = k_sampler(
        graph,
        model=model_sampling_aura_flow(graph, model=model, shift=SHIFT),
        positive=prompt,
        negative=conditioning_zero_out(graph, conditioning=prompt),
        latent_image=empty_sd3_latent_image(graph, width=drawing.width, height=drawing.height),
        seed=drawing.seed,
        steps=STEPS,
        sampler_name="res_multistep",
        scheduler="simple",
    )
    save(graph, drawing, samples, vae)
    return graph
