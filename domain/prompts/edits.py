"""Edits of one picture by instruction: text laid over it, or the whole in another style. Kontext wants to be told what to keep."""

from dataclasses import dataclass
from enum import StrEnum

from domain.influencers.appearance import Appearance
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayPlace:
    key: OverlayPosition
    label: str
    description: str
    prompt_context: str
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RestylePreset:
    """`prompt_context` completes "Restyle this picture as …"."""

    key: Restyle
    label: str
    description: str
    prompt_context: str


OVERLAY_PLACES: dict[OverlayPosition, OverlayPlace] = {
    p.key: p
    for p in (
        OverlayPlace(
            key=OverlayPosition.TOP,
            label="Top",
            description="Across the top, above the face where there is room.",
            prompt_context="across the top of the picture",
        ),
        OverlayPlace(
            key=OverlayPosition.CENTER,
            label="Centre",
            description="Across the middle, beside or below the face.",
            prompt_context="across the middle of the picture, not over the face",
        ),
        OverlayPlace(
            key=OverlayPosition.BOTTOM,
            label="Bottom",
            description="Across the bottom, as a caption.",
            prompt_context="across the bottom of the picture",
            is_default=True,
        ),
    )
}

RESTYLES: dict[Restyle, RestylePreset] = {
    p.key: p
    for p in (
        RestylePreset(
            key=Restyle.WATERCOLOR,
            label="Watercolour",
            description="Soft washes on rough paper.",
            prompt_context="a watercolour painting with soft washes, visible paper grain and loose edges",
        ),
        RestylePreset(
            key=Restyle.OIL_PAINTING,
            label="Oil painting",
            description="Thick paint and visible strokes.",
            prompt_context="an oil painting with visible brush strokes, thick paint and rich colours",
        ),
        RestylePreset(
            key=Restyle.PENCIL_SKETCH,
            label="Pencil sketch",
            description="Graphite lines and hatching on white.",
            prompt_context="a graphite pencil drawing with fine hatching on white paper",
        ),
        RestylePreset(
            key=Restyle.ANIME,
            label="Anime",
            description="Clean lines and flat shading, grown-up proportions.",
            prompt_context="an anime illustration with clean line art, cel shading and adult proportions",
        ),
        RestylePreset(
            key=Restyle.NOIR,
            label="Film noir",
            description="Black and white with hard shadows.",
            prompt_context="a black and white film noir still with hard side light and deep shadows",
        ),
        RestylePreset(
            key=Restyle.CYBERPUNK,
            label="Cyberpunk",
            description="Neon light, rain and glass.",
            prompt_context="a cyberpunk scene with magenta and cyan neon light, rain and reflections",
        ),
        RestylePreset(
            key=Restyle.VINTAGE_FILM,
            label="Vintage film",
            description="Faded colours and grain, as on old film.",
            prompt_context="a vintage film photograph with faded colours, warm tint and visible grain",
        ),
        RestylePreset(
            key=Restyle.POP_ART,
            label="Pop art",
            description="Bold outlines, flat colours and dots.",
            prompt_context="a pop art print with bold outlines, flat bright colours and halftone dots",
        ),
    )
}

KEEP_THE_REST = "Keep the pose, the clothes and everything else in the picture as they are."


def overlay_instruction(text: str, position: OverlayPosition, appearance: Appearance | None = None) -> str:
    """`text` is quoted to the model letter by letter, on one line; a double quote in it becomes a single one, or it would end there."""
    line = " ".join(text.split()).replace('"', "'")
    where = OVERLAY_PLACES[position].prompt_context
    return (
        f'Add the text "{line}" {where}, in large, clear, well-spaced letters that stand out from what is behind them. '
        f"Spell it exactly so, once. {_kept(appearance)}"
    )


def restyle_instruction(words: str, appearance: Appearance | None = None) -> str:
    """`words` are a preset's `prompt_context`, or what a user wrote in its place."""
    return f"Restyle this picture as {words.strip().rstrip('.')}. {_kept(appearance)}"


def edit_instruction(words: str, appearance: Appearance | None = None) -> str:
    """What a user wrote, and that all else stays."""
    return f"{words.strip().rstrip('.')}. {_kept(appearance)}"


def _kept(appearance: Appearance | None) -> str:
    return f"{KEEP_PERSON} {stays_adult(appearance)} {KEEP_THE_REST}"
