"""What flows between nodes. Each of ComfyUI's types is a class of its own, so that a wrong link does not type-check.

ComfyUI itself only compares the types' names when a graph is queued: after the call was paid for.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """One output of one node."""

    node: str
    output: int = 0


class ModelLink(Link):
    __slots__ = ()


class ClipLink(Link):
    __slots__ = ()


class VaeLink(Link):
    __slots__ = ()


class ConditioningLink(Link):
    __slots__ = ()


class LatentLink(Link):
    __slots__ = ()


class ImageLink(Link):
    __slots__ = ()


class MaskLink(Link):
    __slots__ = ()


class ControlNetLink(Link):
    __slots__ = ()


class PulidLink(Link):
    __slots__ = ()


class EvaClipLink(Link):
    __slots__ = ()


class FaceAnalysisLink(Link):
    __slots__ = ()
