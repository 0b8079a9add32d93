"""Preview samples and what is said of them: approval belongs to one set of photos, and words are read twice at the most."""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest

from app.provider_settings import FalSettings, OpenAISettings
from app.settings import Settings
from app.worker import RunningWorker, running_worker
from domain.errors import DomainError, ProviderRefused, ProviderUnavailable
from domain.ports.language_model import Question
from domain.prompts.feedback import FeedbackAnswer
from providers.local.tokens import user_id_of
from tasks.approvals import read_feedback
from tests.conftest import a_session, free_port, serving
from tests.support.emulators.openai import OpenAIEmulator
from tests.support.emulators.serving import served
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.personas import MadePersona, a_persona, started, with_photos
from tests.support.quick_images import QuickImages
from tests.support.studio import Json, Studio
from tests.support.waiting import until
from tests.support.words import asking

OPERATIONS = operations()
REVIEW = OPERATIONS["ReviewPreviewSamples"].replace("__typename", "__typename path")
PERSONA = OPERATIONS["Persona"]
STYLES = ["PROFESSIONAL_HEADSHOT", "CASUAL_PORTRAIT", "YOUTUBE_THUMBNAIL", "SOCIAL_PROFILE", "CREATIVE_ARTISTIC"]
ROUNDS = "query ($id: ID!) { persona(id: $id) { approvalRounds { readBy isBeingRead recommendations } } }"
REMOVE = "mutation ($input: RemovePersonaPhotosInput!) { removePersonaPhotos(input: $input) { errors { code } } }"

Answer = TypeVar("Answer")


@dataclass
class Reader:
    """Implements `LanguageModel` for one question: answers, or raises, in turn."""

    answers: deque[FeedbackAnswer | DomainError]
    asked: list[str] = field(default_factory=list)

    async def answer(self, question: Question[Answer]) -> Answer:
        self.asked.append(question.text)
        answer = self.answers.popleft()
        if isinstance(answer, DomainError):
            raise answer
        return answer  # type: ignore[return-value] # it is only asked for this


@pytest.fixture
async def sampled(studio: Studio, quick_worker: RunningWorker, quick_images: QuickImages) -> MadePersona:
    persona = await with_samples(studio)
    assert {(len(request.references), request.look) for request in quick_images.requests} == {(4, None)}
    return persona


async def with_samples(studio: Studio) -> MadePersona:
    """Of its five photos."""
    persona = await a_persona(studio, *range(5))
    job = await started(studio, "StartPreviewSamples", personaId=persona.id)
    assert job["kind"] == "PREVIEW_SAMPLES"
    assert (await studio.ended(job["id"]))["creditsCaptured"] == 50
    return persona


async def status(studio: Studio, persona: MadePersona) -> str:
    found: str = (await studio.ask(PERSONA, id=persona.id))["approvalStatus"]
    return found


async def review(studio: Studio, persona: MadePersona, **said: object) -> Json:
    payload = await studio.ask(REVIEW, input={"personaId": persona.id, "approved": False, **said})
    assert payload["errors"] == []
    found: Json = payload["persona"]
    return found


OF_ANOTHER_SET = """
INSERT INTO jobs SELECT (jsonb_populate_record(j, jsonb_build_object(
  'id', gen_random_uuid(), 'created_at', j.created_at + interval '1 hour', 'recipe', jsonb_set(j.recipe, '{photo_set}', '"older"')))).*
  FROM jobs j WHERE kind = 'PREVIEW_SAMPLES'
"""


async def test_an_approval_is_of_one_set_of_photos(studio: Studio, owner: Owner, sampled: MadePersona) -> None:
    await owner.run(
        OF_ANOTHER_SET
    )  # a sample of the photos before these was made anew: these can be reviewed all the same
    found = await studio.ask(PERSONA, id=sampled.id)
    assert [image["style"] for image in found["previewSamples"]] == STYLES
    assert (found["approvalStatus"], found["status"]) == ("NOT_REVIEWED", "PENDING_UPLOAD")

    images = {"imageIds": [image["id"] for image in found["previewSamples"]]}
    await studio.ask(OPERATIONS["DeleteImages"], input=images)
    refusal = await studio.refusal(REVIEW, input={"personaId": sampled.id, "approved": True})
    assert refusal["code"] == "SAMPLES_REQUIRED", "nobody can have looked at them"
    await studio.ask(OPERATIONS["RestoreImages"], input=images)

    said = await review(studio, sampled, issues=["LIGHTING", "NOT_LIKE_ME"], comment=" too dark ")
    assert said["approvalStatus"] == "CHANGES_REQUESTED"
    (first,) = said["approvalRounds"]
    assert (first["issues"], first["comment"]) == (["LIGHTING", "NOT_LIKE_ME"], "too dark")
    assert (first["shouldProceed"], first["readBy"], first["isBeingRead"]) == (False, "LOCAL", False)
    assert [words.partition(":")[0] for words in first["recommendations"]] == [
        "The likeness is off",
        "The light is a matter of each picture, not of the likeness",
    ]

    approved = await review(studio, sampled, approved=True)
    assert (approved["approvalStatus"], len(approved["approvalRounds"])) == ("APPROVED", 2)
    (added,) = await with_photos(studio, sampled.id, 9)
    assert await status(studio, sampled) == "VOID"
    refusal = await studio.refusal(REVIEW, input={"personaId": sampled.id, "approved": True})
    assert (refusal["__typename"], refusal["code"]) == ("ConflictError", "SAMPLES_REQUIRED")
    await studio.ask(REMOVE, input={"personaId": sampled.id, "photoIds": [added]})
    assert await status(studio, sampled) == "APPROVED", "it is the very same set again"

    await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": sampled.consent})
    found = await studio.ask(PERSONA, id=sampled.id)
    assert (found["approvalStatus"], found["previewSamples"]) == ("VOID", [])
    assert await owner.rows("SELECT DISTINCT comment, recommendations FROM approval_rounds") == [("", [])]


async def test_what_says_nothing_or_too_much_is_no_feedback(studio: Studio, owner: Owner) -> None:
    persona = await a_persona(studio, 1)
    for said, field_ in (
        ({}, "issues"),
        ({"issues": ["HAIR", "HAIR"]}, "issues"),
        ({"comment": "x" * 1001}, "comment"),
        ({"comment": "  "}, "issues"),
    ):
        refusal = await studio.refusal(REVIEW, input={"personaId": persona.id, "approved": False, **said})
        assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", field_])
    refusal = await studio.refusal(
        REVIEW, input={"personaId": persona.id, "approved": False, "comment": "make me a child"}
    )
    assert (refusal["__typename"], refusal["path"]) == ("ContentPolicyError", ["input", "comment"])
    refusal = await studio.refusal(REVIEW, input={"personaId": persona.id, "approved": True})
    assert refusal["code"] == "SAMPLES_REQUIRED"
    assert (await studio.another().refusal(REVIEW, input={"personaId": persona.id, "approved": True}))["code"] == (
        "NOT_FOUND"
    )
    assert await owner.value("SELECT count(*) FROM approval_rounds") == 0


async def test_words_are_read_by_a_model_once_and_our_reading_stands_where_they_cannot_be(
    studio: Studio, owner: Owner, sampled: MadePersona, quick_worker: RunningWorker
) -> None:
    reader = Reader(
        deque(
            [
                ProviderUnavailable("away"),
                FeedbackAnswer(should_proceed=False, recommendations=(" Add a profile. ", "", "x" * 400)),
                ProviderRefused("no"),
            ]
        )
    )
    for comment in ("my nose is off", "my chin is off"):
        await review(studio, sampled, comment=comment, issues=["EYES"])
    services = replace(quick_worker.services, words=asking(reader))
    await owner.run("UPDATE approval_rounds SET is_being_read = true")
    rounds = await owner.rows("SELECT id, comment FROM approval_rounds ORDER BY created_at")
    names = [{"user_id": str(user_id_of(studio.user)), "round_id": str(id_)} for id_, _ in rounds]

    await read_feedback(services, **names[0])
    assert await owner.value("SELECT bool_and(is_being_read) FROM approval_rounds") is True, "it is tried again"
    await read_feedback(services, **names[0])
    await read_feedback(services, **names[0])
    await read_feedback(services, **names[1])

    assert [text.split("---")[1].strip() for text in reader.asked] == ["my nose is off"] * 2 + ["my chin is off"]
    assert await owner.rows(
        "SELECT read_by, should_proceed, is_being_read, recommendations[1], length(recommendations[2]) FROM approval_rounds"
        " ORDER BY created_at"
    ) == [
        ("OPENAI", False, False, "Add a profile.", 300),
        (
            "LOCAL",
            False,
            False,
            "The eyes are off: add two sharp close-ups with open eyes, without sunglasses or reflections.",
            None,
        ),
    ]


@pytest.fixture
def openai() -> Iterator[tuple[OpenAIEmulator, str]]:
    emulator = OpenAIEmulator()
    with served(emulator.app) as url:
        yield emulator, f"{url}/v1"


@pytest.fixture
async def with_a_reader(
    settings: Settings, quick_images: QuickImages, openai: tuple[OpenAIEmulator, str]
) -> AsyncIterator[Studio]:
    port = free_port()
    http = replace(settings.http, port=port, public_url=f"http://127.0.0.1:{port}")
    reader = OpenAISettings(key=openai[0].key, base_url=openai[1])
    fal = FalSettings(key="k", queue_url="", rest_url="", media_hosts=(), account=None)  # offers faces; is never asked
    providers = replace(settings.providers, openai=reader, fal=fal)
    settings = replace(settings, http=http, providers=providers)
    async with serving(settings) as url, a_session() as session, running_worker(settings, images=quick_images):
        yield Studio(url, settings, session)


async def test_with_a_key_words_are_read_by_openai_and_nobody_waits_for_it(
    with_a_reader: Studio, openai: tuple[OpenAIEmulator, str]
) -> None:
    studio, emulator = with_a_reader, openai[0]
    persona = await with_samples(studio)
    emulator.seconds = 0.3

    (said,) = (await review(studio, persona, comment="my nose is off"))["approvalRounds"]
    assert (said["readBy"], said["isBeingRead"], said["shouldProceed"]) == ("LOCAL", True, False)

    async def is_read() -> bool:
        (found,) = (await studio.ask(ROUNDS, id=persona.id))["approvalRounds"]
        return (found["readBy"], found["isBeingRead"]) == ("OPENAI", False)

    await until(is_read)
    (found,) = (await studio.ask(ROUNDS, id=persona.id))["approvalRounds"]
    assert [words.startswith("emulated") for words in found["recommendations"]] == [True, True]
    (asked,) = [call.body for call in emulator.calls if "instructions" in call.body]
    assert asked["model"] == "gpt-6-luna"
    assert "my nose is off" in str(asked["input"])
    assert len(str(asked["safety_identifier"])) == 32
