"""What makes one image of a job a platform's graphic: pinned with the job, so that it is made, retried and made again alike."""

from dataclasses import dataclass

from domain.errors import InvalidInput
from domain.ids import ImageId
from domain.presets.formats import AspectRatio
from domain.social.branding import AppliedBrand
from domain.social.platforms import PLATFORMS, VERSION, Margins, Platform

LONGEST_TEXT = 80
"""Characters: what can be read on a picture that passes in a feed."""
LONGEST_DESCRIPTION = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a graphic is made from, and why. `image_id` is None where only photos are shown."""

    image_id: ImageId | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graphic:
    """`text` is set on the finished picture by ourselves, inside of `margins`."""

    platform: Platform
    registry_version: int
    shape: AspectRatio
    width: int
    height: int
    margins: Margins
    most_bytes: int
    text: str | None
    reference: Reference
    brand: AppliedBrand | None = None


def graphic_for(platform: Platform, *, text: str | None, reference: Reference, brand: AppliedBrand | None) -> Graphic:
    its = PLATFORMS[platform]
    return Graphic(
        platform=platform,
        registry_version=VERSION,
        shape=its.shape,
        width=its.width,
        height=its.height,
        margins=its.margins,
        most_bytes=its.most_bytes,
        text=text,
        reference=reference,
        brand=brand,
    )


def check_description(text: str) -> None:
    if not text.strip():
        raise InvalidInput("Say in words what the graphics are about.", field="description")
    if len(text) > LONGEST_DESCRIPTION:
        raise InvalidInput(f"A description has at most {LONGEST_DESCRIPTION} characters.", field="description")


def check_text(text: str | None) -> None:
    if text is not None and not 1 <= len(text.strip()) <= LONGEST_TEXT:
        raise InvalidInput(f"A text on a graphic has 1 to {LONGEST_TEXT} characters.", field="textOverlay")


def check_platforms(platforms: tuple[Platform, ...]) -> None:
    if not platforms or len(set(platforms)) < len(platforms):
        raise InvalidInput("Name one platform or several, each of them once.", field="platforms")
