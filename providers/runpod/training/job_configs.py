"""Jobs as AI Toolkit's interface takes them. Values: its own defaults for each model, 0.12.26, but for what is said here.

Nothing is sampled: nobody looks at the samples, and they would stay on the volume. Nothing is saved but the end.
"""

from collections.abc import Callable, Mapping
from typing import TypedDict

from domain.ports.trainer import TrainingRequest
from providers.runpod.training.names import Names

RANK = 16
RESOLUTIONS = [512, 768, 1024]

Section = dict[str, object]


class Process(TypedDict):
    type: str
    training_folder: str
    device: str
    trigger_word: str
    network: Section
    save: Section
    datasets: list[Section]
    train: Section
    model: Section
    logging: Section
    sample: Section


class JobConfig(TypedDict):
    job: str
    config: Section
    meta: Section


def flux_job(request: TrainingRequest, names: Names) -> JobConfig:
    """FLUX.1 [dev]: about 24 GB of graphics memory. Its weights are gated: the pod needs a token of Hugging Face."""
    model: Section = {
        "name_or_path": "black-forest-labs/FLUX.1-dev",
        "arch": "flux",
        "quantize": True,
        "quantize_te": True,
    }
    return _job(request, names, model=model, timestep_type="sigmoid", guidance=4, sample_steps=25)


def z_image_job(request: TrainingRequest, names: Names) -> JobConfig:
    """Z-Image Turbo, with the adapter that keeps its few steps from being trained away."""
    model: Section = {
        "name_or_path": "Tongyi-MAI/Z-Image-Turbo",
        "arch": "zimage:turbo",
        "quantize": True,
        "quantize_te": True,
        "qtype": "qfloat8",
        "low_vram": True,
        "assistant_lora_path": "ostris/zimage_turbo_training_adapter/zimage_turbo_training_adapter_v2.safetensors",
    }
    return _job(request, names, model=model, timestep_type="weighted", guidance=1, sample_steps=9)


def no_job(names: Names) -> JobConfig:
    """With its name alone, which is that of its folder: it is never started."""
    return JobConfig(job="extension", config={"name": names.job, "process": []}, meta={"name": names.job})


JobOf = Callable[[TrainingRequest, Names], JobConfig]

JOBS: Mapping[str, JobOf] = {"ai-toolkit-flux": flux_job, "ai-toolkit-z-image": z_image_job}
"""By `Model.endpoint`."""
GATED = frozenset({"ai-toolkit-flux"})
"""Those whose weights Hugging Face gives only to whoever has agreed to their licence."""


def _job(
    request: TrainingRequest, names: Names, *, model: Section, timestep_type: str, guidance: int, sample_steps: int
) -> JobConfig:
    process = Process(
        type="diffusion_trainer",
        training_folder=names.training_folder,
        device="cuda",
        trigger_word=request.trigger,
        network={"type": "lora", "linear": RANK, "linear_alpha": RANK},
        save={"dtype": "bf16", "save_every": request.steps + 1, "max_step_saves_to_keep": 1},
        datasets=[_dataset(names)],
        train=_train(request.steps, timestep_type),
        model=model,
        logging={"log_every": 1, "use_ui_logger": True},
        sample={
            "sampler": "flowmatch",
            "sample_every": request.steps + 1,
            "prompts": [],
            "width": 1024,
            "height": 1024,
            "guidance_scale": guidance,
            "sample_steps": sample_steps,
            "seed": 42,
        },
    )
    return JobConfig(
        job="extension",
        config={"name": names.job, "process": [process]},
        meta={"name": "[name]", "version": "1.0"},
    )


def _dataset(names: Names) -> Section:
    return {
        "folder_path": names.dataset_folder,
        "caption_ext": "txt",
        "caption_dropout_rate": 0.05,
        "cache_latents_to_disk": True,
        "resolution": RESOLUTIONS,
        "num_repeats": 1,
    }


def _train(steps: int, timestep_type: str) -> Section:
    return {
        "batch_size": 1,
        "steps": steps,
        "gradient_accumulation": 1,
        "train_unet": True,
        "train_text_encoder": False,
        "gradient_checkpointing": True,
        "noise_scheduler": "flowmatch",
        "timestep_type": timestep_type,
        "optimizer": "adamw8bit",
        "optimizer_params": {"weight_decay": 1e-4},
        "lr": 1e-4,
        "ema_config": {"use_ema": False},
        "dtype": "bf16",
        "skip_first_sample": True,
        "disable_sampling": True,
    }
