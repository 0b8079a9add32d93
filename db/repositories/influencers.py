"""Influencers: a subject and its description, two rows that are always written together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from db.repositories.drawn_with import LORA_COLUMNS, drawn_with, join_lora
from db.statements import Statement
from db.transaction import Transaction
from domain.errors import NotFound
from domain.ids import ImageId, SubjectId
from domain.influencers.appearance import Appearance, Gender, Style
from domain.influencers.influencer import Influencer
from domain.presets.catalogue import Outfit
from domain.presets.models import BaseModel

ADD = Statement("""
WITH subject AS (
  INSERT INTO subjects (id, user_id, type, name, created_at) VALUES (:id, :user_id, 'INFLUENCER', :name, :created_at)
)
INSERT INTO influencers (subject_id, user_id, style, gender, age, ethnicity, hair_color, hair_style, eye_color, body_type,
                         default_outfit, nsfw_enabled, base_model, identity_seed, training_enabled, auto_start)
VALUES (:id, :user_id, :style, :gender, :age, :ethnicity, :hair_color, :hair_style, :eye_color, :body_type,
        :default_outfit, :nsfw_enabled, :base_model, :identity_seed, :training_enabled, :auto_start)
""")

COLUMNS = f"""
  s.id, s.user_id, s.name, s.created_at, i.style, i.gender, i.age, i.ethnicity, i.hair_color, i.hair_style, i.eye_color, i.body_type,
  i.default_outfit, i.nsfw_enabled, i.base_model, i.base_image_id, i.identity_seed, i.training_enabled, i.auto_start,
  {LORA_COLUMNS}
"""
SAME_FACE = "(m.base_image_id IS NULL OR m.base_image_id = i.base_image_id)"
FROM = f"""
FROM influencers i JOIN subjects s ON s.id = i.subject_id {join_lora(where=SAME_FACE)}
"""

PRESENT = "i.deleted_at IS NULL"

GET = Statement(f"SELECT {COLUMNS} {FROM} WHERE i.subject_id = :id AND {PRESENT}")

CHOOSE = Statement(
    "UPDATE influencers SET base_image_id = :image_id, identity_seed = :identity_seed WHERE subject_id = :id"
)
DELETE = Statement("""
WITH subject AS (
  UPDATE subjects SET name = 'Deleted' WHERE id = :id
)
UPDATE influencers SET base_image_id = NULL, deleted_at = :now WHERE subject_id = :id
""")


def influencer_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Influencer:
    """From a row with `COLUMNS`, or its values by name."""
    values: Mapping[str, Any] = dict(row._mapping if isinstance(row, Row) else row)
    return Influencer(
        id=values["id"],
        user_id=values["user_id"],
        name=values["name"],
        appearance=Appearance(
            style=Style(values["style"]),
            gender=Gender(values["gender"]),
            age=values["age"],
            ethnicity=values["ethnicity"],
            hair_color=values["hair_color"],
            hair_style=values["hair_style"],
            eye_color=values["eye_color"],
            body_type=values["body_type"],
        ),
        default_outfit=Outfit(values["default_outfit"]),
        nsfw_enabled=values["nsfw_enabled"],
        base_model=BaseModel(values["base_model"]),
        base_image_id=values["base_image_id"],
        identity_seed=values["identity_seed"],
        training_enabled=values["training_enabled"],
        auto_start=values["auto_start"],
        created_at=values["created_at"],
        **drawn_with(values),
    )


class SqlInfluencers:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, influencer: Influencer) -> None:
        look = influencer.appearance
        await self._transaction.run(
            ADD,
            {
                "id": influencer.id,
                "user_id": influencer.user_id,
                "name": influencer.name,
                "created_at": influencer.created_at,
                "style": look.style,
                "gender": look.gender,
                "age": look.age,
                "ethnicity": look.ethnicity,
                "hair_color": look.hair_color,
                "hair_style": look.hair_style,
                "eye_color": look.eye_color,
                "body_type": look.body_type,
                "default_outfit": influencer.default_outfit,
                "nsfw_enabled": influencer.nsfw_enabled,
                "base_model": influencer.base_model,
                "identity_seed": influencer.identity_seed,
                "training_enabled": influencer.training_enabled,
                "auto_start": influencer.auto_start,
            },
        )

    async def get(self, subject_id: SubjectId) -> Influencer:
        found = await self.find(subject_id)
        if found is None:
            raise NotFound("There is no such influencer.")
        return found

    async def find(self, subject_id: SubjectId) -> Influencer | None:
        row = await self._transaction.row(GET, {"id": subject_id})
        return influencer_of(dict(row)) if row else None

    async def delete(self, subject_id: SubjectId, *, now: datetime) -> None:
        await self._transaction.run(DELETE, {"id": subject_id, "now": now})

    async def choose_base_image(self, subject_id: SubjectId, image_id: ImageId, identity_seed: int) -> None:
        await self._transaction.run(CHOOSE, {"id": subject_id, "image_id": image_id, "identity_seed": identity_seed})
