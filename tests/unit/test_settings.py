"""A configuration is checked as a whole, and its faults are said all at once."""

import pytest

from app.cli.doctor import _say_adult
from app.settings import Settings, SettingsError
from domain.models.model import Provider
from domain.safety.adult import AdultDeployment

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


ADULT = {
    "ADULT_CONTENT": "on",
    "ADULT_ACQUIRER_AGREED": "on",
    "ADULT_DETECTOR_URL": "https://detector.example.com/judge/",
    "ADULT_REGION_HEADER": "CF-IPCountry",
    "ADULT_REGIONS": "at, DE,",
}
RUNPOD = {"RUNPOD_API_KEY": "k", "RUNPOD_ENDPOINTS": "ep"}


def deployed(**env: str) -> AdultDeployment:
    settings = Settings.from_env({**GOOD, **env})
    return settings.adult.deployment(settings.providers)


def test_adult_content_is_not_set_up_unless_all_of_it_is() -> None:
    assert deployed() == AdultDeployment(providers=frozenset({Provider.LOCAL}))
    everything = deployed(**ADULT, **RUNPOD)
    assert everything == AdultDeployment(
        is_on=True,
        acquirer_agreed=True,
        has_second_detector=True,
        regions=frozenset({"AT", "DE"}),
        providers=frozenset({Provider.RUNPOD}),
    )
    assert everything.offer_behind.is_open is True
    settings = Settings.from_env({**GOOD, **ADULT})
    assert settings.adult.region_header == "cf-ipcountry"
    assert settings.adult.detector is not None
    assert settings.adult.detector.url == "https://detector.example.com/judge"
    assert settings.adult.missing(settings.providers) == []


@pytest.mark.parametrize("name", ADULT)
def test_each_variable_of_adult_content_that_lacks_closes_it(name: str) -> None:
    rest = {key: value for key, value in ADULT.items() if key != name}
    assert deployed(**rest, **RUNPOD).offer_behind.is_open is False
    assert deployed(**rest, **RUNPOD, **{name: ""}).offer_behind.is_open is False
    settings = Settings.from_env({**GOOD, **rest})
    assert [missing.removesuffix("=on") for missing in settings.adult.missing(settings.providers)] == [name]


@pytest.mark.parametrize("name", ["ADULT_CONTENT", "ADULT_ACQUIRER_AGREED"])
def test_an_off_is_off(name: str) -> None:
    assert deployed(**{**ADULT, name: "off"}, **RUNPOD).offer_behind.is_open is False


def test_adult_content_in_somebody_elses_storage_needs_a_bucket_of_its_own() -> None:
    storage = {"SUPABASE_STORAGE_URL": "https://abc.supabase.co", "SUPABASE_SERVICE_KEY": "k"}
    assert deployed(**ADULT, **storage).is_on is False
    assert deployed(**ADULT, **storage, SUPABASE_ADULT_BUCKET="apart").is_on is True
    without = Settings.from_env({**GOOD, **ADULT, **storage})
    assert without.adult.missing(without.providers) == ["SUPABASE_ADULT_BUCKET"]
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env({**GOOD, **storage, "SUPABASE_BUCKET": "one", "SUPABASE_ADULT_BUCKET": "one"})
    assert refusal.value.faults == ["SUPABASE_ADULT_BUCKET must be another bucket than SUPABASE_BUCKET."]


def test_what_adult_content_is_told_must_be_readable() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env(
            {**GOOD, "ADULT_CONTENT": "yes", "ADULT_ACQUIRER_AGREED": "2026-10-01", "ADULT_DETECTOR_URL": "detector"}
        )
    assert [fault.split(" ")[0] for fault in refusal.value.faults] == [
        "ADULT_CONTENT",
        "ADULT_ACQUIRER_AGREED",
        "ADULT_DETECTOR_URL",
    ]


@pytest.mark.parametrize(
    ("env", "is_half_open", "said"),
    [
        ({}, False, "  ok       adult content: off (ADULT_CONTENT)"),
        (
            {"ADULT_CONTENT": "on"},
            True,
            (
                "  missing  adult content: switched on and kept from everyone until there is ADULT_ACQUIRER_AGREED=on, "
                "ADULT_DETECTOR_URL, ADULT_REGION_HEADER, ADULT_REGIONS, a provider whose models allow it (RUNPOD_API_KEY)"
            ),
        ),
        (
            {**ADULT, **RUNPOD},
            False,
            "  warning  adult content: on for assured adults in AT, DE, by cf-ipcountry",
        ),
    ],
)
def test_the_doctor_says_what_adult_content_lacks(
    env: dict[str, str], is_half_open: bool, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _say_adult(Settings.from_env({**GOOD, **env})) is is_half_open
    assert capsys.readouterr().out.rstrip("\n") == said
