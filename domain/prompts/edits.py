"""Edits of one picture by instruction: text laid over it, or the whole in another style. Kontext wants to be told what to keep."""

from enum import StrEnum

from domain.influencers.appearance import Appearance
from domain.presets.catalogue import Preset
from domain.prompts.person import KEEP_PERSON, stays_adult


class OverlayPosition(StrEnum):
    TOP = "TOP"
    CENTER = "CENTER"
    BOTTOM = "BOTTOM"


class Restyle(StrEnum):
    WATERCOLOR = "WATERCOLOR"
    OIL_PAINTING = "OIL_PAINTING"
    PENCIL_SKETCH = "PENCIL_SKETCH"
    ANIME = "ANIME"
    NOIR = "NOIR"
    CYBERPUNK = "CYBERPUNK"
    VINTAGE_FILM = "VINTAGE_FILM"
    POP_ART = "POP_ART"


OVERLAY_PLACES: dict[OverlayPosition, Preset] = {
    OverlayPosition(p.key): p
    for p in (
        Preset(
            key="TOP",
            label="Top",
            description="Across the top, above the face where there is room.",
            prompt_context="across the top of the picture",
        ),
        Preset(
            key="CENTER",
            label="Centre",
            description="Across the middle, beside or below the face.",
            prompt_context="across the middle of the picture, not over the face",
        ),
        Preset(
            key="BOTTOM",
            label="Bottom",
            description="Across the bottom, as a caption.",
            prompt_context="across the bottom of the picture",
            is_default=True,
        ),
    )
}

RESTYLES: dict[Restyle, Preset] = {
    Restyle(p.key): p
    for p in (
        Preset(
            key="WATERCOLOR",
            label="Watercolour",
            description="Soft washes on rough paper.",
            prompt_context="a watercolour painting with soft washes, visible paper grain and loose edges",
        ),
        Preset(
            key="OIL_PAINTING",
            label="Oil painting",
            description="Thick paint and visible strokes.",
            prompt_context="an oil painting with visible brush strokes, thick paint and rich colours",
        ),
        Preset(
            key="PENCIL_SKETCH",
            label="Pencil sketch",
            description="Graphite lines and hatching on white.",
            prompt_context="a graphite pencil drawing with fine hatching on white paper",
        ),
        Preset(
            key="ANIME",
            label="Anime",
            description="Clean lines and flat shading, grown-up proportions.",
            prompt_context="an anime illustration with clean line art, cel shading and adult proportions",
        ),
        Preset(
            key="NOIR",
            label="Film noir",
            description="Black and white with hard shadows.",
            prompt_context="a black and white film noir still with hard side light and deep shadows",
        ),
        Preset(
            key="CYBERPUNK",
            label="Cyberpunk",
            description="Neon light, rain and glass.",
            prompt_context="a cyberpunk scene with magenta and cyan neon light, rain and reflections",
        ),
        Preset(
            key="VINTAGE_FILM",
            label="Vintage film",
            description="Faded colours and grain, as on old film.",
            prompt_context="a vintage film photograph with faded colours, warm tint and visible grain",
        ),
        Preset(
            key="POP_ART",
            label="Pop art",
            description="Bold outlines, flat colours and dots.",
            prompt_context="a pop art print with bold outlines, flat bright colours and halftone dots",
        ),
    )
}
"""The prompt text completes "Restyle this picture as …"."""


def overlay_instruction(text: str, position: OverlayPosition, appearance: Appearance | None = None) -> str:
    """`text` is quoted to the model letter by letter, on one line; a double quote in it becomes a single one, or it would end there."""
    line = " ".join(text.split()).replace('"', "'")
    where = OVERLAY_PLACES[position].prompt_context
    return (
        f'Add the text "{line}" {where}, in large, clear, well-spaced letters that stand out from what is behind them. '
        f"Spell it exactly so, once. {KEEP_PERSON} {stays_adult(appearance)} Keep everything else in the picture as it is."
    )


def restyle_instruction(words: str, appearance: Appearance | None = None) -> str:
    """`words` are a preset's `prompt_context`, or what a user wrote in its place."""
    return (
        f"Restyle this picture as {words.strip().rstrip('.')}. {KEEP_PERSON} {stays_adult(appearance)} "
        "Keep the composition, the pose and the clothes: only the style changes."
    )


def edit_instruction(words: str, appearance: Appearance | None = None) -> str:
    """What a user wrote, and that all else stays."""
    return f"{words.strip().rstrip('.')}. {KEEP_PERSON} {stays_adult(appearance)} Keep everything else as it is."
