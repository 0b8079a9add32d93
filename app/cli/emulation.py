"""`likeness up --emulate`: the real adapters against vendors that are played on loopback. They come with the source, not with the package."""

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.cli.errors import CommandError
from app.cli.servers import Environment
from app.supervisor import ChildSpec

SOURCE = Path(__file__).resolve().parents[2]
MODULE = "tests.support.emulators"
VENDORS = ("fal", "openai", "runpod", "supabase", "aitoolkit")
KEY = "emulated"


@dataclass(frozen=True, slots=True)
class Emulation:
    """`ports` are by vendor. `faults` is the share of calls that fail in passing, 0 to 1."""

    ports: Mapping[str, int]
    faults: float

    @classmethod
    def planned(cls, faults: float) -> "Emulation":
        """Raises `CommandError` where the source is not at hand."""
        if not (SOURCE / MODULE.replace(".", "/") / "__main__.py").is_file():
            raise CommandError("The emulated vendors come with the source: run this in a checkout, as 'make up' does.")
        return cls(dict(zip(VENDORS, _free_ports(len(VENDORS)), strict=True)), faults)

    def environment(self, public_url: str) -> Environment:
        """What makes our processes ask them. Tokens stay our own: only files go to the emulated Supabase."""
        fal, openai, runpod, supabase, pods = (f"http://127.0.0.1:{self.ports[vendor]}" for vendor in VENDORS)
        return {
            "FAL_KEY": KEY,
            "FAL_QUEUE_URL": fal,
            "FAL_REST_URL": fal,
            "FAL_MEDIA_HOSTS": "localhost",
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": f"{openai}/v1",
            "RUNPOD_API_KEY": KEY,
            "RUNPOD_ENDPOINTS": "ep-images",
            "RUNPOD_BASE_URL": f"{runpod}/v2",
            "RUNPOD_TRAINING_VOLUME": "vol-emulated",
            "RUNPOD_TRAINING_HF_TOKEN": KEY,
            "RUNPOD_MANAGEMENT_URL": f"{pods}/v2",
            "RUNPOD_TRAINING_PROXY": f"{pods}/proxy/{{pod}}",
            "SUPABASE_SERVICE_KEY": KEY,
            "SUPABASE_STORAGE_URL": supabase,
            "PROVIDER_WEBHOOKS": "on",
            "PUBLIC_URL": public_url,
        }

    def process(self, env: Mapping[str, str]) -> ChildSpec:
        ports = [f"--{vendor}={port}" for vendor, port in self.ports.items()]
        return ChildSpec(
            name="emulators",
            argv=[sys.executable, "-m", MODULE, *ports, f"--faults={self.faults}"],
            env={**env, "PYTHONPATH": str(SOURCE)},
            is_ready=self._answers,
        )

    def _answers(self) -> bool:
        for port in self.ports.values():
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)):
                    return False
        return True


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
