"""What things of a training are called. All follow from its id, so that whoever knows the pod knows the rest."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from uuid import UUID

FOLDER = "models/loras"
"""Below the network volume: where worker-comfyui looks for LoRAs."""
DATASETS = "/tmp/likeness-datasets"  # noqa: S108 - on the pod's own disk, which goes with it: pictures of people stay on no volume
FILE = re.compile(r"likeness_([0-9a-f]{32})/likeness_\1\.safetensors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    training_id: UUID
    mount: str
    """Where the volume is seen on the pod."""
    secret: bytes

    @property
    def job(self) -> str:
        """Of AI Toolkit's job, its folder and its file. Unique there."""
        return f"likeness_{self.training_id.hex}"

    @property
    def training_folder(self) -> str:
        return f"{self.mount}/{FOLDER}"

    @property
    def weights(self) -> str:
        """On the pod."""
        return f"{self.training_folder}/{self.file_name}"

    @property
    def file_name(self) -> str:
        """As ComfyUI lists it on a worker with the same volume."""
        return f"{self.job}/{self.job}.safetensors"

    @property
    def dataset(self) -> str:
        """Cannot be guessed: AI Toolkit gives its files to anyone who knows their path. Only what its clean-up leaves alone."""
        return f"d{self._derived('dataset')[:32]}"

    @property
    def dataset_folder(self) -> str:
        return f"{DATASETS}/{self.dataset}"

    @property
    def token(self) -> str:
        """For AI Toolkit's interface, which the whole world can reach."""
        return self._derived("token")

    def _derived(self, purpose: str) -> str:
        message = f"{purpose}:{self.training_id}".encode()
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()


def pod_name(prefix: str, training_id: UUID) -> str:
    return f"{prefix}-{training_id}"


def training_of(prefix: str, name: str) -> UUID | None:
    """None for a pod that is not one of ours."""
    head, dash, rest = name.partition(f"{prefix}-")
    try:
        found = UUID(rest) if dash and not head else None
    except ValueError:
        return None
    return found if found and pod_name(prefix, found) == name else None


def training_of_file(file_name: str) -> UUID | None:
    """None for a file that is not named as `Names.file_name` does."""
    found = FILE.fullmatch(file_name)
    return UUID(hex=found[1]) if found else None
