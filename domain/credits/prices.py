"""The price book: the only source of prices. Whole credits. Source: PRODUCT, section 2 (2026-11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.presets.formats import Quality, Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPrice:
    base: int
    per_image: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """Prices as they stand on a day. A quote keeps the price it was given under when the book changes."""

    studio_image: Mapping[Quality, int]
    base_image: int
    sheet_image: int
    variation: int
    inpaint: int
    edit: int
    portrait: Mapping[Resolution, int]
    sample: int
    """Before a training and after it."""
    thumbnail: int
    social: int
    """For each platform's graphic."""
    training: Mapping[str, TrainingPrice]
    low_balance: int = 0
    """Whoever comes to have fewer credits than that is told; 0 tells nobody."""


FLUX_TRAINING = TrainingPrice(base=25_000, per_image=1_000)

PRICES = PriceBook(
    studio_image=MappingProxyType({Quality.DRAFT: 10, Quality.HQ: 20}),
    base_image=10,
    sheet_image=10,
    variation=40,
    inpaint=20,
    edit=80,
    portrait=MappingProxyType(
        {Resolution.RESOLUTION_1K: 150, Resolution.RESOLUTION_2K: 150, Resolution.RESOLUTION_4K: 300}
    ),
    sample=10,
    thumbnail=40,
    social=40,
    training=MappingProxyType(
        {
            "Z_IMAGE_TURBO": TrainingPrice(base=15_000, per_image=1_000),
            "FLUX_DEV": FLUX_TRAINING,
            "ONE_2_1": FLUX_TRAINING,
            "ONE_2_2": FLUX_TRAINING,
        }
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPackage:
    """Credits on offer. Payment happens outside of this API, at `purchase_url`."""

    key: str
    credits: int
    price_cents: int
    currency: str


CREDIT_PACKAGES = (
    CreditPackage(key="starter", credits=5_000, price_cents=500, currency="USD"),
    CreditPackage(key="creator", credits=25_000, price_cents=2_400, currency="USD"),
    CreditPackage(key="studio", credits=100_000, price_cents=9_000, currency="USD"),
)
"""At about $0.001 a credit, with a discount for quantity. Chosen by us: the product names none."""
