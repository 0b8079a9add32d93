"""A persona's photos are analyzed by a worker: by an emulated OpenAI over the real SDK, and by ourselves wherever that does not do."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image

from app.settings import Settings
from app.worker import running_worker
from db.dispatch import Dispatch
from db.engine import Database
from domain.models.model import Provider
from domain.personas.concepts import CALM, SQUARE
from providers.local.tokens import user_id_of
from providers.openai.client import OpenAIClient
from providers.openai.words import OpenAILanguageModel
from tasks.words import LanguageModels
from tests.support.emulators.faults import Fault
from tests.support.emulators.openai import KEY, OpenAIEmulator
from tests.support.emulators.openai_words import Told
from tests.support.emulators.serving import Stand, served
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.photos import portrait
from tests.support.portraits import a_portrait, as_jpeg
from tests.support.sending import sent_files
from tests.support.studio import Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
ANALYZE, PERSONA, ADD = OPERATIONS["AnalyzePersona"], OPERATIONS["Persona"], OPERATIONS["AddPersonaPhotos"]
CONCEPTS = (
    "query ($id: ID!) { persona(id: $id) { analysis { concepts { by thumbnailIdeas socialIdeas potentialIssues } } } }"
)
SIGNED = {"purpose": "LIKENESS_TRAINING", "textVersion": "2026-11", "signature": "Ada Doe"}
KILLED = """
UPDATE persona_analyses SET status = 'RUNNING', attempt = 1, tries = 1, is_asking = true, lease_until = now() - interval '1 second',
                            sent_at = now() - interval '1 hour'
"""
"""As a worker leaves one that was killed with its question on the way."""
ASKED_OFTEN = """
INSERT INTO persona_analyses (id, user_id, persona_id, consent_id, photo_set, status, requested_at, sent_at, finished_at)
SELECT gen_random_uuid(), user_id, persona_id, consent_id, photo_set, 'CANCELLED', requested_at - interval '1 second', now(), now()
  FROM persona_analyses, generate_series(1, 19)
"""
STATES = "SELECT status, tries, is_asking FROM persona_analyses ORDER BY requested_at"
GOOD = {"score": 0.9, "note": "Even in all photos."}
VERDICT = {
    "facial_consistency": GOOD,
    "lighting": GOOD,
    "expression_variety": GOOD,
    "background_consistency": GOOD,
    "quality": "EXCELLENT",
    "consistency_score": 0.95,
    "ready_for_training": True,
    "feedback": "Sharp and evenly lit.",
    "suggestions": ["Add a three-quarter view."],
    "thumbnail_ideas": ["A surprised look beside a large number."],
    "social_ideas": ["A square portrait on blue."],
    "potential_issues": [],
}


@pytest.fixture(scope="module")
def stand() -> Iterator[tuple[Stand, str]]:
    stand = Stand()
    with served(stand) as url:
        yield stand, url


@pytest.fixture
async def seeing(stand: tuple[Stand, str]) -> AsyncIterator[tuple[OpenAIEmulator, LanguageModels]]:
    emulator = OpenAIEmulator(seconds=0.01)
    stand[0].app = emulator.app
    client = OpenAIClient(key=KEY, base_url=f"{stand[1]}/v1")
    makers = {Provider.OPENAI: lambda model: OpenAILanguageModel(client, model=model.endpoint)}
    yield emulator, LanguageModels(by_provider=makers)
    await client.close()


async def a_persona(studio: Studio, count: int = 5) -> tuple[str, str]:
    """Its consent's id and its own. The first photo is a real one, with a place in its EXIF."""
    consent: str = (await studio.ask(OPERATIONS["GiveConsent"], input=SIGNED))["consent"]["id"]
    made = await studio.ask(OPERATIONS["CreatePersona"], input={"name": "Ada", "consentId": consent})
    persona: str = made["persona"]["id"]
    file, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "the canary of a place"
    portrait("astronaut", side=600).save(file, "JPEG", exif=exif)
    drawn = [as_jpeg(a_portrait(seed, size=(600, 600))) for seed in range(count - 1)]
    await add(studio, persona, file.getvalue(), *drawn)
    return consent, persona


async def add(studio: Studio, persona: str, *files: bytes) -> None:
    uploads = await sent_files(studio, "PERSONA_PHOTO", *(("image/jpeg", data) for data in files))
    added = await studio.ask(ADD, input={"personaId": persona, "uploadIds": uploads})
    assert added["errors"] == []


async def analyzed(studio: Studio, persona: str) -> Json:
    """What is said of it once it was asked for and is done."""
    asked = await studio.ask(ANALYZE, input={"personaId": persona})
    assert asked["errors"] == []
    return await done(studio, persona)


async def done(studio: Studio, persona: str) -> Json:
    async def is_done() -> bool:
        return bool((await studio.ask(PERSONA, id=persona))["analysisStatus"] == "DONE")

    await until(is_done)
    found: Json = await studio.ask(PERSONA, id=persona)
    return found


async def test_without_a_key_a_set_is_measured_and_says_so(studio: Studio, owner: Owner, settings: Settings) -> None:
    consent, persona = await a_persona(studio, 4)
    refusal = await studio.refusal(ANALYZE, input={"personaId": persona})
    assert (refusal["__typename"], refusal["code"]) == ("ConflictError", "TOO_FEW_PHOTOS")
    await add(studio, persona, as_jpeg(a_portrait(7, size=(600, 600))))

    asked = await studio.ask(ANALYZE, input={"personaId": persona})
    assert asked["persona"]["analysis"] is None
    assert asked["persona"]["analysisStatus"] == "QUEUED"
    again = await studio.ask(ANALYZE, input={"personaId": persona})
    assert (again["errors"], await owner.value("SELECT count(*) FROM persona_analyses")) == ([], 1)
    waiting = await studio.ask(PERSONA, id=persona)
    assert (waiting["status"], waiting["nextStep"]["code"]) == ("ANALYZING", "WAIT")
    async with running_worker(settings):
        found = await done(studio, persona)

    said = found["analysis"]
    assert (said["analyzedBy"], said["localBecause"], said["isCurrent"]) == ("LOCAL", "NOT_CONFIGURED", True)
    assert next(one["aspect"] for one in said["aspects"]) == "FACIAL_CONSISTENCY"
    assert {one["code"] for one in said["advice"]} >= {"ADD_THREE_QUARTER_VIEWS", "ADD_PHOTOS"}
    assert {one["photo"]["id"] for one in said["references"]} == {one["id"] for one in found["photos"]}
    assert all(one["reasons"] for one in said["references"])
    assert found["nextStep"]["code"] == "MAKE_PORTRAITS"
    ideas = (await studio.ask(CONCEPTS, id=persona))["analysis"]["concepts"]
    assert (ideas["by"], "Pictures with a turned head may be less alike than others." in ideas["potentialIssues"]) == (
        "LOCAL",
        True,
    )
    assert (ideas["thumbnailIdeas"][-1], SQUARE in ideas["socialIdeas"]) == (CALM, True)

    await owner.run(ASKED_OFTEN)
    refusal = await studio.refusal(ANALYZE, input={"personaId": persona})
    assert (refusal["__typename"], refusal["code"]) == ("RateLimitedError", "RATE_LIMITED")

    withdrawn = await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": consent})
    assert withdrawn["receipt"]["photoCount"] == 5
    refusal = await studio.refusal(ANALYZE, input={"personaId": persona})
    assert refusal["__typename"] == "ConsentRequiredError"
    assert await owner.rows("SELECT DISTINCT status, result IS NULL FROM persona_analyses") == [("CANCELLED", True)]
    assert await owner.rows("SELECT operation, outcome, rule FROM safety_decisions ORDER BY number DESC LIMIT 1") == [
        ("analyzePersona", "REFUSED", "CONSENT_REQUIRED")
    ]
    assert (await studio.ask(PERSONA, id=persona))["status"] == "PENDING_UPLOAD"


async def test_whatever_becomes_of_the_question_the_set_is_analyzed(
    studio: Studio, owner: Owner, settings: Settings, seeing: tuple[OpenAIEmulator, LanguageModels]
) -> None:
    emulator, words = seeing
    _, persona = await a_persona(studio)
    async with running_worker(settings, words=words):
        emulator.told.append(Told.REFUSE)
        assert (await analyzed(studio, persona))["analysis"]["localBecause"] == "REFUSED"

        emulator.saying.append(json.dumps({**VERDICT, "feedback": "She looks about thirty years old."}))
        found = (await analyzed(studio, persona))["analysis"]
        assert (found["localBecause"], "thirty" in json.dumps(found)) == ("UNFIT_ANSWER", False)

        emulator.faults.plan("responses", Fault(after_accepting=True))
        assert (await analyzed(studio, persona))["analysis"]["localBecause"] == "OUTCOME_UNKNOWN"
        assert emulator.accepted == 3

        emulator.told.extend([Told.MISFIT, Told.GARBLED, Told.TRUNCATE])
        assert (await analyzed(studio, persona))["analysis"]["localBecause"] == "UNAVAILABLE"
        assert emulator.accepted == 6

        emulator.faults.plan("responses", Fault(status=429, headers={"retry-after": "1"}), Fault(status=500))
        emulator.saying.append(json.dumps(VERDICT))
        found = (await analyzed(studio, persona))["analysis"]
        assert (found["analyzedBy"], found["localBecause"], found["quality"]) == ("OPENAI", None, "EXCELLENT")
        assert (found["consistencyScore"], found["readyForTraining"]) == (0.95, True)
        assert (found["feedback"], found["suggestions"]) == (VERDICT["feedback"], VERDICT["suggestions"])
        asked = len(emulator.calls)

        assert (await analyzed(studio, persona))["analysis"] == found
        assert len(emulator.calls) == asked, "what OpenAI has judged stays the answer"
        _check_what_was_shown(emulator, studio)

    await add(studio, persona, as_jpeg(a_portrait(9, size=(600, 600))))
    changed = await studio.ask(PERSONA, id=persona)
    assert (changed["status"], changed["nextStep"]["code"]) == ("PENDING_UPLOAD", "ANALYZE")
    assert (changed["analysis"]["isCurrent"], changed["analysis"]["readyForTraining"]) == (False, False)
    assert {status for status, _, _ in await owner.rows(STATES)} == {"DONE"}


def _check_what_was_shown(emulator: OpenAIEmulator, studio: Studio) -> None:
    body: Json = dict(emulator.calls[-1].body)
    (message,) = body["input"]
    text, *shown = message["content"]
    pictures = [base64.b64decode(one["image_url"].removeprefix("data:image/jpeg;base64,")) for one in shown]
    assert text["text"] == "These are the 5 photos of the set, in their order."
    assert [Image.open(BytesIO(picture)).size for picture in pictures] == [(600, 600)] * 5
    assert not any(b"canary" in picture or b"Exif" in picture for picture in pictures)
    assert "ethnicity" in body["instructions"]
    assert (body["model"], body["store"], "temperature" in body) == ("gpt-6-luna", False, False)
    assert body["safety_identifier"] == sha256(str(user_id_of(studio.user)).encode()).hexdigest()


async def test_a_killed_workers_question_is_not_asked_again_and_a_withdrawn_consent_breaks_one_off(
    studio: Studio,
    owner: Owner,
    settings: Settings,
    worker_database: Database,
    seeing: tuple[OpenAIEmulator, LanguageModels],
) -> None:
    emulator, words = seeing
    consent, persona = await a_persona(studio)
    await studio.ask(ANALYZE, input={"personaId": persona})
    await owner.run("DELETE FROM outbox WHERE topic = 'personas.analyze'")
    await owner.run(KILLED)
    assert await Dispatch(worker_database).resend_analyses(patience=settings.worker.lease) == 1
    async with running_worker(settings, words=words):
        found = await done(studio, persona)
        assert (found["analysis"]["analyzedBy"], found["analysis"]["localBecause"]) == ("LOCAL", "OUTCOME_UNKNOWN")
        assert (emulator.calls, await owner.rows(STATES)) == ([], [("DONE", 2, False)])

        emulator.seconds = 3
        await studio.ask(ANALYZE, input={"personaId": persona})

        async def is_asking() -> bool:
            return emulator.accepted == 1

        await until(is_asking)
        await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": consent})
        assert {status for status, _, _ in await owner.rows(STATES)} == {"CANCELLED"}
    assert await owner.value("SELECT count(*) FROM persona_analyses WHERE result IS NOT NULL") == 0
    assert (await studio.ask(PERSONA, id=persona))["analysis"] is None
    assert emulator.accepted == 1


async def test_every_mutation_that_lacks_a_consent_is_on_record(studio: Studio, owner: Owner) -> None:
    file = {"fileName": "a.jpg", "contentType": "image/jpeg", "sizeBytes": 9}
    request = {"purpose": "PERSONA_PHOTO", "files": [file]}
    for _ in range(2):
        refusal = await studio.refusal(OPERATIONS["RequestUploads"], input=request)
        assert refusal["code"] == "CONSENT_REQUIRED"
    assert (
        await owner.rows("SELECT operation, outcome, rule, policy, judge FROM safety_decisions ORDER BY number")
        == [("requestUploads", "REFUSED", "CONSENT_REQUIRED", "consent/LIKENESS_TRAINING", "the consent record")] * 2
    )
