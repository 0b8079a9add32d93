"""One picture, as a provider made it, made into what its platform takes. Work for a thread."""

from io import BytesIO

from PIL import Image, ImageOps

from domain.images.picture import Picture
from domain.social.graphic import Graphic
from providers.faces.detecting import find_faces
from providers.graphics.logos import opened_logo, place_logo
from providers.graphics.setting import paint_words, words_in
from providers.graphics.weighing import light_jpeg
from providers.graphics.zones import kept_free, safe_area, zones
from providers.pixels import FORMATS, around_the_face, upright

SIGNATURE = 400_000
"""Bytes that Content Credentials may add afterwards: with those of a reference in them they take about 60,000."""


def finished_graphic(picture: Picture, graphic: Graphic, logo: Picture | None) -> bytes:
    """A JPEG. Raises `ProviderRequestInvalid` for what is no whole picture."""
    image = _in_size(upright(picture), graphic)
    if graphic.text or logo:
        _adorn(image, graphic, opened_logo(logo) if logo else None)
    return light_jpeg(image, most_bytes=graphic.most_bytes - SIGNATURE, said=_said(picture))


def _adorn(image: Image.Image, graphic: Graphic, logo: Image.Image | None) -> None:
    """Words first: the logo goes where they left room. Rather over hair than over a word."""
    safe, free = safe_area(image.size, graphic.margins), kept_free(find_faces(image))
    taken, brand = [free] if free else [], graphic.brand
    if graphic.text:
        words = words_in(image.size, zones(image.size, safe, free), graphic.text)
        inks = [color.rgb for color in brand.inks] if brand else []
        paint_words(image, words, brand.plate.rgb if brand and brand.plate else None, inks)
        taken.insert(0, words.plate)
    if logo:
        place_logo(image, logo, safe, taken, brand.ground.rgb if brand and brand.ground else None)


def _in_size(image: Image.Image, graphic: Graphic) -> Image.Image:
    """Whoever made it may have made another size."""
    size = (graphic.width, graphic.height)
    if image.size == size:
        return image.copy()
    return ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=around_the_face(image, *size))


def _said(picture: Picture) -> dict[str, bytes]:
    with Image.open(BytesIO(picture.data), formats=FORMATS) as source:
        return {name: source.info[name] for name in ("exif", "xmp", "icc_profile") if source.info.get(name)}
