"""A picture as a file that says what it is: in EXIF and in XMP, where the IPTC's source type is read from."""

from io import BytesIO

from PIL import ExifTags, Image, PngImagePlugin

from domain.images.picture import Picture
from providers.local.making import Origin, Work

PROVIDER = "local"
MODEL = "local-sketch-1"
JPEG_QUALITY = 92
PNG_LEVEL = 4
"""Of zlib: higher takes long for photos and saves little."""


def encoded(work: Work, seed: int) -> Picture:
    """A JPEG; a PNG where pixels have to stay exactly as they are."""
    file = BytesIO()
    exif = _exif(work.origin, seed)
    if work.keeps_pixels:
        words = PngImagePlugin.PngInfo()
        words.add_itxt("XML:com.adobe.xmp", _xmp(work.origin, seed))
        work.image.save(file, "PNG", compress_level=PNG_LEVEL, exif=exif, pnginfo=words)
        return Picture(file.getvalue(), "image/png")
    xmp = _xmp(work.origin, seed).encode()
    work.image.save(file, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4", optimize=False, exif=exif, xmp=xmp)
    return Picture(file.getvalue(), "image/jpeg")


def _exif(origin: Origin, seed: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Software] = f"Likeness {MODEL} (provider {PROVIDER})"
    exif[ExifTags.Base.ImageDescription] = f"{origin.description}; seed {seed}"
    return exif


def _xmp(origin: Origin, seed: int) -> str:
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:likeness="urn:likeness:sketch:1"
 xmp:CreatorTool="Likeness {MODEL}"
 Iptc4xmpExt:DigitalSourceType="{origin.source_type.uri}"
 likeness:provider="{PROVIDER}" likeness:model="{MODEL}" likeness:seed="{seed}">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{origin.description}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
