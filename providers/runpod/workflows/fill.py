"""FLUX.1 Fill [dev]: a picture changed where its mask is white. The result is as large as the picture."""

from providers.runpod.workflows.drawing import Drawing, save
from providers.runpod.workflows.files import WorkerFiles
from providers.runpod.workflows.flux import load_flux_parts, words
from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import MaskLink
from providers.runpod.workflows.nodes.conditioning import inpaint_model_conditioning
from providers.runpod.workflows.nodes.pictures import grow_mask, load_image, load_image_mask
from providers.runpod.workflows.nodes.sampling import differential_diffusion, k_sampler

FILL_GUIDANCE = 30.0


def fill_graph(drawing: Drawing, files: WorkerFiles, *, source: str, mask: str) -> Graph:
    """`source` and `mask` name pictures of equal size that are uploaded with the request. `drawing`'s own size is not used."""
    graph = Graph()
    flux = load_flux_parts(graph, files, unet_name=files.fill_unet)
    positive, negative = words(graph, flux, drawing.prompt, guidance=FILL_GUIDANCE)
    positive, negative, latent = inpaint_model_conditioning(
        graph,
        positive=positive,
        negative=negative,
        vae=flux.vae,
        pixels=load_image(graph, image=source, title="Picture to change"),
        mask=_mask(graph, mask, growth=files.mask_growth),
    )
    samples = k_sampler(
        graph,
        model=differential_diffusion(graph, model=flux.model),
        positive=positive,
        negative=negative,
        latent_image=latent,
        seed=drawing.seed,
        steps=drawing.steps,
        sampler_name="euler",
        scheduler="normal",
    )
    save(graph, drawing, samples, flux.vae)
    return graph


def _mask(graph: Graph, name: str, *, growth: int) -> MaskLink:
    mask = load_image_mask(graph, image=name)
    return grow_mask(graph, mask=mask, expand=growth) if growth else mask
