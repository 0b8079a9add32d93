"""Pictures and masks that were uploaded with the request."""

from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.links import ImageLink, MaskLink
from providers.runpod.workflows.ranges import MOST_SIDE, input_file, whole


def load_image(graph: Graph, *, image: str, title: str) -> ImageLink:
    """Its second output, a mask made of transparency, is not used: white in a mask file says plainly what changes."""
    return ImageLink(graph.add("LoadImage", title, image=input_file("image", image)))


def load_image_mask(graph: Graph, *, image: str) -> MaskLink:
    """By the red channel: white changes. (The alpha channel would be read the other way round.)"""
    return MaskLink(graph.add("LoadImageMask", "Mask", image=input_file("image", image), channel="red"))


def grow_mask(graph: Graph, *, mask: MaskLink, expand: int) -> MaskLink:
    node = graph.add(
        "GrowMask",
        "Grow the mask",
        mask=mask,
        expand=whole("expand", expand, -MOST_SIDE, MOST_SIDE),
        tapered_corners=True,
    )
    return MaskLink(node)
