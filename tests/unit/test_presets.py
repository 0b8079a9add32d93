"""The catalogue, word by word: PRODUCT, sections 5 and 6. A key or text that changes here changes what clients rely on."""

import pytest

from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Preset
from domain.presets.formats import ASPECT_RATIOS, QUALITIES, SIZES, STEPS, AspectRatio, Quality, Size
from domain.presets.models import BASE_MODELS, BaseModel

SCENE_TEXTS = {
    "PROFESSIONAL_PORTRAIT": "professional headshot style, confident pose, eye contact",
    "CANDID_LIFESTYLE": "candid moment, natural pose, authentic lifestyle shot",
    "FASHION_EDITORIAL": "fashion editorial style, dramatic pose, magazine quality",
    "FITNESS_MOTIVATION": "fitness pose, athletic, energetic, motivational",
    "MORNING_VIBES": "morning light, relaxed pose, fresh and natural",
    "NIGHT_OUT": "glamorous night look, sophisticated, elegant pose",
    "COZY_HOME": "comfortable relaxed pose, cozy atmosphere, intimate",
    "BEACH_DAY": "beach lifestyle, relaxed pose, summer vibes",
}
ENVIRONMENT_TEXTS = {
    "STUDIO": "in a photography studio, clean background, professional lighting",
    "BEACH": "on a sunny beach, ocean in background, golden hour lighting",
    "HOME_BEDROOM": "in a cozy bedroom, soft natural lighting, comfortable atmosphere",
    "HOME_LIVING_ROOM": "in a stylish living room, modern decor, warm lighting",
    "OFFICE": "in a professional office setting, clean modern workspace",
    "CAFE": "in a trendy cafe, coffee shop ambiance, warm interior",
    "URBAN_STREET": "on a city street, urban environment, street style",
}
OUTFIT_TEXTS = {
    "CASUAL_TEE": "wearing a plain fitted t-shirt and jeans",
    "SUMMER_DRESS": "wearing a light floral summer dress",
    "BUSINESS_SUIT": "wearing a tailored business suit with a crisp shirt",
    "SMART_CASUAL": "wearing a soft blazer over a fine knit top",
    "COCKTAIL_DRESS": "wearing an elegant knee-length cocktail dress",
    "EVENING_GOWN": "wearing a flowing floor-length evening gown",
    "STREETWEAR": "wearing an oversized hoodie and cargo trousers",
    "ATHLEISURE": "wearing a zip-up track jacket and joggers",
    "GYM_WEAR": "wearing a training tank top and gym shorts",
    "YOGA_SET": "wearing a matching seamless yoga set",
    "SWIMWEAR": "wearing modest sporty swimwear",
    "BEACH_COVER_UP": "wearing a loose linen shirt over swimwear",
    "COZY_KNIT": "wearing a chunky knitted sweater",
    "PAJAMAS": "wearing buttoned cotton pajamas",
    "LEATHER_JACKET": "wearing a black leather biker jacket over a t-shirt",
    "TRENCH_COAT": "wearing a belted beige trench coat",
    "DENIM_JACKET": "wearing a blue denim jacket over a white top",
    "BOHO": "wearing a loose embroidered boho blouse with layered necklaces",
    "TUXEDO": "wearing a black tuxedo with a bow tie",
    "WINTER_COAT": "wearing a long wool winter coat and a scarf",
}


@pytest.mark.parametrize(
    ("presets", "texts", "default"),
    [
        (list(SCENES.values()), SCENE_TEXTS, "PROFESSIONAL_PORTRAIT"),
        (list(ENVIRONMENTS.values()), ENVIRONMENT_TEXTS, "STUDIO"),
        (list(OUTFITS.values()), OUTFIT_TEXTS, "CASUAL_TEE"),
    ],
    ids=["scenes", "environments", "outfits"],
)
def test_keys_and_prompt_texts(presets: list[Preset], texts: dict[str, str], default: str) -> None:
    assert [(preset.key, preset.prompt_context) for preset in presets] == list(texts.items())
    assert [preset.key for preset in presets if preset.is_default] == [default]
    assert [preset.key for preset in presets if not (preset.label and preset.description.endswith("."))] == []


def test_aspect_ratios() -> None:
    assert list(SIZES.items()) == [
        (AspectRatio.SQUARE_1_1, Size(1024, 1024)),
        (AspectRatio.PORTRAIT_9_16, Size(768, 1365)),
        (AspectRatio.PORTRAIT_2_3, Size(819, 1228)),
        (AspectRatio.LANDSCAPE_16_9, Size(1920, 1080)),
        (AspectRatio.LANDSCAPE_2_1, Size(1024, 512)),
        (AspectRatio.LANDSCAPE_191_100, Size(1200, 630)),
    ]
    assert [(key, its.label, its.is_default) for key, its in ASPECT_RATIOS.items()] == [
        (AspectRatio.SQUARE_1_1, "Square, 1:1", False),
        (AspectRatio.PORTRAIT_9_16, "Portrait, 9:16", True),
        (AspectRatio.PORTRAIT_2_3, "Portrait, 2:3", False),
    ]


def test_qualities() -> None:
    assert list(STEPS.items()) == [(Quality.DRAFT, 20), (Quality.HQ, 40)]
    assert [(key, its.label, its.is_default) for key, its in QUALITIES.items()] == [
        (Quality.DRAFT, "Draft", True),
        (Quality.HQ, "High quality", False),
    ]


def test_base_models() -> None:
    assert [(key, facts.label, facts.supports_lora, facts.is_default) for key, facts in BASE_MODELS.items()] == [
        (BaseModel.Z_IMAGE_TURBO, "Z-Image Turbo", True, True),
        (BaseModel.FLUX_DEV, "FLUX.1 [dev]", True, False),
        (BaseModel.ONE_2_1, "One 2.1", True, False),
        (BaseModel.ONE_2_2, "One 2.2", True, False),
    ]
