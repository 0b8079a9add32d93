"""A configuration is checked as a whole, and its faults are said all at once."""

import pytest

from app.settings import Settings, SettingsError

GOOD = {
    "LIKENESS_SECRET": "s" * 32,
    "DATABASE_URL": "postgres://owner:pw@db.internal:5433/likeness?sslmode=require",
    "REDIS_URL": "redis://cache.internal:6379/0",
}


def test_roles_sign_in_with_passwords_derived_from_the_secret() -> None:
    settings = Settings.from_env(GOOD)

    assert settings.database.owner == "postgresql+asyncpg://owner:pw@db.internal:5433/likeness?ssl=require"
    assert settings.database.api.startswith("postgresql+asyncpg://likeness_api:")
    assert settings.database.worker.startswith("postgresql+asyncpg://likeness_worker:")
    assert settings.database.api.split(":")[2] != settings.database.worker.split(":")[2]


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env(
            {"DATABASE_URL": "mysql://x", "PORT": "99999", "LOCAL_FAULTS": "explode", "LOG_FORMAT": "xml"}
        )

    said = "\n".join(refusal.value.faults)
    for name in ("LIKENESS_SECRET", "DATABASE_URL", "REDIS_URL", "PORT", "LOCAL_FAULTS", "LOG_FORMAT"):
        assert name in said


def test_with_a_supabase_project_our_own_tokens_do_not_count() -> None:
    own, theirs = Settings.from_env(GOOD), Settings.from_env({**GOOD, "SUPABASE_URL": "https://abc.supabase.co/"})

    assert own.tokens.development
    assert not theirs.tokens.development
    assert theirs.tokens.issuer == "https://abc.supabase.co/auth/v1"
    assert theirs.tokens.jwks_url == "https://abc.supabase.co/auth/v1/.well-known/jwks.json"
    assert theirs.tokens.secret is None


@pytest.mark.parametrize("url", ["notaurl", "ftp://abc.supabase.co", "https://", "https://abc.supabase.co/auth/v1"])
def test_a_project_is_an_origin_and_its_secret_cannot_be_guessed(url: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env({**GOOD, "SUPABASE_URL": url, "SUPABASE_JWT_SECRET": "abcde"})

    assert [fault.split(" ")[0] for fault in refusal.value.faults] == ["SUPABASE_URL", "SUPABASE_JWT_SECRET"]


def test_secrets_of_different_purposes_differ() -> None:
    settings = Settings.from_env(GOOD)

    assert settings.derived_secret("files") != settings.derived_secret("quotes")


def test_strangers_see_the_schema_only_while_tokens_are_for_development() -> None:
    project = {**GOOD, "SUPABASE_URL": "https://abc.supabase.co"}
    own, theirs = Settings.from_env(GOOD).http, Settings.from_env(project).http

    assert (own.public_schema, own.graphiql) == (True, True)
    assert (theirs.public_schema, theirs.graphiql) == (False, False)
    shown = Settings.from_env({**project, "PUBLIC_SCHEMA": "on"}).http
    assert (shown.public_schema, shown.graphiql) == (True, True)
    page = Settings.from_env({**project, "GRAPHIQL": "on"}).http
    assert (page.public_schema, page.graphiql) == (False, True)
    hidden = Settings.from_env({**GOOD, "PUBLIC_SCHEMA": "off"}).http
    assert (hidden.public_schema, hidden.graphiql) == (False, False)


def test_a_switch_is_on_or_off() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env({**GOOD, "PUBLIC_SCHEMA": "yes", "GRAPHIQL": "On"})

    assert refusal.value.faults == [
        "PUBLIC_SCHEMA is 'on' or 'off', not 'yes'.",
        "GRAPHIQL is 'on' or 'off', not 'On'.",
    ]
