"""Words that are set on a picture."""

from dataclasses import dataclass

from domain.errors import InvalidInput
from domain.prompts.edits import OverlayPosition

LONGEST = 120
"""Characters: more cannot be read on a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOverlay:
    """Raises `InvalidInput` for text that is empty or longer than 120 characters. Line breaks in it are kept."""

    text: str
    position: OverlayPosition = OverlayPosition.BOTTOM

    def __post_init__(self) -> None:
        if not 1 <= len(self.text.strip()) <= LONGEST:
            raise InvalidInput(f"A text on a picture has 1 to {LONGEST} characters.", field="overlay.text")
