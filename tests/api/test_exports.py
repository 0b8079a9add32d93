"""`startExport`: everything there is of a user, or of one subject, in one file; and nothing of anybody else."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from yarl import URL

from app.worker import RunningWorker
from db.dispatch import Dispatch
from db.engine import Database
from domain.archives.exported import FILES, LEFT_OUT, ROWS, WITHIN
from domain.ids import ArchiveId
from domain.ports.object_store import archive_file
from providers.local.tokens import user_id_of
from schema.ids import global_id, parse_id
from tests.api.test_personas import consent, persona, photos, wish
from tests.support.catalogue import relations_of
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.sending import a_mask, a_style, sent
from tests.support.studio import Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
START, EXPORT, PROGRESS = OPERATIONS["StartExport"], OPERATIONS["Export"], OPERATIONS["ExportProgress"]
SHARED = {"alembic_version", "provider_health", "render_standing", "studio_metrics", "worker_heartbeats", "job_facts"}
OWNED = "SELECT count(*) FROM {table} WHERE {owner} = :id"
NEVER_TOLD = (
    "images/{user}/",
    "thumbnails/{user}/",
    "uploads/{user}/",
    "request_id",
    "lease",
    "movement_key",
    "storage",
)


A_ROUND = """
INSERT INTO approval_rounds (id, user_id, persona_id, job_id, photo_set, approved, issues, comment, should_proceed, recommendations, read_by,
                             is_being_read, created_at)
SELECT gen_random_uuid(), :id, :persona, id, repeat('0', 64), false, '{HAIR}', 'my hair', false, '{}', 'LOCAL', false, now()
  FROM jobs WHERE user_id = :id LIMIT 1
"""
AN_ANALYSIS = """
INSERT INTO persona_analyses (id, user_id, persona_id, consent_id, photo_set, status, result, requested_at, sent_at, finished_at)
SELECT gen_random_uuid(), user_id, subject_id, consent_id, repeat('0', 64), 'DONE', '{}', now(), now(), now()
  FROM personas WHERE subject_id = :persona
"""
A_PROJECT = """
WITH project AS (
  INSERT INTO projects (id, user_id, title, summary, created_at) VALUES (gen_random_uuid(), :id, 'Interest', 'It compounds.', now())
  RETURNING id
), still AS (
  INSERT INTO project_stills (id, user_id, project_id, upload_id, added_at)
  SELECT gen_random_uuid(), :id, p.id, u.id, now() FROM project p, uploads u WHERE u.user_id = :id AND u.purpose = 'PROJECT_STILL'
)
INSERT INTO project_analyses (id, user_id, project_id, content, status, result, requested_at, sent_at, finished_at)
SELECT gen_random_uuid(), :id, id, repeat('0', 64), 'DONE', '{}', now(), now(), now() FROM project
"""


A_BRAND_DRAFT = """
INSERT INTO brand_drafts (id, user_id, source, material, status, error_code, requested_at, sent_at, finished_at)
VALUES (gen_random_uuid(), :id, 'QUESTIONS', '{}', 'FAILED', 'INTERNAL', now(), now(), now())
"""
A_SET = """
INSERT INTO content_sets (id, user_id, project_id, subject_id, thumbnails_job_id, created_at)
SELECT gen_random_uuid(), :id, p.id, j.subject_id, j.id, now() FROM jobs j, projects p
 WHERE j.user_id = :id AND p.user_id = :id AND j.kind = 'THUMBNAIL'
"""


@dataclass(frozen=True, slots=True)
class Person:
    studio: Studio
    persona: str
    influencer: str


async def a_person(studio: Studio, owner: Owner, seed: int) -> Person:
    """With a row of nearly everything a user can have."""
    persona_id = await persona(studio, await consent(studio))
    uploads = await photos(studio, seed, seed + 1)
    assert (await studio.ask(OPERATIONS["AddPersonaPhotos"], input=wish(persona_id, uploads)))["errors"] == []
    masks = await sent(studio, "MASK", a_mask((768, 1365), (100, 100, 300, 300)))
    await studio.ask(OPERATIONS["CheckUploads"], input={"uploadIds": masks})
    stills = await sent(studio, "PROJECT_STILL", a_style())
    await studio.ask(OPERATIONS["CheckUploads"], input={"uploadIds": stills})
    await owner.run(A_PROJECT, id=user_id_of(studio.user))
    influencer = await owner.influencer_with_face(studio)
    await studio.ended((await studio.start_pack(influencer, count=2))["job"]["id"])
    thumbnail = {"personaId": influencer, "prompt": "Excited", "idempotencyKey": "thumbnail"}
    started = await studio.ask(OPERATIONS["StartThumbnail"], input=thumbnail)
    await studio.ask(OPERATIONS["CancelJob"], input={"jobId": started["job"]["id"]})
    await owner.run(
        "INSERT INTO studio_events (user_id, key, type, at, received_at) VALUES (:id, 'key', 'STUDIO_OPENED', now(), now())",
        id=user_id_of(studio.user),
    )
    await studio.ask(OPERATIONS["UpdateBrand"], input={"voice": "Warm"})
    await studio.ask(OPERATIONS["LinkSocial"], input={"handle": "https://x.com/mara"})
    await studio.ask(OPERATIONS["UpdateProfile"], input={"occupation": "Cook"})
    await owner.run(A_BRAND_DRAFT, id=user_id_of(studio.user))
    await owner.run(A_SET, id=user_id_of(studio.user))
    await owner.run(AN_ANALYSIS, persona=parse_id(persona_id)[1])
    await owner.run(A_ROUND, id=user_id_of(studio.user), persona=parse_id(persona_id)[1])
    return Person(studio, persona_id, influencer)


async def begin(studio: Studio, subject_id: str | None = None) -> str:
    started = await studio.ask(START, input={"subjectId": subject_id, "idempotencyKey": uuid4().hex})
    assert started["errors"] == []
    export_id: str = started["export"]["id"]
    return export_id


async def watched(studio: Studio, export_id: str) -> list[Json]:
    async with studio.socket() as socket:
        return [event async for event in socket.events(PROGRESS, exportId=export_id)]


async def fetched(studio: Studio, export: Json) -> zipfile.ZipFile:
    async with studio.http.get(URL(export["url"], encoded=True)) as answer:
        assert (answer.status, answer.content_type) == (200, "application/zip")
        data = await answer.read()
    assert len(data) == export["sizeBytes"]
    packed = zipfile.ZipFile(io.BytesIO(data))
    assert packed.testzip() is None
    return packed


def read(packed: zipfile.ZipFile) -> Mapping[str, list[Json]]:
    """All lists, by name."""
    found: dict[str, list[Json]] = {}
    for name in packed.namelist():
        if name.endswith(".json"):
            found |= json.loads(packed.read(name))
    return found


async def test_an_export_holds_every_row_of_its_owner_and_none_of_anyone_else(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    mine, theirs = await a_person(studio, owner, 1), await a_person(studio.another(), owner, 50)
    user, other = user_id_of(studio.user), user_id_of(theirs.studio.user)
    await owner.run(
        "UPDATE images SET deleted_at = now(), restorable_until = now() + interval '1 day' WHERE kind = 'BASE_IMAGES'"
    )

    events = await watched(studio, await begin(studio))

    assert (events[-1]["status"], events[-1]["percent"], events[-1]["packedCount"]) == ("READY", 100, 6)
    packed = await fetched(studio, await studio.ask(EXPORT, id=events[-1]["id"]))
    lists = read(packed)
    for kind in (*ROWS, *FILES):
        there = OWNED.format(table=kind.table, owner="id" if kind.table == "users" else "user_id")
        if kind.table == "images":
            there += " AND deleted_at IS NULL"
        elif kind.table == "notifications":
            there += " AND type <> 'export.ready'"  # the export is told of once it is made
        assert len(lists[kind.name]) == await owner.value(there, id=user), kind.table
        if kind.table not in {"lora_models", "deletions"}:  # of those there are none
            assert lists[kind.name] != [], kind.table
    files = {one["file"]: one["sha256"] for kind in FILES for one in lists[kind.name] if one["file"]}
    assert len(files) == 6
    assert {name: sha256(packed.read(name)).hexdigest() for name in files} == files
    others = set(packed.namelist()) - files.keys()
    assert others == {"README.txt", "ledger.csv", *(kind.file for kind in ROWS)}

    said = "\n".join(packed.read(name).decode() for name in sorted(others))
    assert {one for one in await ids_of(owner, other) if str(one) in said} == set()
    assert [word for word in NEVER_TOLD if word.format(user=user) in said.replace("reservation", "")] == []
    assert lists["jobs"][-1]["recipe"]["prompt"] in said
    table = list(csv.DictReader(io.StringIO(packed.read("ledger.csv").decode(), newline="")))
    assert [(row["type"], int(row["availableAfter"])) for row in table] == [
        (entry["type"], entry["availableAfter"]) for entry in lists["entries"]
    ]
    assert table[-1]["availableAfter"] == str(lists["balance"][0]["available"])
    assert "EXIF" in packed.read("README.txt").decode()

    only = read(await fetched(studio, (await watched(studio, await begin(studio, mine.persona)))[-1]))
    id_ = str(parse_id(mine.persona)[1])
    assert {name: len(found) for name, found in only.items() if found} == {
        "personas": 1,
        "analyses": 1,
        "approvalRounds": 1,
        "consents": 1,
        "photos": 2,
    }
    assert (only["personas"][0]["id"], only["photos"][0]["personaId"]) == (id_, id_)
    (notice,) = await owner.rows(
        "SELECT href FROM notifications WHERE type = 'export.ready' ORDER BY created_at LIMIT 1"
    )
    assert notice == (f"/exports/{parse_id(events[-1]['id'])[1]}",)


async def ids_of(owner: Owner, user: UUID) -> set[UUID]:
    """Of all rows of this user, and the user's own."""
    tables = ("subjects", "jobs", "images", "consents", "uploads", "persona_photos", "credit_holds", "notifications")
    found = {user}
    for table in tables:
        found |= {id_ for (id_,) in await owner.rows(f"SELECT id FROM {table} WHERE user_id = :user", user=user)}  # noqa: S608
    assert len(found) > len(tables)
    return found


async def test_of_every_table_it_is_decided_whether_it_is_exported(owner: Owner, worker_database: Database) -> None:
    """A new table fails here until it stands in one of the lists of `domain.archives.exported`."""
    async with worker_database.as_nobody() as connection:
        there = {relation.name for relation in await relations_of(connection) if relation.kind == "r"} - SHARED
    decided = [kind.table for kind in (*ROWS, *FILES)] + [*WITHIN, *LEFT_OUT]
    assert sorted(decided) == sorted(there)


async def test_one_is_made_at_a_time_and_five_a_day(studio: Studio, owner: Owner) -> None:
    first = await studio.ask(START, input={"idempotencyKey": "key"})
    assert await studio.ask(START, input={"idempotencyKey": "key"}) == first
    assert (first["export"]["status"], first["export"]["fileCount"], first["export"]["percent"]) == ("QUEUED", 0, 0)
    refusal = await studio.refusal(START, input={"idempotencyKey": "second"})
    assert (refusal["__typename"], refusal["limit"]) == ("LimitReachedError", 1)

    again = (
        "UPDATE archives SET status = 'FAILED', finished_at = now(), error_code = 'INTERNAL' WHERE status = 'QUEUED'"
    )
    ended = again.replace("FAILED", "READY").replace(
        "error_code = 'INTERNAL'", "storage_key = 'k', size_bytes = 1, expires_at = now()"
    )
    await owner.run(again)
    for _ in range(5):
        await begin(studio)
        await owner.run(ended)
    refusal = await studio.refusal(START, input={"idempotencyKey": "sixth"})
    assert refusal["__typename"] == "RateLimitedError"
    assert 86_300 < refusal["retryAfterSeconds"] <= 86_400
    listed = (await studio.ask(OPERATIONS["Exports"], first=10))["exports"]["edges"]
    assert [edge["node"]["status"] for edge in listed] == [*["READY"] * 5, "FAILED"]
    assert {edge["node"]["url"] for edge in listed} == {None}
    assert (await studio.ask(OPERATIONS["Archives"], first=10))["archives"]["edges"] == []


async def test_what_is_not_yours_is_not_exported(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    foreign, export = await other.influencer(), await begin(other)
    for subject in (foreign, global_id("Persona", uuid4())):
        refusal = await studio.refusal(START, input={"subjectId": subject, "idempotencyKey": uuid4().hex})
        assert refusal["code"] == "NOT_FOUND"
    refusal = await studio.refusal(START, input={"subjectId": export, "idempotencyKey": "key"})
    assert (refusal["code"], refusal["path"]) == ("INVALID_INPUT", ["input", "subjectId"])
    assert (await studio.failure(EXPORT, id=export))[1]["code"] == "NOT_FOUND"
    assert await studio.ask(OPERATIONS["Node"], id=export) is None
    archive = OPERATIONS["Archive"]
    assert (await other.failure(archive, id=global_id("Archive", parse_id(export)[1])))[1]["code"] == "NOT_FOUND"


@asynccontextmanager
async def given_up(owner: Owner, worker: RunningWorker, export_id: ArchiveId, user: Any) -> AsyncIterator[str]:
    """As a worker leaves it that was killed after it had stored the file, before it could say so. Yields that file's key."""
    await owner.run(
        "UPDATE archives SET status = 'BUILDING', attempt = 1, tries = 1, lease_until = now() - interval '1 second' WHERE id = :id",
        id=export_id,
    )
    stray = archive_file(user, export_id, 1, digest="", size_bytes=1)
    await worker.services.files.put(stray, b"0")
    yield stray.key


async def test_an_export_of_a_killed_worker_is_made_by_the_next_and_leaves_nothing(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, worker_database: Database
) -> None:
    quick_worker.services.leases.draining = True  # nothing is begun for now
    id_, user = await begin(studio), user_id_of(studio.user)
    export_id = ArchiveId(parse_id(id_)[1])
    async with given_up(owner, quick_worker, export_id, user) as stray:
        quick_worker.services.leases.draining = False
        await owner.run("UPDATE archives SET sent_at = now() - interval '1 hour'")
        await Dispatch(worker_database).resend_archives(patience=quick_worker.services.leases.lease)
        last = (await watched(studio, id_))[-1]
    assert (last["status"], last["fileCount"]) == ("READY", 0)
    assert await owner.rows("SELECT attempt, tries FROM archives") == [(2, 2)]
    assert await owner.rows("SELECT key FROM file_removals") == [(stray,)]
    before = last["url"]

    await owner.run("UPDATE archives SET expires_at = now()")
    await Dispatch(worker_database).send_purges()
    await until(lambda: is_gone(studio, before))
    assert (await studio.ask(EXPORT, id=id_))["status"] == "EXPIRED"


async def is_gone(studio: Studio, url: str) -> bool:
    async with studio.http.get(URL(url, encoded=True)) as answer:
        return answer.status == 404
