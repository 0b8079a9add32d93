"""Every model there is a way to ask, as data. A model is changed here or by `MODEL_CHOICES`, never in code.

Order matters: where nothing else decides, the first that can do it is taken. Facts were read on 21 November 2026; what no
official page says is marked "uncertain" in its source.
"""

from datetime import date
from decimal import Decimal

from domain.models.model import (
    Ability,
    Alias,
    EndOfLife,
    Licence,
    Model,
    Price,
    PriceUnit,
    Provider,
    Sizes,
)
from domain.presets.models import BaseModel

FAL_PAGE = "model page at fal.ai, 2026-11"
OPENAI_PRICES = "OpenAI price list, 2026-11"
OPENAI_ENDS = "OpenAI deprecations page, 2026-11"


def _fal_price(usd: str, unit: PriceUnit, source: str = FAL_PAGE) -> Price:
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

FLUX_SIZES = Sizes(multiple_of=16, shortest=256, longest=2048, most_pixels=2048 * 2048)
Z_IMAGE_SIZES = FLUX_SIZES
KONTEXT_RATIOS = Sizes(
    named=((21, 9), (16, 9), (4, 3), (3, 2), (1, 1), (2, 3), (3, 4), (9, 16), (9, 21)),
)
"""Proportions, not pixels: it decides on these itself, about a megapixel."""
BANANA_RATIOS = Sizes(
    named=((21, 9), (16, 9), (3, 2), (4, 3), (5, 4), (1, 1), (4, 5), (3, 4), (2, 3), (9, 16)),
)
GPT_SIZES = Sizes(multiple_of=16, shortest=512, longest=3840, most_pixels=2560 * 1440)

PICTURES = frozenset({Ability.TEXT_TO_IMAGE})
WORDS = frozenset({Ability.WRITE, Ability.SEE})

IMAGE_MODELS = (
    Model(
        key="local/sketch",
        provider=Provider.LOCAL,
        endpoint="local-sketch-1",
        label="Local sketch",
        abilities=frozenset({Ability.TEXT_TO_IMAGE, Ability.FACE, Ability.SHEET, Ability.EDIT, Ability.INPAINT}),
        any_family=True,
        most_loras=1,
        reads_weights=True,
        references=(0, 5),
        masks=True,
        price=OURS_FREE,
        licence=LOCAL,
    ),
    Model(
        key="runpod/z-image-turbo",
        provider=Provider.RUNPOD,
        endpoint="z-image",
        label="Z-Image Turbo on your RunPod endpoint",
        abilities=PICTURES,
        family=BaseModel.Z_IMAGE_TURBO,
        most_loras=1,
        adult=True,
        sizes=Z_IMAGE_SIZES,
        price=GPU_SECONDS,
        licence=Z_IMAGE,
    ),
    Model(
        key="runpod/flux-dev",
        provider=Provider.RUNPOD,
        endpoint="flux",
        label="FLUX.1 [dev] on your RunPod endpoint",
        abilities=PICTURES,
        family=BaseModel.FLUX_DEV,
        most_loras=1,
        adult=True,
        sizes=FLUX_SIZES,
        price=GPU_SECONDS,
        licence=OWN_FLUX,
    ),
    Model(
        key="runpod/flux-pulid",
        provider=Provider.RUNPOD,
        endpoint="pulid",
        label="FLUX.1 [dev] with PuLID on your RunPod endpoint",
        abilities=frozenset({Ability.FACE}),
        family=BaseModel.FLUX_DEV,
        most_loras=1,
        references=(1, 1),
        adult=True,
        sizes=FLUX_SIZES,
        price=GPU_SECONDS,
        licence=PULID,
    ),
    Model(
        key="runpod/flux-sheet",
        provider=Provider.RUNPOD,
        endpoint="sheet",
        label="FLUX.1 [dev] with PuLID and ControlNet on your RunPod endpoint",
        abilities=frozenset({Ability.SHEET}),
        family=BaseModel.FLUX_DEV,
        most_loras=1,
        references=(2, 2),
        sizes=FLUX_SIZES,
        price=GPU_SECONDS,
        licence=PULID,
    ),
    Model(
        key="runpod/flux-fill",
        provider=Provider.RUNPOD,
        endpoint="fill",
        label="FLUX.1 Fill [dev] on your RunPod endpoint",
        abilities=frozenset({Ability.INPAINT}),
        family=BaseModel.FLUX_DEV,
        references=(1, 1),
        masks=True,
        adult=True,
        sizes=FLUX_SIZES,
        price=GPU_SECONDS,
        licence=OWN_FLUX,
    ),
    Model(
        key="fal/z-image-turbo",
        provider=Provider.FAL,
        endpoint="fal-ai/z-image/turbo",
        label="Z-Image Turbo",
        abilities=PICTURES,
        family=BaseModel.Z_IMAGE_TURBO,
        sizes=Z_IMAGE_SIZES,
        price=_fal_price("0.005", PriceUnit.MEGAPIXEL),
        licence=Z_IMAGE,
    ),
    Model(
        key="fal/z-image-turbo-lora",
        provider=Provider.FAL,
        endpoint="fal-ai/z-image/turbo/lora",
        label="Z-Image Turbo with a LoRA",
        abilities=PICTURES,
        family=BaseModel.Z_IMAGE_TURBO,
        most_loras=3,
        sizes=Z_IMAGE_SIZES,
        price=_fal_price("0.0085", PriceUnit.MEGAPIXEL),
        licence=Z_IMAGE,
    ),
    Model(
        key="fal/flux-lora",
        provider=Provider.FAL,
        endpoint="fal-ai/flux-lora",
        label="FLUX.1 [dev], with or without a LoRA",
        abilities=PICTURES,
        family=BaseModel.FLUX_DEV,
        most_loras=3,
        sizes=FLUX_SIZES,
        price=_fal_price("0.035", PriceUnit.MEGAPIXEL),
        licence=HOSTED_FLUX,
    ),
    Model(
        key="fal/flux-pulid",
        provider=Provider.FAL,
        endpoint="fal-ai/flux-pulid",
        label="FLUX.1 [dev] with PuLID",
        abilities=frozenset({Ability.FACE}),
        family=BaseModel.FLUX_DEV,
        references=(1, 1),
        sizes=FLUX_SIZES,
        price=_fal_price("0.033", PriceUnit.MEGAPIXEL, "uncertain: third parties, 2026-11"),
        licence=HOSTED_PULID,
    ),
    Model(
        key="fal/flux-lora-fill",
        provider=Provider.FAL,
        endpoint="fal-ai/flux-lora-fill",
        label="FLUX.1 Fill [dev]",
        abilities=frozenset({Ability.INPAINT}),
        family=BaseModel.FLUX_DEV,
        most_loras=3,
        references=(1, 1),
        masks=True,
        sizes=FLUX_SIZES,
        price=_fal_price("0.035", PriceUnit.MEGAPIXEL, "uncertain: as fal-ai/flux-lora, 2026-11"),
        licence=HOSTED_FLUX,
    ),
    Model(
        key="fal/flux-lora-inpainting",
        provider=Provider.FAL,
        endpoint="fal-ai/flux-lora/inpainting",
        label="FLUX.1 [dev] inpainting",
        abilities=frozenset({Ability.INPAINT}),
        family=BaseModel.FLUX_DEV,
        most_loras=3,
        references=(1, 1),
        masks=True,
        sizes=FLUX_SIZES,
        price=_fal_price("0.035", PriceUnit.MEGAPIXEL),
        licence=HOSTED_FLUX,
    ),
    Model(
        key="fal/nano-banana-pro-edit",
        provider=Provider.FAL,
        endpoint="fal-ai/nano-banana-pro/edit",
        label="Nano Banana Pro",
        abilities=frozenset({Ability.EDIT}),
        references=(1, 14),
        sizes=BANANA_RATIOS,
        price=_fal_price("0.15", PriceUnit.IMAGE, f"{FAL_PAGE}; twice that at 4K"),
        licence=GOOGLE,
    ),
    Model(
        key="fal/nano-banana-edit",
        provider=Provider.FAL,
        endpoint="fal-ai/nano-banana/edit",
        label="Nano Banana",
        abilities=frozenset({Ability.EDIT}),
        references=(1, 10),
        sizes=BANANA_RATIOS,
        price=_fal_price("0.039", PriceUnit.IMAGE, "uncertain: third parties, 2026-11"),
        licence=GOOGLE,
    ),
    Model(
        key="fal/kontext-max",
        provider=Provider.FAL,
        endpoint="fal-ai/flux-pro/kontext/max",
        label="FLUX.1 Kontext [max]",
        abilities=frozenset({Ability.EDIT}),
        references=(1, 1),
        sizes=KONTEXT_RATIOS,
        price=_fal_price("0.08", PriceUnit.IMAGE),
        licence=KONTEXT,
    ),
    Model(
        key="openai/gpt-image-2.6-flare",
        provider=Provider.OPENAI,
        endpoint="gpt-image-2.6-flare",
        label="GPT Image 2.6 Flare",
        abilities=frozenset({Ability.TEXT_TO_IMAGE, Ability.EDIT, Ability.INPAINT}),
        references=(0, 16),
        masks=True,
        streams=True,
        sizes=Sizes(named=((1024, 1024), (1536, 1024), (1024, 1536))),
        price=OPENAI_IMAGE,
        licence=OPENAI,
    ),
    Model(
        key="openai/gpt-image-2.5-flare",
        provider=Provider.OPENAI,
        endpoint="gpt-image-2.5-flare",
        label="GPT Image 2.5 Flare",
        abilities=frozenset({Ability.TEXT_TO_IMAGE, Ability.EDIT, Ability.INPAINT}),
        references=(0, 16),
        masks=True,
        streams=True,
        sizes=GPT_SIZES,
        price=OPENAI_IMAGE,
        licence=OPENAI,
    ),
    Model(
        key="openai/gpt-image-1.5",
        provider=Provider.OPENAI,
        endpoint="gpt-image-1.5",
        label="GPT Image 1.5",
        abilities=frozenset({Ability.TEXT_TO_IMAGE, Ability.EDIT, Ability.INPAINT}),
        references=(0, 16),
        masks=True,
        streams=True,
        sizes=Sizes(named=((1024, 1024), (1536, 1024), (1024, 1536))),
        price=OPENAI_IMAGE,
        licence=OPENAI,
        ends=EndOfLife(on=date(2026, 12, 1), replaced_by="openai/gpt-image-2.6-flare", source=OPENAI_ENDS),
    ),
    Model(
        key="openai/gpt-image-2",
        provider=Provider.OPENAI,
        endpoint="gpt-image-2",
        label="GPT Image 2",
        abilities=frozenset({Ability.TEXT_TO_IMAGE, Ability.EDIT, Ability.INPAINT}),
        references=(0, 16),
        masks=True,
        streams=True,
        sizes=GPT_SIZES,
        price=OPENAI_IMAGE,
        licence=OPENAI,
    ),
)

TRAIN = frozenset({Ability.TRAIN})

TRAINERS = (
    Model(
        key="local/palette-trainer",
        provider=Provider.LOCAL,
        endpoint="local-palette-1",
        label="Local stand-in for a trainer",
        abilities=TRAIN,
        any_family=True,
        references=(5, 20),
        price=OURS_FREE,
        licence=LOCAL,
    ),
    Model(
        key="runpod/ai-toolkit-z-image",
        provider=Provider.RUNPOD,
        endpoint="ai-toolkit-z-image",
        label="AI Toolkit for Z-Image Turbo on a RunPod pod",
        abilities=TRAIN,
        family=BaseModel.Z_IMAGE_TURBO,
        references=(5, 20),
        price=GPU_SECONDS,
        licence=Z_IMAGE,
    ),
    Model(
        key="runpod/ai-toolkit-flux",
        provider=Provider.RUNPOD,
        endpoint="ai-toolkit-flux",
        label="AI Toolkit for FLUX.1 [dev] on a RunPod pod",
        abilities=TRAIN,
        family=BaseModel.FLUX_DEV,
        references=(5, 20),
        price=GPU_SECONDS,
        licence=OWN_FLUX,
    ),
    Model(
        key="fal/flux-portrait-trainer",
        provider=Provider.FAL,
        endpoint="fal-ai/flux-lora-portrait-trainer",
        label="fal's portrait trainer for FLUX.1 [dev]",
        abilities=TRAIN,
        family=BaseModel.FLUX_DEV,
        references=(5, 20),
        price=_fal_price("2.40", PriceUnit.THOUSAND_STEPS, "uncertain: third parties, 2026-11"),
        licence=HOSTED_FLUX,
    ),
    Model(
        key="fal/z-image-trainer",
        provider=Provider.FAL,
        endpoint="fal-ai/z-image-turbo-trainer-v2",
        label="fal's trainer for Z-Image Turbo",
        abilities=TRAIN,
        family=BaseModel.Z_IMAGE_TURBO,
        references=(5, 20),
        price=_fal_price("0.85", PriceUnit.THOUSAND_STEPS),
        licence=Z_IMAGE,
    ),
)
"""Who makes LoRAs. `references` is how many pictures they are given."""

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

MODELS: dict[str, Model] = {model.key: model for model in (*IMAGE_MODELS, *TRAINERS, *WORD_MODELS)}

ALIASES: dict[str, Alias] = {
    alias.name: alias
    for alias in (
        Alias(
            name="gpt-image-1",
            now="openai/gpt-image-2.6-flare",
            why="OpenAI shut gpt-image-1 down on 2026-10-23.",
        ),
        Alias(
            name="gpt-image-1.5",
            now="openai/gpt-image-2.6-flare",
            why="OpenAI shuts gpt-image-1.5 down on 2026-12-01.",
        ),
        Alias(
            name="gpt-image-1-mini",
            now="openai/gpt-image-2.6-flare",
            why="OpenAI shuts gpt-image-1-mini down on 2026-12-01.",
        ),
        Alias(
            name="chatgpt-image-latest",
            now="openai/gpt-image-2.6-flare",
            why="OpenAI shuts chatgpt-image-latest down on 2026-12-01.",
        ),
        Alias(
            name="fal-ai/gpt-image-1.5",
            now="openai/gpt-image-2.6-flare",
            why="Its upstream, OpenAI's gpt-image-1.5, is shut down on 2026-12-01.",
        ),
        Alias(name="dall-e-3", now="openai/gpt-image-2.6-flare", why="OpenAI retired dall-e-3 on 2026-05-12."),
        Alias(name="gpt-5", now="openai/gpt-6-luna", why="OpenAI shuts gpt-5 down on 2026-12-11."),
        Alias(name="gpt-5-mini", now="openai/gpt-6-luna", why="OpenAI shuts gpt-5-mini down on 2026-12-11."),
        Alias(name="gpt-4o", now="openai/gpt-6-luna", why="OpenAI shuts gpt-4o down on 2027-01-14."),
    )
}
