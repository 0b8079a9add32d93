"""Brands: one row for each user, which is emptied when its brand is deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from db.codec import json_text
from db.repositories.files import ASK
from db.statements import Statement
from db.transaction import Transaction
from domain.brands.brand import Brand, BrandLogo, BrandLook
from domain.brands.colors import BrandColor
from domain.ids import UserId

COLORS: TypeAdapter[tuple[BrandColor, ...]] = TypeAdapter(tuple[BrandColor, ...])

WORDS = ("heading_font", "body_font", "voice", "audience")
TIMES = ("reviewed_at", "created_at", "updated_at")

BY_USERS = f"""
SELECT b.user_id, {", ".join(f"b.{name}" for name in (*WORDS, *TIMES))}, CAST(b.colors AS text) AS colors,
       b.logo_upload_id, u.storage_key, u.content_type, u.width, u.height
  FROM brands b LEFT JOIN uploads u ON u.id = b.logo_upload_id
 WHERE b.user_id = ANY(:ids) AND b.deleted_at IS NULL
"""  # noqa: S608 - our own field names
GET = Statement(BY_USERS)

# Whoever lets a logo go lets its file go too, unless another upload was drawn to the same one.
FORGET_LOGO = f"""
forgotten AS (
  UPDATE uploads u SET status = 'EXPIRED', used_at = NULL, storage_key = NULL, ended_at = coalesce(ended_at, now())
    FROM old WHERE u.id = old.logo_upload_id
  RETURNING old.storage_key
), unshared AS (
  SELECT f.storage_key AS key FROM forgotten f
   WHERE NOT EXISTS (SELECT FROM uploads o WHERE o.user_id = :user_id AND o.storage_key = f.storage_key
                        AND o.id NOT IN (SELECT logo_upload_id FROM old))
)
{ASK}
"""  # noqa: S608 - likewise
OLD = "SELECT b.logo_upload_id, u.storage_key FROM brands b JOIN uploads u ON u.id = b.logo_upload_id WHERE b.user_id = :user_id"
SAVE = Statement(f"""
WITH old AS ({OLD} AND b.logo_upload_id IS DISTINCT FROM CAST(:logo_upload_id AS uuid)), saved AS (
  INSERT INTO brands (user_id, colors, heading_font, body_font, voice, audience, logo_upload_id, reviewed_at, created_at, updated_at)
  VALUES (:user_id, CAST(:colors AS jsonb), :heading_font, :body_font, :voice, :audience, CAST(:logo_upload_id AS uuid), :reviewed_at,
          :created_at, :updated_at)
  ON CONFLICT (user_id) DO UPDATE SET
    colors = excluded.colors, heading_font = excluded.heading_font, body_font = excluded.body_font, voice = excluded.voice,
    audience = excluded.audience, logo_upload_id = excluded.logo_upload_id, reviewed_at = excluded.reviewed_at,
    created_at = excluded.created_at, updated_at = excluded.updated_at, deleted_at = NULL
), {FORGET_LOGO}
""")  # noqa: S608
DELETE = Statement("""
UPDATE brands SET colors = '[]', heading_font = NULL, body_font = NULL, voice = NULL, audience = NULL, logo_upload_id = NULL,
                  reviewed_at = NULL, updated_at = :now, deleted_at = :now
 WHERE user_id = :user_id AND deleted_at IS NULL
RETURNING user_id
""")
LET_LOGO_GO = Statement(f"WITH old AS ({OLD}), {FORGET_LOGO}")


def brand_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Brand:
    """From a row of `BY_USERS`, or its values by name."""
    values: Mapping[str, Any] = dict(row._mapping if isinstance(row, Row) else row)
    look = BrandLook(colors=COLORS.validate_json(values["colors"]), **{name: values[name] for name in WORDS})
    times = {name: values[name] for name in TIMES}
    return Brand(user_id=values["user_id"], look=look, logo=_logo_of(values), **times)


def _logo_of(values: Mapping[str, Any]) -> BrandLogo | None:
    if values["storage_key"] is None:
        return None
    told = {name: values[name] for name in ("content_type", "width", "height")}
    return BrandLogo(upload_id=values["logo_upload_id"], key=values["storage_key"], **told)


class SqlBrands:
    """See `domain.ports.brands.Brands`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, user_id: UserId) -> Brand | None:
        row = await self._transaction.row(GET, {"ids": [user_id]})
        return None if row is None else brand_of(dict(row))

    async def save(self, brand: Brand) -> None:
        values = {name: getattr(brand.look, name) for name in WORDS} | {name: getattr(brand, name) for name in TIMES}
        logo = brand.logo.upload_id if brand.logo else None
        told = {"user_id": brand.user_id, "colors": json_text(brand.colors), "logo_upload_id": logo}
        await self._transaction.run(SAVE, {**told, **values})

    async def delete(self, user_id: UserId, *, now: datetime) -> bool:
        await self._transaction.run(LET_LOGO_GO, {"user_id": user_id})
        return await self._transaction.row(DELETE, {"user_id": user_id, "now": now}) is not None
