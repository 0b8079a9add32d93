"""Thumbnails as a client lives them: a thread, its versions, what they cost, and who may see them."""

from typing import Any

import pytest

from app.worker import RunningWorker
from domain.errors import ProviderUnavailable
from domain.ports.language_model import Question
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.personas import a_persona
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, RETRY, Json, Studio
from tests.support.words import asking

OPERATIONS = operations()
THREAD = """
query ($id: ID!) { thumbnailThread(id: $id) { id versionCount finalVersion { number }
  versions { edges { node { id number feedback wish headline prompt promptBy image { id width height aspectRatio kind prompt } } } } } }
"""
USAGE = "query ($id: ID!) { influencer(id: $id) { usage { thumbnailsMade creditsSpent } } }"


async def face(studio: Studio, owner: Owner) -> str:
    """An influencer whose base image has no file: nobody makes anything of it."""
    influencer = await owner.influencer_with_face(studio)
    await owner.grant(studio, 400)
    return influencer


async def made_face(studio: Studio, owner: Owner) -> str:
    """By the worker, so that a model can be shown it."""
    influencer = await studio.influencer_with_face()
    await owner.grant(studio, 400)
    return influencer


async def started(studio: Studio, influencer: str, **wish: object) -> Json:
    given = {"personaId": influencer, "prompt": "Make me look excited about crypto", "idempotencyKey": "one", **wish}
    found: Json = await studio.ask(OPERATIONS["StartThumbnail"], input=given)
    return found


async def refined(studio: Studio, thread: str, feedback: str, key: str) -> Json:
    wish = {"threadId": thread, "feedback": feedback, "idempotencyKey": key}
    found: Json = await studio.ask(OPERATIONS["RefineThumbnail"], input=wish)
    return found


def code(payload: Json) -> str:
    (error,) = payload["errors"]
    return str(error["code"])


async def test_a_thread_grows_by_feedback_is_compared_and_finalised(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await made_face(studio, owner)
    quote = await studio.ask(OPERATIONS["QuoteThumbnail"], input={"personaId": influencer, "prompt": "Excited"})
    assert (quote["credits"], quote["mode"]) == (40, "FACE_SWAP")
    assert quote["modeReason"] == "The model is shown portraits, and keeps the face."
    before, spent = (await studio.balance())[0], (await studio.ask(USAGE, id=influencer))["usage"]["creditsSpent"]

    first = await started(studio, influencer)
    assert (first["job"]["creditsReserved"], first["errors"]) == (40, [])
    thread = first["thread"]["id"]
    assert (await studio.ended(first["job"]["id"]))["creditsCaptured"] == quote["credits"]
    again = await started(studio, influencer)
    assert (again["job"]["id"], again["thread"]["id"]) == (first["job"]["id"], thread)

    second = await refined(studio, thread, "More dramatic lighting", "two")
    await studio.ended(second["job"]["id"])
    compared = await studio.ask(OPERATIONS["CompareThumbnails"], id=thread, left=1, right=2)
    left, right = compared["left"], compared["right"]
    assert (left["feedback"], right["feedback"]) == (None, "More dramatic lighting")
    assert "dramatic side lighting, deep shadows, strong contrast" in right["prompt"]
    assert "dramatic side lighting" not in left["prompt"]
    assert (right["promptBy"], left["image"]["id"] != right["image"]["id"]) == ("LOCAL", True)

    versions = [edge["node"] for edge in (await studio.ask(THREAD, id=thread))["versions"]["edges"]]
    image = versions[0]["image"]
    assert (image["width"], image["height"], image["aspectRatio"]) == (1920, 1080, "LANDSCAPE_16_9")
    assert (image["kind"], image["prompt"]) == ("THUMBNAIL", versions[0]["prompt"])
    sent = [request for request in quick_images.requests if request.width == 1920]
    assert [request.seed for request in sent] == [sent[0].seed] * 2
    assert all(request.crop_to_face for request in sent)

    for version in (versions[0], versions[1], versions[1]):
        wish = {"threadId": thread, "versionId": version["id"]}
        chosen = await studio.ask(OPERATIONS["FinalizeThumbnail"], input=wish)
        assert chosen["thread"]["finalVersion"]["id"] == version["id"]
    assert (await studio.balance())[0] == before - 80
    usage = (await studio.ask(USAGE, id=influencer))["usage"]
    assert usage == {"thumbnailsMade": 2, "creditsSpent": spent + 80}
    assert await owner.violations() == []


async def test_several_concepts_are_one_job_and_a_thread_each_paid_image_by_image(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await made_face(studio, owner)
    quick_images.failing_poses = {1}
    named = {"influencer_id": influencer}
    quote = await studio.ask(OPERATIONS["QuoteThumbnails"], **variables_of("QuoteThumbnails", **named))
    payload = await studio.ask(OPERATIONS["StartThumbnails"], **variables_of("StartThumbnails", **named))

    assert (quote["credits"], payload["job"]["creditsReserved"], len(payload["threads"])) == (80, 80, 2)
    job = await studio.ended(payload["job"]["id"])
    assert (job["status"], job["creditsCaptured"], job["creditsReserved"]) == ("PARTIAL", 40, 0)
    threads = [await studio.ask(THREAD, id=thread["id"]) for thread in payload["threads"]]
    versions = [thread["versions"]["edges"][0]["node"] for thread in threads]
    assert [version["wish"] for version in versions] == ["Surprised, holding a coin", "Calm, in an office"]
    assert [version["image"] is None for version in versions] == [False, True]

    quick_images.failing_poses = set()
    await studio.ask(RETRY, input={"jobId": job["id"], "idempotencyKey": "again"})
    assert (await studio.ended(job["id"]))["creditsCaptured"] == 80
    listed = await studio.ask(OPERATIONS["ThumbnailThreads"], personaId=influencer)
    assert {edge["node"]["id"] for edge in listed["edges"]} == {thread["id"] for thread in payload["threads"]}


async def test_a_persona_is_shown_by_its_own_photos_and_counts_its_thumbnails(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    persona = await a_persona(studio, 1, 2)
    await owner.grant(studio, 40)
    payload = await started(studio, persona.id, headline="Now", headlineBy="MODEL")
    await studio.ended(payload["job"]["id"])

    request = quick_images.requests[-1]
    assert (request.look, len(request.references), request.ability) == (None, 2, "EDIT")
    assert request.prompt.startswith("Make a video thumbnail of the person in the reference pictures: ")
    assert 'the headline "Now" in large, bold, well-spaced letters' in request.prompt
    usage = "query ($id: ID!) { persona(id: $id) { usage { thumbnailsMade } } }"
    assert await studio.ask(usage, id=persona.id) == {"usage": {"thumbnailsMade": 1}}
    deletion = "mutation ($input: DeletePersonaInput!) { deletePersona(input: $input) { errors { code } } }"
    assert (await studio.ask(deletion, input={"personaId": persona.id}))["errors"] == []
    assert (await studio.ask(OPERATIONS["ThumbnailThreads"], personaId=None))["edges"] == []


async def test_a_cancelled_one_is_free_and_cannot_be_finalised(studio: Studio, owner: Owner) -> None:
    influencer = await face(studio, owner)
    before = await studio.balance()
    payload = await started(studio, influencer)
    await studio.ask(CANCEL, input={"jobId": payload["job"]["id"]})

    assert await studio.balance() == before
    version = (await studio.ask(THREAD, id=payload["thread"]["id"]))["versions"]["edges"][0]["node"]
    wish = {"threadId": payload["thread"]["id"], "versionId": version["id"]}
    assert code(await studio.ask(OPERATIONS["FinalizeThumbnail"], input=wish)) == "CONFLICT"


REFUSED: list[tuple[dict[str, object], str, list[str]]] = [
    ({"prompt": "with a 12 year old"}, "PROMPT_REFUSED", ["input", "prompt"]),
    ({"headline": "naked child"}, "PROMPT_REFUSED", ["input", "headline"]),
    ({"headline": "x" * 61}, "INVALID_INPUT", ["input", "headline"]),
    ({"loraScale": 1.51}, "INVALID_INPUT", ["input", "loraScale"]),
    ({"prompt": " "}, "INVALID_INPUT", ["input", "prompt"]),
]


@pytest.mark.parametrize(("wish", "refusal", "path"), REFUSED)
async def test_what_is_refused_moves_nothing(
    studio: Studio, owner: Owner, wish: dict[str, object], refusal: str, path: list[str]
) -> None:
    influencer = await face(studio, owner)
    async with owner.nothing_moves(
        studio, remembered=refusal == "PROMPT_REFUSED", first_logged=refusal == "PROMPT_REFUSED"
    ):
        (error,) = (await started(studio, influencer, **wish))["errors"]
    assert (error["code"], error["path"]) == (refusal, path)


async def test_a_lora_that_is_not_ready_is_told_and_portraits_are_shown(studio: Studio, owner: Owner) -> None:
    influencer = await face(studio, owner)
    wish = {"personaId": influencer, "prompt": "Excited", "useLora": True, "loraScale": 0.5}
    quote = await studio.ask(OPERATIONS["QuoteThumbnail"], input=wish)
    assert quote["mode"] == "FACE_SWAP"
    assert quote["modeReason"] == "A LoRA was asked for and none is ready: the model is shown portraits instead."


async def test_another_user_sees_and_changes_nothing(studio: Studio, owner: Owner) -> None:
    payload = await started(studio, await face(studio, owner))
    thread, other = payload["thread"]["id"], studio.another()
    await other.balance()
    assert (await other.post(THREAD, {"id": thread}))["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    async with owner.nothing_moves(other, remembered=1):
        assert code(await refined(other, thread, "Brighter", "theirs")) == "NOT_FOUND"
    assert (await other.ask(OPERATIONS["ThumbnailThreads"], personaId=None))["edges"] == []
    async with other.socket() as socket:
        (error,) = (await socket.run(OPERATIONS["ThumbnailPreview"], jobId=payload["job"]["id"]))["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"


class Writer:
    """A language model that writes what it is told to."""

    def __init__(self, words: str | None) -> None:
        self.words = words
        self.questions: list[str] = []

    async def answer(self, question: Question[Any]) -> Any:
        self.questions.append(question.text)
        if self.words is None:
            raise ProviderUnavailable("Away.")
        return question.answer(prompt=self.words)


WRITTEN = [
    ("Arms thrown up, coins raining, warm rim light", "LANGUAGE_MODEL"),
    ("A little girl of ten beside them", "LOCAL"),
    (None, "LOCAL"),
]


@pytest.mark.parametrize("written", WRITTEN)
async def test_a_language_model_writes_the_prompt_unless_it_is_away_or_says_what_may_not_be_said(
    studio: Studio,
    owner: Owner,
    quick_worker: RunningWorker,
    quick_images: QuickImages,
    written: tuple[str | None, str],
) -> None:
    (words, author), writer = written, Writer(written[0])
    object.__setattr__(quick_worker.services, "words", asking(writer))
    await studio.ask(OPERATIONS["UpdateProfile"], input={"occupation": "Trader"})
    payload = await started(studio, await made_face(studio, owner), headline="It happened")
    await studio.ended(payload["job"]["id"])

    (version,) = (await studio.ask(THREAD, id=payload["thread"]["id"]))["versions"]["edges"]
    found = version["node"]
    assert found["promptBy"] == author
    assert (str(words) in found["prompt"]) == (author == "LANGUAGE_MODEL")
    assert found["image"]["prompt"] == found["prompt"] == quick_images.requests[-1].prompt
    assert "Keep the person's face, age and identity unchanged." in found["prompt"]
    assert "the face fills 30 to 40 percent of the frame, direct eye contact with the camera" in found["prompt"]
    assert len(writer.questions) == 1
    assert "Make me look excited about crypto" in writer.questions[0]
    assert "Does: Trader" in writer.questions[0]


AGAIN = "query ($id: ID!) { image(id: $id) { seed prompt kind creditsCharged regeneratedFrom { id } } }"
FULL = """
INSERT INTO thumbnail_versions (id, user_id, thread_id, number, job_id, image_index, brief, prompt, created_at)
SELECT gen_random_uuid(), user_id, thread_id, n, job_id, n, brief, prompt, created_at
  FROM thumbnail_versions, generate_series(3, 50) n WHERE number = 1
"""


async def test_a_version_made_again_is_the_next_one_by_the_same_prompt_with_another_seed_and_paid_once(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    writer = Writer("Arms thrown up, coins raining")
    object.__setattr__(quick_worker.services, "words", asking(writer))
    payload = await started(studio, await made_face(studio, owner), headline="Now")
    thread = payload["thread"]["id"]
    await studio.ended(payload["job"]["id"])
    (first,) = (await studio.ask(THREAD, id=thread))["versions"]["edges"]
    old, before = first["node"], (await studio.balance())[0]
    wish = {"imageId": old["image"]["id"], "idempotencyKey": "again"}

    jobs = [(await studio.ask(OPERATIONS["RegenerateImage"], input=wish))["job"] for _ in range(2)]
    assert jobs[0]["id"] == jobs[1]["id"]
    assert (await studio.ended(jobs[0]["id"]))["creditsCaptured"] == 40

    versions = [edge["node"] for edge in (await studio.ask(THREAD, id=thread))["versions"]["edges"]]
    assert [version["number"] for version in versions] == [1, 2]
    new = versions[1]
    assert {**new, "id": 0, "number": 0, "image": 0} == {**old, "id": 0, "number": 0, "image": 0}
    assert new["promptBy"] == "LANGUAGE_MODEL"
    image, made = [await studio.ask(AGAIN, id=one["image"]["id"]) for one in (old, new)]
    assert made["seed"] != image["seed"]
    assert made == {**image, "seed": made["seed"], "regeneratedFrom": {"id": old["image"]["id"]}}
    assert [request.prompt for request in quick_images.requests[-2:]] == [old["prompt"]] * 2
    assert quick_images.requests[-1].references == quick_images.requests[-2].references
    assert (len(writer.questions), await studio.balance()) == (1, (before - 40, 0))

    await owner.run(FULL)
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(OPERATIONS["RegenerateImage"], input={**wish, "idempotencyKey": "more"})
    assert refusal["code"] == "LIMIT_REACHED"
    assert await owner.violations() == []
