"""Which trainers a deployment has, and the pods it may rent."""

import pytest

from app.adapters import Adapters
from app.settings import Settings, SettingsError
from domain.models.model import Provider

GOOD = {
    "LIKENESS_SECRET": "s" * 32,
    "DATABASE_URL": "postgres://owner:pw@db.internal/likeness",
    "REDIS_URL": "redis://cache.internal/0",
}
RUNPOD = {**GOOD, "RUNPOD_API_KEY": "rp_k", "RUNPOD_ENDPOINTS": "ep"}
PODS = {**RUNPOD, "RUNPOD_TRAINING_VOLUME": "vol-1"}


@pytest.mark.parametrize(
    ("env", "trainers"),
    [
        (GOOD, set()),
        ({**GOOD, "FAL_KEY": "k"}, {Provider.FAL}),
        ({**GOOD, "OPENAI_API_KEY": "k"}, set()),
        (RUNPOD, set()),
        (PODS, {Provider.RUNPOD}),
        ({**PODS, "FAL_KEY": "k"}, {Provider.FAL, Provider.RUNPOD}),
    ],
)
async def test_a_key_alone_rents_no_machines(env: dict[str, str], trainers: set[Provider]) -> None:
    settings = Settings.from_env(env)
    adapters = Adapters.of(settings)
    assert (set(settings.providers.trainers), set(adapters.trainers)) == (trainers, trainers)
    await adapters.close()


def test_pods_as_they_are_told() -> None:
    told = {
        **PODS,
        "RUNPOD_TRAINING_DATA_CENTERS": "EU-RO-1, EU-CZ-1",
        "RUNPOD_TRAINING_GPUS": "NVIDIA L40S,NVIDIA A40",
        "RUNPOD_TRAINING_TEMPLATE": "0fqzfjy6f3",
        "RUNPOD_TRAINING_HF_TOKEN": "hf_canary",
        "RUNPOD_TRAINING_PREFIX": "likeness-staging",
        "RUNPOD_TRAINING_PROXY": "http://127.0.0.1:9/proxy/{pod}",
        "RUNPOD_MANAGEMENT_URL": "http://127.0.0.1:9/v2/",
    }
    pods = Settings.from_env(told).providers.runpod_training
    assert pods is not None
    assert (pods.data_centers, pods.gpus) == (("EU-RO-1", "EU-CZ-1"), ("NVIDIA L40S", "NVIDIA A40"))
    assert (pods.image, pods.template, pods.prefix) == (None, "0fqzfjy6f3", "likeness-staging")
    assert pods.management_url == "http://127.0.0.1:9/v2"
    assert pods.proxy_url_of("abc") == "http://127.0.0.1:9/proxy/abc"
    assert "rp_k" not in repr(pods)
    assert "hf_canary" not in repr(pods)


def test_by_default_pods_are_runpods() -> None:
    pods = Settings.from_env(PODS).providers.runpod_training
    assert pods is not None
    assert pods.management_url == "https://api.runpod.io/v2"
    assert pods.proxy_url_of("abc") == "https://abc-8675.proxy.runpod.net"
    assert (pods.gpus, pods.image, pods.template, pods.hf_token, pods.prefix) == ((), None, None, None, "likeness")


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env(
            {
                **GOOD,
                "RUNPOD_TRAINING_VOLUME": "vol-1",
                "RUNPOD_TRAINING_IMAGE": "a",
                "RUNPOD_TRAINING_TEMPLATE": "b",
                "RUNPOD_TRAINING_PROXY": "https://proxy.example",
                "RUNPOD_TRAINING_PREFIX": "Our Pods",
            }
        )
    assert refusal.value.faults == [
        "RUNPOD_TRAINING_VOLUME needs RUNPOD_API_KEY beside it.",
        "Of RUNPOD_TRAINING_IMAGE and RUNPOD_TRAINING_TEMPLATE only one can be taken.",
        "RUNPOD_TRAINING_PROXY needs {pod} where the pod's id goes.",
        "RUNPOD_TRAINING_PREFIX is of small letters, digits and '-', at most 40, not 'Our Pods'.",
    ]
