"""What every workflow is told, and the two ends that all of them share."""

from dataclasses import dataclass

from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import LatentLink, VaeLink
from providers.runpod.workflows.nodes.sampling import save_image, vae_decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Lora:
    """A file in the worker's `loras/`, and how strongly it counts."""

    file_name: str
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One image. A negative prompt is not among it: at cfg 1, which all these models are run with, it has no effect."""

    prompt: str
    """With a LoRA's trigger word in front."""
    width: int
    height: int
    """Pixels, multiples of 16."""
    steps: int
    seed: int
    name: str
    """What the result's file name begins with."""
    loras: tuple[Lora, ...] = ()


def save(graph: Graph, drawing: Drawing, samples: LatentLink, vae: VaeLink) -> None:
    """The one `SaveImage` of a graph. With two, one that is wrong would be dropped in silence."""
    save_image(graph, images=vae_decode(graph, samples=samples, vae=vae), filename_prefix=drawing.name)
