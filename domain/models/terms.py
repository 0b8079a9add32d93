"""Under which licences models are used, and what they cost. Read on 21 November 2026; what no official page says is marked "uncertain"."""

from decimal import Decimal

from domain.models.model import Licence, Price, PriceUnit

FAL_PAGE = "model page at fal.ai, 2026-11"
OPENAI_PRICES = "OpenAI price list, 2026-11"
OPENAI_ENDS = "OpenAI deprecations page, 2026-11"


def fal_price(usd: str, unit: PriceUnit, source: str = FAL_PAGE) -> Price:
    return Price(usd=Decimal(usd), unit=unit, source=source)


LOCAL = Licence(name="ours", commercial=True, note="A procedural drawing; no model was trained for it.")
HOSTED_FLUX = Licence(name="FLUX.1 [dev], hosted by fal", commercial=True, note="Covered by fal's own agreement.")
OWN_FLUX = Licence(
    name="FLUX.1 [dev] Non-Commercial",
    commercial=None,
    note="Running the weights yourself for money needs a licence from Black Forest Labs (uncertain: ask them).",
)
PULID = Licence(
    name="FLUX.1 [dev]; InsightFace antelopev2",
    commercial=False,
    note="The face encoder's weights are offered for non-commercial research only: get InsightFace's licence first.",
)
HOSTED_PULID = Licence(
    name="FLUX.1 [dev] and PuLID, hosted by fal",
    commercial=None,
    note="Whether fal's agreement covers the InsightFace weights behind PuLID is uncertain: ask them.",
)
Z_IMAGE = Licence(name="Apache 2.0", commercial=True)
KONTEXT = Licence(name="FLUX.1 Kontext [max], Black Forest Labs' service", commercial=True)
GOOGLE = Licence(name="Google's generative AI terms", commercial=True, note="Pictures carry SynthID.")
OPENAI = Licence(name="OpenAI's terms", commercial=True)

OURS_FREE = Price(usd=Decimal(0), unit=PriceUnit.FREE, source="runs on your own processor")
OPENAI_IMAGE = Price(usd=Decimal(30), unit=PriceUnit.MILLION_TOKENS_OUT, source=OPENAI_PRICES)
GPU_SECONDS = Price(usd=Decimal("0.0008"), unit=PriceUnit.SECOND, source="uncertain: depends on the GPU you rent")
