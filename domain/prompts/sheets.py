"""A character sheet: the same person from all sides, then with other expressions and in other light."""

from domain.errors import InvalidInput
from domain.influencers.appearance import Appearance
from domain.jobs.views import View
from domain.presets.catalogue import OUTFITS, Outfit
from domain.prompts.build import QUALITY_WORDS, in_order
from domain.prompts.person import appearance_words
from domain.prompts.shots import Shot

FEWEST = 7
MOST = 10
"""Images of a sheet. Source: PRODUCT, section 4."""

EVEN = "neutral expression, even soft light"

VIEW_WORDS = {
    View.FRONT: f"front view, facing the camera, head and shoulders, {EVEN}",
    View.THREE_QUARTER_LEFT: f"three-quarter view, face turned to the left of the picture, {EVEN}",
    View.THREE_QUARTER_RIGHT: f"three-quarter view, face turned to the right of the picture, {EVEN}",
    View.SIDE_LEFT: f"side view, profile facing the left edge of the picture, {EVEN}",
    View.SIDE_RIGHT: f"side view, profile facing the right edge of the picture, {EVEN}",
    View.BACK: "back view, seen from behind, face not visible, even soft light",
    View.FULL_BODY: f"full body from head to feet, standing straight, facing the camera, {EVEN}",
    View.EXPRESSION_SMILE: "front view, head and shoulders, broad warm smile, even soft light",
    View.EXPRESSION_SERIOUS: "front view, head and shoulders, serious concentrated expression, even soft light",
    View.DRAMATIC_LIGHT: "front view, head and shoulders, calm expression, dramatic side light, deep shadows",
}
"""In the order in which a sheet takes them: the first seven are always there."""


def sheet_shots(count: int) -> tuple[Shot, ...]:
    """One for each view, in order. Raises `InvalidInput` for fewer than 7 or more than 10."""
    if not FEWEST <= count <= MOST:
        raise InvalidInput(f"A character sheet has {FEWEST} to {MOST} images.", field="imageCount")
    views = tuple(VIEW_WORDS.items())[:count]
    return tuple(Shot(words=words, pose=index, view=view) for index, (view, words) in enumerate(views))


def sheet_prompt(appearance: Appearance, outfit: Outfit, *, trigger: str | None = None) -> str:
    """Of one view each: the words "character sheet" would make models draw many into one picture."""
    return in_order(
        trigger,
        appearance_words(appearance),
        OUTFITS[outfit].prompt_context,
        "plain light gray background",
        "character reference, one person, a single view",
        QUALITY_WORDS[appearance.style],
    )
