"""A graph under construction, and the API format it is sent in.

Every input of a node is written out, also where ComfyUI's editor has a usual value: the server fills in nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from providers.runpod.workflows.links import Link

Input = Link | str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    class_type: str
    title: str
    inputs: Mapping[str, Input]

    def as_json(self) -> dict[str, object]:
        return {
            "class_type": self.class_type,
            "inputs": {name: _as_json(value) for name, value in self.inputs.items()},
            "_meta": {"title": self.title},
        }


class Graph:
    """Nodes in the order they were added; ids are "1", "2", … in that order."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}

    def add(self, class_type: str, title: str, /, **inputs: Input) -> str:
        """The new node's id. Raises `ValueError` for a link from a node that is not in this graph."""
        for name, value in inputs.items():
            if isinstance(value, Link) and value.node not in self._nodes:
                raise ValueError(f"{class_type}.{name} is linked to node {value.node}, which is not in this graph.")
        node_id = str(len(self._nodes) + 1)
        self._nodes[node_id] = Node(class_type=class_type, title=title, inputs=inputs)
        return node_id

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def as_json(self) -> dict[str, object]:
        """The API format: what `POST /prompt` and `input.workflow` take."""
        return {node_id: node.as_json() for node_id, node in self._nodes.items()}


def _as_json(value: Input) -> object:
    return [value.node, value.output] if isinstance(value, Link) else value
