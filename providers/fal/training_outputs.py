"""What a trainer made: two files, of which the weights are what it was about."""

from collections.abc import Mapping
from dataclasses import dataclass

from providers.fal.errors import malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    weights_url: str
    config_url: str | None


def trained_of(output: object) -> Trained:
    """Raises `ProviderUnavailable` for what has no weights."""
    weights = _address(output, "diffusers_lora_file")
    if weights is None:
        raise malformed("the output has no address of weights")
    return Trained(weights_url=weights, config_url=_address(output, "config_file"))


def _address(output: object, name: str) -> str | None:
    file = output.get(name) if isinstance(output, Mapping) else None
    url = file.get("url") if isinstance(file, Mapping) else None
    return url if isinstance(url, str) else None
