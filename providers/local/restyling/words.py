"""Colours by their English names, as they are said in a prompt."""

import re

from providers.local.sketch.geometry import Colour, hex_colour

COLOURS: dict[str, Colour] = {
    name: hex_colour(code)
    for name, code in (
        ("red", "c8322f"), ("crimson", "a5182f"), ("burgundy", "6e1a2e"), ("pink", "ec8fb0"), ("magenta", "c52a84"),
        ("orange", "e8832b"), ("peach", "f4b792"), ("coral", "ee7b62"), ("terracotta", "c1694a"), ("gold", "d6a63a"),
        ("golden", "dca84a"), ("yellow", "f2cf45"), ("mustard", "cf9f3a"), ("green", "3f8f4f"), ("olive", "77773a"),
        ("mint", "a6d9bd"), ("emerald", "1f8a63"), ("teal", "1f8083"), ("turquoise", "3cc0bd"), ("cyan", "35b6d6"),
        ("blue", "2f62b8"), ("navy", "1f2f5c"), ("sky", "8cc4e8"), ("indigo", "40308c"), ("purple", "7a3fa0"),
        ("violet", "8a55c0"), ("lavender", "b9a6dc"), ("lilac", "c3a5d6"), ("brown", "7a5236"), ("wooden", "8c6239"),
        ("wood", "8c6239"), ("beige", "dcc8a6"), ("cream", "f2e6cd"), ("white", "f4f2ed"), ("ivory", "f3ecd9"),
        ("silver", "b9bec4"), ("gray", "8c8f94"), ("grey", "8c8f94"), ("black", "22222a"), ("pastel", "e6c6d6"),
    )
}  # fmt: skip

WORD = re.compile(r"[a-z]+")


def colours_said(words: str) -> list[Colour]:
    """In the order in which they are said."""
    return [COLOURS[word] for word in WORD.findall(words.casefold()) if word in COLOURS]
