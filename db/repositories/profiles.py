"""Profiles: one row of each user, written whole."""

from collections.abc import Mapping
from typing import Any

from db.statements import Statement
from db.transaction import Transaction
from domain.ids import UserId
from domain.profiles.profile import Avatar, ContentPreferences, Profile, Tone
from domain.social.platforms import Platform

FIELDS = (
    "user_id",
    "display_name",
    "occupation",
    "saved_at",
    "topics",
    "tone",
    "preferences_at",
    "platforms",
    "platforms_at",
    "avatar_subject_id",
    "avatar_image_id",
    "avatar_reviewed_at",
)
COLUMNS = ", ".join(f"p.{name}" for name in FIELDS)
GET = Statement(f"SELECT {COLUMNS} FROM profiles p WHERE p.user_id = :user_id")  # noqa: S608 - our own field names
SAVE = Statement(
    f"INSERT INTO profiles ({', '.join(FIELDS)}) VALUES ({', '.join(':' + name for name in FIELDS)}) "  # noqa: S608
    f"ON CONFLICT (user_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in FIELDS[1:])}"
)


def profile_of(row: Mapping[str, Any]) -> Profile:
    """From a row with `COLUMNS`, its values by name."""
    avatar = (
        Avatar(
            subject_id=row["avatar_subject_id"], image_id=row["avatar_image_id"], reviewed_at=row["avatar_reviewed_at"]
        )
        if row["avatar_subject_id"]
        else None
    )
    return Profile(
        user_id=row["user_id"],
        display_name=row["display_name"],
        occupation=row["occupation"],
        saved_at=row["saved_at"],
        preferences=ContentPreferences(topics=tuple(row["topics"]), tone=Tone(row["tone"]) if row["tone"] else None),
        preferences_at=row["preferences_at"],
        platforms=tuple(Platform(name) for name in row["platforms"] if name in Platform.__members__),
        platforms_at=row["platforms_at"],
        avatar=avatar,
    )


class SqlProfiles:
    """See `domain.ports.profiles.Profiles`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, user_id: UserId) -> Profile:
        row = await self._transaction.row(GET, {"user_id": user_id})
        return profile_of(dict(row)) if row else Profile(user_id=user_id)

    async def save(self, profile: Profile) -> None:
        plain = ("user_id", "display_name", "occupation", "saved_at", "preferences_at", "platforms_at")
        avatar = profile.avatar
        said = {
            "topics": list(profile.preferences.topics),
            "tone": profile.preferences.tone,
            "platforms": list(profile.platforms),
            "avatar_subject_id": avatar and avatar.subject_id,
            "avatar_image_id": avatar and avatar.image_id,
            "avatar_reviewed_at": avatar and avatar.reviewed_at,
        }
        await self._transaction.run(SAVE, {**{name: getattr(profile, name) for name in plain}, **said})
