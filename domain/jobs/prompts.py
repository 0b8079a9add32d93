"""The words a model is given: appearance, outfit, environment, scene, in that order, then the words of quality.

Source: PRODUCT, section 6. A LoRA's trigger word will come first when LoRAs exist.
"""

from domain.influencers.appearance import (
    BODY_TYPES,
    ETHNICITIES,
    EYE_COLORS,
    HAIR_COLORS,
    HAIR_STYLES,
    Appearance,
    Gender,
    Style,
)
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Environment, Outfit, Scene

GENDER_WORDS = {Gender.FEMALE: "woman", Gender.MALE: "man", Gender.NON_BINARY: "androgynous person"}
QUALITY_WORDS = {
    Style.REALISTIC: "photorealistic, sharp focus, natural skin texture, high detail",
    Style.ANIME: "anime style, clean line art, detailed shading, adult proportions",
}
NEGATIVE_WORDS = (
    "child, teenager, underage, nude, low quality, blurry, deformed, extra fingers, extra limbs, bad anatomy, "
    "watermark, text, logo"
)


def appearance_words(appearance: Appearance) -> str:
    """One adult, described. The age is always said."""
    who = f"{ETHNICITIES[appearance.ethnicity].words} {GENDER_WORDS[appearance.gender]}"
    hair = HAIR_STYLES[appearance.hair_style].words
    if appearance.hair_style != "bald":
        hair = f"{hair} {HAIR_COLORS[appearance.hair_color].words} hair"
    return (
        f"a {appearance.age} year old adult {who}, {hair}, {EYE_COLORS[appearance.eye_color].words} eyes, "
        f"{BODY_TYPES[appearance.body_type].words}"
    )


def build_prompt(
    appearance: Appearance, *, outfit: Outfit, environment: Environment | None, scene: Scene | None
) -> str:
    """Without scene and environment: the neutral portrait that base images are."""
    place = ENVIRONMENTS[environment].prompt_context if environment else "plain studio background, even soft light"
    mood = SCENES[scene].prompt_context if scene else "front view portrait, neutral expression, eye contact"
    return ", ".join(
        (
            appearance_words(appearance),
            OUTFITS[outfit].prompt_context,
            place,
            mood,
            QUALITY_WORDS[appearance.style],
        )
    )


def build_negative_prompt(wish: str | None) -> str:
    """The user's own words come after ours; ours cannot be taken away."""
    return f"{NEGATIVE_WORDS}, {wish.strip()}" if wish and wish.strip() else NEGATIVE_WORDS
