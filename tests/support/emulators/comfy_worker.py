"""One warm worker of worker-comfyui 5.8: ComfyUI's own checks, and the handler's words around them.

It computes nothing: a graph's picture is drawn from the prompt, the seed, the size and the pictures that lead to it.
"""

import base64
import binascii
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image

from providers.runpod.workflows.files import WorkerFiles
from tests.support.emulators.comfy_nodes import NODE_CLASSES, Linked
from tests.support.emulators.comfy_validation import Graph, Server, Verdict, upstream, validate
from tests.support.emulators.drawing import drawn

FILES = WorkerFiles()
FOLDERS: Mapping[str, frozenset[str]] = {
    "diffusion_models": frozenset({FILES.flux_unet, FILES.fill_unet, FILES.z_image_unet}),
    "text_encoders": frozenset({FILES.flux_clip_l, FILES.flux_t5, FILES.z_image_clip}),
    "vae": frozenset({FILES.flux_vae}),
    "checkpoints": frozenset({"flux1-dev-fp8.safetensors"}),
    "pulid": frozenset({FILES.pulid}),
    "controlnet": frozenset({FILES.control_net}),
}


class NodeFailedError(Exception):
    def __init__(self, node_id: str, class_type: str, message: str) -> None:
        super().__init__(f"Node Type: {class_type}, Node ID: {node_id}, Message: {message}")


@dataclass(slots=True)
class ComfyWorker:
    """`inputs` and `outputs` are its folders; they are kept from job to job."""

    loras: set[str] = field(default_factory=set)
    inputs: dict[str, bytes] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)
    server: Server = field(init=False)
    _cache: dict[str, list[dict[str, Any]]] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self.server = Server(folders={**FOLDERS, "loras": self.loras}, inputs=self.inputs)

    def handle(self, job_input: Any) -> dict[str, Any]:
        """What the handler returns. One job at a time, as on a real worker."""
        with self._lock:
            return self._handled(job_input)

    def _handled(self, job_input: Any) -> dict[str, Any]:
        workflow = job_input.get("workflow")
        if workflow is None:
            return {"error": "Missing 'workflow' parameter"}
        images = job_input.get("images")
        if images is not None and not _is_list_of_images(images):
            return {"error": "'images' must be a list of objects with 'name' and 'image' keys"}
        if refused := [fault for image in images or () if (fault := self._upload(image))]:
            return {"error": "Failed to upload one or more input images", "details": refused}
        if not isinstance(workflow, dict):
            return {
                "error": "Error queuing workflow: 500 Server Error: Internal Server Error for url: http://127.0.0.1:8188/prompt"
            }
        verdict = validate(workflow, self.server)
        return {"error": _said_of(verdict)} if verdict.error else self._run(workflow, verdict)

    def _upload(self, image: Mapping[str, Any]) -> str | None:
        """What went wrong, if anything."""
        name, data = image["name"], image["image"].split(",", 1)[-1]
        if "/" in name or not name:
            return f"Error uploading {name}: 400 Client Error: Bad Request for url: http://127.0.0.1:8188/upload/image"
        try:
            self.inputs[name] = base64.b64decode(data)
        except binascii.Error as error:
            return f"Error decoding base64 for {name}: {error}"
        return None

    def _run(self, graph: Graph, verdict: Verdict) -> dict[str, Any]:
        key = json.dumps(graph, sort_keys=True)
        if key not in self._cache:
            try:
                self._cache[key] = [
                    image for output in _out_of_order(verdict.good) for image in self._output(graph, output)
                ]
            except NodeFailedError as error:
                return {"error": "Job processing failed", "details": [f"Workflow execution error: {error}"]}
        images = self._cache[key]
        return {"images": images} if images else {"status": "success_no_images", "images": []}

    def _output(self, graph: Graph, output: str) -> list[dict[str, Any]]:
        for node_id in reversed(list(upstream(graph, output))):
            self._fail_as_it_would(graph, node_id)
        if graph[output]["class_type"] == "PreviewImage":
            return []
        data = self._picture(graph, list(upstream(graph, output)))
        return [{"filename": self._saved(graph[output]["inputs"]["filename_prefix"]), "type": "base64", "data": data}]

    def _fail_as_it_would(self, graph: Graph, node_id: str) -> None:
        """What ComfyUI finds out only while it runs."""
        class_type, inputs = graph[node_id]["class_type"], graph[node_id]["inputs"]
        for name, kind in NODE_CLASSES[class_type].required.items():
            if isinstance(kind, Linked) and not isinstance(inputs[name], list):
                raise NodeFailedError(node_id, class_type, f"'{type(inputs[name]).__name__}' object is not usable here")
        if class_type == "ControlNetApplyAdvanced" and "vae" not in inputs and inputs["strength"] != 0:
            raise NodeFailedError(node_id, class_type, "This Controlnet needs a VAE but none was provided")
        if class_type.startswith("LoadImage"):
            self._opened(node_id, class_type, inputs["image"])

    def _opened(self, node_id: str, class_type: str, name: str) -> Image.Image:
        try:
            return Image.open(BytesIO(self.inputs[name]))
        except OSError as error:
            raise NodeFailedError(node_id, class_type, f"cannot identify image file '{name}'") from error

    def _picture(self, graph: Graph, nodes: list[str]) -> str:
        found = {graph[node_id]["class_type"]: graph[node_id]["inputs"] for node_id in reversed(nodes)}
        sampler = found.get("KSampler") or found["RandomNoise"]
        seed = sampler.get("seed", sampler.get("noise_seed"))
        prompt = str(found["CLIPTextEncode"]["text"])
        if "InpaintModelConditioning" in found:
            return _base64(self._filled(graph, found, prompt, seed))
        latent = found.get("EmptySD3LatentImage") or found["EmptyLatentImage"]
        faces = [found["LoadImage"]] if "ApplyPulidFlux" in found else []
        if "ApplyPulidFlux" in found:
            faces = [graph[found["ApplyPulidFlux"]["image"][0]]["inputs"]]
        width, height = latent["width"] // 8 * 8, latent["height"] // 8 * 8
        references = [self.inputs[face["image"]] for face in faces]
        return _base64(drawn(prompt, width=width, height=height, seed=seed, references=references))

    def _filled(self, graph: Graph, found: Mapping[str, Any], prompt: str, seed: int) -> bytes:
        """The source, with something new where its mask is white."""
        source = Image.open(BytesIO(self.inputs[found["LoadImage"]["image"]])).convert("RGB")
        mask = Image.open(BytesIO(self.inputs[found["LoadImageMask"]["image"]])).convert("L").resize(source.size)
        new = Image.open(BytesIO(drawn(prompt, width=source.width, height=source.height, seed=seed)))
        source.paste(new, mask=mask)
        file = BytesIO()
        source.crop((0, 0, source.width // 8 * 8, source.height // 8 * 8)).save(file, "PNG")
        return file.getvalue()

    def _saved(self, prefix: str) -> str:
        """The name without its folder, as it is told; the counter goes on from what lies there."""
        count = sum(name.rpartition("_")[0].rpartition("_")[0] == prefix for name in self.outputs) + 1
        self.outputs.append(f"{prefix}_{count:05}_.png")
        return os.path.basename(self.outputs[-1])


def _is_list_of_images(images: Any) -> bool:
    return isinstance(images, list) and all(isinstance(i, dict) and {"name", "image"} <= i.keys() for i in images)


def _out_of_order(outputs: list[str]) -> list[str]:
    """In no order of the graph's: the real one gives them as its cache happened to."""
    return outputs[len(outputs) // 2 :] + outputs[: len(outputs) // 2]


def _said_of(verdict: Verdict) -> str:
    """The handler's text for a 400: Python's notation of the errors."""
    error = verdict.error or {}
    lines = [
        f"• Node {node_id} ({kind}): {what}"
        for node_id, node in verdict.node_errors.items()
        for kind, what in node.items()
    ]
    if lines:
        return "Workflow validation failed:\n" + "\n".join(lines)
    raw = json.dumps({"error": error, "node_errors": {}})
    return f"{error.get('message')}. Raw response: {raw}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
