"""Fonts that brands name, and what stands for them where we set text ourselves.

A brand's own font is somebody's property and is not here. One open font is bundled (DejaVu Sans Condensed Bold, under its own
free licence): whatever a brand names, letters are set in that one, and clients are told so.
"""

BUNDLED = "DejaVu Sans Condensed Bold"


def drawn_with(font: str) -> str:
    """The bundled font that stands for this one."""
    del font
    return BUNDLED
