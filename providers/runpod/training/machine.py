"""What is rented for a training."""

from collections.abc import Mapping
from dataclasses import dataclass

PORT = 8675
IMAGE = "ostris/aitoolkit:latest"
OLDEST_CUDA = "13.0"
"""What that image is built for: the host's driver has to be 580 or newer."""
GPUS = ("NVIDIA GeForce RTX 4090", "NVIDIA L40S", "NVIDIA RTX 6000 Ada Generation", "NVIDIA A100 80GB PCIe")
"""In this order. Each has 24 GB at least, which a quantized FLUX.1 needs. Names: RunPod's catalogue, 2026-11."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    gpus: tuple[str, ...] = GPUS
    image: str = IMAGE
    template: str | None = None
    """Of the operator's, instead of the image."""
    volume: str | None = None
    """A network volume that the drawing endpoint has too: otherwise LoRAs are kept by us, and RunPod draws without them."""
    mount: str = "/workspace"
    data_centers: tuple[str, ...] = ()
    """A volume is in one of them: RunPod finds it by itself."""
    disk: int = 60  # GB; the base model, where no volume keeps it, takes about 35

    def wish(self, gpu: str, *, name: str, token: str) -> Mapping[str, object]:
        """The body that rents it. Secrets of ours go in no further than its own token: an account's members see `env`."""
        env = {"AI_TOOLKIT_AUTH": token, **({"HF_HOME": f"{self.mount}/huggingface"} if self.volume else {})}
        return {
            "name": name,
            **({"templateId": self.template} if self.template else {"image": self.image}),
            "gpu": {"id": gpu, "count": 1, "minCudaVersion": OLDEST_CUDA},
            "cloud": "SECURE",
            "disk": self.disk,
            "ports": [f"{PORT}/http"],
            "env": env,
            **({"mounts": {"network": [{"volumeId": self.volume, "path": self.mount}]}} if self.volume else {}),
            **({"dataCenterIds": list(self.data_centers)} if self.data_centers else {}),
        }


def proxy_url(pod_id: str) -> str:
    return f"https://{pod_id}-{PORT}.proxy.runpod.net"
