"""The certificate that pictures are signed with. Read with everything else by `app.settings`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceSettings:
    """Two PEM files."""

    chain: Path
    """From the certificate that signs to the root."""
    key: Path


def read_provenance(env: Mapping[str, str], faults: list[str]) -> ProvenanceSettings | None:
    """None where our own root signs. Whether the files are good is asked when they are used: the API has none of them."""
    chain, key = env.get("C2PA_CERT_CHAIN"), env.get("C2PA_PRIVATE_KEY")
    if chain and key:
        return ProvenanceSettings(chain=Path(chain).absolute(), key=Path(key).absolute())
    if chain or key:
        faults.append(
            "Of C2PA_CERT_CHAIN and C2PA_PRIVATE_KEY both are needed, or neither: then our own root signs pictures."
        )
    return None
