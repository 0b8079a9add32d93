"""What the operator has set up for adult content. Nothing is the default, and each part alone opens nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.edge.origins import is_origin
from app.provider_settings import ProviderSettings
from domain.safety.adult import AdultDeployment


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSettings:
    url: str
    key: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultSettings:
    is_on: bool
    acquirer_agreed: bool
    detector: DetectorSettings | None
    region_header: str
    """In lower case; empty where nobody says where callers are."""
    regions: frozenset[str]

    def deployment(self, providers: ProviderSettings) -> AdultDeployment:
        """As the domain asks. Somebody else's storage without a bucket for it counts as not switched on."""
        return AdultDeployment(
            is_on=self.is_on and has_place(providers),
            acquirer_agreed=self.acquirer_agreed,
            has_second_detector=self.detector is not None,
            regions=self.regions if self.region_header else frozenset(),
            providers=providers.image_providers,
        )

    def missing(self, providers: ProviderSettings) -> list[str]:
        """Variables that lack, for the operator."""
        wanted = {
            "ADULT_CONTENT=on": self.is_on,
            "ADULT_ACQUIRER_AGREED=on": self.acquirer_agreed,
            "ADULT_DETECTOR_URL": self.detector is not None,
            "ADULT_REGION_HEADER": bool(self.region_header),
            "ADULT_REGIONS": bool(self.regions),
            "SUPABASE_ADULT_BUCKET": has_place(providers),
        }
        return [name for name, is_there in wanted.items() if not is_there]


def has_place(providers: ProviderSettings) -> bool:
    """A folder of our own is always apart."""
    return providers.storage is None or providers.storage.adult_bucket is not None


def read_adult(env: Mapping[str, str], *, faults: list[str]) -> AdultSettings:
    """What cannot be read is told in `faults`."""
    return AdultSettings(
        is_on=_switch(env, "ADULT_CONTENT", faults),
        acquirer_agreed=_switch(env, "ADULT_ACQUIRER_AGREED", faults),
        detector=_detector(env, faults),
        region_header=env.get("ADULT_REGION_HEADER", "").strip().lower(),
        regions=frozenset(filter(None, (part.strip().upper() for part in env.get("ADULT_REGIONS", "").split(",")))),
    )


def _switch(env: Mapping[str, str], name: str, faults: list[str]) -> bool:
    said: Literal["", "on", "off"] | str = env.get(name, "")
    if said not in {"", "on", "off"}:
        faults.append(f"{name} is 'on' or 'off', not '{said}'.")
    return said == "on"


def _detector(env: Mapping[str, str], faults: list[str]) -> DetectorSettings | None:
    url = env.get("ADULT_DETECTOR_URL", "").rstrip("/")
    if not url:
        return None
    scheme, _, rest = url.partition("://")
    if scheme not in {"http", "https"} or not is_origin(f"{scheme}://{rest.partition('/')[0]}"):
        faults.append(f"ADULT_DETECTOR_URL must be an address, as https://detector.example.com/judge, not '{url}'.")
    return DetectorSettings(url=url, key=env.get("ADULT_DETECTOR_KEY") or None)
