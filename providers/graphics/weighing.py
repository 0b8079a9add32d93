"""A JPEG of few enough bytes: its quality is lowered until it fits."""

from collections.abc import Mapping
from io import BytesIO

from PIL import Image

from domain.errors import ProviderRequestInvalid

QUALITIES = (
    (92, "4:4:4"),
    (88, "4:4:4"),
    (84, "4:2:0"),
    (78, "4:2:0"),
    (70, "4:2:0"),
    (60, "4:2:0"),
    (45, "4:2:0"),
    (30, "4:2:0"),
)


def light_jpeg(image: Image.Image, *, most_bytes: int, said: Mapping[str, bytes]) -> bytes:
    """`said` is what the file says of itself, which stays in it. Raises `ProviderRequestInvalid` where even the poorest is too large."""
    for quality, subsampling in QUALITIES:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality, subsampling=subsampling, **said)
        if file.tell() <= most_bytes:
            return file.getvalue()
    raise ProviderRequestInvalid(
        "This graphic could not be made small enough.",
        detail=f"{file.tell()} bytes of {image.size}, {most_bytes} at most",
    )
