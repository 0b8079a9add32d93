"""A headline is set on a finished picture as real text, and a graphic is made what its platform takes, before the picture is signed or
judged: what is seen is what was judged."""

import asyncio
from dataclasses import replace
from io import BytesIO

from PIL import Image

from domain.errors import NotFound, ProviderRefused, ProviderRequestInvalid
from domain.images.picture import Picture
from domain.jobs.rendering import RenderTask
from domain.jobs.text_overlay import TextOverlay
from domain.ports.image_provider import RenderedImage
from domain.prompts.shots import Shot
from providers.graphics.finishing import finished_graphic
from providers.local.lettering import lettered, missing_letters
from providers.pixels import upright
from tasks.services import Services

QUALITY = 92
LARGEST = 0.18
"""Height of a headline's letters, of the picture's: thumbnails are looked at as small as stamps."""


async def check_headline(claim: RenderTask) -> None:
    """Before anything is paid for. Raises `ProviderRefused` for letters that the font does not have: that is final, and free."""
    shot = claim.job.recipe.shot(claim.image.index)
    text = shot.headline.text if shot.headline else shot.graphic.text if shot.graphic else None
    if text and (missing := await asyncio.to_thread(missing_letters, text)):
        raise ProviderRefused(
            f"Our font has no {' '.join(missing[:8])}. Use Latin, Greek or Cyrillic letters{_or(shot)}.",
            detail="letters without a glyph",
        )


def _or(shot: Shot) -> str:
    return ", or leave the headline to the model" if shot.headline else ""


async def logo_for(services: Services, claim: RenderTask) -> Picture | None:
    """Before anything is paid for. Raises `ProviderRefused` where the brand has another one by now: that is final, and free."""
    graphic = claim.job.recipe.shot(claim.image.index).graphic
    logo = graphic.brand.logo if graphic and graphic.brand else None
    if logo is None:
        return None
    try:
        return Picture(await services.files.get(logo.key), logo.content_type)
    except NotFound:
        raise ProviderRefused(
            "Your brand's logo was changed or removed since. Start the graphics anew.", detail="a logo that is gone"
        ) from None


async def as_graphic(claim: RenderTask, rendered: RenderedImage, logo: Picture | None) -> RenderedImage:
    """For a platform, where it is a graphic: itself otherwise."""
    graphic = claim.job.recipe.shot(claim.image.index).graphic
    if graphic is None:
        return rendered
    data = await asyncio.to_thread(finished_graphic, Picture(rendered.data, rendered.content_type), graphic, logo)
    return replace(rendered, data=data, content_type="image/jpeg")


def check_weight(claim: RenderTask, rendered: RenderedImage) -> None:
    """Of the signed file. Raises `ProviderRequestInvalid` for a graphic with more bytes than its platform takes: a fault of ours."""
    graphic = claim.job.recipe.shot(claim.image.index).graphic
    if graphic and len(rendered.data) > graphic.most_bytes:
        raise ProviderRequestInvalid(
            "This graphic came out too large.", detail=f"{len(rendered.data)} bytes for {graphic.platform}"
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
