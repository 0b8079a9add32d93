"""Colour profiles by hand (ICC.1:2010), each so unlike sRGB that nobody can miss whether it was used."""

import struct

from PIL import ImageCms

GREEN_LAB, WHITE_LAB, BLACK_LAB = (128, 64, 192), (255, 128, 128), (0, 128, 128)
"""In 8 bits: 255 is as bright as can be, and 128 has no colour."""


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped() -> bytes:
    """As sRGB, only that red is green and green is red."""
    profile = srgb()
    return profile.replace(b"rXYZ", b"tmp!", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tmp!", b"gXYZ", 1)


def linear_grey() -> bytes:
    """Without a curve: 128 of it is 188 in sRGB."""
    return _profile(b"GRAY", b"mntr", b"XYZ ", {b"wtpt": _white(), b"kTRC": b"curv" + bytes(4) + struct.pack(">I", 0)})


def green_inks() -> bytes:
    """CMYK: without ink it is white, with black ink black, and with any other one green."""
    straight = bytes(range(256))
    colours = [WHITE_LAB if ink == 0 else BLACK_LAB if ink % 2 else GREEN_LAB for ink in range(16)]
    table = (
        b"mft1" + bytes(4) + bytes([4, 3, 2, 0])
        + struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 16)
        + straight * 4 + b"".join(map(bytes, colours)) + straight * 3
    )  # fmt: skip
    return _profile(b"CMYK", b"prtr", b"Lab ", {b"wtpt": _white(), b"A2B0": table})


def _white() -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", 63_190, 65_536, 54_061)  # D50


def _profile(space: bytes, kind: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    body, table, start = b"", struct.pack(">I", len(tags)), 132 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = bytearray(128)
    header[4:24] = b"lcms" + b"\x02\x40\x00\x00" + kind + space + connection
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", 63_190, 65_536, 54_061)
    whole = bytes(header) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]
