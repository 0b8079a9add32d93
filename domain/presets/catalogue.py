"""Scenes, environments and outfits with the words they put into a prompt. Source: PRODUCT, section 6 (2026-11)."""

from dataclasses import dataclass
from enum import StrEnum


class Scene(StrEnum):
    PROFESSIONAL_PORTRAIT = "PROFESSIONAL_PORTRAIT"
    CANDID_LIFESTYLE = "CANDID_LIFESTYLE"
    FASHION_EDITORIAL = "FASHION_EDITORIAL"
    FITNESS_MOTIVATION = "FITNESS_MOTIVATION"
    MORNING_VIBES = "MORNING_VIBES"
    NIGHT_OUT = "NIGHT_OUT"
    COZY_HOME = "COZY_HOME"
    BEACH_DAY = "BEACH_DAY"


class Environment(StrEnum):
    STUDIO = "STUDIO"
    BEACH = "BEACH"
    HOME_BEDROOM = "HOME_BEDROOM"
    HOME_LIVING_ROOM = "HOME_LIVING_ROOM"
    OFFICE = "OFFICE"
    CAFE = "CAFE"
    URBAN_STREET = "URBAN_STREET"


class Outfit(StrEnum):
    CASUAL_TEE = "CASUAL_TEE"
    SUMMER_DRESS = "SUMMER_DRESS"
    BUSINESS_SUIT = "BUSINESS_SUIT"
    SMART_CASUAL = "SMART_CASUAL"
    COCKTAIL_DRESS = "COCKTAIL_DRESS"
    EVENING_GOWN = "EVENING_GOWN"
    STREETWEAR = "STREETWEAR"
    ATHLEISURE = "ATHLEISURE"
    GYM_WEAR = "GYM_WEAR"
    YOGA_SET = "YOGA_SET"
    SWIMWEAR = "SWIMWEAR"
    BEACH_COVER_UP = "BEACH_COVER_UP"
    COZY_KNIT = "COZY_KNIT"
    PAJAMAS = "PAJAMAS"
    LEATHER_JACKET = "LEATHER_JACKET"
    TRENCH_COAT = "TRENCH_COAT"
    DENIM_JACKET = "DENIM_JACKET"
    BOHO = "BOHO"
    TUXEDO = "TUXEDO"
    WINTER_COAT = "WINTER_COAT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One choice a studio offers: `key` is stable, `label` and `description` are for people, `prompt_context` for models."""

    key: str
    label: str
    description: str
    prompt_context: str
    is_default: bool = False


SCENES: dict[Scene, Preset] = {
    Scene(p.key): p
    for p in (
        Preset(
            key="PROFESSIONAL_PORTRAIT",
            label="Professional portrait",
            description="A confident headshot for a profile or a press page.",
            prompt_context="professional headshot style, confident pose, eye contact",
            is_default=True,
        ),
        Preset(
            key="CANDID_LIFESTYLE",
            label="Candid lifestyle",
            description="An unposed moment, as a friend would catch it.",
            prompt_context="candid moment, natural pose, authentic lifestyle shot",
        ),
        Preset(
            key="FASHION_EDITORIAL",
            label="Fashion editorial",
            description="A magazine page: strong pose, strong light.",
            prompt_context="fashion editorial style, dramatic pose, magazine quality",
        ),
        Preset(
            key="FITNESS_MOTIVATION",
            label="Fitness motivation",
            description="Training, strength and energy.",
            prompt_context="fitness pose, athletic, energetic, motivational",
        ),
        Preset(
            key="MORNING_VIBES",
            label="Morning vibes",
            description="The first light of the day, awake and at ease.",
            prompt_context="morning light, relaxed pose, fresh and natural",
        ),
        Preset(
            key="NIGHT_OUT",
            label="Night out",
            description="Dressed up, with the lights of the evening.",
            prompt_context="glamorous night look, sophisticated, elegant pose",
        ),
        Preset(
            key="COZY_HOME",
            label="Cozy at home",
            description="Comfortable and close, nothing to prove.",
            prompt_context="comfortable relaxed pose, cozy atmosphere, intimate",
        ),
        Preset(
            key="BEACH_DAY",
            label="Beach day",
            description="Sun, wind and a slow afternoon.",
            prompt_context="beach lifestyle, relaxed pose, summer vibes",
        ),
    )
}

ENVIRONMENTS: dict[Environment, Preset] = {
    Environment(p.key): p
    for p in (
        Preset(
            key="STUDIO",
            label="Studio",
            description="A plain backdrop and controlled light.",
            prompt_context="in a photography studio, clean background, professional lighting",
            is_default=True,
        ),
        Preset(
            key="BEACH",
            label="Beach",
            description="Sand and sea in the golden hour.",
            prompt_context="on a sunny beach, ocean in background, golden hour lighting",
        ),
        Preset(
            key="HOME_BEDROOM",
            label="Home, bedroom",
            description="A soft, quiet room.",
            prompt_context="in a cozy bedroom, soft natural lighting, comfortable atmosphere",
        ),
        Preset(
            key="HOME_LIVING_ROOM",
            label="Home, living room",
            description="Modern furniture and warm lamps.",
            prompt_context="in a stylish living room, modern decor, warm lighting",
        ),
        Preset(
            key="OFFICE",
            label="Office",
            description="A clean, modern place of work.",
            prompt_context="in a professional office setting, clean modern workspace",
        ),
        Preset(
            key="CAFE",
            label="Cafe",
            description="A warm coffee shop.",
            prompt_context="in a trendy cafe, coffee shop ambiance, warm interior",
        ),
        Preset(
            key="URBAN_STREET",
            label="Urban street",
            description="A city street with life in it.",
            prompt_context="on a city street, urban environment, street style",
        ),
    )
}


def _outfit(key: Outfit, label: str, worn: str) -> Preset:
    return Preset(
        key=key.value,
        label=label,
        description=f"The character wears {worn}.",
        prompt_context=f"wearing {worn}",
        is_default=key is Outfit.CASUAL_TEE,
    )


OUTFITS: dict[Outfit, Preset] = {
    Outfit(p.key): p
    for p in (
        _outfit(Outfit.CASUAL_TEE, "Casual tee", "a plain fitted t-shirt and jeans"),
        _outfit(Outfit.SUMMER_DRESS, "Summer dress", "a light floral summer dress"),
        _outfit(Outfit.BUSINESS_SUIT, "Business suit", "a tailored business suit with a crisp shirt"),
        _outfit(Outfit.SMART_CASUAL, "Smart casual", "a soft blazer over a fine knit top"),
        _outfit(Outfit.COCKTAIL_DRESS, "Cocktail dress", "an elegant knee-length cocktail dress"),
        _outfit(Outfit.EVENING_GOWN, "Evening gown", "a flowing floor-length evening gown"),
        _outfit(Outfit.STREETWEAR, "Streetwear", "an oversized hoodie and cargo trousers"),
        _outfit(Outfit.ATHLEISURE, "Athleisure", "a zip-up track jacket and joggers"),
        _outfit(Outfit.GYM_WEAR, "Gym wear", "a training tank top and gym shorts"),
        _outfit(Outfit.YOGA_SET, "Yoga set", "a matching seamless yoga set"),
        _outfit(Outfit.SWIMWEAR, "Swimwear", "modest sporty swimwear"),
        _outfit(Outfit.BEACH_COVER_UP, "Beach cover-up", "a loose linen shirt over swimwear"),
        _outfit(Outfit.COZY_KNIT, "Cozy knit", "a chunky knitted sweater"),
        _outfit(Outfit.PAJAMAS, "Pajamas", "buttoned cotton pajamas"),
        _outfit(Outfit.LEATHER_JACKET, "Leather jacket", "a black leather biker jacket over a t-shirt"),
        _outfit(Outfit.TRENCH_COAT, "Trench coat", "a belted beige trench coat"),
        _outfit(Outfit.DENIM_JACKET, "Denim jacket", "a blue denim jacket over a white top"),
        _outfit(Outfit.BOHO, "Boho", "a loose embroidered boho blouse with layered necklaces"),
        _outfit(Outfit.TUXEDO, "Tuxedo", "a black tuxedo with a bow tie"),
        _outfit(Outfit.WINTER_COAT, "Winter coat", "a long wool winter coat and a scarf"),
    )
}
