"""Inpainting: words for what is to be seen where the mask is white. Flux Fill wants a description, not an instruction."""

from domain.influencers.appearance import Appearance
from domain.prompts.build import in_order
from domain.prompts.person import person_words

FITTING = "matching the light, colours and perspective of the rest of the picture"


def inpaint_prompt(wish: str, appearance: Appearance | None = None) -> str:
    """The wish first. That whoever is drawn is an adult is said as a condition: the mask may cover nobody at all."""
    person = "an adult" if appearance is None else f"the same person, {person_words(appearance)}"
    return in_order(wish.strip().rstrip(".,;"), FITTING, f"anyone in it is {person}")
