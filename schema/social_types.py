"""Platforms, and what an image is as a graphic for one."""

import strawberry

from domain.social.branding import AppliedBrand
from domain.social.graphic import Graphic
from domain.social.platforms import PLATFORMS, VERSION, Margins, Platform
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.brand_types import BrandColor, BrandFont


@strawberry.type(description="Where words and logo may stand on a graphic: pixels from its upper left corner.")
class SafeArea:
    left: int = strawberry.field(description="Pixels.")
    top: int = strawberry.field(description="Pixels.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")

    @classmethod
    def of(cls, margins: Margins, width: int, height: int) -> "SafeArea":
        return cls(
            left=margins.left,
            top=margins.top,
            width=width - margins.left - margins.right,
            height=height - margins.top - margins.bottom,
        )


@strawberry.type(
    description="A platform that graphics are made for, and what it takes. Nothing is ever published from here."
)
class SocialPlatformInfo:
    key: Platform = strawberry.field(description="What inputs take.")
    label: str = strawberry.field(description="For people.")
    note: str = strawberry.field(description="For people: what becomes of the picture there.")
    width: int = strawberry.field(description="Pixels: exactly so many.")
    height: int = strawberry.field(description="Pixels: exactly so many.")
    safe_area: SafeArea = strawberry.field(
        description="What the platform neither cuts off nor covers. Words and logo are kept inside of it."
    )
    max_bytes: int = strawberry.field(description="The file has at most so many, its Content Credentials included.")
    content_type: str = strawberry.field(description="MIME type of the file.")
    sample_styles: list[str] = strawberry.field(
        description="Styles of portraits and samples (`ImageAsset.style`) that suit it, the best first."
    )
    version: int = strawberry.field(
        description="Of this table. What an image was made with is `SocialGraphic.registryVersion`."
    )


def social_platforms() -> list[SocialPlatformInfo]:
    return [
        SocialPlatformInfo(
            key=key,
            label=its.label,
            note=its.note,
            width=its.width,
            height=its.height,
            safe_area=SafeArea.of(its.margins, its.width, its.height),
            max_bytes=its.most_bytes,
            content_type=its.content_type,
            sample_styles=list(its.styles),
            version=VERSION,
        )
        for key, its in PLATFORMS.items()
    ]


@strawberry.type(
    description="What of a brand was applied to a graphic, as it was then: later changes of the brand change nothing."
)
class GraphicBrand:
    colors: list[BrandColor] = strawberry.field(description="That the model was told of.")
    plate_color: str | None = strawberry.field(
        description="Under the words: `#rrggbb`. They are in the first of its other colours that can be read on it (a contrast of 4.5), "
        "else white or black. Null for a brand without colours."
    )
    heading_font: BrandFont | None = strawberry.field(description="That the words stand for; null where none is named.")
    voice: str | None = strawberry.field(description="That the model was told of; null where nothing is said.")
    audience: str | None = strawberry.field(description="That the model was told of; null where nothing is said.")
    has_logo: bool = strawberry.field(description="Whether its logo is on it.")

    @classmethod
    def of(cls, brand: AppliedBrand) -> "GraphicBrand":
        return cls(
            colors=[BrandColor.of(color) for color in brand.colors],
            plate_color=brand.plate.hex if brand.plate else None,
            heading_font=BrandFont.of(brand.heading_font),
            voice=brand.voice,
            audience=brand.audience,
            has_logo=brand.logo is not None,
        )


@strawberry.type(
    description="What an image is as a platform's graphic, as it was accepted: later changes of the table change nothing."
)
class SocialGraphic:
    platform: Platform = strawberry.field(description="What it is for.")
    registry_version: int = strawberry.field(
        description="Of the table of platforms that its size, limit and safe area are from."
    )
    text_overlay: str | None = strawberry.field(description="The words on it; null for none.")
    safe_area: SafeArea = strawberry.field(description="Where its words and logo stand.")
    max_bytes: int = strawberry.field(description="The file has no more.")
    reference_reason: str = strawberry.field(
        description=(
            "What it was made from, and why. The picture is the first of `ImageAsset.references`, where there is one. The offline "
            "composition of a persona (provider `local`) works from the photos alone."
        )
    )
    brand: GraphicBrand | None = strawberry.field(description="The brand that was applied; null for none.")

    @classmethod
    def of(cls, graphic: Graphic) -> "SocialGraphic":
        return cls(
            platform=graphic.platform,
            registry_version=graphic.registry_version,
            text_overlay=graphic.text,
            safe_area=SafeArea.of(graphic.margins, graphic.width, graphic.height),
            max_bytes=graphic.most_bytes,
            reference_reason=graphic.reference.reason,
            brand=GraphicBrand.of(graphic.brand) if graphic.brand else None,
        )
