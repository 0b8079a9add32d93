"""The emulator's ComfyUI says what the real one says. Cases as they were seen on a running server."""

from copy import deepcopy
from typing import Any

import pytest

from providers.runpod.worker_request import worker_request
from providers.runpod.workflows.files import WorkerFiles
from tests.support.emulators.comfy_validation import Server, strict, validate
from tests.support.emulators.comfy_worker import FOLDERS
from tests.support.render_requests import a_picture, a_render_request

SERVER = Server(folders=FOLDERS, inputs={"face.png"})


def flux() -> dict[str, Any]:
    return deepcopy(worker_request(a_render_request(), WorkerFiles()).graph.as_json())


def id_of(graph: dict[str, Any], class_type: str) -> str:
    return next(node_id for node_id, node in graph.items() if node["class_type"] == class_type)


def with_input(class_type: str, name: str, value: object) -> dict[str, Any]:
    graph = flux()
    graph[id_of(graph, class_type)]["inputs"][name] = value
    return graph


def faults(graph: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (node["class_type"], fault["type"], fault["details"])
        for node in validate(graph, SERVER).node_errors.values()
        for fault in node["errors"]
    ]


def test_a_good_graph_has_no_faults() -> None:
    verdict = validate(flux(), SERVER)
    assert (verdict.error, verdict.node_errors) == (None, {})
    assert verdict.good == [id_of(flux(), "SaveImage")]


@pytest.mark.parametrize(
    ("class_type", "name", "value", "fault"),
    [
        ("KSampler", "steps", 0, ("value_smaller_than_min", "steps")),
        ("KSampler", "denoise", 1.5, ("value_bigger_than_max", "denoise")),
        ("KSampler", "seed", 2**64, ("value_bigger_than_max", "seed")),
        (
            "KSampler",
            "steps",
            "many",
            ("invalid_input_type", "steps, many, invalid literal for int() with base 10: 'many'"),
        ),
        ("KSampler", "model", ["2"], ("bad_linked_input", "model")),
        (
            "KSampler",
            "model",
            ["2", 0],
            ("return_type_mismatch", "model, received_type(CLIP) mismatch input_type(MODEL)"),
        ),
        ("KSampler", "model", ["99", 0], ("exception_during_inner_validation", "'99'")),
        ("KSampler", "model", ["1", 3], ("exception_during_inner_validation", "tuple index out of range")),
        ("KSampler", "model", [1, 0], ("exception_during_inner_validation", "1")),
        ("VAELoader", "vae_name", "x.pt", ("value_not_in_list", "vae_name: 'x.pt' not in ['ae.safetensors']")),
    ],
)
def test_one_wrong_input(class_type: str, name: str, value: object, fault: tuple[str, str]) -> None:
    assert faults(with_input(class_type, name, value)) == [(class_type, *fault)]


def test_a_required_input_must_be_there_even_with_a_usual_value() -> None:
    graph = flux()
    del graph[id_of(graph, "KSampler")]["inputs"]["denoise"]
    assert faults(graph) == [("KSampler", "required_input_missing", "denoise")]
    error = validate(graph, SERVER).error
    assert error is not None
    assert error["type"] == "prompt_outputs_failed_validation"


def test_an_unknown_class_is_told_with_its_node() -> None:
    graph = flux()
    graph["2"]["class_type"] = "Nowhere"
    error = validate(graph, SERVER).error
    assert error is not None
    assert (error["type"], error["message"], error["details"]) == (
        "invalid_prompt",
        "Cannot execute because node Nowhere does not exist.",
        "Node ID '#2'",
    )


def test_a_graph_without_output() -> None:
    graph = flux()
    del graph[id_of(graph, "SaveImage")]
    error = validate(graph, SERVER).error
    assert error is not None
    assert error["type"] == "prompt_no_outputs"


def test_one_good_output_is_enough_and_the_other_is_dropped() -> None:
    graph = flux()
    graph["90"] = {"class_type": "SaveImage", "inputs": {"images": ["99", 0], "filename_prefix": "x"}}
    verdict = validate(graph, SERVER)
    assert verdict.error is None
    assert verdict.good == [id_of(graph, "SaveImage")]
    assert verdict.node_errors["90"]["dependent_outputs"] == ["90"]


@pytest.mark.parametrize(
    ("class_type", "name", "value", "words"),
    [
        ("KSampler", "model", "1", "model is '1'"),
        ("KSampler", "model", ["1", -1], "model comes from output -1"),
        ("KSampler", "stepz", 3, "has no input stepz"),
        ("KSampler", "steps", 20.9, "steps is a float"),
        ("EmptySD3LatentImage", "width", "256", "width is a str"),
    ],
)
def test_what_the_server_lets_pass_the_strict_reading_finds(
    class_type: str, name: str, value: object, words: str
) -> None:
    graph = with_input(class_type, name, value)
    assert validate(graph, SERVER).error is None
    assert f"{id_of(graph, class_type)}: {words}" in strict(graph, SERVER)


def test_a_picture_must_lie_in_the_input_folder() -> None:
    request = a_render_request(model="runpod/flux-pulid", references=(a_picture(),))
    graph: Any = worker_request(request, WorkerFiles()).graph.as_json()
    name = graph[id_of(graph, "LoadImage")]["inputs"]["image"]
    assert faults(graph) == [("LoadImage", "custom_validation_failed", f"image - Invalid image file: {name}")]


def test_a_node_that_feeds_nothing_is_not_looked_at() -> None:
    graph = flux()
    graph["90"] = {"class_type": "KSampler", "inputs": {"steps": 0}}
    assert validate(graph, SERVER).node_errors == {}
    assert strict(graph, SERVER)[0] == "90: feeds no output"
