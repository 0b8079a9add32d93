"""Business headshots: what the picture is for decides clothes, background and light."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInput
from domain.influencers.appearance import Appearance, Style
from domain.presets.catalogue import OUTFITS, Environment, Outfit, Preset
from domain.prompts.build import QUALITY_WORDS, in_order
from domain.prompts.person import KEEP_PERSON, stays_adult, subject_words
from domain.prompts.shots import Shot


class HeadshotStyle(StrEnum):
    CORPORATE_GRAY = "CORPORATE_GRAY"
    LINKEDIN_BRIGHT = "LINKEDIN_BRIGHT"
    EXECUTIVE_DARK = "EXECUTIVE_DARK"
    CREATIVE_OFFICE = "CREATIVE_OFFICE"
    OUTDOOR_PROFESSIONAL = "OUTDOOR_PROFESSIONAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadshotPreset(Preset):
    """`environment` and `outfit` come nearest to it in what the local sketch can draw."""

    environment: Environment
    outfit: Outfit


def _headshot(
    key: HeadshotStyle, label: str, description: str, *, setting: str, environment: Environment, outfit: Outfit
) -> HeadshotPreset:
    return HeadshotPreset(
        key=key.value,
        label=label,
        description=description,
        prompt_context=f"{OUTFITS[outfit].prompt_context}, {setting}",
        is_default=key is HeadshotStyle.CORPORATE_GRAY,
        environment=environment,
        outfit=outfit,
    )


HEADSHOTS: dict[HeadshotStyle, HeadshotPreset] = {
    HeadshotStyle(p.key): p
    for p in (
        _headshot(
            HeadshotStyle.CORPORATE_GRAY,
            "Corporate gray",
            "A suit before seamless gray, evenly lit: for team pages and badges.",
            setting="seamless gray studio backdrop, soft even key light, neutral colours",
            environment=Environment.STUDIO,
            outfit=Outfit.BUSINESS_SUIT,
        ),
        _headshot(
            HeadshotStyle.LINKEDIN_BRIGHT,
            "LinkedIn bright",
            "Friendly and bright, with room around the head for a round crop.",
            setting="bright off-white backdrop, high-key light, room around the head",
            environment=Environment.STUDIO,
            outfit=Outfit.SMART_CASUAL,
        ),
        _headshot(
            HeadshotStyle.EXECUTIVE_DARK,
            "Executive dark",
            "Dark backdrop and a strong side light: for boards and press kits.",
            setting="dark charcoal backdrop, strong side light, rim light on the shoulders",
            environment=Environment.STUDIO,
            outfit=Outfit.BUSINESS_SUIT,
        ),
        _headshot(
            HeadshotStyle.CREATIVE_OFFICE,
            "Creative office",
            "A modern place of work, out of focus behind a relaxed look.",
            setting="modern office softly out of focus behind, large window light",
            environment=Environment.OFFICE,
            outfit=Outfit.SMART_CASUAL,
        ),
        _headshot(
            HeadshotStyle.OUTDOOR_PROFESSIONAL,
            "Outdoor professional",
            "City and daylight behind a coat: for people who are out and about.",
            setting="city street softly out of focus behind, soft open shade, daylight",
            environment=Environment.URBAN_STREET,
            outfit=Outfit.TRENCH_COAT,
        ),
    )
}

TAKES = (
    "facing the camera, soft smile",
    "shoulders turned slightly aside, confident smile",
    "three-quarter angle, calm expression",
    "head tilted a little, warm smile",
    "arms crossed at the chest, composed expression",
    "facing the camera, composed expression",
    "shoulders turned slightly aside, soft smile",
    "three-quarter angle, confident smile",
    "head tilted a little, calm expression",
    "arms crossed at the chest, warm smile",
)
"""By image. With one style alone, no two of ten are alike."""

HEADSHOT = "professional business headshot, head and shoulders, eye contact"


def headshot_shots(styles: Sequence[HeadshotStyle], count: int) -> tuple[Shot, ...]:
    """The styles in turn, each image with a bearing of its own. Raises `InvalidInput` where no style is named."""
    if not styles:
        raise InvalidInput(f"Name at least one headshot style. Offered: {', '.join(HEADSHOTS)}.", field="styles")
    return tuple(_shot(HEADSHOTS[styles[index % len(styles)]], index) for index in range(count))


def _shot(preset: HeadshotPreset, index: int) -> Shot:
    return Shot(
        words=f"{preset.prompt_context}, {TAKES[index % len(TAKES)]}",
        pose=index,
        extras=(f"headshot:{preset.key}",),
        environment=preset.environment,
        outfit=preset.outfit,
    )


def headshot_prompt(appearance: Appearance | None, *, trigger: str | None = None) -> str:
    """For models that draw from words, with or without a LoRA. The clothes and the place come with the shot."""
    style = Style.REALISTIC if appearance is None else appearance.style
    return in_order(trigger, subject_words(appearance, trigger=trigger), HEADSHOT, QUALITY_WORDS[style])


def headshot_prompt_from_references(appearance: Appearance | None) -> str:
    """For models that are shown the person. Without an appearance, the references are photos of someone real."""
    style = Style.REALISTIC if appearance is None else appearance.style
    return (
        f"Make a {HEADSHOT}, using the person in the reference pictures. {stays_adult(appearance)} {KEEP_PERSON} "
        f"Keep the hair as it is. Quality: {QUALITY_WORDS[style]}."
    )
