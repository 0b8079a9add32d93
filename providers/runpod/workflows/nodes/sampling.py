"""From noise to a latent, to pixels, to a file."""

from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import ConditioningLink, ImageLink, LatentLink, ModelLink, VaeLink
from providers.runpod.workflows.ranges import MOST_SEED, number, one_of, side, whole

SAMPLERS = ("euler", "res_multistep")
"""Of ComfyUI's many, those that our workflows use."""
SCHEDULERS = ("simple", "normal")


def empty_sd3_latent_image(graph: Graph, *, width: int, height: int) -> LatentLink:
    """One image: a batch would come from one seed, and arrive together."""
    node = graph.add(
        "EmptySD3LatentImage", "Size", width=side("width", width), height=side("height", height), batch_size=1
    )
    return LatentLink(node)


def model_sampling_aura_flow(graph: Graph, *, model: ModelLink, shift: float) -> ModelLink:
    node = graph.add("ModelSamplingAuraFlow", "Shift", model=model, shift=number("shift", shift, 0, 100))
    return ModelLink(node)


def differential_diffusion(graph: Graph, *, model: ModelLink) -> ModelLink:
    return ModelLink(graph.add("DifferentialDiffusion", "Soft mask edges", model=model))


def k_sampler(
    graph: Graph,
    *,
    model: ModelLink,
    positive: ConditioningLink,
    negative: ConditioningLink,
    latent_image: LatentLink,
    seed: int,
    steps: int,
    sampler_name: str,
    scheduler: str,
) -> LatentLink:
    """With cfg 1, as the distilled models want it: a negative prompt would have no effect, and only half the time is taken."""
    node = graph.add(
        "KSampler",
        "Sampler",
        model=model,
        seed=whole("seed", seed, 0, MOST_SEED),
        steps=whole("steps", steps, 1, 10000),
        cfg=1.0,
        sampler_name=one_of("sampler_name", sampler_name, SAMPLERS),
        scheduler=one_of("scheduler", scheduler, SCHEDULERS),
        positive=positive,
        negative=negative,
        latent_image=latent_image,
        denoise=1.0,
    )
    return LatentLink(node)


def vae_decode(graph: Graph, *, samples: LatentLink, vae: VaeLink) -> ImageLink:
    return ImageLink(graph.add("VAEDecode", "Pixels", samples=samples, vae=vae))


def save_image(graph: Graph, *, images: ImageLink, filename_prefix: str) -> None:
    """The worker tells the file's name without its folder: what identifies the image has to stand in the file part."""
    graph.add("SaveImage", "Result", images=images, filename_prefix=filename_prefix)
