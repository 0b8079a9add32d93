"""What a worker is sent for one image: `{"input": {"workflow", "images"}}`."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import InvalidInput, ProviderRequestInvalid
from domain.images.picture import Picture
from domain.models.model import Model, Provider
from domain.models.routing import model_of
from domain.ports.image_provider import RenderRequest
from providers.runpod.sizes import size_to_make
from providers.runpod.uploads import Frame, Upload, face_upload, fill_frame, fill_uploads, pose_upload
from providers.runpod.workflows.drawing import Drawing, Lora
from providers.runpod.workflows.files import WorkerFiles
from providers.runpod.workflows.fill import fill_graph
from providers.runpod.workflows.flux import flux_graph
from providers.runpod.workflows.graph import Graph
from providers.runpod.workflows.pulid import pulid_graph
from providers.runpod.workflows.sheet import sheet_graph
from providers.runpod.workflows.z_image import z_image_graph

NOT_OURS = "This image cannot be made as it was asked for."


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRequest:
    graph: Graph
    uploads: tuple[Upload, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The value of `input`."""
        body: dict[str, object] = {"workflow": self.graph.as_json()}
        if self.uploads:
            body["images"] = [{"name": u.name, "image": base64.b64encode(u.data).decode()} for u in self.uploads]
        return body


def worker_request(request: RenderRequest, files: WorkerFiles) -> WorkerRequest:
    """Takes a while where pictures go with it: for a thread. Raises `ProviderRequestInvalid`."""
    model = runpod_model(request.model)
    _check(request, model)
    try:
        return _built(request, model, files)
    except ValueError as error:  # of a node's input; it names the input and its range
        raise ProviderRequestInvalid(NOT_OURS, detail=f"{model.endpoint}: {error}") from error


def runpod_model(key: str) -> Model:
    """Raises `ProviderRequestInvalid` for what RunPod is not asked for."""
    try:
        model = model_of(key)
    except InvalidInput as error:
        raise ProviderRequestInvalid(NOT_OURS, detail="no such model") from error
    if model.provider is not Provider.RUNPOD:
        raise ProviderRequestInvalid(NOT_OURS, detail=f"{model.key} is not RunPod's")
    return model


def result_name(request: RenderRequest) -> str:
    """What the name of this image's file begins with. It ends in what is unique to the attempt, but whoever fetches may be
    a later one: a worker that took over. The job tells only of its own files, so the seed is enough to know it by."""
    return f"likeness-seed{request.seed}-"


def result_frame(request: RenderRequest) -> Frame | None:
    """Which part of the result is the picture that was changed; None where all of it was made."""
    if request.mask is None:
        return None
    return fill_frame(request.references[0], runpod_model(request.model).sizes)


def _built(request: RenderRequest, model: Model, files: WorkerFiles) -> WorkerRequest:
    drawing, stem = _drawing(request, model), f"likeness-{_digest(request)}"
    match model.endpoint:
        case "z-image":
            return WorkerRequest(graph=z_image_graph(drawing, files))
        case "flux":
            return WorkerRequest(graph=flux_graph(drawing, files))
        case "pulid":
            face = face_upload(stem, request.references[0])
            return WorkerRequest(graph=pulid_graph(drawing, files, face=face.name), uploads=(face,))
        case "sheet":
            face, pose = face_upload(stem, request.references[0]), pose_upload(stem, request.references[1])
            graph = sheet_graph(drawing, files, face=face.name, pose=pose.name)
            return WorkerRequest(graph=graph, uploads=(face, pose))
        case "fill":
            source, mask = fill_uploads(stem, request.references[0], _mask_of(request), model.sizes)
            graph = fill_graph(drawing, files, source=source.name, mask=mask.name)
            return WorkerRequest(graph=graph, uploads=(source, mask))
    raise ProviderRequestInvalid(NOT_OURS, detail=f"no workflow {model.endpoint}")


def _drawing(request: RenderRequest, model: Model) -> Drawing:
    width, height = size_to_make(request.width, request.height, model.sizes)
    return Drawing(
        prompt=_with_triggers(request),
        width=width,
        height=height,
        steps=request.steps,
        seed=request.seed,
        name=f"{result_name(request)}{_digest(request)}",
        loras=tuple(Lora(file_name=lora.file_name, scale=lora.scale) for lora in request.loras),
    )


def _check(request: RenderRequest, model: Model) -> None:
    least, most = model.references
    faults: Mapping[str, bool] = {
        f"takes {least} to {most} references": not least <= len(request.references) <= most,
        f"takes {model.most_loras} LoRAs": len(request.loras) > model.most_loras,
        "needs a mask" if model.masks else "takes no mask": model.masks != (request.mask is not None),
        "needs a size": min(request.width, request.height) < 1,
    }
    for fault, is_there in faults.items():
        if is_there:
            raise ProviderRequestInvalid(NOT_OURS, detail=f"{model.key} {fault}")


def _mask_of(request: RenderRequest) -> Picture:
    if request.mask is None:
        raise ProviderRequestInvalid(NOT_OURS, detail="needs a mask")
    return request.mask


def _with_triggers(request: RenderRequest) -> str:
    """Trigger words first, also where whoever wrote the prompt forgot one."""
    prompt = request.prompt
    for lora in reversed(request.loras):
        if not _begins_with(prompt, lora.trigger):
            prompt = f"{lora.trigger}, {prompt}"
    return prompt


def _begins_with(prompt: str, trigger: str) -> bool:
    """As a word of its own: `ohwx` does not begin `ohwxy`."""
    return prompt.startswith(trigger) and not prompt[len(trigger) : len(trigger) + 1].isalnum()


def _digest(request: RenderRequest) -> str:
    return hashlib.sha256(request.attempt_key.encode()).hexdigest()[:24]
