"""Who makes LoRAs, as data: see `domain.models.registry`."""

from domain.models.model import Ability, Model, PriceUnit, Provider
from domain.models.terms import GPU_SECONDS, HOSTED_FLUX, LOCAL, OURS_FREE, OWN_FLUX, Z_IMAGE, fal_price
from domain.presets.models import BaseModel

TRAIN = frozenset({Ability.TRAIN})

TRAINERS = (
    Model(
        key="local/palette-trainer",
        provider=Provider.LOCAL,
        endpoint="local-palette-1",
        label="Local stand-in for a trainer",
        abilities=TRAIN,
        any_family=True,
        references=(5, 20),
        price=OURS_FREE,
        licence=LOCAL,
    ),
    Model(
        key="runpod/ai-toolkit-z-image",
        provider=Provider.RUNPOD,
        endpoint="ai-toolkit-z-image",
        label="AI Toolkit for Z-Image Turbo on a RunPod pod",
        abilities=TRAIN,
        family=BaseModel.Z_IMAGE_TURBO,
        references=(5, 20),
        price=GPU_SECONDS,
        licence=Z_IMAGE,
    ),
    Model(
        key="runpod/ai-toolkit-flux",
        provider=Provider.RUNPOD,
        endpoint="ai-toolkit-flux",
        label="AI Toolkit for FLUX.1 [dev] on a RunPod pod",
        abilities=TRAIN,
        family=BaseModel.FLUX_DEV,
        references=(5, 20),
        price=GPU_SECONDS,
        licence=OWN_FLUX,
    ),
    Model(
        key="fal/flux-portrait-trainer",
        provider=Provider.FAL,
        endpoint="fal-ai/flux-lora-portrait-trainer",
        label="fal's portrait trainer for FLUX.1 [dev]",
        abilities=TRAIN,
        family=BaseModel.FLUX_DEV,
        references=(5, 20),
        price=fal_price("2.40", PriceUnit.THOUSAND_STEPS, "uncertain: third parties, 2026-11"),
        licence=HOSTED_FLUX,
    ),
    Model(
        key="fal/z-image-trainer",
        provider=Provider.FAL,
        endpoint="fal-ai/z-image-turbo-trainer-v2",
        label="fal's trainer for Z-Image Turbo",
        abilities=TRAIN,
        family=BaseModel.Z_IMAGE_TURBO,
        references=(5, 20),
        price=fal_price("0.85", PriceUnit.THOUSAND_STEPS),
        licence=Z_IMAGE,
    ),
)
"""`references` is how many pictures they are given."""
