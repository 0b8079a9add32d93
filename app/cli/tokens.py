"""`likeness token`."""

from collections.abc import Mapping
from datetime import timedelta

from app.cli.errors import CommandError
from app.embedded import DataDir
from app.settings import Settings, data_dir_of
from app.wiring import utc_now
from providers.local.tokens import issue_token

NOT_ASKED = {"DATABASE_URL": "postgresql://not-asked/for", "REDIS_URL": "redis://not-asked"}
"""A token needs the secret and no server."""


def print_token(env: Mapping[str, str], user: str, *, is_admin: bool, life: timedelta) -> None:
    secret = env.get("LIKENESS_SECRET") or DataDir(data_dir_of(env)).app_secret().hex()
    settings = Settings.from_env({**NOT_ASKED, **env, "LIKENESS_SECRET": secret})
    if not settings.tokens.development or settings.tokens.secret is None:
        raise CommandError("SUPABASE_URL is set: tokens come from that project, and ours would not be accepted.")
    print(issue_token(user, secret=settings.tokens.secret, now=utc_now(), life=life, is_admin=is_admin))
