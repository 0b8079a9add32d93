"""User A reads and writes nothing of user B, in any relation there is, whatever statement is sent.

The catalogue says which relations there are, so that a new one is part of this without being named; without rows of two
users it fails here. That the walk can fail is shown by breaking each policy.
"""

# ruff: noqa: S608 - statements are put together of names out of the catalogue

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.wiring import utc_now
from db.engine import Database
from db.metrics import SqlMetrics
from db.repositories.credits import SqlCredits
from db.role_check import UnsafeRoleError, check_api_role
from db.transaction import transaction_of
from db.unit_of_work import SqlUnitOfWork
from domain.analytics.events import Recorded, StudioEvent
from domain.calls import service as calls
from domain.consents.service import give_consent
from domain.consents.texts import CURRENT, ConsentPurpose
from domain.content_sets.content_set import ContentSet
from domain.errors import DomainError, NotFound
from domain.ids import CallId, ConsentId, ContentSetId, ImageId, JobId, PhotoId, StillId, SubjectId, UserId
from domain.influencers.service import choose_base_image
from domain.jobs import control
from domain.jobs.rendering import RenderTask
from domain.models.registry import MODELS
from domain.onboarding.steps import PartKey
from domain.personas.persona import words_of
from domain.personas.service import create_persona
from domain.ports.reviews import WaitingPicture
from domain.profiles.profile import Profile
from domain.projects.project import Project
from domain.thumbnails.thread import Brief, NewVersion
from domain.uploads.upload import UploadPurpose
from domain.wishes import Wish
from tests.support.catalogue import Relation, columns_of, privileges_of, relations_of
from tests.support.clones import a_clone
from tests.support.jobs import Making, a_job_of
from tests.support.ledger import SEED, Bench, Purse, a_bench
from tests.support.servers import RunningServers
from tests.support.values import (
    a_brand,
    a_brand_draft,
    a_chain,
    a_decision,
    a_deletion,
    a_linked_social,
    a_lora_model,
    a_project,
    a_project_analysis,
    a_round,
    an_analysis,
    an_archive,
    an_upload,
)

SHARED = {"alembic_version", "provider_health", "render_standing", "studio_metrics", "worker_heartbeats"}
"""What belongs to no user: only to be read, and says nothing about anyone."""

AN_OPENING = Recorded(key="key", type=StudioEvent.STUDIO_OPENED, at=utc_now())
NO_PRIVILEGE, NO_SUCH_ROW = "42501", "23503"
ROLES = {"api": "likeness_api", "worker": "likeness_worker"}


@dataclass(frozen=True, slots=True)
class Person:
    purse: Purse
    done: Making
    running: Making

    @property
    def id(self) -> UserId:
        return self.purse.user_id


@dataclass(frozen=True, slots=True)
class World:
    """Two users, each with a row of everything there is."""

    bench: Bench
    a: Person
    b: Person

    def database(self, role: str) -> Database:
        return {"api": self.bench.api, "worker": self.bench.worker}[role]


async def a_person(bench: Bench) -> Person:
    purse = await bench.purse(100)
    done = await a_job_of(purse)
    await done.make()
    running = await a_job_of(purse, 2)
    claim = await running.begun(0)
    async with bench.worker.unit_of_work(purse.user_id) as uow:
        await calls.intend(
            uow, claim, MODELS["fal/flux-lora"], endpoint="fal-ai/flux-lora", call_id=CallId(uuid4()), now=utc_now()
        )
        await uow.reviews.note(a_waiting_picture(claim))
    async with bench.api.unit_of_work(purse.user_id) as uow:
        await uow.trainings.add(a_lora_model(purse.user_id, purse.subject_id))
        await uow.chains.add(a_chain(purse.user_id, purse.subject_id, done.job_id))
        await uow.answers.keep(purse.user_id, Wish("key", "wish"), "{}", now=utc_now())
        await uow.safety.log(purse.user_id, a_decision())
        await uow.thumbnails.add(
            await uow.jobs.get(running.job_id), [NewVersion(brief=Brief(wish="Excited"), prompt="Excited")]
        )
        await uow.archives.add(an_archive(purse.user_id), [ImageId(uuid4())])
        await uow.uploads.add([an_upload(purse.user_id)])
        await uow.brands.save(a_brand(purse.user_id))
        await uow.profiles.save(Profile(user_id=purse.user_id, occupation="Cook"))
        await uow.linked_socials.add(a_linked_social(purse.user_id))
        await uow.onboarding.skip(purse.user_id, PartKey.PLATFORMS, now=utc_now())
        await uow.brand_drafts.add(a_brand_draft(purse.user_id))
        await with_a_persona(uow, purse.user_id, done.job_id)
        await uow.analytics.record(purse.user_id, [AN_OPENING], now=utc_now())
    await SqlMetrics(bench.worker).count()
    async with bench.owner.as_nobody() as connection:
        asked = text("INSERT INTO file_removals (user_id, key, asked_at) VALUES (:user_id, 'key', now())")
        await connection.execute(asked, {"user_id": purse.user_id})
    return Person(purse, done, running)


async def with_a_persona(uow: SqlUnitOfWork, user_id: UserId, job_id: JobId) -> None:
    """With a photo, something said of a job, and the deletion of it."""
    consent = await give_consent(
        uow,
        user_id,
        ConsentPurpose.LIKENESS_TRAINING,
        text_version=CURRENT[ConsentPurpose.LIKENESS_TRAINING].version,
        signature="Ada Doe",
        consent_id=ConsentId(uuid4()),
        now=utc_now(),
    )
    persona_id, photo_id = SubjectId(uuid4()), PhotoId(uuid4())
    await create_persona(uow, user_id, words_of("Ada", "", []), consent.id, persona_id=persona_id, now=utc_now())
    photo = an_upload(user_id, purpose=UploadPurpose.PERSONA_PHOTO, consent_id=consent.id)
    await uow.uploads.add([photo])
    await uow.personas.add_photos(user_id, persona_id, [photo_id], [photo.id], now=utc_now())
    await uow.analyses.add(an_analysis(user_id, persona_id, consent.id))
    await uow.approvals.add(a_round(user_id=user_id, persona_id=persona_id, job_id=job_id))
    await uow.deletions.add(a_deletion(user_id, persona_id))
    project = await with_a_project(uow, user_id, consent.id)
    await uow.content_sets.add(
        ContentSet(
            id=ContentSetId(uuid4()),
            user_id=user_id,
            project_id=project.id,
            subject_id=persona_id,
            thumbnails_job_id=job_id,
            social_job_id=None,
            created_at=utc_now(),
        )
    )


async def with_a_project(uow: SqlUnitOfWork, user_id: UserId, consent_id: ConsentId) -> Project:
    """With a still, and an analysis that was asked for."""
    project, still = a_project(user_id), an_upload(user_id, purpose=UploadPurpose.PROJECT_STILL, consent_id=consent_id)
    await uow.uploads.add([still])
    await uow.projects.add(project)
    await uow.projects.add_stills(user_id, project.id, {StillId(uuid4()): still.id}, now=utc_now())
    await uow.project_analyses.add(a_project_analysis(project))
    return project


def a_waiting_picture(claim: RenderTask) -> WaitingPicture:
    return WaitingPicture(
        user_id=claim.job.user_id,
        job_id=claim.job.id,
        index=claim.image.index,
        round=claim.job.round,
        key=f"reviews/{claim.job.user_id}/{'a' * 64}.jpg",
        content_type="image/jpeg",
        provider="fal",
        model="fal/flux-lora",
        seed=1,
        generation_ms=1,
        since=utc_now(),
    )


@pytest.fixture(scope="module")
async def world(template: RunningServers) -> AsyncIterator[World]:
    async with a_clone(template) as addresses, a_bench(addresses, connections=3) as bench:
        made = World(bench, await a_person(bench), await a_person(bench))
        async with bench.owner.as_nobody() as connection:  # so that the view has something to hide
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            await connection.execute(text("UPDATE credit_accounts SET available = available + 1"))
        yield made


async def relations(world: World) -> list[Relation]:
    async with world.bench.owner.as_nobody() as connection:
        return [relation for relation in await relations_of(connection) if relation.name not in SHARED]


async def attempt(database: Database, user_id: UserId, sql: str, **values: object) -> tuple[str, int]:
    """The SQLSTATE ("" where it was carried out) and how many rows it saw or changed. Nothing stays."""
    async with database.read(user_id) as connection:
        try:
            result = await connection.execute(text(sql), values)
            counted: int = result.scalar_one() if result.returns_rows else result.rowcount
            return "", counted
        except DBAPIError as refusal:
            return cast("str", getattr(refusal.orig, "sqlstate", "")), 0
        finally:
            await connection.rollback()


async def leaks(world: World, role: str) -> list[str]:
    """Every way in which A, signed in with this role, gets at something of B, or is kept from its own."""
    found: list[str] = []
    for relation in await relations(world):
        found.extend([f"{relation.name}: {leak}" async for leak in leaks_of(world, role, relation)])
    return found


async def leaks_of(world: World, role: str, relation: Relation) -> AsyncIterator[str]:
    database, a, b, name, owner = world.database(role), world.a.id, world.b.id, relation.name, relation.owner
    async with world.bench.owner.as_nobody() as connection:
        mine = (
            await connection.execute(text(f"SELECT count(*) FROM {name} WHERE {owner} = :a"), {"a": a})
        ).scalar_one()
        insertable = await columns_of(connection, name, role=ROLES[role], privilege="INSERT")
        updatable = await columns_of(connection, name, role=ROLES[role], privilege="UPDATE")
        every = await columns_of(connection, name)
        theirs = (
            await connection.execute(
                text(f"SELECT to_jsonb(t)::text FROM {name} t WHERE {owner} = :b LIMIT 1"), {"b": b}
            )
        ).scalar_one()

    refused, seen = await attempt(database, a, f"SELECT count(*) FROM {name} WHERE {owner} = :b", b=b)
    if refused not in {"", NO_PRIVILEGE} or seen:
        yield f"reads {seen} rows {refused}"
    refused, seen = await attempt(database, a, f"SELECT count(*) FROM {name} WHERE {owner} IS DISTINCT FROM :a", a=a)
    if refused not in {"", NO_PRIVILEGE} or seen:
        yield f"reads {seen} rows that are not its own {refused}"
    refused, seen = await attempt(database, a, f"SELECT count(*) FROM {name}")
    if not refused and seen != mine:
        yield f"sees {seen} of its own {mine} rows"
    if relation.is_view:
        return
    for column in updatable:
        refused, changed = await attempt(database, a, f"UPDATE {name} SET {column} = {column} WHERE {owner} = :b", b=b)
        if refused not in {"", NO_PRIVILEGE} or changed:
            yield f"updates {column} of {changed} rows {refused}"
    refused, changed = await attempt(database, a, f"DELETE FROM {name} WHERE {owner} = :b", b=b)
    if refused not in {"", NO_PRIVILEGE} or changed:
        yield f"deletes {changed} rows {refused}"
    refused, _ = await attempt(database, a, f"UPDATE {name} SET {owner} = :b WHERE {owner} = :a", a=a, b=b)
    if refused != NO_PRIVILEGE:
        yield f"gives its rows away {refused}"
    columns = ", ".join(insertable or every)
    refused, _ = await attempt(
        database,
        a,
        f"INSERT INTO {name} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{name}, CAST(:row AS jsonb))",
        row=theirs,
    )
    # A duplicate key would be said after row security has let the row through.
    if refused != NO_PRIVILEGE:
        yield f"inserts a row {refused}"
    refused, _ = await attempt(database, a, f"TRUNCATE {name}")
    if refused != NO_PRIVILEGE:
        yield f"is truncated {refused}"


# --- the walk --------------------------------------------------------------------------------------------------------


async def test_every_relation_has_rows_of_both_users(world: World) -> None:
    for relation in await relations(world):
        assert relation.owner is not None, f"{relation.name} does not say whose its rows are"
        for person in (world.a, world.b):
            rows = await world.bench.sql.value(
                f"SELECT count(*) FROM {relation.name} WHERE {relation.owner} = :id", id=person.id
            )
            assert rows > 0, f"{relation.name} has no row of a user: make one in `a_person`"


@pytest.mark.parametrize("role", ROLES)
async def test_a_user_reads_and_writes_nothing_of_another(world: World, role: str) -> None:
    assert await leaks(world, role) == []


@pytest.mark.parametrize("role", ROLES)
async def test_without_a_user_there_is_nothing_to_see(world: World, role: str) -> None:
    for relation in await relations(world):
        async with world.database(role).as_nobody() as connection:
            try:
                seen = (await connection.execute(text(f"SELECT count(*) FROM {relation.name}"))).scalar_one()
            except DBAPIError as refusal:
                assert getattr(refusal.orig, "sqlstate", "") == NO_PRIVILEGE  # noqa: PT017
                await connection.rollback()
            else:
                assert seen == 0, relation.name


async def test_row_security_is_on_and_forced_for_every_table(world: World) -> None:
    async with world.bench.owner.as_nobody() as connection:
        found = await relations_of(connection)

    assert [r.name for r in found if r.kind not in {"r", "v"}] == [], (
        "partitions, materialised views: not thought of yet"
    )
    assert [r.name for r in found if r.kind == "r" and not (r.secured and r.forced)] == ["alembic_version"]
    assert [r.name for r in found if r.is_view and not r.asks_as_caller] == ["job_facts"], "for the sweeps alone"


async def test_what_is_shared_can_only_be_read(world: World) -> None:
    async with world.bench.owner.as_nobody() as connection:
        api, worker = (
            await privileges_of(connection, "likeness_api"),
            await privileges_of(connection, "likeness_worker"),
        )

    assert {name: api[name] for name in SHARED} == {name: {"SELECT": "*"} for name in SHARED}
    assert {name: worker.get(name) for name in SHARED} == {
        "alembic_version": {"SELECT": "*"},
        "provider_health": None,
        "studio_metrics": None,
        "render_standing": None,
        "worker_heartbeats": None,
    }


# --- the walk can fail -----------------------------------------------------------------------------------------------


async def own_policies(world: World) -> list[str]:
    found = await world.bench.sql.rows("SELECT tablename FROM pg_policies WHERE policyname = 'own' ORDER BY tablename")
    return [table for (table,) in found]


async def test_the_walk_notices_every_policy_that_lets_everything_through(world: World) -> None:
    tables, noticed = await own_policies(world), []
    for table in tables:
        column = "id" if table == "users" else "user_id"
        await world.bench.sql.run(f"ALTER POLICY own ON {table} USING (true) WITH CHECK (true)")
        try:
            for role in ROLES:
                if any(leak.startswith(f"{table}: ") for leak in await leaks_in(world, role, table)):
                    noticed.append(table)
                    break
        finally:
            await world.bench.sql.run(
                f"ALTER POLICY own ON {table} USING ({column} = app_user_id()) WITH CHECK ({column} = app_user_id())"
            )

    assert len(tables) == 41
    assert noticed == tables
    assert await leaks(world, "api") == []


async def test_the_walk_notices_every_policy_that_is_gone(world: World) -> None:
    tables, noticed = await own_policies(world), []
    for table in tables:
        column = "id" if table == "users" else "user_id"
        own = f"CREATE POLICY own ON {table} TO likeness_api, likeness_worker USING ({column} = app_user_id()) WITH CHECK ({column} = app_user_id())"
        await world.bench.sql.run(f"DROP POLICY own ON {table}")
        try:
            if await leaks_in(world, "api", table) or not await writes(world, table):
                noticed.append(table)
        finally:
            await world.bench.sql.run(own)

    assert noticed == tables


async def leaks_in(world: World, role: str, table: str) -> list[str]:
    (relation,) = [relation for relation in await relations(world) if relation.name == table]
    return [f"{table}: {leak}" async for leak in leaks_of(world, role, relation)]


async def writes(world: World, table: str) -> bool:
    """Whether A can insert a row of its own into a table that it may not read."""
    refused, _ = await attempt(
        world.bench.api,
        world.a.id,
        f"INSERT INTO {table} (user_id, channel, topic, payload, run_after) VALUES (:a, 'task', 't', '{{}}', now())",
        a=world.a.id,
    )
    return not refused


@pytest.mark.parametrize(
    ("mistake", "undo"),
    [
        ("ALTER TABLE jobs DISABLE ROW LEVEL SECURITY", "ALTER TABLE jobs ENABLE ROW LEVEL SECURITY"),
        ("CREATE POLICY more ON jobs USING (true)", "DROP POLICY more ON jobs"),
        ("ALTER POLICY own ON jobs WITH CHECK (true)", "ALTER POLICY own ON jobs WITH CHECK (user_id = app_user_id())"),
        (
            "GRANT ALL ON jobs TO likeness_api",
            "REVOKE TRUNCATE, REFERENCES, TRIGGER, DELETE, MAINTAIN ON jobs FROM likeness_api",
        ),
        (
            "ALTER VIEW ledger_violations SET (security_invoker = false)",
            "ALTER VIEW ledger_violations SET (security_invoker = true)",
        ),
    ],
)
async def test_the_walk_notices_usual_mistakes(world: World, mistake: str, undo: str) -> None:
    await world.bench.sql.run(mistake)
    try:
        assert await leaks(world, "api") != []
    finally:
        await world.bench.sql.run(undo)

    assert await leaks(world, "api") == []


@pytest.mark.parametrize("role", ROLES)
async def test_without_its_policy_of_movements_a_role_could_mint(world: World, role: str) -> None:
    async def mint() -> bool:
        user_id = world.a.id
        try:
            async with transaction_of(world.database(role).engine, user_id) as transaction:
                gift = await SqlCredits(transaction).grant(
                    user_id, 5, movement_key="gift", description="Gift", now=utc_now()
                )
                await transaction.rollback()
        except DBAPIError:
            return False
        return gift is not None

    allowed = {"api": "'RESERVE', 'RELEASE'", "worker": "'RESERVE', 'CAPTURE', 'RELEASE', 'EXPIRE'"}[role]
    assert not await mint()

    await world.bench.sql.run(f"ALTER POLICY {role}_movements ON credit_entries WITH CHECK (true)")
    try:
        assert await mint()
    finally:
        signup = " OR (type = 'GRANT' AND movement_key = 'signup')" if role == "api" else ""
        await world.bench.sql.run(
            f"ALTER POLICY {role}_movements ON credit_entries WITH CHECK (type IN ({allowed}){signup})"
        )


async def test_a_new_table_without_rows_of_two_users_is_noticed(world: World) -> None:
    await world.bench.sql.run("CREATE TABLE novelty (user_id uuid)")
    try:
        with pytest.raises(AssertionError, match="novelty has no row of a user"):
            await test_every_relation_has_rows_of_both_users(world)
        with pytest.raises(AssertionError, match="novelty"):
            await test_row_security_is_on_and_forced_for_every_table(world)
    finally:
        await world.bench.sql.run("DROP TABLE novelty")


# --- the roles -------------------------------------------------------------------------------------------------------

STANDING = """
SELECT r.rolname, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication, r.rolinherit, r.rolcanlogin,
       (SELECT count(*) FROM pg_shdepend d WHERE d.refobjid = r.oid AND d.deptype = 'o'),
       has_schema_privilege(r.rolname, 'public', 'CREATE'),
       ARRAY(SELECT (m.roleid::regrole::text, m.inherit_option, m.admin_option)::text FROM pg_auth_members m WHERE m.member = r.oid)
  FROM pg_roles r WHERE r.rolname LIKE 'likeness%' ORDER BY r.rolname
"""


async def test_the_roles_that_serve_are_above_nothing_and_own_nothing(world: World) -> None:
    assert await world.bench.sql.rows(STANDING) == [
        ("likeness_api", False, False, True, 0, False, []),
        ("likeness_dispatch", False, False, False, 0, False, []),
        ("likeness_worker", False, False, True, 0, False, ["(likeness_dispatch,f,f)"]),
    ]


async def test_no_role_that_serves_may_truncate_reference_or_add_triggers(world: World) -> None:
    async with world.bench.owner.as_nobody() as connection:
        for role in ("likeness_api", "likeness_worker", "likeness_dispatch", "public"):
            for relation, privileges in (await privileges_of(connection, role)).items():
                assert not privileges.keys() & {"TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"}, (role, relation)


async def test_the_public_may_do_nothing(world: World) -> None:
    async with world.bench.owner.as_nobody() as connection:
        assert await privileges_of(connection, "public") == {}


async def test_the_api_and_the_worker_delete_nothing_but_a_worker_takes_back_what_it_announced(world: World) -> None:
    found = {}
    async with world.bench.owner.as_nobody() as connection:
        for name, role in ROLES.items():
            found[name] = [name for name, may in (await privileges_of(connection, role)).items() if "DELETE" in may]
    assert found == {"api": [], "worker": ["file_removals"]}


async def test_no_function_runs_with_its_owners_rights_or_a_callers_search_path(world: World) -> None:
    found = await world.bench.sql.rows(
        "SELECT proname, prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname"
    )

    assert found == [
        (name, False, ["search_path=pg_catalog"])
        for name in (
            "account_follows_entries",
            "adult_images_are_synthetic",
            "adult_wish_is_allowed",
            "adults_stay_adults",
            "app_sees_adult",
            "app_user_id",
            "consents_are_withdrawn_once",
            "hold_resolves_once",
            "images_of_real_people",
            "photos_need_a_live_consent",
            "refuse_change",
            "taint_travels",
        )
    ]


async def test_the_api_refuses_to_start_above_row_security(world: World) -> None:
    await check_api_role(world.bench.api)

    with pytest.raises(UnsafeRoleError, match="'postgres', which row security does not bind"):
        await check_api_role(world.bench.owner)


DISPATCH = {
    "archives": {"SELECT": "id user_id status sent_at lease_until expires_at", "UPDATE": "sent_at"},
    "brand_drafts": {"SELECT": "id user_id status sent_at lease_until", "UPDATE": "sent_at"},
    "credit_holds": {"SELECT": "id user_id job_id image_index resolution expires_at"},
    "deletions": {"SELECT": "id user_id sent_at finished_at", "UPDATE": "sent_at"},
    "events": {"SELECT": "user_id number job_id job_number created_at", "DELETE": "*"},
    "file_removals": {"SELECT": "user_id asked_at removed_at", "DELETE": "*"},
    "idempotency_keys": {"SELECT": "user_id key created_at", "DELETE": "*"},
    "image_reviews": {"SELECT": "user_id job_id index since cleared_at", "DELETE": "*"},
    "images": {"SELECT": "user_id restorable_until purged_at"},
    "job_images": {
        "SELECT": "job_id index user_id state attempt tries run_after sent_at leased_by lease_until in_line_since",
        "UPDATE": "sent_at lease_until",
    },
    "job_facts": {"SELECT": "*"},
    "jobs": {"SELECT": "id event_count events_pruned_to", "UPDATE": "events_pruned_to"},
    "lora_models": {
        "SELECT": "id user_id status completed_at sent_at lease_until call_state call_id deleted_at forgotten_at expired_at look_at wants_samples",
        "UPDATE": "sent_at",
    },
    "metrics_progress": {"SELECT": "*", "INSERT": "*", "UPDATE": "*"},
    "notifications": {"SELECT": "id created_at", "DELETE": "*"},
    "outbox": {"SELECT": "*", "INSERT": "*", "UPDATE": "*", "DELETE": "*"},
    "persona_analyses": {"SELECT": "id user_id status sent_at lease_until", "UPDATE": "sent_at"},
    "project_analyses": {"SELECT": "id user_id status sent_at lease_until", "UPDATE": "sent_at"},
    "provider_calls": {"SELECT": "id user_id job_id index state intended_at ended_at"},
    "provider_health": {"SELECT": "*", "INSERT": "*", "UPDATE": "*"},
    "training_chains": {"SELECT": "sheet_job_id user_id ended_at sent_at", "UPDATE": "sent_at"},
    "uploads": {"SELECT": "user_id status usable_until ended_at", "DELETE": "*"},
    "studio_events": {"SELECT": "*", "UPDATE": "counted", "DELETE": "*"},
    "studio_metrics": {"SELECT": "*", "INSERT": "*", "UPDATE": "*"},
    "render_line": {"SELECT": "*", "INSERT": "user_id", "UPDATE": "turn due_at", "DELETE": "*"},
    "render_standing": {"SELECT": "*", "INSERT": "*", "UPDATE": "*"},
    "users": {"SELECT": "id event_count events_pruned_to", "UPDATE": "events_pruned_to"},
    "worker_heartbeats": {"SELECT": "*", "INSERT": "*", "UPDATE": "*", "DELETE": "*"},
}
"""All that a sweep across owners takes: ids and times, never what an image is of; but for what is counted (docs/decisions/0023)."""


async def test_the_sweeps_across_owners_see_only_ids_and_times(world: World) -> None:
    async with world.bench.owner.as_nobody() as connection:
        assert await privileges_of(connection, "likeness_dispatch") == DISPATCH

    for hidden in (
        "payload FROM events",
        "email FROM users",
        "recipe FROM jobs",
        "answer FROM idempotency_keys",
        "* FROM images",
        "prompt FROM images",
        "key FROM file_removals",
        "key FROM image_reviews",
        "image_ids FROM archives",
        "file_name FROM uploads",
        "persona_ids FROM deletions",
        "signature FROM consents",
        "result FROM persona_analyses",
        "material FROM brand_drafts",
        "result FROM project_analyses",
        "title FROM projects",
        "description FROM personas",
        "comment FROM approval_rounds",
        "original_key FROM uploads",
        "* FROM job_images",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with world.bench.worker.dispatch() as connection:
                await connection.execute(text(f"SELECT {hidden}"))


async def test_a_sweep_sees_the_rows_of_every_owner(world: World) -> None:
    async with world.bench.worker.dispatch() as connection:
        for relation, column in (
            ("users", "id"),
            ("job_images", "user_id"),
            ("credit_holds", "user_id"),
            ("events", "user_id"),
            ("outbox", "user_id"),
        ):
            owners = (await connection.execute(text(f"SELECT DISTINCT {column} FROM {relation}"))).scalars().all()
            assert set(owners) == {world.a.id, world.b.id}, relation


async def test_a_sweep_ends_with_its_transaction(world: World) -> None:
    async with world.bench.worker.dispatch() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == "likeness_dispatch"

    async with world.bench.worker.as_nobody() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == "likeness_worker"


async def test_the_api_cannot_become_another_role(world: World) -> None:
    for role in ("likeness_dispatch", "likeness_worker", "postgres"):
        assert await attempt(world.bench.api, world.a.id, f"SET LOCAL ROLE {role}") == (NO_PRIVILEGE, 0)


# --- no oracles ------------------------------------------------------------------------------------------------------


async def answer_to(
    world: World, work: Callable[[Any, UUID], Awaitable[object]], id_: UUID
) -> tuple[type[DomainError], str]:
    with pytest.raises(DomainError) as refusal:
        async with world.bench.api.unit_of_work(world.a.id) as uow:
            await work(uow, id_)
    return type(refusal.value), refusal.value.message


async def test_what_is_anothers_answers_as_what_does_not_exist(world: World) -> None:
    a, subject, job = world.a.id, world.b.purse.subject_id, world.b.running.job_id
    image = await world.bench.sql.value("SELECT id FROM images WHERE user_id = :b", b=world.b.id)

    async def cancel(uow: Any, id_: UUID) -> object:
        return await control.cancel_job(uow, a, JobId(id_), now=utc_now())

    async def retry(uow: Any, id_: UUID) -> object:
        return await control.retry_job(uow, a, JobId(id_), now=utc_now())

    async def choose(uow: Any, id_: UUID) -> object:
        return await choose_base_image(uow, a, world.a.purse.subject_id, ImageId(id_))

    async def choose_for(uow: Any, id_: UUID) -> object:
        return await choose_base_image(uow, a, SubjectId(id_), ImageId(image))

    for work, theirs in ((cancel, job), (retry, job), (choose, image), (choose_for, subject)):
        told = await answer_to(world, work, theirs)
        assert told == await answer_to(world, work, uuid4())
        assert told[0] is NotFound


async def test_a_worker_acting_for_one_user_finds_no_work_of_another(world: World) -> None:
    foreign = Making(world.bench, world.a.id, world.b.running.job_id)
    await foreign.send(1)
    before = await world.b.running.standing()

    assert await foreign.begin(1) is None

    assert await world.b.running.standing() == before


async def test_a_row_that_points_at_anothers_is_refused_as_one_that_points_at_nothing(world: World) -> None:
    hold = await world.bench.sql.value("SELECT id FROM credit_holds WHERE user_id = :b LIMIT 1", b=world.b.id)
    notify = f"""
      INSERT INTO notifications (id, user_id, type, title, body, href, job_id, created_at)
      VALUES (gen_random_uuid(), '{world.a.id}', '', '', '', '', :id, now())
    """

    for theirs, sql in (
        (world.b.purse.subject_id, "UPDATE jobs SET subject_id = :id"),
        (hold, "UPDATE job_images SET hold_id = :id"),
        (world.b.done.job_id, notify),
    ):
        told = await attempt(world.bench.api, world.a.id, sql, id=theirs)
        assert told == await attempt(world.bench.api, world.a.id, sql, id=uuid4())
        assert told == (NO_SUCH_ROW, 0)


# --- whose transaction it is -----------------------------------------------------------------------------------------


async def whose(connection: AsyncConnection) -> tuple[str, set[UUID]]:
    said = (await connection.execute(text("SELECT current_setting('app.user_id', true)"))).scalar_one()
    seen = (await connection.execute(text("SELECT id FROM users"))).scalars().all()
    return said or "", set(seen)


async def test_the_user_of_one_transaction_is_never_that_of_the_next(world: World) -> None:
    """Two users over five connections, with errors and cancellations in between; nobody's in between as well."""
    chance = random.Random(SEED)  # noqa: S311 - a test's chance, to be had again
    url = world.bench.api.engine.url.render_as_string(hide_password=False)
    database = Database(url, application_name="test-claims", pool_size=2)
    checked, few = 0, asyncio.Semaphore(20)  # who waited ten seconds for a connection would be refused one

    async def request(user: UserId | None, end: str) -> None:
        async with few:
            await look(user, end)

    async def look(user: UserId | None, end: str) -> None:
        nonlocal checked
        opened = database.read(user) if user else database.as_nobody()
        async with opened as connection:
            assert await whose(connection) == (str(user or ""), {user} if user else set()), f"SEED={SEED}"
            checked += 1
            if end == "error":
                raise LookupError
            if end == "database error":
                await connection.execute(text("SELECT 1 / 0"))
            if end == "cancel":
                asyncio.current_task().cancel()  # type: ignore[union-attr]
                await connection.execute(text("SELECT 1"))

    try:
        ends = ["well", "well", "error", "database error", "cancel"]
        outcomes = await asyncio.gather(
            *(request(chance.choice([world.a.id, world.b.id, None]), chance.choice(ends)) for _ in range(400)),
            return_exceptions=True,
        )
        for user in (None, world.a.id, None, world.b.id, None):
            await request(user, "well")
    finally:
        await database.close()

    assert checked == 405
    assert {type(outcome) for outcome in outcomes if outcome is not None} == {
        LookupError,
        DBAPIError,
        asyncio.CancelledError,
    }


async def test_a_workers_lease_is_renewed_across_owners(world: World) -> None:
    """The one statement of the sweeps that changes rows of many users at once, with the columns it is granted."""
    async with world.bench.worker.dispatch() as connection:
        renewed = await connection.execute(
            text(
                "UPDATE job_images SET lease_until = lease_until + interval '1 second' WHERE state = 'RENDERING' RETURNING user_id"
            )
        )
        assert set(renewed.scalars()) == {world.a.id, world.b.id}
        await connection.rollback()
