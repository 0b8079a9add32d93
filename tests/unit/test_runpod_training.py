"""What AI Toolkit is asked to do, field by field, and what things are called."""

from uuid import UUID

import pytest

from domain.models.model import Ability, Provider
from domain.models.trainers import TRAINERS
from providers.runpod.training.job_configs import JOBS, flux_job, z_image_job
from providers.runpod.training.names import Names, pod_name, training_of
from tests.support.trainer_requests import TRAINING, TRIGGER, a_training

NAMES = Names(training_id=TRAINING, mount="/workspace", secret=b"s")
JOB = f"likeness_{TRAINING.hex}"
PROCESS = {
    "type": "diffusion_trainer",
    "training_folder": "/workspace/models/loras",
    "device": "cuda",
    "trigger_word": TRIGGER,
    "network": {"type": "lora", "linear": 16, "linear_alpha": 16},
    "save": {"dtype": "bf16", "save_every": 701, "max_step_saves_to_keep": 1},
    "datasets": [
        {
            "folder_path": NAMES.dataset_folder,
            "caption_ext": "txt",
            "caption_dropout_rate": 0.05,
            "cache_latents_to_disk": True,
            "resolution": [512, 768, 1024],
            "num_repeats": 1,
        }
    ],
    "train": {
        "batch_size": 1,
        "steps": 700,
        "gradient_accumulation": 1,
        "train_unet": True,
        "train_text_encoder": False,
        "gradient_checkpointing": True,
        "noise_scheduler": "flowmatch",
        "timestep_type": "sigmoid",
        "optimizer": "adamw8bit",
        "optimizer_params": {"weight_decay": 1e-4},
        "lr": 1e-4,
        "ema_config": {"use_ema": False},
        "dtype": "bf16",
        "skip_first_sample": True,
        "disable_sampling": True,
    },
    "model": {
        "name_or_path": "black-forest-labs/FLUX.1-dev",
        "arch": "flux",
        "quantize": True,
        "quantize_te": True,
    },
    "logging": {"log_every": 1, "use_ui_logger": True},
    "sample": {
        "sampler": "flowmatch",
        "sample_every": 701,
        "prompts": [],
        "width": 1024,
        "height": 1024,
        "guidance_scale": 4,
        "sample_steps": 25,
        "seed": 42,
    },
}


def test_a_job_for_flux() -> None:
    assert flux_job(a_training("runpod/ai-toolkit-flux"), NAMES) == {
        "job": "extension",
        "config": {"name": JOB, "process": [PROCESS]},
        "meta": {"name": "[name]", "version": "1.0"},
    }


def test_a_job_for_z_image_turbo() -> None:
    adapter = "ostris/zimage_turbo_training_adapter/zimage_turbo_training_adapter_v2.safetensors"
    assert z_image_job(a_training("runpod/ai-toolkit-z-image"), NAMES) == {
        "job": "extension",
        "config": {
            "name": JOB,
            "process": [
                {
                    **PROCESS,
                    "train": {**PROCESS["train"], "timestep_type": "weighted"},  # type: ignore[dict-item] # a table
                    "model": {
                        "name_or_path": "Tongyi-MAI/Z-Image-Turbo",
                        "arch": "zimage:turbo",
                        "quantize": True,
                        "quantize_te": True,
                        "qtype": "qfloat8",
                        "low_vram": True,
                        "assistant_lora_path": adapter,
                    },
                    "sample": {**PROCESS["sample"], "guidance_scale": 1, "sample_steps": 9},  # type: ignore[dict-item]
                }
            ],
        },
        "meta": {"name": "[name]", "version": "1.0"},
    }


def test_there_is_a_job_for_every_trainer_of_the_registry() -> None:
    ours = {
        model.endpoint for model in TRAINERS if model.provider is Provider.RUNPOD and Ability.TRAIN in model.abilities
    }
    assert ours == JOBS.keys()


def test_comfyui_finds_the_weights_where_ai_toolkit_leaves_them() -> None:
    """`{training_folder}/{name}/{name}.safetensors`, below the folder that a worker lists."""
    assert NAMES.weights == f"/workspace/models/loras/{JOB}/{JOB}.safetensors"
    assert NAMES.file_name == f"{JOB}/{JOB}.safetensors"


def test_secrets_of_two_trainings_have_nothing_in_common() -> None:
    other = Names(training_id=UUID(int=7), mount="/workspace", secret=b"s")
    assert len({NAMES.token, NAMES.dataset, other.token, other.dataset}) == 4
    assert not NAMES.token.startswith(NAMES.dataset[1:])


@pytest.mark.parametrize(
    ("name", "training_id"),
    [
        (pod_name("likeness", TRAINING), TRAINING),
        (f"likeness-{str(TRAINING).upper()}", None),
        (f"likeness-{TRAINING.hex}", None),
        (f"my-likeness-{TRAINING}", None),
        (f"another-{TRAINING}", None),
        ("likeness-", None),
        ("likeness", None),
        ("", None),
    ],
)
def test_whose_pod_it_is(name: str, training_id: UUID | None) -> None:
    assert training_of("likeness", name) == training_id
