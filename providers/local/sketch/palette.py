"""Colours of skin, hair, eyes and cloth. Ranges, not single values: an identity picks its own place in each range."""

from providers.local.sketch.geometry import Colour, hex_colour

SKIN_RANGES: dict[str, tuple[str, str]] = {
    # Lightest and darkest base colour, in soft daylight.
    "african": ("a9714b", "5c3722"),
    "east_asian": ("f0cba9", "dcaa80"),
    "european": ("f3cfb6", "e0b08d"),
    "indigenous": ("c98f63", "a06a43"),
    "latin": ("dfae84", "b67f55"),
    "mediterranean": ("e3b58f", "c8956b"),
    "middle_eastern": ("d9aa80", "b5835a"),
    "mixed": ("d3a078", "94623f"),
    "nordic": ("f9dccb", "eec3aa"),
    "south_asian": ("c48e62", "8a5a38"),
    "southeast_asian": ("dcab7f", "b07e53"),
}

HAIR: dict[str, tuple[str, str, str]] = {
    # Shadow, body and shine.
    "black": ("0b0a0d", "211d22", "6d6a78"),
    "dark_brown": ("170d09", "38231a", "8d6a52"),
    "brown": ("2b170d", "5f3b25", "b98a61"),
    "auburn": ("300f08", "74301a", "cf7a4b"),
    "red": ("451206", "a8431a", "f09a5a"),
    "blonde": ("6b4720", "c79a5a", "fbe3ae"),
    "platinum": ("877660", "dccdb0", "fffbee"),
    "gray": ("3c3f44", "84888e", "d7dbe0"),
    "white": ("85878c", "d4d5d6", "ffffff"),
    "pink": ("6d1f47", "d9709f", "ffd0e0"),
    "blue": ("0f2149", "2f5fae", "93c8f5"),
}

EYES: dict[str, tuple[str, str]] = {
    # Outer ring and light inner colour.
    "amber": ("6e3d0c", "dc9a3c"),
    "blue": ("1f4a78", "7fb8e2"),
    "brown": ("341a0c", "8f5630"),
    "dark_brown": ("1c0f09", "57331e"),
    "gray": ("44505a", "a9b6be"),
    "green": ("27502f", "86b673"),
    "hazel": ("4a4420", "b08a49"),
}

LIP_TINTS = tuple(hex_colour(c) for c in ("b8545a", "c2666a", "a84a55", "c4736a", "9d3f4a", "b65f6e"))

CLOTH: dict[str, Colour] = {
    name: hex_colour(code)
    for name, code in (
        ("ink", "23262f"), ("black", "1d1d22"), ("charcoal", "3a3d45"), ("navy", "26344f"), ("denim", "4a6a92"),
        ("sky", "8fb3cf"), ("teal", "2f6f73"), ("emerald", "1f6650"), ("sage", "93a58a"), ("olive", "6b6a45"),
        ("cream", "f1e7d6"), ("white", "f4f2ee"), ("sand", "cdb08a"), ("camel", "b98a58"), ("rust", "b0583a"),
        ("terracotta", "c6785a"), ("wine", "6e2438"), ("ruby", "9c2740"), ("rose", "d79a9b"), ("blush", "e9c9c0"),
        ("coral", "e07e68"), ("mustard", "d0a044"), ("lilac", "a99bc4"), ("plum", "55365c"), ("gray", "9a9da3"),
        ("heather", "b9b6b1"), ("brown", "5b4232"), ("cobalt", "2d52a0"), ("butter", "efd9a0"), ("petrol", "24505f"),
    )
}  # fmt: skip
