"""`Signer` by c2pa, in threads. All that is c2pa's is built anew for each picture: it belongs to the thread that made it, does not
live through a fork, and costs a fraction of what the signature does. c2pa is imported when the first picture is signed.
"""

import asyncio
import json
import struct
import zlib
from dataclasses import replace
from importlib.metadata import version
from io import BytesIO
from typing import Any
from uuid import uuid4

from domain.errors import ImageNotMade, ProviderMisconfigured
from domain.images.picture import Picture
from domain.images.provenance import Ingredient, Making, Signed, SourceType
from providers.provenance.containers import PNG_SIGNATURE, NotAPictureError, manifest_store_of
from providers.provenance.identity import NOBODY, Identities, Identity
from providers.provenance.manifest import ingredient_of, manifest_of, own_ingredient
from providers.provenance.xmp import marked

VERSION = version("likeness")
MOST_CARRIED = 64 * 1024
"""Bytes of manifests that one ingredient brings along: about a dozen edits, one of the other."""

UNUSABLE = "The picture could not be used. Please try again."


class C2paSigner:
    """See `domain.ports.signer.Signer`."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._proven: Identity | None = None

    async def check(self) -> None:
        await asyncio.to_thread(self._now_signing)

    async def sign(self, picture: Picture, making: Making) -> Signed:
        return await asyncio.to_thread(self._sign, picture, making)

    def _now_signing(self) -> Identity:
        """With one that has signed before: c2pa refuses certificates for more reasons than we know."""
        identity = self._identities.now_signing()
        if identity is not self._proven:
            _prove(identity)
            self._proven = identity
        return identity

    def _sign(self, picture: Picture, making: Making) -> Signed:
        import c2pa  # type: ignore[import-untyped] # noqa: PLC0415 - it ships none; see above

        identity = self._now_signing()
        try:
            return signed(picture, making, identity)
        except (NotAPictureError, c2pa.C2paError) as error:
            identity.check(making.made_at)
            raise ImageNotMade(UNUSABLE, detail=f"{type(error).__name__}: {error}"[:200]) from error


def signed(picture: Picture, making: Making, identity: Identity) -> Signed:
    """Blocks. Raises `NotAPictureError` and c2pa's own errors; among them, where the certificate or what was written is not good:
    everything is read again before it is given out."""
    from c2pa import Builder, C2paSignerInfo, Context, Settings, Signer  # noqa: PLC0415 - see above

    making = _carried(making)
    has_own = manifest_store_of(picture) is not None
    label = f"urn:c2pa:{uuid4()}"
    said = {**manifest_of(making, version=VERSION, has_own=has_own), "label": label}
    asset, out = marked(picture, making, version=VERSION), BytesIO()
    info = C2paSignerInfo(identity.algorithm.encode(), identity.chain, identity.key, None)
    with (
        Signer.from_info(info) as signer,
        Context(Settings.from_dict(offline(identity.root))) as context,
        Builder(said, context) as builder,
    ):
        if has_own:
            _add(builder, own_ingredient(), picture)
        for number, one in enumerate(making.ingredients):
            if one.picture is not None:
                _add(builder, ingredient_of(one, number, is_input=has_own), one.picture)
        builder.sign(signer, asset.content_type, BytesIO(asset.data), out)
    return Signed(picture=Picture(out.getvalue(), asset.content_type), manifest=label, signed_by=identity.name)


def offline(root: bytes) -> dict[str, Any]:
    """c2pa's settings: it trusts this root (PEM) and asks nobody. As it comes, it fetches what a picture's XMP names [measured]."""
    return {
        "trust": {"user_anchors": root.decode()},
        "verify": {"verify_after_sign": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "core": {"allowed_network_hosts": []},
        "builder": {"thumbnail": {"enabled": False}},
    }


def _carried(making: Making) -> Making:
    """Ingredients that have gathered too many manifests are named without them: a line of edits does not grow without end."""
    return replace(making, ingredients=[_named(one) for one in making.ingredients])


def _named(ingredient: Ingredient) -> Ingredient:
    store = manifest_store_of(ingredient.picture) if ingredient.picture else None
    return replace(ingredient, picture=None) if store and len(store) > MOST_CARRIED else ingredient


def _add(builder: Any, ingredient: dict[str, str], picture: Picture) -> None:
    builder.add_ingredient(json.dumps(ingredient), picture.content_type, BytesIO(picture.data))


def _prove(identity: Identity) -> None:
    """Raises `ProviderMisconfigured` where c2pa does not sign a picture with it."""
    import c2pa  # noqa: PLC0415 - see above

    making = Making(source_type=SourceType.ALGORITHMIC_MEDIA, provider="local", model="proof", made_at=identity.begins)
    try:
        signed(Picture(_dot(), "image/png"), making, identity)
    except c2pa.C2paError as error:
        raise ProviderMisconfigured(NOBODY, detail=f"{identity.name}: {error}"[:300]) from error


def _dot() -> bytes:
    """A PNG of one grey pixel."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\x00\x80")),
        (b"IEND", b""),
    )
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    ]
    return PNG_SIGNATURE + b"".join(chunks)
