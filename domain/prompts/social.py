"""Prompts of social graphics: one for each platform, because each has another shape and other company. Words are set later, by ourselves."""

from domain.influencers.appearance import Appearance
from domain.presets.formats import AspectRatio
from domain.prompts.build import NEGATIVE_WORDS, in_order
from domain.prompts.person import KEEP_PERSON, stays_adult
from domain.social.branding import AppliedBrand
from domain.social.graphic import Graphic
from domain.social.platforms import PLATFORMS

FRAMES: dict[AspectRatio, str] = {
    AspectRatio.SQUARE_1_1: "square composition, head and shoulders in the middle",
    AspectRatio.PORTRAIT_9_16: "tall 9:16 composition, the person from the waist up, the face in the upper half",
    AspectRatio.LANDSCAPE_2_1: "wide 2:1 composition, the person in the right half, head and shoulders",
    AspectRatio.LANDSCAPE_191_100: "wide composition, the person in the right half, head and shoulders",
}
ROOM: dict[AspectRatio, str] = {
    AspectRatio.SQUARE_1_1: "calm space along the bottom for words that are set later",
    AspectRatio.PORTRAIT_9_16: "calm space in the lower third for words that are set later",
    AspectRatio.LANDSCAPE_2_1: "calm space in the left half for words that are set later",
    AspectRatio.LANDSCAPE_191_100: "calm space in the left half for words that are set later",
}
LOOK = "clear light, one clear subject, nothing important near the edges, easy to read at a small size"
NO_LETTERS = "no letters, words or logos in the picture"
AVOIDED = "cropped head, face cut off, tiny face, cluttered background, collage, frame, border"


def social_prompt(graphic: Graphic, description: str, appearance: Appearance | None) -> str:
    its = PLATFORMS[graphic.platform]
    room = ROOM[graphic.shape] if graphic.text else None
    told = in_order(FRAMES[graphic.shape], room, LOOK, NO_LETTERS)
    return (
        f"Make a picture for social media ({its.label}), with the person in the reference pictures. It is about this: {_sentence(description)} "
        f"{stays_adult(appearance)} {KEEP_PERSON} {_brand_words(graphic.brand)}Composition: {told}."
    )


def _brand_words(brand: AppliedBrand | None) -> str:
    """Sentences, with a space after them; empty for none."""
    if brand is None:
        return ""
    colors = ", ".join(f"{color.hex} ({color.role.lower()})" for color in brand.colors)
    said = [
        f"Let clothes, light and background pick up the brand's colours: {colors}." if colors else "",
        f"The brand speaks like this: {_sentence(brand.voice)}" if brand.voice else "",
        f"It speaks to these: {_sentence(brand.audience)}" if brand.audience else "",
    ]
    return "".join(f"{sentence} " for sentence in said if sentence)


def social_negative_prompt(wish: str | None) -> str:
    """Ours cannot be taken away by the user's."""
    return in_order(NEGATIVE_WORDS, AVOIDED, wish)


def _sentence(text: str) -> str:
    said = " ".join(text.split())
    return said if said.endswith((".", "!", "?")) else f"{said}."
