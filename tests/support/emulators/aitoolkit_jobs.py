"""What lies on a pod's disk: AI Toolkit's settings, its jobs and their line, data sets, and what came of trainings."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from tests.support.safetensors import safetensors


@dataclass(slots=True)
class Job:
    id: str
    name: str
    config: dict[str, Any]
    seconds: float
    error: str | None = None
    """What it is going to fail with, half way."""
    status: str = "stopped"
    info: str = ""
    step: int = 0
    running_since: float = 0.0

    @property
    def process(self) -> dict[str, Any]:
        process: dict[str, Any] = self.config["config"]["process"][0]
        return process

    @property
    def steps(self) -> int:
        return int(self.process["train"]["steps"])

    def as_json(self) -> dict[str, Any]:
        """`total_steps` is null for trainings."""
        return {
            "id": self.id,
            "name": self.name,
            "gpu_ids": "0",
            "job_config": json.dumps(self.config),
            "status": self.status,
            "step": self.step,
            "total_steps": None,
            "info": self.info,
            "speed_string": "1.2 sec/iter" if self.step else "",
        }


@dataclass(slots=True)
class PodDisk:
    settings: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    line_runs: bool = False

    def pass_time(self) -> None:
        """One job at a time, and only while the line runs; it stops when it is empty."""
        for job in self.jobs.values():
            if job.status == "running":
                self._train(job)
        waiting = [job for job in self.jobs.values() if job.status == "queued"]
        if self.line_runs and not any(job.status == "running" for job in self.jobs.values()):
            if waiting:
                self._begin(waiting[0])
            else:
                self.line_runs = False

    def _begin(self, job: Job) -> None:
        if reason := self._why_not(job):
            job.status, job.info = "error", reason
        else:
            job.status, job.info, job.running_since = "running", "Training", time.monotonic()

    def _why_not(self, job: Job) -> str | None:
        """Strict where the real one only trains badly."""
        [dataset] = job.process["datasets"]
        there = {path: data for path, data in self.files.items() if path.startswith(f"{dataset['folder_path']}/")}
        pictures = [path for path in there if path.endswith((".jpg", ".png"))]
        if not pictures or any(not there.get(f"{path[:-4]}.txt") for path in pictures):
            return f"No images with captions found in {dataset['folder_path']}"
        if job.process["training_folder"] != self.settings["TRAINING_FOLDER"]:
            return "The training folder is not that of the settings"
        if job.process["model"]["arch"] == "flux" and not self.settings["HF_TOKEN"]:
            return "401 Client Error. Cannot access gated repo for url https://huggingface.co/black-forest-labs"
        return None

    def _train(self, job: Job) -> None:
        share = (time.monotonic() - job.running_since) / job.seconds if job.seconds else 1.0
        job.step = min(job.steps, int(share * job.steps))
        if job.error is not None and share >= 0.5:
            job.status, job.info = "error", job.error
        elif share >= 1:
            folder = f"{job.process['training_folder']}/{job.name}"
            self.files[f"{folder}/{job.name}.safetensors"] = safetensors(job.steps)
            job.status, job.info = "completed", "Training completed"
