"""Who reads and writes, and who judges: see `domain.models.registry`."""

from decimal import Decimal

from domain.models.model import Ability, Model, Price, PriceUnit, Provider
from domain.models.terms import OPENAI, OPENAI_PRICES

WORDS = frozenset({Ability.WRITE, Ability.SEE})

WORD_MODELS = (
    Model(
        key="openai/gpt-6-luna",
        provider=Provider.OPENAI,
        endpoint="gpt-6-luna",
        label="GPT-6 Luna",
        abilities=WORDS,
        references=(0, 20),
        price=Price(
            usd=Decimal("0.50"),
            unit=PriceUnit.MILLION_TOKENS_OUT,
            source="OpenAI's page on gpt-6-luna, 2026-11; what it reads is $0.10",
        ),
        licence=OPENAI,
    ),
    Model(
        key="openai/omni-moderation-latest",
        provider=Provider.OPENAI,
        endpoint="omni-moderation-latest",
        label="omni-moderation",
        abilities=frozenset({Ability.MODERATE}),
        references=(0, 1),
        price=Price(usd=Decimal(0), unit=PriceUnit.FREE, source=OPENAI_PRICES),
        licence=OPENAI,
    ),
)
