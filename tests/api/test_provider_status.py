"""How providers are, told to administrators alone, from what calls brought."""

from datetime import timedelta

from app.settings import Settings
from app.wiring import utc_now
from db.engine import Database
from db.provider_health import SqlHealth
from domain.calls.breaker import Breaker, OpenedBy
from domain.calls.health import ProviderHealth
from domain.errors import ProviderMisconfigured
from domain.models.model import Provider
from tests.support.studio import Json, Studio

STATUS = """{ providerStatus {
  provider isConfigured isJudge isReachable latencyMs lastOkAt lastError { code message at } breaker { cause until }
  models { key abilities licence licenceNote endsOn replacedBy } } }"""


async def status(studio: Studio) -> dict[str, Json]:
    studio.is_admin = True
    return {found["provider"]: found for found in await studio.ask(STATUS)}


async def test_it_is_for_administrators(studio: Studio) -> None:
    message, extensions = await studio.failure(STATUS)
    assert (extensions["code"], "admin role" in message) == ("NOT_ALLOWED", True)
    answer = await studio.post(STATUS, token="")
    assert answer["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"


async def test_before_the_first_call_nothing_is_known_but_what_is_configured(studio: Studio) -> None:
    found = await status(studio)

    assert list(found) == ["LOCAL", "FAL", "OPENAI", "RUNPOD", "SUPABASE"]
    assert [name for name, one in found.items() if one["isConfigured"]] == ["LOCAL"]
    assert [name for name, one in found.items() if one["isJudge"]] == []
    assert {(one["isReachable"], one["latencyMs"], one["lastError"] is None) for one in found.values()} == {
        (None, None, True)
    }
    ending = {model["key"]: model for model in found["OPENAI"]["models"] if model["endsOn"]}
    assert ending["openai/gpt-image-1.5"]["endsOn"] == "2026-12-01"
    assert ending["openai/gpt-image-1.5"]["replacedBy"] == "openai/gpt-image-2.6-flare"


async def test_what_workers_learn_is_told_and_the_newer_word_counts(
    studio: Studio, settings: Settings, worker_database: Database
) -> None:
    store, now = SqlHealth(worker_database), utc_now()
    bad_key = Breaker().after_error(ProviderMisconfigured("The key is not valid."), now)
    await store.exchange(
        [
            ProviderHealth(provider=Provider.OPENAI, last_ok_at=now, latency_ms=812),
            ProviderHealth(
                provider=Provider.FAL,
                breaker=bad_key,
                last_ok_at=now - timedelta(minutes=1),
                latency_ms=95,
                last_error_at=now,
                last_error_code="PROVIDER_MISCONFIGURED",
                last_error="The key is not valid. (401)",
            ),
        ]
    )

    found = await status(studio)
    openai, fal = found["OPENAI"], found["FAL"]
    assert (openai["isReachable"], openai["latencyMs"], openai["breaker"]) == (True, 812, None)
    assert (fal["isReachable"], fal["latencyMs"]) == (False, 95)
    assert fal["lastError"]["message"] == "The key is not valid. (401)"
    assert fal["breaker"]["cause"] == OpenedBy.OPERATOR

    older = ProviderHealth(provider=Provider.FAL, last_ok_at=now - timedelta(seconds=5), latency_ms=7)
    await store.exchange([older])
    assert (await status(studio))["FAL"]["breaker"]["cause"] == OpenedBy.OPERATOR

    newer = ProviderHealth(provider=Provider.FAL, last_ok_at=now + timedelta(seconds=5), latency_ms=8)
    (told,) = [health for health in await store.exchange([newer]) if health.provider is Provider.FAL]
    assert told.breaker == Breaker()
    fal = (await status(studio))["FAL"]
    assert (fal["isReachable"], fal["latencyMs"], fal["breaker"]) == (True, 8, None)
