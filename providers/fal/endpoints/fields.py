"""Shapes that several of fal's endpoints share, and what of a request is sent in another form than it came in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict

from domain.errors import ProviderRequestInvalid
from domain.ports.image_provider import LoraUse
from providers.fal.errors import NOT_UNDERSTOOD

Format = Literal["jpeg", "png"]
FORMAT: Format = "jpeg"
"""A tenth of a PNG's bytes to fetch; most pictures are brought to another size and encoded anew anyway."""


class ImageSize(TypedDict):
    width: int
    height: int


class Lora(TypedDict):
    path: str
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """`width` and `height` are what the model can make that is nearest to the wish: pixels, or a proportion."""

    width: int
    height: int
    pictures: tuple[str, ...] = ()
    """As data URIs: nothing is uploaded, so nothing lies at fal afterwards."""
    mask: str | None = None

    @property
    def size(self) -> ImageSize:
        return ImageSize(width=self.width, height=self.height)

    @property
    def ratio(self) -> str:
        return f"{self.width}:{self.height}"

    @property
    def picture(self) -> str:
        """Raises `ProviderRequestInvalid` where there is none."""
        if not self.pictures:
            raise incomplete("no picture")
        return self.pictures[0]

    @property
    def masking(self) -> str:
        """Raises `ProviderRequestInvalid` where there is none."""
        if self.mask is None:
            raise incomplete("no mask")
        return self.mask


def loras(used: Iterable[LoraUse]) -> list[Lora]:
    """Raises `ProviderRequestInvalid` for weights that have no address fal could fetch them from."""
    return [Lora(path=_address(lora), scale=lora.scale) for lora in used]


def _address(lora: LoraUse) -> str:
    if lora.url is None:
        raise incomplete("a LoRA without an address")
    return lora.url


def incomplete(what: str) -> ProviderRequestInvalid:
    return ProviderRequestInvalid(NOT_UNDERSTOOD, detail=f"not asked: {what}")
