"""What the sampler is steered by: words, how strongly they count, and pictures."""

from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import (
    ClipLink,
    ConditioningLink,
    ControlNetLink,
    ImageLink,
    LatentLink,
    MaskLink,
    VaeLink,
)
from providers.runpod.workflows.ranges import model_file, number


def clip_text_encode(graph: Graph, *, clip: ClipLink, text: str) -> ConditioningLink:
    return ConditioningLink(graph.add("CLIPTextEncode", "Prompt", text=text, clip=clip))


def flux_guidance(graph: Graph, *, conditioning: ConditioningLink, guidance: float) -> ConditioningLink:
    node = graph.add(
        "FluxGuidance", "Guidance", conditioning=conditioning, guidance=number("guidance", guidance, 0, 100)
    )
    return ConditioningLink(node)


def conditioning_zero_out(graph: Graph, *, conditioning: ConditioningLink) -> ConditioningLink:
    return ConditioningLink(graph.add("ConditioningZeroOut", "No negative prompt", conditioning=conditioning))


def inpaint_model_conditioning(
    graph: Graph,
    *,
    positive: ConditioningLink,
    negative: ConditioningLink,
    vae: VaeLink,
    pixels: ImageLink,
    mask: MaskLink,
) -> tuple[ConditioningLink, ConditioningLink, LatentLink]:
    """Positive, negative, and the latent to sample from: no empty one is needed."""
    node = graph.add(
        "InpaintModelConditioning",
        "Picture and mask",
        positive=positive,
        negative=negative,
        vae=vae,
        pixels=pixels,
        mask=mask,
        noise_mask=True,
    )
    return ConditioningLink(node, 0), ConditioningLink(node, 1), LatentLink(node, 2)


def control_net_loader(graph: Graph, *, control_net_name: str) -> ControlNetLink:
    node = graph.add(
        "ControlNetLoader", "ControlNet", control_net_name=model_file("control_net_name", control_net_name)
    )
    return ControlNetLink(node)


def control_net_apply_advanced(
    graph: Graph,
    *,
    positive: ConditioningLink,
    negative: ConditioningLink,
    control_net: ControlNetLink,
    image: ImageLink,
    vae: VaeLink,
    strength: float,
    end_percent: float,
) -> tuple[ConditioningLink, ConditioningLink]:
    """Positive and negative. The server takes it without `vae` and then fails at the sampler: Flux's ControlNets need it."""
    node = graph.add(
        "ControlNetApplyAdvanced",
        "Apply the pose",
        positive=positive,
        negative=negative,
        control_net=control_net,
        image=image,
        strength=number("strength", strength, 0, 10),
        start_percent=0.0,
        end_percent=number("end_percent", end_percent, 0, 1),
        vae=vae,
    )
    return ConditioningLink(node, 0), ConditioningLink(node, 1)
