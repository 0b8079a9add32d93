"""What of a brand goes into a graphic, pinned with it: into the prompt, and into what we set on the picture ourselves."""

from dataclasses import dataclass

from domain.brands.brand import Brand
from domain.brands.colors import BrandColor, BrandColorRole
from domain.brands.fonts import BUNDLED, drawn_with

PLATES = (BrandColorRole.PRIMARY, BrandColorRole.SECONDARY, BrandColorRole.ACCENT, BrandColorRole.BACKGROUND)
INKS = (BrandColorRole.TEXT, BrandColorRole.BACKGROUND, BrandColorRole.SECONDARY, BrandColorRole.ACCENT)
"""The first one there is; of inks the first that can be read on the plate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedLogo:
    key: str
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedBrand:
    colors: tuple[BrandColor, ...]
    heading_font: str | None
    drawn_with: str
    """The bundled font that stands for it."""
    voice: str | None
    audience: str | None
    logo: AppliedLogo | None

    @property
    def plate(self) -> BrandColor | None:
        """That words stand on; None where the brand has no colours."""
        found = self._in_order(PLATES)
        return found[0] if found else None

    @property
    def inks(self) -> tuple[BrandColor, ...]:
        return tuple(color for color in self._in_order(INKS) if color != self.plate)

    @property
    def ground(self) -> BrandColor | None:
        """That the logo stands on, where it needs a ground."""
        return next((color for color in self.colors if color.role is BrandColorRole.BACKGROUND), None)

    def _in_order(self, roles: tuple[BrandColorRole, ...]) -> list[BrandColor]:
        wanted = [color for role in roles for color in self.colors if color.role is role]
        return [*wanted, *(color for color in self.colors if color not in wanted)]


def applied(brand: Brand | None) -> AppliedBrand | None:
    """None where nothing is saved."""
    if brand is None:
        return None
    logo = AppliedLogo(key=brand.logo.key, content_type=brand.logo.content_type) if brand.logo else None
    return AppliedBrand(
        colors=brand.colors,
        heading_font=brand.heading_font,
        drawn_with=drawn_with(brand.heading_font) if brand.heading_font else BUNDLED,
        voice=brand.voice,
        audience=brand.audience,
        logo=logo,
    )
