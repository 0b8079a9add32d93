"""Feedback read by our own rules: what people most often say of a thumbnail, as words that models follow. All of it is kept as it was said."""

from collections.abc import Sequence

RULES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("dramatic light", "dramatic lighting", "more dramatic", "moody"),
        "dramatic side lighting, deep shadows, strong contrast",
    ),
    (("brighter", "too dark", "lighter"), "bright, even light, lifted shadows"),
    (("darker", "too bright"), "low-key lighting, darker background"),
    (
        ("closer", "bigger face", "larger face", "zoom in", "face bigger", "face larger"),
        "tight close-up, face at 40 % of the frame",
    ),
    (("further", "zoom out", "smaller face", "wider"), "wider framing, face at 30 % of the frame"),
    (
        ("more color", "more colour", "colourful", "colorful", "vivid", "saturated"),
        "vivid, saturated complementary colours",
    ),
    (("less color", "less colour", "muted", "desaturated"), "muted, restrained colours"),
    (
        ("background", "cluttered", "simpler", "too busy", "cleaner"),
        "a simple, uncluttered background, out of focus",
    ),
    (("excited", "happier", "more energy", "energetic", "smile"), "an excited, energetic expression, open smile"),
    (("serious", "calmer"), "a serious, calm expression"),
    (("surprised", "shocked"), "a surprised expression, raised eyebrows, open mouth"),
    (("contrast", "pop"), "strong contrast between subject and background, rim light"),
    (("sharper", "blurry"), "tack sharp focus on the eyes"),
)
"""Each: what is said, and what it is read as. Several may be met."""


def read_feedback(feedback: Sequence[str]) -> tuple[str, ...]:
    """The newest has the last word, so that it stands last; each reading once."""
    readings: dict[str, None] = {}
    for said in feedback:
        words = " ".join(said.casefold().split())
        for cues, reading in RULES:
            if any(cue in words for cue in cues):
                readings.pop(reading, None)
                readings[reading] = None
    return tuple(readings)
