"""The XMP packet of a picture: the IPTC's source type, which is what programs look for that read no manifest."""

from xml.sax.saxutils import quoteattr

from domain.images.picture import Picture
from domain.images.provenance import Making, SourceType
from providers.provenance.containers import with_xmp, without_words, xmp_of

TRAINED = frozenset({SourceType.TRAINED_ALGORITHMIC_MEDIA, SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA})


def marked(picture: Picture, making: Making, *, version: str) -> Picture:
    """With a packet that says its source type, or its own where that says the same. A provider's packet that says anything else is
    replaced, and other words beside its pixels are taken out: some hold prompts, and what made the picture is said by ours.

    Raises `containers.NotAPictureError`.
    """
    picture = without_words(picture)
    own = xmp_of(picture)
    if own is not None and f'DigitalSourceType="{making.source_type.uri}"'.encode() in own:
        return picture
    return with_xmp(picture, packet_of(making, version=version).encode())


def packet_of(making: Making, *, version: str) -> str:
    """`AISystemUsed` is the IPTC's since 2025.1; nothing that was trained, nothing that is said there."""
    system = f"\n Iptc4xmpExt:AISystemUsed={quoteattr(making.made_by)}" if making.source_type in TRAINED else ""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmp:CreatorTool={quoteattr(f"Likeness {version}, by {making.made_by}")}{system}
 Iptc4xmpExt:DigitalSourceType="{making.source_type.uri}"/></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
