"""Text that is set on a picture."""

from dataclasses import dataclass

from domain.prompts.edits import OverlayPosition

LONGEST = 120  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOverlay:
    text: str
    position: OverlayPosition
