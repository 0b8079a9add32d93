"""Formats that are known by their first bytes, and not taken."""

import re

BEGINNINGS = {
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"II+\x00": "TIFF",
    b"MM\x00+": "TIFF",
    b"8BPS": "Photoshop",
    b"\x00\x00\x01\x00": "ICO",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\xff\x0a": "JPEG XL",
    b"\x00\x00\x00\x0cJXL \r\n\x87\n": "JPEG XL",
    b"%PDF": "PDF",
    b"%!PS": "PostScript",
}
BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
}
"""Of files that begin with `ftyp`: ISO/IEC 23008-12, and AVIF 1.1."""

MARKUP = re.compile(rb"\s*(?:<\?xml|<!--|<!doctype\s+svg|<svg)", re.IGNORECASE)
VECTOR = re.compile(rb"<svg[\s>]", re.IGNORECASE)
SVG_WITHIN = 4096
"""Bytes in which an SVG says that it is one, behind comments and a prologue."""


def format_of(data: bytes) -> str | None:
    """Its name; None for what is not known."""
    begins = data[:SVG_WITHIN].removeprefix(b"\xef\xbb\xbf")
    if MARKUP.match(begins) and VECTOR.search(begins):
        return "SVG"
    if data.startswith(b"\x1f\x8b"):
        return None
    if data[4:8] == b"ftyp":
        return BRANDS.get(data[8:12])
    return next((name for beginning, name in BEGINNINGS.items() if data.startswith(beginning)), None)
