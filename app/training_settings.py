"""Pods that trainings are done on. Read with everything else by `app.settings`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from domain.models.model import Provider

MOST_MINUTES = 150
"""Two attempts, and what they wait for, have to end before the reservation does (`domain.trainings.starting.HOLD_LIFE`)."""

LONGEST_KEPT = 3650  # days

PREFIX = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPodTrainingSettings:
    """What is empty or None is left to `providers.runpod.training.machine`."""

    key: str = field(repr=False)
    management_url: str
    proxy: str
    """Where a pod's port 8675 is reached: an address with `{pod}` in it."""
    volume: str
    data_centers: tuple[str, ...]
    gpus: tuple[str, ...]
    image: str | None
    template: str | None
    hf_token: str | None = field(repr=False)
    prefix: str

    def proxy_url_of(self, pod_id: str) -> str:
        return self.proxy.replace("{pod}", pod_id)


def read_runpod_training(env: Mapping[str, str], faults: list[str]) -> RunPodTrainingSettings | None:
    """None without a volume: nobody rents machines for having a key."""
    volume, key = env.get("RUNPOD_TRAINING_VOLUME"), env.get("RUNPOD_API_KEY", "")
    if not volume:
        return None
    if not key:
        faults.append("RUNPOD_TRAINING_VOLUME needs RUNPOD_API_KEY beside it.")
    image, template = env.get("RUNPOD_TRAINING_IMAGE") or None, env.get("RUNPOD_TRAINING_TEMPLATE") or None
    if image and template:
        faults.append("Of RUNPOD_TRAINING_IMAGE and RUNPOD_TRAINING_TEMPLATE only one can be taken.")
    proxy = env.get("RUNPOD_TRAINING_PROXY") or "https://{pod}-8675.proxy.runpod.net"
    if "{pod}" not in proxy:
        faults.append("RUNPOD_TRAINING_PROXY needs {pod} where the pod's id goes.")
    prefix = env.get("RUNPOD_TRAINING_PREFIX") or "likeness"
    if not PREFIX.fullmatch(prefix):
        faults.append(f"RUNPOD_TRAINING_PREFIX is of small letters, digits and '-', at most 40, not '{prefix}'.")
    return RunPodTrainingSettings(
        key=key,
        management_url=(env.get("RUNPOD_MANAGEMENT_URL") or "https://api.runpod.io/v2").rstrip("/"),
        proxy=proxy,
        volume=volume,
        data_centers=_names(env, "RUNPOD_TRAINING_DATA_CENTERS"),
        gpus=_names(env, "RUNPOD_TRAINING_GPUS"),
        image=image,
        template=template,
        hf_token=env.get("RUNPOD_TRAINING_HF_TOKEN") or None,
        prefix=prefix,
    )


def read_training_limits(env: Mapping[str, str], faults: list[str]) -> Mapping[Provider, timedelta]:
    """Reads `fal=30,runpod=60`: minutes of one attempt. Who is not named has 30."""
    found: dict[Provider, timedelta] = {}
    for part in filter(None, (part.strip() for part in env.get("TRAINING_LIMITS", "").split(","))):
        name, _, minutes = part.partition("=")
        if name not in {"local", "fal", "runpod"} or not minutes.isdecimal() or not 1 <= int(minutes) <= MOST_MINUTES:
            faults.append(
                f"TRAINING_LIMITS has '{part}'. Write it as fal=30,runpod=60: 1 to {MOST_MINUTES} minutes each."
            )
            continue
        found[Provider(name)] = timedelta(minutes=int(minutes))
    return found


def read_lora_expiry(env: Mapping[str, str], faults: list[str]) -> timedelta | None:
    """None for 0: they are kept for ever. A week goes to the notice."""
    days = env.get("LORA_EXPIRY_DAYS") or "180"
    if not days.isdecimal() or not (int(days) == 0 or 14 <= int(days) <= LONGEST_KEPT):
        faults.append(f"LORA_EXPIRY_DAYS is 0, for never, or 14 to {LONGEST_KEPT} days, not '{days}'.")
        return None
    return timedelta(days=int(days)) or None


class TrainingProviders(Protocol):
    """See `app.provider_settings.ProviderSettings`."""

    @property
    def trainers(self) -> frozenset[Provider]: ...
    @property
    def image_providers(self) -> frozenset[Provider]: ...


def trainers_of(providers: TrainingProviders) -> frozenset[Provider]:
    """Who trains here. The stand-in only where the sketch draws."""
    is_local = Provider.LOCAL in providers.image_providers
    return providers.trainers | (frozenset({Provider.LOCAL}) if is_local else frozenset())


def _names(env: Mapping[str, str], variable: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in env.get(variable, "").split(","))))
