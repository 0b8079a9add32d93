"""Whoever puts Content Credentials into pictures. Nothing leaves without them."""

from typing import Protocol

from domain.images.picture import Picture
from domain.images.provenance import Making, Signed


class Signer(Protocol):
    """Both raise `ProviderMisconfigured` where no certificate is there that is good now: `detail` is for the operator."""

    async def check(self) -> None:
        """Could a picture be signed now? Asked before anybody is paid for one."""
        ...

    async def sign(self, picture: Picture, making: Making) -> Signed:
        """The same pixels, with XMP and a signed manifest: never twice the same bytes. A manifest that a provider left in the
        picture becomes an ingredient. Raises `ImageNotMade` for what is no whole picture.
        """
        ...
