"""Pictures of the OpenAI emulator, and how they form: coarse first, then finer. The real ones come out of noise."""

import hashlib
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageFilter

from tests.support.emulators.drawing import drawn

CELLS = 8
"""Across the short side of the coarsest preview; each next one has three times as many."""


def made(
    prompt: str, size: tuple[int, int], references: Sequence[bytes], mask: bytes | None, *, longest: int
) -> Image.Image:
    """With a mask: the first reference, redrawn where the mask is transparent."""
    seed = int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:3])
    whole = drawn(
        prompt, width=size[0], height=size[1], seed=seed, references=references, format="PNG", longest=longest
    )
    picture = Image.open(BytesIO(whole)).convert("RGB")
    if mask is None:
        return picture
    kept = Image.open(BytesIO(mask)).getchannel("A").resize(size)
    return Image.composite(Image.open(BytesIO(references[0])).convert("RGB").resize(size), picture, kept)


def preview(picture: Image.Image, step: int) -> Image.Image:
    cells = CELLS * 3**step
    short = min(picture.size)
    coarse = picture.resize([max(1, side * cells // short) for side in picture.size], Image.Resampling.BOX)
    return coarse.resize(picture.size, Image.Resampling.NEAREST).filter(ImageFilter.GaussianBlur(short / cells / 3))


def encoded(picture: Image.Image, kind: str) -> bytes:
    file = BytesIO()
    picture.save(file, kind)
    return file.getvalue()
