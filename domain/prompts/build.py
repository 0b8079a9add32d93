"""The prompt of a picture made from words: trigger, appearance, outfit, environment, scene, then the words of quality.

Source: PRODUCT, section 6. Flux and Z-Image are told in plain language what there is; how far they follow is set elsewhere.
"""

from domain.influencers.appearance import Appearance, Style
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Environment, Outfit, Scene
from domain.prompts.person import subject_words

QUALITY_WORDS = {
    Style.REALISTIC: "photorealistic, sharp focus, natural skin texture, high detail",
    Style.ANIME: "anime style, clean line art, detailed shading, adult proportions",
}
NEGATIVE_WORDS = (
    "child, teenager, underage, nude, low quality, blurry, deformed, extra fingers, extra limbs, bad anatomy, "
    "watermark, text, logo"
)
"""Models that are distilled (Flux, Z-Image Turbo) do not read them; those that do are given them always."""


def build_prompt(
    appearance: Appearance | None,
    *,
    outfit: Outfit,
    environment: Environment | None,
    scene: Scene | None,
    trigger: str | None = None,
) -> str:
    """Without scene and environment: the neutral portrait that base images are. `trigger` is the word of the LoRA in use.

    Without an appearance it is of a person whom the model is shown photos of.
    """
    place = ENVIRONMENTS[environment].prompt_context if environment else "plain studio background, even soft light"
    mood = SCENES[scene].prompt_context if scene else "front view portrait, neutral expression, eye contact"
    return in_order(
        trigger,
        subject_words(appearance, trigger=trigger),
        OUTFITS[outfit].prompt_context,
        place,
        mood,
        QUALITY_WORDS[appearance.style if appearance else Style.REALISTIC],
    )


def in_order(*parts: str | None) -> str:
    """One list of words; what is missing or blank is left out."""
    return ", ".join(part.strip() for part in parts if part and part.strip())


def build_negative_prompt(wish: str | None) -> str:
    """The user's own words come after ours; ours cannot be taken away."""
    return in_order(NEGATIVE_WORDS, wish)
