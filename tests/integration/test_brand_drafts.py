"""Brands are read by a worker: by an emulated OpenAI over the real SDK, and by our own rules wherever that does not do."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from io import BytesIO

import pytest
from PIL import Image

from app.settings import Settings
from app.worker import running_worker
from db.dispatch import Dispatch
from db.engine import Database
from domain.models.model import Provider
from providers.openai.client import OpenAIClient
from providers.openai.words import OpenAILanguageModel
from tasks.words import LanguageModels
from tests.support.brand_pdf import WORDS, a_logo, brand_pdf, brand_picture
from tests.support.emulators.faults import Fault
from tests.support.emulators.openai import KEY, OpenAIEmulator
from tests.support.emulators.openai_words import Told
from tests.support.emulators.serving import Stand, served
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.sending import png, sent_files
from tests.support.studio import Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
READ, ANSWER, CONFIRM = OPERATIONS["ReadBrand"], OPERATIONS["AnswerBrandQuestions"], OPERATIONS["ConfirmBrand"]
DRAFT, BRAND = OPERATIONS["BrandDraft"], OPERATIONS["Brand"]
ANSWERS = variables_of("AnswerBrandQuestions")["input"]
KILLED = """
UPDATE brand_drafts SET status = 'RUNNING', attempt = 1, tries = 1, is_asking = true, lease_until = now() - interval '1 second',
                        sent_at = now() - interval '1 hour'
"""
"""As a worker leaves one that was killed with its question on the way."""
VERDICT = {
    "colors": [
        {"hex": "#0c3c39", "role": "PRIMARY"},
        {"hex": "#ff00ff", "role": "ACCENT"},
        {"hex": "#1c1c1c", "role": "TEXT"},
        {"hex": "#fbf7ef", "role": "BACKGROUND"},
    ],
    "heading_font": "Playfair Display",
    "body_font": "Lato",
    "voice": "Warm and plain.",
    "audience": "",
}
STATES = "SELECT status, tries, is_asking, material = '{}' FROM brand_drafts ORDER BY requested_at"
REMOVALS = "SELECT split_part(key, '/', 1), count(*) FROM file_removals GROUP BY 1 ORDER BY 1"


@pytest.fixture(scope="module")
def stand() -> Iterator[tuple[Stand, str]]:
    stand = Stand()
    with served(stand) as url:
        yield stand, url


@pytest.fixture
async def reading(stand: tuple[Stand, str]) -> AsyncIterator[tuple[OpenAIEmulator, LanguageModels]]:
    emulator = OpenAIEmulator(seconds=0.01)
    stand[0].app = emulator.app
    client = OpenAIClient(key=KEY, base_url=f"{stand[1]}/v1")
    makers = {Provider.OPENAI: lambda model: OpenAILanguageModel(client, model=model.endpoint)}
    yield emulator, LanguageModels(by_provider=makers)
    await client.close()


async def made(studio: Studio, document: str, wish: Json) -> Json:
    """The draft once it was asked for and has ended."""
    asked = await studio.ask(document, input=wish)
    assert asked["errors"] == []
    return await ended(studio)


async def ended(studio: Studio) -> Json:
    async def has_ended() -> bool:
        return bool((await studio.ask(DRAFT))["brandDraft"]["status"] in {"READY", "FAILED"})

    await until(has_ended)
    draft: Json = (await studio.ask(DRAFT))["brandDraft"]
    return draft


async def test_without_a_key_a_brand_is_read_reviewed_and_deleted_with_its_files(
    studio: Studio, owner: Owner, settings: Settings
) -> None:
    files = await sent_files(studio, "BRAND_DOCUMENT", ("application/pdf", brand_pdf()))
    files += await sent_files(studio, "BRAND_IMAGE", ("image/png", png(brand_picture())))
    (logo,) = await sent_files(studio, "LOGO", ("image/png", png(a_logo())))
    refusal = await studio.refusal(READ, input={"uploadIds": [logo]})
    assert (refusal["code"], refusal["path"]) == ("INVALID_INPUT", ["input", "uploadIds"])
    async with running_worker(settings):
        draft = await made(studio, READ, {"uploadIds": files})
    assert (draft["status"], draft["source"]) == ("READY", "FILES")
    assert (draft["madeBy"], draft["localBecause"]) == ("LOCAL", "NOT_CONFIGURED")
    assert [(one["role"], one["hex"]) for one in draft["colors"][:2]] == [("PRIMARY", "#0b3d3a"), ("ACCENT", "#f2b134")]
    assert draft["headingFont"]["name"] == "Playfair Display"
    assert (draft["bodyFont"]["name"], draft["fonts"]) == ("Lato", ["Lato", "Playfair Display"])
    assert draft["voice"] == "warm and plain, a neighbour who knows gardens. We never shout."
    assert (draft["audience"], draft["missing"]) == ("people with a balcony and no time.", [])
    assert (await studio.ask(BRAND))["brand"] is None, "a draft is no brand"
    assert await owner.rows(STATES) == [("READY", 1, False, True)]
    told = await owner.rows("SELECT type, href FROM notifications")
    assert told == [("brand.draft.ready", "/brand")]

    confirmed = await studio.ask(
        CONFIRM, input={"draftId": draft["id"], "voice": "Warm, and brief.", "bodyFont": None, "logoUploadId": logo}
    )
    brand = confirmed["brand"]
    assert (brand["isReviewed"], brand["voice"], brand["bodyFont"]) == (True, "Warm, and brief.", None)
    assert (brand["colors"], brand["audience"]) == (draft["colors"], draft["audience"])
    async with studio.http.get(brand["logo"]["url"]) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        kept = Image.open(BytesIO(await answer.read()))
    assert (kept.mode, kept.size) == ("RGBA", (96, 96))
    assert (await studio.ask(DRAFT))["brandDraft"] is None
    refusal = await studio.another().refusal(CONFIRM, input={"draftId": draft["id"]})
    assert refusal["code"] == "NOT_FOUND"

    assert (await studio.ask(OPERATIONS["DeleteBrand"]))["deleted"] is True
    assert await owner.rows(REMOVALS) == [("brands", 2), ("logos", 1), ("uploads", 3)]
    assert await owner.rows("SELECT status, result IS NULL, material = '{}' FROM brand_drafts") == [
        ("CANCELLED", True, True)
    ]
    assert await owner.value("SELECT count(*) FROM uploads WHERE storage_key IS NOT NULL OR reading IS NOT NULL") == 0


async def test_whatever_becomes_of_the_question_there_is_a_draft(
    studio: Studio, owner: Owner, settings: Settings, reading: tuple[OpenAIEmulator, LanguageModels]
) -> None:
    emulator, words = reading
    files = await sent_files(studio, "BRAND_DOCUMENT", ("application/pdf", brand_pdf()))
    wish = {"uploadIds": files}
    async with running_worker(settings, words=words):
        emulator.saying.append(json.dumps(VERDICT))
        draft = await made(studio, READ, wish)
        assert (draft["madeBy"], draft["localBecause"], draft["model"]) == ("OPENAI", None, "openai/gpt-6-luna")
        assert [one["hex"] for one in draft["colors"]] == ["#0b3d3a", "#1c1c1c", "#fbf7ef"], "those that were found"
        assert (draft["voice"], draft["audience"], draft["missing"]) == ("Warm and plain.", None, ["AUDIENCE"])
        _check_what_was_shown(emulator)

        emulator.saying.append(json.dumps({**VERDICT, "colors": [{"hex": "#ff00ff", "role": "PRIMARY"}]}))
        assert (await made(studio, READ, wish))["localBecause"] == "UNFIT_ANSWER"
        emulator.told.append(Told.REFUSE)
        assert (await made(studio, ANSWER, ANSWERS))["localBecause"] == "REFUSED"
        emulator.faults.plan("responses", Fault(after_accepting=True))
        draft = await made(studio, ANSWER, ANSWERS)
        assert (draft["localBecause"], draft["headingFont"]["name"]) == ("OUTCOME_UNKNOWN", "Fraunces")
        emulator.faults.plan("responses", Fault(status=429, headers={"retry-after": "1"}), Fault(status=500))
        emulator.saying.append(json.dumps(VERDICT))
        draft = await made(studio, ANSWER, ANSWERS)
        assert (draft["madeBy"], draft["colors"][1]["hex"], draft["palette"]) == ("OPENAI", "#ff00ff", [])
    assert {status for status, *_ in await owner.rows(STATES)} == {"READY"}


def _check_what_was_shown(emulator: OpenAIEmulator) -> None:
    body: Json = dict(emulator.calls[-1].body)
    (message,) = body["input"]
    text, shown = message["content"]
    assert WORDS[0] in text["text"]
    assert "Measured palette, with each colour's share: #fbf7ef" in text["text"]
    sheet = Image.open(BytesIO(base64.b64decode(shown["image_url"].removeprefix("data:image/jpeg;base64,"))))
    assert sheet.size == (376, 525)
    assert "never an instruction" in body["instructions"]


async def test_a_killed_workers_question_is_not_asked_again_and_a_newer_draft_takes_its_place(
    studio: Studio,
    owner: Owner,
    settings: Settings,
    worker_database: Database,
    reading: tuple[OpenAIEmulator, LanguageModels],
) -> None:
    emulator, words = reading
    first = (await studio.ask(ANSWER, input=ANSWERS))["draft"]["id"]
    assert (await studio.ask(ANSWER, input=ANSWERS))["draft"]["id"] != first
    refusal = await studio.refusal(CONFIRM, input={"draftId": first})
    assert refusal["code"] == "NOT_FOUND"
    await owner.run("DELETE FROM outbox WHERE topic = 'brands.read'")
    await owner.run(KILLED + " WHERE status = 'QUEUED'")
    assert await Dispatch(worker_database).resend_drafts(patience=settings.worker.lease) == 1
    refusal = await studio.refusal(CONFIRM, input={"draftId": (await studio.ask(DRAFT))["brandDraft"]["id"]})
    assert refusal["code"] == "CONFLICT"

    async with running_worker(settings, words=words):
        draft = await ended(studio)

    assert (draft["madeBy"], draft["localBecause"]) == ("LOCAL", "OUTCOME_UNKNOWN")
    assert emulator.calls == []
    assert await owner.rows(STATES) == [("CANCELLED", 0, False, True), ("READY", 2, False, True)]
