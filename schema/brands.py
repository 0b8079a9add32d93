"""A brand is edited by hand, and deleted."""

from typing import Annotated

import strawberry
from strawberry import UNSET
from strawberry.types import Info

from domain.brands.colors import BrandColor as ColorValue
from domain.brands.colors import BrandColorRole, hex_of
from domain.brands.editing import KEEP, BrandEdit, Keep
from resolvers import brands
from resolvers.context import Context
from schema.brand_types import Brand
from schema.errors import UserError, user_errors
from schema.job_words import ERRORS
from schema.permissions import SignedIn

LEFT_OUT = "Left out: it stays as it is. Null: it is taken out."


@strawberry.input(description="A colour of a brand.")
class BrandColorInput:
    hex: str = strawberry.field(description="`#rrggbb`; the `#` may be left out.")
    role: BrandColorRole = strawberry.field(description="What it is for.")


@strawberry.input(description="What `updateBrand` takes.")
class UpdateBrandInput:
    colors: list[BrandColorInput] | None = strawberry.field(
        default=UNSET,
        description="All of them, in place of those that are there: up to 10, none twice, up to 6 with the role ACCENT and one of each "
        f"other role. {LEFT_OUT}",
    )
    heading_font: str | None = strawberry.field(
        default=UNSET, description=f"A font's name, 1 to 60 characters. {LEFT_OUT}"
    )
    body_font: str | None = strawberry.field(default=UNSET, description=f"Likewise. {LEFT_OUT}")
    voice: str | None = strawberry.field(default=UNSET, description=f"How it speaks, 1 to 600 characters. {LEFT_OUT}")
    audience: str | None = strawberry.field(
        default=UNSET, description=f"Whom it speaks to, 1 to 600 characters. {LEFT_OUT}"
    )

    def to_edit(self) -> BrandEdit:
        return BrandEdit(
            colors=colors_of(self.colors),
            heading_font=_kept(self.heading_font),
            body_font=_kept(self.body_font),
            voice=_kept(self.voice),
            audience=_kept(self.audience),
        )


@strawberry.type(description="What `updateBrand` answers.")
class UpdateBrandPayload:
    brand: Brand | None = strawberry.field(
        default=None, description="As it is now; null when it was refused, or is being deleted at this moment."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `deleteBrand` answers.")
class DeleteBrandPayload:
    deleted: bool = strawberry.field(default=False, description="Whether there was one.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def colors_of(colors: list[BrandColorInput] | None) -> tuple[ColorValue, ...] | Keep:
    """Raises `InvalidInput` for what is no colour."""
    if colors is UNSET:
        return KEEP
    return tuple(
        ColorValue(hex=hex_of(color.hex, field=f"colors.{index}.hex"), role=color.role)
        for index, color in enumerate(colors or [])
    )


def _kept(words: str | None) -> str | Keep | None:
    return KEEP if words is UNSET else words


@strawberry.type
class BrandMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Edit any part of your brand by hand; where there is none, this begins it. Free. A second call changes nothing. Whether it "
        "counts as reviewed stays as it is. A `ValidationError` says which part is wrong.",
    )
    @user_errors(UpdateBrandPayload)
    async def update_brand(
        self,
        info: Info[Context, None],
        input: Annotated[UpdateBrandInput, strawberry.argument(description="Which parts, and how they are to be.")],
    ) -> UpdateBrandPayload:
        view = await brands.update(info.context, input.to_edit())
        return UpdateBrandPayload(brand=Brand.of(view) if view else None)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Delete your brand, its words and its files. It cannot be had back. Images that were made with it stay.",
    )
    @user_errors(DeleteBrandPayload)
    async def delete_brand(self, info: Info[Context, None]) -> DeleteBrandPayload:
        return DeleteBrandPayload(deleted=await brands.delete(info.context))
