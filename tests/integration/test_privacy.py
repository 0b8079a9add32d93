"""A consent is withdrawn: what ran stops, nobody is shown anything any more, and a deletion that dies is finished all the same."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from app.settings import Settings
from app.wiring import utc_now
from app.worker import RunningWorker, running_worker
from db.dispatch import Dispatch
from db.engine import Database
from domain.ids import JobId
from domain.jobs.control import cancel_job
from domain.ports.object_store import ObjectStore, archive_file
from providers.local.tokens import user_id_of
from schema.ids import global_id, parse_id
from tasks.privacy import delete_likeness
from tasks.services import Services
from tests.support.operations import operations
from tests.support.owner import Owner, uuids_of
from tests.support.portraits import a_portrait, as_jpeg
from tests.support.quick_images import QuickImages
from tests.support.sending import sent_files
from tests.support.studio import JOB, Studio
from tests.support.waiting import until

OPERATIONS = operations()
SIGNED = {"purpose": "LIKENESS_TRAINING", "textVersion": "2026-11", "signature": "Ada Doe"}
GALLERY = "{ viewer { images { edges { node { id } } } } }"
RECEIPTS = "{ viewer { deletionReceipts { edges { node { id photoCount imageCount cancelledJobCount creditsReleased completedAt } } } } }"
PHOTO_KEYS = "SELECT storage_key FROM uploads WHERE storage_key IS NOT NULL ORDER BY storage_key"
EMPTIED = "SELECT count(*) FROM uploads WHERE file_name = '' AND num_nonnulls(storage_key, sha256, measures) = 0"
LET_GO_CLAIMS = "UPDATE file_removals SET claimed_until = NULL WHERE removed_at IS NULL"
ONLY_BY_HAND = """
WITH lost AS (DELETE FROM outbox WHERE topic IN ('privacy.delete_likeness', 'files.purge'))
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', 'files.purge', jsonb_build_object('user_id', user_id), now() + interval '1 hour' FROM deletions
"""
"""The messages are lost, with whoever took them. A purge that waits for its hour keeps the worker's sweep from sending one of its own,
which would remove the files before they are died over."""
OPEN = "SELECT count(*) FROM file_removals WHERE removed_at IS NULL"


class DyingFiles:
    """A store that is cut off after the first file."""

    def __init__(self, files: ObjectStore) -> None:
        self._files = files

    async def remove(self, keys: Sequence[str]) -> None:
        await self._files.remove(keys[:1])
        raise asyncio.CancelledError


async def a_persona(studio: Studio, *seeds: int) -> tuple[str, str]:
    """With photos. Returns its consent's id and its own."""
    consent = (await studio.ask(OPERATIONS["GiveConsent"], input=SIGNED))["consent"]["id"]
    made = await studio.ask(OPERATIONS["CreatePersona"], input={"name": "Ada", "consentId": consent})
    persona = made["persona"]["id"]
    files = [("image/jpeg", as_jpeg(a_portrait(seed, size=(600, 600)))) for seed in seeds]
    uploads = await sent_files(studio, "PERSONA_PHOTO", *files)
    added = await studio.ask(OPERATIONS["AddPersonaPhotos"], input={"personaId": persona, "uploadIds": uploads})
    assert added["errors"] == []
    return consent, persona


async def with_work(studio: Studio, owner: Owner, persona: str) -> str:
    """Two images of it, and a job of two more that waits."""
    started = await studio.start_pack(persona, count=2)
    assert started["errors"] == []
    await owner.give_images(studio, persona, 2)
    job: str = started["job"]["id"]
    return job


def there(studio: Studio, keys: Sequence[str]) -> int:
    root: Path = studio.settings.data_dir / "files"
    return sum((root / key).is_file() for key in keys)


async def die(services: Services, studio: Studio, deletion: str) -> None:
    dying = replace(services, files=DyingFiles(services.files))  # type: ignore[arg-type] # removes only
    names = {"user_id": str(user_id_of(studio.user)), "deletion_id": str(parse_id(deletion)[1])}
    run = asyncio.ensure_future(delete_likeness(dying, **names))
    await asyncio.wait([run])
    assert run.cancelled()


async def test_what_stands_under_a_withdrawn_consent_stops_at_once_and_goes(
    studio: Studio, owner: Owner, settings: Settings, worker_database: Database
) -> None:
    consent, persona = await a_persona(studio, 1, 2, 3)
    job = await with_work(studio, owner, persona)
    keys = [key for (key,) in await owner.rows(PHOTO_KEYS)]
    assert (len(keys), there(studio, keys), await studio.balance()) == (3, 3, (80, 20))

    done = await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": consent})

    told = {"photoCount": 3, "imageCount": 2, "cancelledJobCount": 1, "creditsReleased": 20, "completedAt": None}
    assert {name: done["receipt"][name] for name in told} == told
    assert await studio.balance() == (100, 0)
    assert (await studio.ask(JOB, id=job))["status"] == "CANCELLED"
    assert (await studio.ask(OPERATIONS["Persona"], id=persona))["photos"] == []
    assert (await studio.ask(GALLERY))["images"]["edges"] == []
    assert await owner.violations() == []
    assert await owner.rows("SELECT operation FROM safety_decisions ORDER BY number") == [
        ("giveConsent",),
        ("withdrawConsent",),
    ]

    await owner.run(ONLY_BY_HAND)
    async with running_worker(settings) as worker:
        for gone in (1, 2):
            await die(worker.services, studio, done["receipt"]["id"])
            assert await owner.value(EMPTIED) == 3
            assert await owner.value("SELECT count(*) FROM deletions WHERE finished_at IS NULL") == 1
            assert await owner.value(OPEN) > 0, gone
            await owner.run(LET_GO_CLAIMS)

        assert await Dispatch(worker_database).resend_deletions(patience=timedelta()) == 1

        async def is_finished() -> bool:
            return bool(await owner.value("SELECT count(*) FROM deletions WHERE finished_at IS NOT NULL"))

        await until(is_finished)
    assert there(studio, keys) == 0
    assert await owner.value(OPEN) == 0
    assert await owner.rows("SELECT DISTINCT purged_at IS NULL FROM images i JOIN personas p USING (subject_id)") == [
        (False,)
    ]
    ((edge),) = (await studio.ask(RECEIPTS))["deletionReceipts"]["edges"]
    assert edge["node"]["completedAt"] is not None
    assert await Dispatch(worker_database).resend_deletions(patience=timedelta()) == 0
    assert await owner.violations() == []


SECOND_CONSENT = """
INSERT INTO consents SELECT (jsonb_populate_record(c, jsonb_build_object(
  'id', gen_random_uuid(), 'text_version', '2027-01', 'given_at', c.given_at + interval '1 second'))).* FROM consents c RETURNING id
"""


async def test_a_persona_goes_with_the_consent_that_its_photos_came_under(studio: Studio, owner: Owner) -> None:
    """After a new text was signed photos come under that one, while the persona stands under the one before."""
    _, persona = await a_persona(studio, 1)
    second = await owner.value(SECOND_CONSENT)
    files = [("image/jpeg", as_jpeg(a_portrait(2, size=(600, 600))))]
    added = {"personaId": persona, "uploadIds": await sent_files(studio, "PERSONA_PHOTO", *files)}
    assert (await studio.ask(OPERATIONS["AddPersonaPhotos"], input=added))["errors"] == []
    await with_work(studio, owner, persona)

    done = await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": global_id("Consent", second)})

    told = {"photoCount": 2, "imageCount": 2, "cancelledJobCount": 1, "creditsReleased": 20}
    assert {name: done["receipt"][name] for name in told} == told
    assert (await studio.ask(OPERATIONS["Persona"], id=persona))["photos"] == []


async def test_a_file_stays_while_another_persona_has_it(studio: Studio, owner: Owner, settings: Settings) -> None:
    consent, _ = await a_persona(studio, 1)
    made = await studio.ask(OPERATIONS["CreatePersona"], input={"name": "Two", "consentId": consent})
    data = as_jpeg(a_portrait(1, size=(600, 600)))
    uploads = await sent_files(studio, "PERSONA_PHOTO", ("image/jpeg", data))
    second = made["persona"]["id"]
    await studio.ask(OPERATIONS["AddPersonaPhotos"], input={"personaId": second, "uploadIds": uploads})
    keys = [key for (key,) in await owner.rows(PHOTO_KEYS)]
    assert len(set(keys)) == 1
    delete = (
        "mutation ($input: DeletePersonaInput!) { deletePersona(input: $input) { receipt { id } errors { message } } }"
    )
    async with running_worker(settings):
        for left, receipts in ((1, 1), (0, 2)):
            id_ = second if left else (await persona_left(studio))
            assert (await studio.ask(delete, input={"personaId": id_}))["errors"] == []

            async def is_finished(receipts: int = receipts) -> bool:
                done: int = await owner.value("SELECT count(*) FROM deletions WHERE finished_at IS NOT NULL")
                return done == receipts

            await until(is_finished)
            assert there(studio, keys[:1]) == left


async def persona_left(studio: Studio) -> str:
    found = await studio.ask("{ viewer { personas { edges { node { id } } } } }")
    ((edge),) = found["personas"]["edges"]
    id_: str = edge["node"]["id"]
    return id_


async def test_the_database_holds_it_as_well(studio: Studio, owner: Owner) -> None:
    consent, _ = await a_persona(studio, 1)
    await owner.run("UPDATE consents SET withdrawn_at = now()")
    for sql, words in (
        ("UPDATE consents SET withdrawn_at = NULL", "may only be withdrawn, once"),
        ("UPDATE consents SET signature = 'Eve'", "may only be withdrawn, once"),
        ("DELETE FROM consents", "is refused"),
        ("UPDATE uploads SET consent_id = NULL", "uploads_photos_name_their_consent"),
        ("UPDATE uploads SET used_at = NULL; UPDATE uploads SET used_at = now()", "has no live consent"),
    ):
        *before, last = sql.split("; ")
        for statement in before:
            await owner.run(statement)
        with pytest.raises(DBAPIError, match=words):
            await owner.run(last)
    assert parse_id(consent)[0] == "Consent"


ARCHIVED = """
INSERT INTO archives (id, user_id, status, scope, subject_id, image_ids, image_count, attempt, tries, sent_at, lease_until, storage_key,
                      size_bytes, created_at, finished_at, expires_at)
VALUES (:id, :user, :status, :scope, :subject, :images, :count, 1, 1, now(), CASE WHEN :key = '' THEN now() + interval '1 hour' END,
        nullif(:key, ''), CASE WHEN :key <> '' THEN 1 END, now(), CASE WHEN :key <> '' THEN now() END,
        CASE WHEN :key <> '' THEN now() + interval '1 day' END)
"""
CALLED = """
INSERT INTO provider_calls (id, user_id, job_id, index, round, attempt, provider, model, endpoint, state, intended_at, ended_at)
SELECT gen_random_uuid(), user_id, id, 0, 1, 1, :provider, 'm', 'e', 'DONE', now(), '2026-11-21T12:00:00Z' FROM jobs WHERE subject_id = :subject
"""
TRAINED = """
INSERT INTO lora_models (id, user_id, subject_id, status, base_model, trainer, trigger_word, training_steps, image_ids, image_count, price,
                         is_free_retry, credits_reserved, descends_from_upload, created_at, completed_at, sent_at, attempt, error_code,
                         error_message)
SELECT :subject, user_id, subject_id, 'FAILED', 'FLUX_DEV', 'fal/flux-lora-portrait-trainer', 'likeness', 700,
       array_fill(subject_id, ARRAY[5]), 5, 0, false, 0, true, now(), '2026-11-21T11:00:00Z', now(), 2, 'INTERNAL', 'It failed.'
  FROM personas WHERE subject_id = :subject
"""
"""Its first attempt asked; the second one failed before it did."""
ANALYZED = """
INSERT INTO persona_analyses (id, user_id, persona_id, consent_id, photo_set, status, result, requested_at, sent_at, finished_at)
SELECT gen_random_uuid(), user_id, subject_id, consent_id, repeat('0', 64), 'DONE', jsonb_build_object('because', CAST(:because AS text)),
       now(), now(), '2026-11-21T12:00:00Z' FROM personas WHERE subject_id = :subject
"""
RECEIPT = "archiveCount providerCopies { provider callCount lastSentAt goneBy }"
URLS = "{ viewer { archives { edges { node { url } } } exports { edges { node { url } } } } }"
UPDATE = "mutation ($input: UpdatePersonaInput!) { updatePersona(input: $input) { persona { status nextStep { code } } errors { code } } }"


async def an_archive_of(
    studio: Studio,
    owner: Owner,
    scope: str,
    *,
    subject: str | None = None,
    images: Sequence[str] = (),
    ready: bool = True,
) -> str:
    """Its key; of one that a worker has in its hands, none."""
    user, id_ = user_id_of(studio.user), uuid4()
    key = archive_file(user, id_, 1, digest="", size_bytes=1).key if ready else ""
    await owner.run(
        ARCHIVED,
        id=id_,
        user=user,
        status="READY" if ready else "BUILDING",
        scope=scope,
        key=key,
        subject=parse_id(subject)[1] if subject else None,
        images=uuids_of(images),
        count=len(images),
    )
    if ready:
        put(studio, key)
    return key


def put(studio: Studio, key: str) -> None:
    path: Path = studio.settings.data_dir / "files" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"0")


async def test_what_was_packed_of_a_person_goes_with_their_consent_and_they_may_begin_anew(
    studio: Studio, owner: Owner, settings: Settings, worker_database: Database
) -> None:
    consent, persona = await a_persona(studio, 1)
    (image,) = await owner.give_images(studio, persona, 1)
    influencer = await studio.influencer()
    (other,) = await owner.give_images(studio, influencer, 1)
    going = [
        await an_archive_of(studio, owner, "IMAGES", images=[image, other]),
        await an_archive_of(studio, owner, "SUBJECT", subject=persona),
        await an_archive_of(studio, owner, "EVERYTHING"),
    ]
    staying = [
        await an_archive_of(studio, owner, "IMAGES", images=[other]),
        await an_archive_of(studio, owner, "SUBJECT", subject=influencer),
    ]
    await an_archive_of(studio, owner, "EVERYTHING", ready=False)
    for provider in ("fal", "local"):
        await owner.run(CALLED, subject=parse_id(persona)[1], provider=provider)
    await owner.run(TRAINED, subject=parse_id(persona)[1])
    for because in ("UNFIT_ANSWER", "NOT_CONFIGURED"):
        await owner.run(ANALYZED, subject=parse_id(persona)[1], because=because)
    await owner.run("UPDATE personas SET status = 'READY'")

    withdraw = OPERATIONS["WithdrawConsent"].replace("completedAt", f"completedAt {RECEIPT}")
    receipt = (await studio.ask(withdraw, input={"consentId": consent}))["receipt"]

    assert receipt["archiveCount"] == 3
    assert receipt["providerCopies"] == [
        {
            "provider": "fal",
            "callCount": 2,
            "lastSentAt": "2026-11-21T12:00:00+00:00",
            "goneBy": "2026-11-21T13:00:00+00:00",
        },
        {
            "provider": "openai",
            "callCount": 1,
            "lastSentAt": "2026-11-21T12:00:00+00:00",
            "goneBy": "2026-12-21T12:00:00+00:00",
        },
    ]
    shown = await studio.ask(URLS)
    urls = [edge["node"]["url"] for name in ("archives", "exports") for edge in shown[name]["edges"]]
    assert sum(url is not None for url in urls) == len(staying)
    async with running_worker(settings):

        async def is_finished() -> (
            bool
        ):  # another removal of the user's, of the archive that is packed anew, may hold it up
            await Dispatch(worker_database).resend_deletions(patience=timedelta())
            return bool(await owner.value("SELECT count(*) FROM deletions WHERE finished_at IS NOT NULL"))

        await until(is_finished)
        assert (there(studio, going), there(studio, staying)) == (0, 2)
        await until(lambda: is_packed_anew(owner))

    again = (await studio.ask(OPERATIONS["GiveConsent"], input=SIGNED))["consent"]["id"]
    assert again != consent
    changed = await studio.ask(UPDATE, input={"personaId": persona, "consentId": again})
    assert changed["persona"] == {"status": "PENDING_UPLOAD", "nextStep": {"code": "ADD_PHOTOS"}}
    files = [("image/jpeg", as_jpeg(a_portrait(9, size=(600, 600))))]
    added = {"personaId": persona, "uploadIds": await sent_files(studio, "PERSONA_PHOTO", *files)}
    assert (await studio.ask(OPERATIONS["AddPersonaPhotos"], input=added))["errors"] == []


async def is_packed_anew(owner: Owner) -> bool:
    """The one that was being packed, without what was taken back: an image without a file is all there is."""
    found = await owner.rows("SELECT status, packed_count, attempt FROM archives WHERE attempt > 1")
    return found == [("READY", 0, 2)]


async def test_a_picture_that_comes_too_late_for_a_cancelled_job_is_never_stored(
    studio: Studio, owner: Owner, database: Database, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    quick_images.hold()
    job = (await studio.start_pack(influencer, count=1))["job"]["id"]

    async def is_being_made() -> bool:
        return quick_images.calls == 1

    await until(is_being_made)
    async with database.unit_of_work(user_id_of(studio.user)) as uow:
        await cancel_job(uow, user_id_of(studio.user), JobId(parse_id(job)[1]), now=utc_now())
        uow.outbox.clear()  # its worker is not told
    quick_images.let_go()

    async def is_let_go() -> bool:
        return quick_worker.services.leases.count == 0

    await until(is_let_go)
    assert await owner.value("SELECT count(*) FROM file_removals") == 0
    folder = studio.settings.data_dir / "files" / "images" / str(user_id_of(studio.user))
    assert not folder.exists()
    assert (await studio.ask(JOB, id=job))["status"] == "CANCELLED"
