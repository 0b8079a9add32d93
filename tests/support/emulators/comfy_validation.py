"""What ComfyUI's `POST /prompt` accepts, with its own words for what it does not.

It is as lenient as the real one: it starts at the output nodes and looks at nothing else, ignores inputs it does not know,
forces literals into their type, and lets a literal stand where a link belongs. `strict` finds what it leaves for run time.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.emulators.comfy_nodes import (
    NODE_CLASSES,
    Choice,
    Flag,
    InputFile,
    Kind,
    Linked,
    ModelFile,
    NodeClass,
    Number,
    Text,
    Whole,
)

Graph = Mapping[str, Any]
Fault = dict[str, Any]
MANY = 20
"""Longer lists are not told."""


@dataclass(slots=True)
class Server:
    """What lies on one machine."""

    folders: Mapping[str, Collection[str]] = field(default_factory=dict)
    inputs: Collection[str] = ()
    classes: Mapping[str, NodeClass] = field(default_factory=lambda: NODE_CLASSES)


@dataclass(slots=True)
class Verdict:
    """`good` are the output nodes that would run; `error` is set where there is none."""

    good: list[str] = field(default_factory=list)
    error: Fault | None = None
    node_errors: dict[str, Fault] = field(default_factory=dict)


def validate(graph: Graph, server: Server) -> Verdict:
    for node_id, node in graph.items():
        name = node.get("class_type") if isinstance(node, dict) else None
        if name is None:
            return Verdict(
                error=_fault(
                    "invalid_prompt",
                    "Cannot execute because a node is missing the class_type property.",
                    f"Node ID '#{node_id}'",
                )
            )
        if name not in server.classes:
            return Verdict(
                error=_fault(
                    "invalid_prompt", f"Cannot execute because node {name} does not exist.", f"Node ID '#{node_id}'"
                )
            )
    outputs = [node_id for node_id, node in graph.items() if server.classes[node["class_type"]].is_output]
    if not outputs:
        return Verdict(error=_fault("prompt_no_outputs", "Prompt has no outputs", ""))
    return _judged(graph, server, outputs)


def strict(graph: Graph, server: Server) -> list[str]:
    """What a server accepts and should not have been sent: in words, empty when all is well."""
    found = [f"{node_id}: {fault['type']} {fault['details']}" for node_id, fault in _flat(validate(graph, server))]
    reached = {node_id for output in validate(graph, server).good for node_id in upstream(graph, output)}
    for node_id, node in graph.items():
        known = _inputs_of(server.classes[node["class_type"]])
        if node_id not in reached:
            found.append(f"{node_id}: feeds no output")
        for name, value in node["inputs"].items():
            kind = known.get(name)
            if kind is None:
                found.append(f"{node_id}: has no input {name}")
            elif isinstance(kind, Linked) != isinstance(value, list):
                found.append(f"{node_id}: {name} is {value!r}")
            elif not isinstance(value, list) and not _is_of(kind, value):
                found.append(f"{node_id}: {name} is a {type(value).__name__}")
            elif isinstance(value, list) and not (isinstance(value[1], int) and value[1] >= 0):
                found.append(f"{node_id}: {name} comes from output {value[1]!r}")
    return found


def upstream(graph: Graph, node_id: str) -> Iterator[str]:
    """The node and all it depends on, each once, nearest first."""
    todo, seen = [node_id], {node_id}
    while todo:
        yield (now := todo.pop(0))
        for value in graph[now]["inputs"].values():
            if isinstance(value, list) and value[0] not in seen:
                seen.add(value[0])
                todo.append(value[0])


def _judged(graph: Graph, server: Server, outputs: list[str]) -> Verdict:
    verdict, check = Verdict(), _Check(graph, server)
    said: list[Fault] = []
    for output in outputs:
        if check.node(output):
            verdict.good.append(output)
            continue
        said += check.faults[output]
        for node_id, faults in check.faults.items():
            if faults:
                node = {"errors": faults, "dependent_outputs": [], "class_type": graph[node_id]["class_type"]}
                verdict.node_errors.setdefault(node_id, node)["dependent_outputs"].append(output)
    if not verdict.good:
        details = "\n".join(f"{fault['message']}: {fault['details']}" for fault in said)
        verdict.error = _fault("prompt_outputs_failed_validation", "Prompt outputs failed validation", details)
    return verdict


@dataclass(slots=True)
class _Check:
    """One pass over a graph. `bad` are nodes that cannot run, by their own faults or by those above them."""

    graph: Graph
    server: Server
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def node(self, node_id: str) -> bool:
        """Whether it and all above it are right."""
        if node_id in self.faults:
            return node_id not in self.bad
        cls = self.server.classes[self.graph[node_id]["class_type"]]
        inputs = self.graph[node_id].get("inputs", {})
        self.faults[node_id] = faults = []
        above_is_good = True
        for name, kind in _inputs_of(cls).items():
            if name not in inputs:
                if name in cls.required:
                    faults.append(_fault("required_input_missing", "Required input is missing", name, input_name=name))
            elif isinstance(inputs[name], list):
                above_is_good &= self._link(name, kind, inputs[name], faults)
            elif not isinstance(kind, Linked):
                faults += _literal(name, kind, inputs[name], self.server)
        if faults or not above_is_good:
            self.bad.add(node_id)
        return node_id not in self.bad

    def _link(self, name: str, kind: Kind, link: list[Any], faults: list[Fault]) -> bool:
        """Whether what is above is right. What is wrong with the link itself goes to `faults`."""
        told = {"input_name": name, "received_value": link}
        if len(link) != 2:
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            faults.append(_fault("bad_linked_input", message, name, **told))
            return True
        try:
            given = self.server.classes[self.graph[link[0]]["class_type"]].outputs[link[1]]
            if given == kind.type:
                return self.node(link[0])
            details = f"{name}, received_type({given}) mismatch input_type({kind.type})"
            faults.append(_fault("return_type_mismatch", "Return type mismatch between linked nodes", details, **told))
        except (KeyError, IndexError, TypeError) as error:
            message = "Exception when validating inner node"
            faults.append(_fault("exception_during_inner_validation", message, str(error), **told))
        return True


def _literal(name: str, kind: Kind, value: Any, server: Server) -> Iterator[Fault]:
    forced: dict[type[Any], Callable[[Any], Any]] = {Whole: int, Number: float, Text: str, Flag: bool}
    try:
        value = forced.get(type(kind), lambda v: v)(value)
    except (ValueError, TypeError) as error:
        yield _fault(
            "invalid_input_type",
            f"Failed to convert an input value to a {kind.type} value",
            f"{name}, {value}, {error}",
            input_name=name,
            received_value=value,
            exception_message=str(error),
        )
        return
    told = {"input_name": name, "received_value": value}
    if isinstance(kind, Whole | Number) and value < kind.least:
        yield _fault("value_smaller_than_min", f"Value {value} smaller than min of {kind.least}", name, **told)
    elif isinstance(kind, Whole | Number) and value > kind.most:
        yield _fault("value_bigger_than_max", f"Value {value} bigger than max of {kind.most}", name, **told)
    elif isinstance(kind, InputFile) and value not in server.inputs:
        yield _fault(
            "custom_validation_failed",
            "Custom validation failed for node",
            f"{name} - Invalid image file: {value}",
            **told,
        )
    elif isinstance(kind, Choice | ModelFile):
        options = list(kind.options if isinstance(kind, Choice) else server.folders.get(kind.folder, ()))
        if value not in options:
            listed = f"(list of length {len(options)})" if len(options) > MANY else str(options)
            yield _fault("value_not_in_list", "Value not in list", f"{name}: '{value}' not in {listed}", **told)


def _is_of(kind: Kind, value: object) -> bool:
    match kind:
        case Whole():
            return isinstance(value, int) and not isinstance(value, bool)
        case Number():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Flag():
            return isinstance(value, bool)
    return isinstance(value, str)


def _inputs_of(cls: NodeClass) -> dict[str, Kind]:
    return {**cls.required, **cls.optional}


def _flat(verdict: Verdict) -> Iterator[tuple[str, Fault]]:
    if verdict.error:
        yield "graph", verdict.error
    for node_id, node in verdict.node_errors.items():
        for fault in node["errors"]:
            yield node_id, fault


def _fault(type: str, message: str, details: str, **extra_info: Any) -> Fault:
    return {"type": type, "message": message, "details": details, "extra_info": extra_info}
