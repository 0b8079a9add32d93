"""`likeness workflows export`: what is written, that it is complete, and that a server would take every bit of it."""

import base64
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.cli.errors import CommandError
from app.cli.workflow_samples import LORA_FILES, TRIGGER, all_samples
from app.cli.workflows import export_workflows
from domain.presets.formats import ASPECT_RATIOS, Quality
from tests.support.emulators.comfy_nodes import NODE_CLASSES, ModelFile
from tests.support.emulators.comfy_validation import Server, strict
from tests.support.emulators.comfy_worker import FOLDERS, ComfyWorker
from tests.support.emulators.runpod import BODY_LIMIT

PLAIN, FULL = 3 * 1, 3 * 2  # three aspect ratios; and the two qualities


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("export") / "made" / "anew"
    export_workflows(directory)
    return directory


def index(exported: Path) -> list[dict[str, Any]]:
    read: dict[str, Any] = json.loads((exported / "index.json").read_text())
    assert read["madeFor"] == {"worker-comfyui": "5.8.5", "ComfyUI": "0.8.0"}
    requests: list[dict[str, Any]] = read["requests"]
    return requests


def request_of(exported: Path, entry: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((exported / entry["file"]).read_text())
    assert set(read) == {"input"}
    found: dict[str, Any] = read["input"]
    return found


def test_every_combination_is_there_once(exported: Path) -> None:
    entries = index(exported)
    assert Counter((e["workflow"], e["settings"], e["lora"] is not None) for e in entries) == {
        ("z-image", "usual", False): PLAIN,
        ("z-image", "usual", True): PLAIN,
        ("flux", "usual", False): FULL,
        ("flux", "usual", True): FULL,
        ("flux", "checkpoint", False): FULL,
        ("flux", "checkpoint", True): FULL,
        ("pulid", "usual", False): FULL,
        ("pulid", "usual", True): FULL,
        ("pulid", "checkpoint", False): FULL,
        ("pulid", "checkpoint", True): FULL,
        ("sheet", "usual", False): FULL,
        ("sheet", "usual", True): FULL,
        ("sheet", "checkpoint", False): FULL,
        ("sheet", "checkpoint", True): FULL,
        ("fill", "usual", False): FULL,
        ("fill", "grown-mask", False): FULL,
    }
    assert {e["aspectRatio"] for e in entries} == set(ASPECT_RATIOS)
    assert {e["quality"] for e in entries} == {None, *Quality}
    assert len({e["seed"] for e in entries}) == len(entries)
    assert sorted(path.name for path in exported.iterdir()) == sorted([*(e["file"] for e in entries), "index.json"])


def test_a_server_takes_every_graph_to_the_letter(exported: Path) -> None:
    for entry in index(exported):
        sent = request_of(exported, entry)
        images = {image["name"] for image in sent.get("images", [])}
        server = Server(folders={**FOLDERS, "loras": set(LORA_FILES.values())}, inputs=images)
        assert strict(sent["workflow"], server) == [], entry["file"]
        assert images == set(entry["uploads"])
        used = {n["inputs"]["image"] for n in sent["workflow"].values() if n["class_type"].startswith("LoadImage")}
        assert used == images
        assert not any("/" in name for name in images)


def test_each_has_one_output_with_a_name_of_its_own(exported: Path) -> None:
    prefixes = []
    for entry in index(exported):
        nodes = request_of(exported, entry)["workflow"].values()
        (save,) = [node for node in nodes if NODE_CLASSES[node["class_type"]].is_output]
        prefixes.append(save["inputs"]["filename_prefix"])
        assert prefixes[-1].startswith(f"likeness-seed{entry['seed']}-")
    assert len(set(prefixes)) == len(prefixes)


def test_the_index_says_what_a_worker_must_have(exported: Path) -> None:
    for entry in index(exported):
        nodes = list(request_of(exported, entry)["workflow"].values())
        named = {
            f"{kind.folder}/{node['inputs'][name]}"
            for node in nodes
            for name, kind in NODE_CLASSES[node["class_type"]].required.items()
            if isinstance(kind, ModelFile)
        }
        packs = {NODE_CLASSES[node["class_type"]].pack for node in nodes} - {""}
        assert named <= set(entry["needs"]["files"])
        assert set(entry["needs"]["nodePacks"]) == packs
        if not packs:
            assert named == set(entry["needs"]["files"])


def test_loras_are_led_by_their_trigger(exported: Path) -> None:
    for entry in index(exported):
        nodes = request_of(exported, entry)["workflow"].values()
        (prompt,) = [node["inputs"]["text"] for node in nodes if node["class_type"] == "CLIPTextEncode"]
        assert prompt.startswith(TRIGGER) is (entry["lora"] is not None)


def test_each_is_small_enough_and_its_pictures_whole(exported: Path) -> None:
    for entry in index(exported):
        assert (exported / entry["file"]).stat().st_size < BODY_LIMIT
        for image in request_of(exported, entry).get("images", []):
            assert base64.b64decode(image["image"], validate=True)[:3] in (b"\x89PN", b"\xff\xd8\xff")


@pytest.mark.parametrize("workflow", ["z-image", "flux", "pulid", "sheet", "fill"])
def test_the_emulated_worker_makes_a_picture_of_each_workflow(exported: Path, workflow: str) -> None:
    entry = next(e for e in index(exported) if e["workflow"] == workflow)
    answer = ComfyWorker().handle(request_of(exported, entry))
    assert [image["type"] for image in answer["images"]] == ["base64"]


def test_two_exports_are_equal(exported: Path, tmp_path: Path) -> None:
    export_workflows(tmp_path)
    export_workflows(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in exported.iterdir()}


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["workflows", "export", str(tmp_path / "there")])
    assert result.exit_code == 0
    count = len(list(all_samples()))
    assert result.output == f"{count} requests; {tmp_path / 'there' / 'index.json'} says what each is.\n"


def test_a_place_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match=r"Cannot write to .*file: File exists"):
        export_workflows(tmp_path / "file")
