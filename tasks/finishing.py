"""A headline is set on a finished picture as real text, before the picture is signed or judged: what is seen is what was judged."""

import asyncio
from dataclasses import replace
from io import BytesIO

from PIL import Image

from domain.errors import ProviderRefused
from domain.images.picture import Picture
from domain.jobs.rendering import RenderTask
from domain.jobs.text_overlay import TextOverlay
from domain.ports.image_provider import RenderedImage
from providers.local.lettering import lettered, missing_letters
from providers.pixels import upright

QUALITY = 92
LARGEST = 0.18
"""Height of a headline's letters, of the picture's: thumbnails are looked at as small as stamps."""


async def check_headline(claim: RenderTask) -> None:
    """Before anything is paid for. Raises `ProviderRefused` for letters that the font does not have: that is final, and free."""
    headline = claim.job.recipe.shot(claim.image.index).headline
    if headline and (missing := await asyncio.to_thread(missing_letters, headline.text)):
        raise ProviderRefused(
            f"Our font has no {' '.join(missing[:8])}. Use Latin, Greek or Cyrillic letters, or leave the headline to the model.",
            detail="letters without a glyph",
        )


async def with_headline(claim: RenderTask, rendered: RenderedImage) -> RenderedImage:
    headline = claim.job.recipe.shot(claim.image.index).headline
    if headline is None:
        return rendered
    data = await asyncio.to_thread(_lettered, Picture(rendered.data, rendered.content_type), headline)
    return replace(rendered, data=data, content_type="image/jpeg")


def _lettered(picture: Picture, headline: TextOverlay) -> bytes:
    """What the file says about where it comes from stays in it."""
    with Image.open(BytesIO(picture.data), formats=["JPEG", "PNG", "WEBP"]) as source:
        said = {name: source.info[name] for name in ("exif", "xmp", "icc_profile") if source.info.get(name)}
    file = BytesIO()
    lettered(upright(picture), headline, largest=LARGEST).save(
        file, "JPEG", quality=QUALITY, subsampling="4:4:4", **said
    )
    return file.getvalue()
