"""Makes small pictures of finished ones."""

from typing import Protocol


class Thumbnailer(Protocol):
    async def thumbnail(self, data: bytes, *, width: int) -> bytes:
        """WebP, `width` pixels wide, in the picture's own proportions. Raises `ValueError` for what is no picture."""
        ...
