"""A brand is edited by hand, confirmed, and deleted."""

from typing import Annotated

import strawberry
from strawberry import UNSET
from strawberry.types import Info

from domain.brands.colors import BrandColor as ColorValue
from domain.brands.colors import BrandColorRole, hex_of
from domain.brands.editing import KEEP, BrandEdit, Keep
from domain.ids import BrandDraftId, UploadId
from resolvers import brands
from resolvers.context import Context
from resolvers.loaders import BrandView
from schema.brand_types import Brand
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS
from schema.permissions import SignedIn

LEFT_OUT = "Left out: it stays as it is. Null: it is taken out."
COLORS = (
    "All of them, in place of those that are there: up to 10, none twice, up to 6 with the role ACCENT and one of each other role. "
    f"{LEFT_OUT}"
)
FONT = f"A font's name, 1 to 60 characters. {LEFT_OUT}"
VOICE = f"How it speaks, 1 to 600 characters. {LEFT_OUT}"
AUDIENCE = f"Whom it speaks to, 1 to 600 characters. {LEFT_OUT}"
LOGO = (
    "An upload that was announced as LOGO, its file sent. Of a PNG or WebP, what is transparent stays so. The logo before it, and "
    f"its file, go. {LEFT_OUT}"
)
AFTERWARDS = "As it is now; null when it was refused, or is being deleted at this moment."


@strawberry.input(description="A colour of a brand.")
class BrandColorInput:
    hex: str = strawberry.field(description="`#rrggbb`; the `#` may be left out.")
    role: BrandColorRole = strawberry.field(description="What it is for.")


@strawberry.input(description="What `updateBrand` takes.")
class UpdateBrandInput:
    colors: list[BrandColorInput] | None = strawberry.field(default=UNSET, description=COLORS)
    heading_font: str | None = strawberry.field(default=UNSET, description=FONT)
    body_font: str | None = strawberry.field(default=UNSET, description=FONT)
    voice: str | None = strawberry.field(default=UNSET, description=VOICE)
    audience: str | None = strawberry.field(default=UNSET, description=AUDIENCE)
    logo_upload_id: strawberry.ID | None = strawberry.field(default=UNSET, description=LOGO)


@strawberry.input(description="What `confirmBrand` takes.")
class ConfirmBrandInput:
    draft_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The draft that was reviewed: its parts take the place of yours, and a part that it lacks stays. Null: the brand as it is.",
    )
    colors: list[BrandColorInput] | None = strawberry.field(default=UNSET, description=f"An edit on top. {COLORS}")
    heading_font: str | None = strawberry.field(default=UNSET, description=f"Likewise. {FONT}")
    body_font: str | None = strawberry.field(default=UNSET, description=f"Likewise. {FONT}")
    voice: str | None = strawberry.field(default=UNSET, description=f"Likewise. {VOICE}")
    audience: str | None = strawberry.field(default=UNSET, description=f"Likewise. {AUDIENCE}")
    logo_upload_id: strawberry.ID | None = strawberry.field(default=UNSET, description=LOGO)


@strawberry.type(description="What `updateBrand` answers.")
class UpdateBrandPayload:
    brand: Brand | None = strawberry.field(default=None, description=AFTERWARDS)
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `confirmBrand` answers.")
class ConfirmBrandPayload:
    brand: Brand | None = strawberry.field(default=None, description=AFTERWARDS)
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `deleteBrand` answers.")
class DeleteBrandPayload:
    deleted: bool = strawberry.field(default=False, description="Whether there was one.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def edit_of(wish: UpdateBrandInput | ConfirmBrandInput) -> BrandEdit:
    """Without the logo, which has to be looked at first. Raises `InvalidInput` for what is no colour."""
    return BrandEdit(
        colors=_colors(wish.colors),
        heading_font=_kept(wish.heading_font),
        body_font=_kept(wish.body_font),
        voice=_kept(wish.voice),
        audience=_kept(wish.audience),
        logo=None if wish.logo_upload_id is None else KEEP,
    )


def logo_of(wish: UpdateBrandInput | ConfirmBrandInput) -> UploadId | None:
    value = wish.logo_upload_id
    return UploadId(id_of(value, "Upload", field="logoUploadId")) if value else None


def _colors(colors: list[BrandColorInput] | None) -> tuple[ColorValue, ...] | Keep:
    if colors is UNSET:
        return KEEP
    return tuple(
        ColorValue(hex=hex_of(color.hex, field=f"colors.{index}.hex"), role=color.role)
        for index, color in enumerate(colors or [])
    )


def _kept(words: str | None) -> str | Keep | None:
    return KEEP if words is UNSET else words


def _dressed(view: BrandView | None) -> Brand | None:
    return Brand.of(view) if view else None


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
        view = await brands.update(info.context, edit_of(input), logo=logo_of(input))
        return UpdateBrandPayload(brand=_dressed(view))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Say that your brand is right: as it is, or as a draft found it, with edits on top. Free. A draft changes nothing before. A "
        "`ConflictError`: the draft is not ready, or there is nothing to confirm.",
    )
    @user_errors(ConfirmBrandPayload)
    async def confirm_brand(
        self,
        info: Info[Context, None],
        input: Annotated[ConfirmBrandInput, strawberry.argument(description="Which draft, and what to put right.")],
    ) -> ConfirmBrandPayload:
        draft_id = id_of(input.draft_id, "BrandDraft", field="draftId") if input.draft_id else None
        draft = BrandDraftId(draft_id) if draft_id else None
        view = await brands.confirm(info.context, draft, edit_of(input), logo=logo_of(input))
        return ConfirmBrandPayload(brand=_dressed(view))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Delete your brand and its drafts, their words and their files. It cannot be had back. Images that were made with it stay.",
    )
    @user_errors(DeleteBrandPayload)
    async def delete_brand(self, info: Info[Context, None]) -> DeleteBrandPayload:
        return DeleteBrandPayload(deleted=await brands.delete(info.context))
