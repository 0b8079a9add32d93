"""The issuer of embedded mode: tokens of Supabase's shape, for development, tests and the demo."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

import jwt

from domain.ids import UserId

LOCAL_ISSUER = "https://likeness.local/auth/v1"
NAMES = UUID("6f0d7c5e-8b1a-4c57-9a43-0d6f2f1c9a11")


def user_id_of(name: str) -> UserId:
    """The same name is the same user, on every machine."""
    return UserId(uuid5(NAMES, name))


def issue_token(name: str, *, secret: bytes, now: datetime, life: timedelta, is_admin: bool = False) -> str:
    """HS256, as `providers.supabase.tokens` verifies it."""
    claims = {
        "sub": str(user_id_of(name)),
        "aud": "authenticated",
        "iss": LOCAL_ISSUER,
        "iat": int(now.timestamp()),
        "exp": int((now + life).timestamp()),
        "role": "authenticated",
        "email": f"{name}@example.com",
        "user_metadata": {"full_name": name.capitalize()},
        "app_metadata": {"role": "admin"} if is_admin else {},
    }
    return jwt.encode(claims, secret, algorithm="HS256")
