"""What a worker must have to run a graph: files in its model folders, and node packs beyond ComfyUI's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from providers.runpod.workflows.graph import Graph

FOLDERS: Mapping[tuple[str, str], str] = {
    ("UNETLoader", "unet_name"): "diffusion_models",
    ("CheckpointLoaderSimple", "ckpt_name"): "checkpoints",
    ("DualCLIPLoader", "clip_name1"): "text_encoders",
    ("DualCLIPLoader", "clip_name2"): "text_encoders",
    ("CLIPLoader", "clip_name"): "text_encoders",
    ("VAELoader", "vae_name"): "vae",
    ("LoraLoader", "lora_name"): "loras",
    ("LoraLoaderModelOnly", "lora_name"): "loras",
    ("PulidFluxModelLoader", "pulid_file"): "pulid",
    ("ControlNetLoader", "control_net_name"): "controlnet",
}

PULID_PACK = "lldacing/ComfyUI_PuLID_Flux_ll"
PULID_FILES = (
    "clip/EVA02_CLIP_L_336_psz14_s6B.pt",
    "insightface/models/antelopev2/*.onnx",
    "facexlib/parsing_bisenet.pth",
    "facexlib/parsing_parsenet.pth",
    "facexlib/detection_Resnet50_Final.pth",
)
"""Named by no input: PuLID looks them up itself, and fetches them on first use where they are absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    files: tuple[str, ...]
    """Below `models/`. On a network volume text encoders lie in `clip/` and diffusion models in `unet/`."""
    node_packs: tuple[str, ...]


def needs_of(graph: Graph) -> Needs:
    files: list[str] = []
    packs: list[str] = []
    for node in graph:
        for name, value in node.inputs.items():
            if folder := FOLDERS.get((node.class_type, name)):
                files.append(f"{folder}/{value}")
        if node.class_type == "ApplyPulidFlux":
            packs.append(PULID_PACK)
            files.extend(PULID_FILES)
    return Needs(files=tuple(dict.fromkeys(files)), node_packs=tuple(packs))
