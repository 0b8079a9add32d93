"""Small pictures by Pillow, off the event loop."""

import asyncio
from io import BytesIO

from PIL import Image, UnidentifiedImageError

QUALITY = 82


class PillowThumbnails:
    """See `domain.ports.thumbnailer.Thumbnailer`."""

    async def thumbnail(self, data: bytes, *, width: int) -> bytes:
        return await asyncio.to_thread(_shrink, data, width)


def _shrink(data: bytes, width: int) -> bytes:
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
            image.draft("RGB", (2 * width, 2 * width))  # JPEG decodes straight to a smaller size
            full = image.convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError("This is not a picture that can be read.") from error
    height = max(1, round(full.height * width / full.width))
    small = full.resize((width, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "WEBP", quality=QUALITY, method=3)
    return out.getvalue()
