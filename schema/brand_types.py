"""A brand as clients see it."""

from datetime import datetime

import strawberry

from domain.brands.colors import BrandColor as ColorValue
from domain.brands.colors import BrandColorRole, Contrast, ContrastLevel, contrast_of
from domain.brands.fonts import drawn_with
from resolvers.loaders import BrandView
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.ids import Node, global_id


@strawberry.type(description="A colour of a brand.")
class BrandColor:
    hex: str = strawberry.field(description="`#rrggbb`, in small letters.")
    role: BrandColorRole = strawberry.field(description="What it is for.")

    @classmethod
    def of(cls, color: ColorValue) -> "BrandColor":
        return cls(hex=color.hex, role=color.role)


@strawberry.type(description="A font that a brand names.")
class BrandFont:
    name: str = strawberry.field(description="As it was named.")
    drawn_with: str = strawberry.field(
        description="The open font that stands for it wherever we set text ourselves: brands' own fonts are not here."
    )

    @classmethod
    def of(cls, name: str | None) -> "BrandFont | None":
        return None if name is None else cls(name=name, drawn_with=drawn_with(name))


@strawberry.type(description="Whether the TEXT colour can be read on the BACKGROUND colour (WCAG 2.2).")
class BrandContrast:
    ratio: float = strawberry.field(description="1 to 21, with two decimals.")
    level: ContrastLevel = strawberry.field(description="What it is good for.")

    @classmethod
    def of(cls, contrast: Contrast | None) -> "BrandContrast | None":
        return None if contrast is None else cls(ratio=contrast.ratio, level=contrast.level)


@strawberry.type(
    description="A brand's logo, as we drew it anew from the file that was sent. A PNG keeps what was transparent."
)
class BrandLogo:
    url: str = strawberry.field(description="Where it is, good for 5 to 10 minutes.")
    content_type: str = strawberry.field(description="`image/png`.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Likewise.")

    @classmethod
    def of(cls, view: BrandView) -> "BrandLogo | None":
        logo = view.brand.logo
        if logo is None or view.logo_url is None:
            return None
        return cls(url=view.logo_url, content_type=logo.content_type, width=logo.width, height=logo.height)


@strawberry.type(
    description="What your own graphics look and sound like. There is one; any part may be missing. Its words are shown to models where "
    "it is applied, and screened then."
)
class Brand(Node):
    colors: list[BrandColor] = strawberry.field(description="Up to 10; none is named twice.")
    heading_font: BrandFont | None = strawberry.field(description="For headlines; null where none is named.")
    body_font: BrandFont | None = strawberry.field(description="For everything else; null where none is named.")
    voice: str | None = strawberry.field(description="How it speaks; null where nothing is said.")
    audience: str | None = strawberry.field(description="Whom it speaks to; null where nothing is said.")
    logo: BrandLogo | None = strawberry.field(description="Null where there is none.")
    contrast: BrandContrast | None = strawberry.field(
        description="Of its text on its background; null while one of these two colours is missing."
    )
    is_reviewed: bool = strawberry.field(description="Whether its owner has said of the whole that it is right.")
    reviewed_at: datetime | None = strawberry.field(description="When they last did; null while they have not.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @classmethod
    def of(cls, view: BrandView) -> "Brand":
        brand = view.brand
        return cls(
            id=global_id("Brand", brand.user_id),
            colors=[BrandColor.of(color) for color in brand.colors],
            heading_font=BrandFont.of(brand.heading_font),
            body_font=BrandFont.of(brand.body_font),
            voice=brand.voice,
            audience=brand.audience,
            contrast=BrandContrast.of(contrast_of(brand.colors)),
            logo=BrandLogo.of(view),
            is_reviewed=brand.reviewed_at is not None,
            reviewed_at=brand.reviewed_at,
            created_at=brand.created_at,
            updated_at=brand.updated_at,
        )
