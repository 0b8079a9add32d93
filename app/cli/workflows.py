"""`likeness workflows export`: every ComfyUI graph this deployment could send, as files to try on a worker or a server.

The requests are built by the same code that serves users. Two exports are equal, byte for byte.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from app.cli.errors import CommandError
from app.cli.workflow_samples import Sample, all_samples
from providers.runpod.worker_request import WorkerRequest, worker_request
from providers.runpod.workflows.files import WorkerFiles
from providers.runpod.workflows.needs import needs_of

MADE_FOR = {"worker-comfyui": "5.8.5", "ComfyUI": "0.8.0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    count: int
    index: Path


def export_workflows(directory: Path) -> Exported:
    """Writes into the directory, made where it is not there, over what an earlier export left. Raises `CommandError`."""
    entries = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for sample in all_samples():
            built = worker_request(sample.request, sample.files)
            _write(directory / sample.file_name, {"input": built.as_json()})
            entries.append(_entry(sample, built))
        index = directory / "index.json"
        _write(index, {"madeFor": MADE_FOR, "requests": entries})
    except OSError as error:
        raise CommandError(f"Cannot write to {directory}: {error.strerror}.") from error
    return Exported(count=len(entries), index=index)


def _entry(sample: Sample, built: WorkerRequest) -> dict[str, object]:
    request, needs = sample.request, needs_of(built.graph)
    return {
        "file": sample.file_name,
        "workflow": sample.model.endpoint,
        "model": sample.model.key,
        "what": sample.what,
        "lora": request.loras[0].file_name if request.loras else None,
        "aspectRatio": sample.aspect_ratio,
        "quality": sample.quality,
        "width": request.width,
        "height": request.height,
        "seed": request.seed,
        "uploads": [upload.name for upload in built.uploads],
        "needs": {"files": needs.files, "nodePacks": needs.node_packs},
        "settings": "usual" if sample.files == WorkerFiles() else sample.variant,
    }


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
