"""How many statements each operation of the contract takes: as many for a hundred rows as for one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from PIL import Image

from app.worker import RunningWorker
from db.codec import json_text
from domain.ids import JobId, image_id_of
from domain.personas.analysis import Analyst, LocalBecause
from domain.projects.content import ContentConcept, ContentFound, Sentiment
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tests.support.operations import kind_of, operations, variables_of
from tests.support.owner import Owner, uuids_of
from tests.support.portraits import a_portrait, as_jpeg
from tests.support.quick_images import QuickImages
from tests.support.sending import a_mask, sent, sent_files
from tests.support.statements import statements_of_the_api
from tests.support.studio import Json, Studio

OPERATIONS = operations()
IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(\\x[0-9a-f]{2})+")
"""And keys, byte by byte."""

MAKE = "UPDATE images SET id = :made WHERE id = :given"
CHECK = "mutation ($input: CheckUploadsInput!) { checkUploads(input: $input) { uploads { status } } }"
NOTIFY = """
INSERT INTO notifications (id, user_id, type, title, body, href, created_at)
SELECT gen_random_uuid(), :user, 'job.completed', 'Done', 'It is done.', '/', now() FROM generate_series(1, :count)
"""

OF_THESE_PHOTOS = """
UPDATE jobs j SET recipe = j.recipe || jsonb_build_object('photo_set', (
  SELECT encode(sha256(convert_to(string_agg(u.sha256, ',' ORDER BY u.sha256), 'UTF8')), 'hex')
    FROM persona_photos p JOIN uploads u ON u.id = p.upload_id WHERE p.persona_id = j.subject_id))
 WHERE j.user_id = :user AND j.kind = 'PREVIEW_SAMPLES'
"""


A_LORA = """
INSERT INTO lora_models (id, user_id, subject_id, status, base_model, trainer, trigger_word, training_steps, image_ids, image_count, price,
                         is_free_retry, credits_reserved, descends_from_upload, created_at, completed_at, sent_at, weights_key, weights_name,
                         weights_size, photo_set)
VALUES (:id, :user, :subject, 'READY', 'FLUX_DEV', 'local/palette-trainer', 'likeness', 700, array_fill(CAST(:id AS uuid), ARRAY[5]), 5, 0,
        false, 0, true, now(), now(), now(), 'weights/' || CAST(:id AS text), 'x', 1, repeat('0', 64))
"""


@dataclass(frozen=True, slots=True)
class World:
    """A user who has as much of everything as `size` says, and whose operations ask for as much."""

    studio: Studio
    size: int
    influencer: str
    images: list[str]
    base_images: list[str]
    source: str
    job: str
    archive: str
    training_images: list[str]
    training: str
    uploads: Mapping[str, str]
    photos: Sequence[str] = ()

    def variables(self, name: str) -> Json:
        named = {"influencer_id": self.influencer, "job_id": self.job, "archive_id": self.archive, **self.uploads}
        named |= {"subject_id": self.influencer, "lora_model_id": self.training}
        found = variables_of(name, image_id=self.base_images[0], **named)
        wish = found.get("input", {})
        if "idempotencyKey" in wish:
            wish["idempotencyKey"] = uuid4().hex
        if "imageCount" in wish:
            wish["imageCount"] = self.size if "Sheet" not in name else 7 if self.size == 1 else 10
        if "uploadIds" in wish and name == "AddPersonaPhotos":
            wish["uploadIds"] = self.photos
        if "imageIds" in wish:
            wish["imageIds"] = self.training_images if "Training" in name else self.images
        if "files" in wish:
            wish["files"] *= self.size
        if "concepts" in wish:
            wish["concepts"] = [wish["concepts"][0]] * self.size
        if name == "Gallery":
            found["filter"] = None
        if name == "Lineage":
            found["id"] = self.source
        if name == "RecordEvents":
            found["input"]["events"] = [
                {**found["input"]["events"][0], "clientEventId": str(n)} for n in range(self.size)
            ]
        if name == "Downloads":
            found["ids"] = self.images
        return found


async def a_world(studio: Studio, owner: Owner, size: int) -> World:
    influencers = [await owner.influencer_with_face(studio) for _ in range(size)]
    await owner.grant(studio, 100_000)
    for _ in range(size):
        await owner.grant(studio, 1)
    images = [i for influencer in influencers for i in await owner.give_images(studio, influencer, size)]
    base_images = await owner.give_images(studio, influencers[0], size, kind="BASE_IMAGES")
    await owner.run("UPDATE jobs SET recipe = recipe || '{\"base_image_id\": null}' WHERE kind = 'BASE_IMAGES'")
    await owner.run(NOTIFY, user=user_id_of(studio.user), count=size)
    started = await studio.start_pack(influencers[0], count=size)
    source = (await owner.give_images(studio, influencers[0], 1))[0]
    await owner.give_images(studio, influencers[0], size, source_image_id=uuids_of([source])[0])
    wish = {"imageIds": images, "idempotencyKey": uuid4().hex}
    archive = (await studio.ask(OPERATIONS["RequestArchive"], input=wish))["archive"]["id"]
    learned, training = await a_training(studio, owner, influencers[0], size)
    return World(
        studio, size, influencers[0], images, base_images, source, started["job"]["id"], archive, learned, training, {}
    )


async def a_training(studio: Studio, owner: Owner, influencer: str, size: int) -> tuple[list[str], str]:
    """Images of this influencer to learn from, and a training of another one that waits."""
    learned = await owner.give_images(studio, influencer, 5 if size == 1 else 20)
    trainee = await owner.influencer_with_face(studio)
    wish = {
        "subjectId": trainee,
        "imageIds": await owner.give_images(studio, trainee, 5),
        "idempotencyKey": uuid4().hex,
    }
    started = await studio.ask(OPERATIONS["StartTraining"], input=wish)
    return learned, started["loraModel"]["id"]


async def with_uploads(world: World) -> World:
    """Sent, and looked at already."""
    (mask,) = await sent(world.studio, "MASK", a_mask((768, 1365), (100, 100, 300, 300)))
    (style,) = await sent(world.studio, "STYLE_IMAGE", Image.new("RGB", (400, 400), (20, 60, 160)))
    checked = await world.studio.ask(CHECK, input={"uploadIds": [mask, style]})
    assert [upload["status"] for upload in checked["uploads"]] == ["READY", "READY"]
    return replace(world, uploads={"mask_upload_id": mask, "style_upload_id": style})


async def with_brand(world: World) -> World:
    """Written by hand, and a picture to read one off, looked at already: always one."""
    assert (await world.studio.ask(OPERATIONS["UpdateBrand"], **variables_of("UpdateBrand")))["errors"] == []
    (upload,) = await sent(world.studio, "BRAND_IMAGE", Image.new("RGB", (64, 64), (20, 60, 160)))
    await world.studio.ask(CHECK, input={"uploadIds": [upload]})
    return replace(world, uploads={"brand_upload_id": upload})


async def with_persona(world: World, owner: Owner, name: str) -> World:
    """With 4 photos more than that, portraits, samples and as many rounds of approval; and as many photos that were looked at already."""
    studio, size = world.studio, world.size
    kept = size + 4
    files = [("image/jpeg", as_jpeg(a_portrait(seed, size=(512, 512)))) for seed in range(kept + size)]
    consent = (await studio.ask(OPERATIONS["GiveConsent"], **variables_of("GiveConsent")))["consent"]["id"]
    wish = {"name": "Ada", "consentId": consent}
    persona = (await studio.ask(OPERATIONS["CreatePersona"], input=wish))["persona"]["id"]
    uploads = await sent_files(studio, "PERSONA_PHOTO", *files)
    await studio.ask(CHECK, input={"uploadIds": uploads})
    added = {"personaId": persona, "uploadIds": uploads[:kept]}
    assert (await studio.ask(OPERATIONS["AddPersonaPhotos"], input=added))["errors"] == []
    for kind in ("PORTRAITS", "PREVIEW_SAMPLES"):
        await owner.give_images(studio, persona, size, kind=kind)
    await owner.run(OF_THESE_PHOTOS, user=user_id_of(studio.user))
    for _ in range(size):
        review = {"personaId": persona, "approved": False, "issues": ["HAIR"]}
        assert (await studio.ask(OPERATIONS["ReviewPreviewSamples"], input=review))["errors"] == []
    if "Training" in name:
        approval = {"personaId": persona, "approved": True}
        assert (await studio.ask(OPERATIONS["ReviewPreviewSamples"], input=approval))["errors"] == []
    if "DisplaySamples" in name:
        await owner.run(A_LORA, id=uuid4(), user=user_id_of(studio.user), subject=parse_id(persona)[1])
    return replace(
        world, uploads={"persona_id": persona, "consent_id": consent, "upload_id": uploads[-1]}, photos=uploads[kept:]
    )


async def with_thumbnails(world: World) -> World:
    """A thread with as many versions, of which the first is made."""
    studio, size = world.studio, world.size
    wish = {"personaId": world.influencer, "prompt": "Excited", "idempotencyKey": uuid4().hex}
    started = await studio.ask(OPERATIONS["StartThumbnail"], input=wish)
    thread, job = started["thread"]["id"], started["job"]["id"]
    for _ in range(size - 1):
        again = {"threadId": thread, "feedback": "Brighter", "idempotencyKey": uuid4().hex}
        assert (await studio.ask(OPERATIONS["RefineThumbnail"], input=again))["errors"] == []
    version = started["thread"]["versions"]["edges"][0]["node"]["id"]
    return replace(world, uploads={"thread_id": thread, "version_id": version}, job=job)


async def with_social(world: World) -> World:
    linked = await world.studio.ask(OPERATIONS["LinkSocial"], input={"handle": "mara", "network": "TIKTOK"})
    return replace(world, uploads={"linked_social_id": linked["linkedSocial"]["id"]})


ANALYZED = """
INSERT INTO project_analyses (id, user_id, project_id, content, status, result, requested_at, sent_at, finished_at)
SELECT gen_random_uuid(), user_id, id, repeat('0', 64), 'DONE', CAST(:result AS jsonb), now(), now(), now() FROM projects WHERE user_id = :user
"""
FOUND = ContentFound(
    sentiment=Sentiment.POSITIVE,
    sentiment_score=0.5,
    keywords=("compound interest",),
    concepts=(ContentConcept(title="A tree", headline="Grow", visual_elements=("a tree",), prompt="Beside a tree"),)
    * 2,
    still_count=0,
    analyzed_by=Analyst.LOCAL,
    because=LocalBecause.NOT_CONFIGURED,
)


async def with_projects(world: World, owner: Owner, name: str) -> World:
    """As many, analyzed; the newest with as many stills, and one upload more."""
    studio, size = world.studio, world.size
    await studio.ask(OPERATIONS["GiveConsent"], **variables_of("GiveConsent"))
    made = [await studio.ask(OPERATIONS["CreateProject"], **variables_of("CreateProject")) for _ in range(size)]
    project = made[-1]["project"]["id"]
    uploads = await sent(
        studio, "PROJECT_STILL", *(Image.new("RGB", (300, 300), (n, 60, 160)) for n in range(size + 1))
    )
    await studio.ask(CHECK, input={"uploadIds": uploads})
    wish = {"projectId": project, "uploadIds": uploads[1:]}
    stills = (await studio.ask(OPERATIONS["AddProjectStills"], input=wish))["project"]["stills"]
    await owner.run(ANALYZED, user=user_id_of(studio.user), result=json_text(FOUND))
    named = {"project_id": project, "still_upload_id": uploads[0], "still_id": stills[0]["id"]}
    there = replace(world, uploads=named)
    return await with_set(there) if "ContentSet" in name else there


async def with_set(world: World) -> World:
    started = await world.studio.ask(OPERATIONS["CreateContentSet"], **world.variables("CreateContentSet"))
    assert started["errors"] == []
    return replace(world, uploads={**world.uploads, "content_set_id": started["contentSet"]["id"]})


async def with_export(world: World) -> World:
    started = await world.studio.ask(OPERATIONS["StartExport"], input={"idempotencyKey": uuid4().hex})
    return replace(world, uploads={"export_id": started["export"]["id"]})


async def counted(world: World, name: str) -> list[str]:
    """The statements of one operation; of a subscription until its first event."""
    variables = world.variables(name)
    if name == "DeleteLoraModel":  # not while it is trained
        await world.studio.ask(OPERATIONS["CancelTraining"], **variables)
    if kind_of(OPERATIONS[name]) == "subscription":
        async with world.studio.socket() as socket:
            with statements_of_the_api() as sent:
                async for _ in socket.events(OPERATIONS[name], **variables):
                    break
                return [*sent]
    with statements_of_the_api() as sent:
        world.studio.is_admin = name == "StudioMetrics"
        answer = await world.studio.post(OPERATIONS[name], variables)
    assert "errors" not in answer, answer
    for value in answer["data"].values():
        assert isinstance(value, list) or value.get("errors", []) == []
    return sent


TAKES = {
    "AddPersonaPhotos": 26,
    "AnalyzePersona": 17,
    "AdultContent": 4,
    "ConsentText": 0,
    "DeleteLoraModel": 7,
    "DeleteInfluencer": 22,
    "CreatePersona": 6,
    "GiveConsent": 7,
    "Persona": 40,
    "QuotePortraits": 6,
    "RegenerateImage": 6,
    "ReviewPreviewSamples": 20,
    "StartPortraits": 6,
    "StartPreviewSamples": 5,
    "WithdrawConsent": 22,
    "SetAdultContent": 3,
    "Archive": 4,
    "Archives": 4,
    "Export": 4,
    "ExportProgress": 4,
    "Exports": 4,
    "StartExport": 8,
    "DeleteImages": 5,
    "Downloads": 8,
    "Lineage": 8,
    "RecordDownload": 3,
    "RequestArchive": 7,
    "RestoreImages": 5,
    "CancelJob": 13,
    "CheckUploads": 4,
    "RequestUploads": 4,
    "Catalogue": 0,
    "ChooseBaseImage": 19,
    "CreateInfluencer": 5,
    "CreditBalanceChanged": 4,
    "CreditHistory": 16,
    "Gallery": 1,
    "Influencer": 16,
    "Job": 12,
    "JobProgress": 10,
    "LikeImages": 5,
    "Notifications": 8,
    "MarkNotificationsRead": 5,
    "DismissNotifications": 5,
    "NotificationAdded": 8,
    "ViewerEvents": 8,
    "StudioEvents": 16,
    "QuoteBaseImages": 4,
    "QuoteCharacterSheet": 4,
    "QuoteEdit": 5,
    "QuoteHeadshots": 5,
    "QuoteInpaint": 5,
    "QuoteVariations": 5,
    "StartCharacterSheet": 4,
    "StartEdit": 5,
    "StartHeadshots": 5,
    "StartInpaint": 12,
    "StartVariations": 12,
    "Node": 4,
    "QuotePack": 4,
    "RecordEvents": 3,
    "RetryJob": 16,
    "StartBaseImages": 4,
    "StartPack": 4,
    "StudioChoices": 0,
    "StudioMetrics": 1,
    "StartDisplaySamples": 5,
    "StartPersonaTraining": 13,
    "QuoteAutomaticTraining": 4,
    "QuoteTraining": 7,
    "StartTraining": 10,
    "CancelTraining": 6,
    "UpdateLoraSettings": 6,
    "QuoteThumbnail": 5,
    "QuoteThumbnails": 5,
    "StartThumbnail": 19,
    "StartThumbnails": 11,
    "RefineThumbnail": 13,
    "FinalizeThumbnail": 16,
    "CompareThumbnails": 12,
    "ThumbnailThreads": 4,
    "ThumbnailPreview": 4,
    "SocialPlatforms": 0,
    "QuoteSocialGraphics": 6,
    "StartSocialGraphics": 6,
    "SocialGraphics": 8,
    "TrainingProgress": 4,
    "CreateProject": 6,
    "UpdateProject": 11,
    "AddProjectStills": 20,
    "RemoveProjectStills": 9,
    "AnalyzeProject": 8,
    "ProjectProgress": 4,
    "Project": 4,
    "QuoteContentSet": 11,
    "CreateContentSet": 28,
    "CancelContentSet": 18,
    "ContentSet": 16,
    "ContentSets": 4,
    "ContentSetProgress": 24,
    "Projects": 4,
    "DeleteProject": 8,
    "Brand": 4,
    "UpdateBrand": 10,
    "Onboarding": 8,
    "UpdateProfile": 6,
    "UpdateContentPreferences": 6,
    "ChoosePlatforms": 6,
    "SkipOnboardingPart": 6,
    "ReviewAvatar": 13,
    "LinkSocial": 8,
    "UpdateSocial": 6,
    "UnlinkSocial": 6,
    "Viewer": 24,
    "DeleteBrand": 7,
    "BrandQuestions": 0,
    "BrandDraft": 4,
    "ReadBrand": 10,
    "AnswerBrandQuestions": 6,
    "ConfirmBrand": 12,
}
"""Of each operation, the words that begin and end a transaction among them."""


def test_every_operation_is_counted() -> None:
    assert TAKES.keys() == OPERATIONS.keys()


def needs(name: str) -> str:
    """What more than `a_world` its example asks for, or nothing."""
    asked = str(variables_of(name))
    if ("persona id>" in asked or "consent id>" in asked) and "influencer or" not in asked:
        return "persona"
    named = [
        noun
        for noun, word in (
            ("projects", "Project"),
            ("projects", "ContentSet"),
            ("thumbnails", "Thumbnail"),
            ("brand", "Brand"),
        )
        if word in name
    ]
    kinds = [
        kind
        for kind, said in (("export", "export id>"), ("social", "social id>"), ("uploads", "upload id>"))
        if said in asked
    ]
    return next(iter(named + kinds), "")


READS = {name for name in TAKES if kind_of(OPERATIONS[name]) == "query" and not needs(name)}
"""Of one world, as none of them changes it."""


async def test_the_number_of_statements_of_a_query_does_not_depend_on_the_number_of_rows(
    studio: Studio, owner: Owner
) -> None:
    small, large = await a_world(studio, owner, 1), await a_world(studio.another(), owner, 8)
    takes = {}
    for name in sorted(READS):
        few, many = await counted(small, name), await counted(large, name)
        takes[name] = len(few)
        assert alike(few) == alike(many), name
    assert takes == {name: TAKES[name] for name in READS}


@pytest.mark.parametrize("name", sorted(TAKES.keys() - READS - {"RetryJob"}))
async def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(
    studio: Studio, owner: Owner, name: str
) -> None:
    many_rows = 3 if needs(name) == "persona" else 8  # each photo of a persona is looked at in a process of its own
    small, large = await a_world(studio, owner, 1), await a_world(studio.another(), owner, many_rows)
    if needs(name) == "persona":
        small, large = await with_persona(small, owner, name), await with_persona(large, owner, name)
    elif needs(name) == "projects":
        small, large = await with_projects(small, owner, name), await with_projects(large, owner, name)
    elif needs(name) == "thumbnails":
        small, large = await with_thumbnails(small), await with_thumbnails(large)
        if name == "ThumbnailPreview":
            for world in (small, large):
                await world.studio.ask(OPERATIONS["CancelJob"], input={"jobId": world.job})
        if name == "FinalizeThumbnail":
            for world in (small, large):
                job_id = JobId(parse_id(world.job)[1])
                await owner.run(MAKE, made=image_id_of(job_id, 0), given=parse_id(world.images[0])[1])
    elif needs(name) == "export":
        small, large = await with_export(small), await with_export(large)
    elif needs(name) == "social":
        small, large = await with_social(small), await with_social(large)
    elif needs(name) == "brand":
        small, large = await with_brand(small), await with_brand(large)
    elif needs(name) == "uploads":
        small, large = await with_uploads(small), await with_uploads(large)
    few, many = await counted(small, name), await counted(large, name)
    assert alike(few) == alike(many)
    assert len(few) == TAKES[name]


async def test_a_retry_takes_no_more_statements_for_many_images(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    quick_images.failing_poses = set(range(10))
    sent = []
    for user, size in ((studio, 1), (studio.another(), 8)):
        world = await a_world(user, owner, size)
        assert (await user.ended(world.job))["failedCount"] == size
        sent.append(await counted(world, "RetryJob"))
    few, many = sent
    assert alike(few) == alike(many)
    assert len(few) == TAKES["RetryJob"]


def alike(sent: list[str]) -> list[str]:
    """Without the users' ids and keys, and without the order in which fields of one level happen to be read."""
    return sorted(IDS.sub("<id>", statement) for statement in sent)
