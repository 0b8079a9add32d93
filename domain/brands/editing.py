"""A brand is edited by hand, part by part."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import TypeVar

from domain.brands.brand import Brand, BrandLogo, BrandLook, words_or_none
from domain.brands.colors import BrandColor
from domain.ids import UserId
from domain.onboarding.service import notice
from domain.ports.unit_of_work import UnitOfWork
from domain.uploads.service import use_uploads
from domain.uploads.upload import TakenUpload
from domain.user_events import UserEventKind

T = TypeVar("T")


class Keep(Enum):
    """Stands for a part that an edit does not touch. None takes a part out."""

    KEEP = "KEEP"


KEEP = Keep.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandEdit:
    colors: tuple[BrandColor, ...] | Keep = KEEP
    heading_font: str | Keep | None = KEEP
    body_font: str | Keep | None = KEEP
    voice: str | Keep | None = KEEP
    audience: str | Keep | None = KEEP
    logo: TakenUpload | Keep | None = KEEP

    def of_look(self, look: BrandLook) -> BrandLook:
        """Raises `InvalidInput`."""
        return BrandLook(
            colors=_edited(self.colors, look.colors),
            heading_font=words_or_none(_edited(self.heading_font, look.heading_font)),
            body_font=words_or_none(_edited(self.body_font, look.body_font)),
            voice=words_or_none(_edited(self.voice, look.voice)),
            audience=words_or_none(_edited(self.audience, look.audience)),
        )


async def update_brand(uow: UnitOfWork, user_id: UserId, edit: BrandEdit, *, now: datetime) -> Brand:
    """Makes the brand where there is none. Whether it was reviewed stays as it was. Raises `InvalidInput`."""
    await uow.lock_user(user_id)
    old = await uow.brands.get(user_id) or empty_brand(user_id, now=now)
    logo = await logo_used(uow, user_id, edit.logo, old.logo, now=now)
    brand = replace(old, look=edit.of_look(old.look), logo=logo, updated_at=now)
    await uow.brands.save(brand)
    await uow.outbox.tell(user_id, UserEventKind.BRAND_CHANGED)
    await notice(uow, user_id, now=now)
    return brand


async def logo_used(
    uow: UnitOfWork, user_id: UserId, wish: TakenUpload | Keep | None, old: BrandLogo | None, *, now: datetime
) -> BrandLogo | None:
    """Its file stays from now on. Raises `UploadExpired`."""
    if not isinstance(wish, TakenUpload):
        return _edited(wish, old)
    await use_uploads(uow, user_id, [wish], field="logoUploadId", now=now)
    file = wish.file
    return BrandLogo(
        upload_id=wish.id, key=file.key, content_type=file.content_type, width=wish.width, height=wish.height
    )


async def delete_brand(uow: UnitOfWork, user_id: UserId, *, now: datetime) -> bool:
    """With its drafts: their rows say nothing any more, and what was sent for them is asked to be removed. False where there was no
    brand."""
    await uow.lock_user(user_id)
    await uow.brand_drafts.delete_all(user_id, now=now)
    is_gone = await uow.brands.delete(user_id, now=now)
    if is_gone:
        await uow.outbox.tell(user_id, UserEventKind.BRAND_CHANGED)
    return is_gone


def empty_brand(user_id: UserId, *, now: datetime) -> Brand:
    return Brand(user_id=user_id, look=BrandLook(), logo=None, reviewed_at=None, created_at=now, updated_at=now)


def _edited(wish: T | Keep, old: T) -> T:
    return old if isinstance(wish, Keep) else wish
