"""The rules of adult content as the database keeps them, whoever asks it: what may be one, who sees one, who may say that they may.

Pictures are rows without files here. Each test breaks one thing and leaves the others as they have to be.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.cli.accounts import set_age_assurance
from app.cli.errors import CommandError
from db.codec import json_text
from db.migrate import migrate
from domain.ids import ImageId
from domain.safety.decisions import Outcome
from domain.safety.policy import AgeAssurance
from tests.support.catalogue import privileges_of
from tests.support.clones import a_clone
from tests.support.ledger import SEED, Bench, Purse, a_bench
from tests.support.servers import RunningServers
from tests.support.values import a_decision, a_recipe

NO_PRIVILEGE, BROKEN = "42501", "23"
"""SQLSTATE, and the class of those that say a rule of the data is broken."""

ASSURED = "UPDATE users SET age_assurance = 'ASSURED', age_assured_at = now(), age_assurance_reference = 'case 7' WHERE id = :id"
OPTED_IN = "UPDATE users SET adult_opted_in_at = now() WHERE id = :id"
MEANT = "UPDATE influencers SET nsfw_enabled = true WHERE subject_id = :id"

JOB = """
INSERT INTO jobs (id, user_id, subject_id, kind, status, mode_reason, recipe, image_count, completed_count, price_per_image, credits_reserved,
                  created_at, started_at, finished_at)
VALUES (:id, :user_id, :subject_id, 'PACK', 'COMPLETED', 'Given by a test.', CAST(:recipe AS jsonb), 1, 1, 0, 0, now(), now(), now())
"""
IMAGE = """
INSERT INTO images (id, user_id, subject_id, job_id, index, kind, storage_key, thumbnail_key, sha256, content_type, size_bytes, width,
                    height, outfit, aspect_ratio, quality, nsfw, prompt, negative_prompt, seed, steps, model, provider, credits_charged,
                    generation_ms, created_at, source_image_id, descends_from_upload, decision)
VALUES (:id, :user_id, :subject_id, :job_id, 0, 'PACK', :place || 'images/x.webp', :place || 'thumbnails/x.webp', :sha256, 'image/webp', 1, 1, 1,
        'CASUAL_TEE', 'PORTRAIT_9_16', 'DRAFT', :nsfw, '-', '-', 1, 1, '-', '-', 0, 1, now(), :source, :tainted, 1)
RETURNING id
"""
JUDGED = "a" * 64
"""Of pictures that somebody let through: without that there could be no image at all."""

SEEN = "SELECT count(*) FROM images WHERE nsfw"


@dataclass(frozen=True, slots=True)
class Ground:
    """A user whose influencer of 27 is meant for adult content. Images are put in by the worker's role, as in production."""

    bench: Bench
    purse: Purse

    @property
    def me(self) -> UUID:
        return self.purse.user_id

    async def subject(self, kind: str = "INFLUENCER") -> UUID:
        subject_id = uuid4()
        await self.bench.sql.run(
            "INSERT INTO subjects (id, user_id, type, name, created_at) VALUES (:id, :user_id, :kind, 'Somebody', now())",
            id=subject_id,
            user_id=self.me,
            kind=kind,
        )
        return subject_id

    async def image(
        self,
        *,
        nsfw: bool = True,
        tainted: bool = False,
        source: UUID | None = None,
        subject: UUID | None = None,
        place: str | None = None,
        **recipe: Any,
    ) -> UUID:
        """Its id. `recipe` is of its job; `base_image_id` is none unless it is given."""
        job_id, image_id = uuid4(), uuid4()
        whose = {"user_id": self.me, "subject_id": subject or self.purse.subject_id}
        pinned = json_text(a_recipe(**{"base_image_id": None, **recipe}))
        await self.bench.sql.run(JOB, id=job_id, recipe=pinned, **whose)
        where = ("adult/" if nsfw else "") if place is None else place
        values = {
            "sha256": JUDGED,
            "id": image_id,
            "job_id": job_id,
            "nsfw": nsfw,
            "tainted": tainted,
            "source": source,
            "place": where,
        }
        async with self.bench.worker.read(self.purse.user_id) as connection:
            found = (await connection.execute(text(IMAGE), {**values, **whose})).scalar_one()
        assert found == image_id
        return image_id

    async def refused(self, **image: Any) -> str:
        """Of the constraint or the trigger, in its words; nothing is there afterwards."""
        before = await self.count()
        with pytest.raises(DBAPIError) as refusal:
            await self.image(**image)
        assert getattr(refusal.value.orig, "sqlstate", "").startswith(BROKEN)
        assert await self.count() == before
        return str(refusal.value.orig)

    async def count(self) -> int:
        found: int = await self.bench.sql.value(SEEN)
        return found


@pytest.fixture
async def ground(template: RunningServers) -> AsyncIterator[Ground]:
    async with a_clone(template) as addresses, a_bench(addresses, connections=2) as bench:
        purse = await bench.purse(100)
        await bench.sql.run(MEANT, id=purse.subject_id)
        async with bench.worker.unit_of_work(purse.user_id) as uow:
            await uow.lock_user(purse.user_id)
            await uow.safety.log(purse.user_id, a_decision(outcome=Outcome.ALLOWED, input_sha256=JUDGED))
        yield Ground(bench, purse)


# --- what may be adult content ---------------------------------------------------------------------------------------


async def test_an_image_of_a_synthetic_adult_may_be(ground: Ground) -> None:
    parent = await ground.image(nsfw=False)
    await ground.image(source=parent, base_image_id=parent, source_image_id=parent)
    assert await ground.count() == 1


async def test_its_influencer_is_meant_for_it(ground: Ground) -> None:
    await ground.bench.sql.run("UPDATE influencers SET nsfw_enabled = false")
    assert "no influencer of 21 or older that is meant for it" in await ground.refused()


async def test_its_influencer_is_21(ground: Ground) -> None:
    await ground.bench.sql.run("UPDATE influencers SET nsfw_enabled = false, age = 20")
    with pytest.raises(DBAPIError, match="adult_content_from_21"):
        await ground.bench.sql.run(MEANT, id=ground.purse.subject_id)
    assert "no influencer of 21" in await ground.refused()


@pytest.mark.parametrize("age", [18, 20])
async def test_an_influencer_that_has_one_never_gets_younger(ground: Ground, age: int) -> None:
    await ground.image()
    with pytest.raises(DBAPIError, match="stays 21 or older"):
        await ground.bench.sql.run(f"UPDATE influencers SET nsfw_enabled = false, age = {age}")  # noqa: S608
    await ground.bench.sql.run("UPDATE influencers SET age = 21")


async def test_it_is_never_of_a_persona(ground: Ground) -> None:
    assert "no influencer of 21" in await ground.refused(subject=await ground.subject("PERSONA"))


async def test_it_is_never_of_an_upload(ground: Ground) -> None:
    assert "adult_images_descend_from_no_upload" in await ground.refused(tainted=True)


@pytest.mark.parametrize("by", ["source", "source_image_id", "base_image_id"])
@pytest.mark.parametrize("distance", [1, 2, 5])
async def test_it_never_descends_from_an_upload_however_far_back(ground: Ground, by: str, distance: int) -> None:
    ancestor = await ground.image(nsfw=False, tainted=True)
    for _ in range(distance - 1):
        made_from: dict[str, Any] = {by: ancestor}
        ancestor = await ground.image(nsfw=False, **made_from)
    await ground.refused(**{by: ancestor})


async def test_it_never_descends_from_a_persona(ground: Ground) -> None:
    of_a_persona = await ground.image(nsfw=False, subject=await ground.subject("PERSONA"))
    between = await ground.image(nsfw=False, base_image_id=of_a_persona)
    assert "descends from a real person or an upload" in await ground.refused(base_image_id=between)


async def test_taint_travels_by_itself(ground: Ground) -> None:
    parent = await ground.image(nsfw=False, tainted=True)
    child = await ground.image(nsfw=False, source=parent)
    assert await ground.bench.sql.value("SELECT descends_from_upload FROM images WHERE id = :id", id=child) is True


async def test_it_cannot_be_made_one_afterwards(ground: Ground) -> None:
    tainted = await ground.image(nsfw=False, tainted=True)
    child = await ground.image(nsfw=False, base_image_id=tainted)
    to_adult = "UPDATE images SET nsfw = true, storage_key = 'adult/x', thumbnail_key = 'adult/x' WHERE id = :id"
    for image in (tainted, child):
        with pytest.raises(DBAPIError):
            await ground.bench.sql.run(to_adult, id=image)
    for database in (ground.bench.api, ground.bench.worker):
        for column in ("nsfw", "descends_from_upload", "subject_id", "source_image_id"):
            with pytest.raises(DBAPIError) as refusal:
                async with database.read(ground.purse.user_id) as connection:
                    await connection.execute(text(f"UPDATE images SET {column} = {column}"))  # noqa: S608
            assert getattr(refusal.value.orig, "sqlstate", "") == NO_PRIVILEGE


@pytest.mark.parametrize(("nsfw", "place"), [(True, ""), (False, "adult/")])
async def test_it_lies_where_nothing_else_does(ground: Ground, nsfw: bool, place: str) -> None:
    assert "adult_images_lie_apart" in await ground.refused(nsfw=nsfw, place=place)


async def test_of_lineages_drawn_by_chance_none_has_an_adult_image_behind_an_upload(ground: Ground) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a test's chance, to be had again
    tainted: dict[UUID, bool] = {}
    refused = 0
    for _ in range(300):
        parents: dict[str, Any] = {
            by: chance.choice([None, *tainted]) for by in ("source", "base_image_id", "source_image_id")
        }
        uploaded, nsfw = chance.random() < 0.05, chance.random() < 0.5
        expected = uploaded or any(tainted[parent] for parent in parents.values() if parent)
        try:
            made = await ground.image(nsfw=nsfw, tainted=uploaded, **parents)
        except DBAPIError:
            assert nsfw, f"SEED={SEED}"
            assert expected, f"SEED={SEED}"
            refused += 1
        else:
            assert not (nsfw and expected), f"SEED={SEED}"
            tainted[made] = expected
    assert refused > 0
    assert any(tainted.values())


# --- who sees one ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opted_in", [True, False])
@pytest.mark.parametrize("level", AgeAssurance)
@pytest.mark.parametrize("offered", [True, False])
async def test_the_api_sees_one_in_exactly_one_case(
    ground: Ground, offered: bool, level: AgeAssurance, opted_in: bool
) -> None:
    image = await ground.image()
    await ground.bench.sql.run(
        ASSURED.replace("'ASSURED'", f"'{level}'") if level != "NONE" else "SELECT", id=ground.me
    )
    if opted_in:
        await ground.bench.sql.run(OPTED_IN, id=ground.me)
    may = offered and level is AgeAssurance.ASSURED and opted_in

    user, api = ground.purse.user_id, ground.bench.api
    async with api.read(user, adult=offered) as connection:
        assert (await connection.execute(text(SEEN))).scalar_one() == int(may)
        changed = await connection.execute(text("UPDATE images SET liked = true WHERE id = :id"), {"id": image})
        assert changed.rowcount == int(may)
    found = await api.fetch(user, "SELECT i.id FROM images i WHERE i.user_id = me.id AND i.nsfw", adult=offered)
    assert len(found) == int(may)
    async with api.unit_of_work(user, adult=offered) as uow:
        assert await uow.images.count_present([ImageId(image)]) == int(may)
    async with api.read(user) as connection:  # what was said in one transaction is not said in the next
        assert (await connection.execute(text(SEEN))).scalar_one() == 0


async def test_nobody_else_sees_one(ground: Ground) -> None:
    await ground.image()
    other = await ground.bench.purse(1)
    for sql in (ASSURED, OPTED_IN):
        await ground.bench.sql.run(sql, id=other.user_id)
    async with ground.bench.api.read(other.user_id, adult=True) as connection:
        assert (await connection.execute(text(SEEN))).scalar_one() == 0


# --- who may say that they may ---------------------------------------------------------------------------------------


async def test_no_role_that_serves_may_write_that_an_age_is_assured(ground: Ground) -> None:
    async with ground.bench.owner.as_nobody() as connection:
        api, worker = [await privileges_of(connection, f"likeness_{role}") for role in ("api", "worker")]
    assert api["users"] == {
        "SELECT": "*",
        "INSERT": "id email display_name created_at",
        "UPDATE": "email display_name event_count adult_opted_in_at",
    }
    assert worker["users"] == {"SELECT": "*", "UPDATE": "event_count"}
    for database in (ground.bench.api, ground.bench.worker):
        for change in ("age_assurance = 'ASSURED'", "age_assured_at = now()", "age_assurance_reference = 'mine'"):
            with pytest.raises(DBAPIError) as refusal:
                async with database.read(ground.purse.user_id) as connection:
                    await connection.execute(text(f"UPDATE users SET {change}"))  # noqa: S608
            assert getattr(refusal.value.orig, "sqlstate", "") == NO_PRIVILEGE


async def test_an_assurance_has_a_date_and_a_reference(ground: Ground) -> None:
    for change in (
        "age_assurance = 'ASSURED'",
        "age_assurance = 'ASSURED', age_assured_at = now()",
        "age_assurance = 'ASSURED', age_assured_at = now(), age_assurance_reference = ''",
        "age_assured_at = now()",
        "age_assurance = 'CERTAINLY'",
    ):
        with pytest.raises(DBAPIError):
            await ground.bench.sql.run(f"UPDATE users SET {change}")  # noqa: S608


async def test_an_api_that_is_taken_over_means_nobody_for_it(ground: Ground) -> None:
    await ground.bench.sql.run("UPDATE influencers SET nsfw_enabled = false")
    user = ground.purse.user_id
    for change in (
        "UPDATE influencers SET nsfw_enabled = true",
        "INSERT INTO influencers SELECT (jsonb_populate_record(i, '{\"nsfw_enabled\": true}')).* FROM influencers i",
    ):
        with pytest.raises(DBAPIError) as refusal:
            async with ground.bench.api.read(user, adult=True) as connection:
                await connection.execute(text(change))
        assert getattr(refusal.value.orig, "sqlstate", "") == NO_PRIVILEGE


class Operator:
    """The command, in a process whose environment names the servers."""

    def __init__(self, ground: Ground) -> None:
        url = ground.bench.owner.engine.url.render_as_string(hide_password=False)
        self._environment = {
            "DATABASE_URL": url,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "LIKENESS_SECRET": "a secret of tests, long enough to be one",
        }
        self._user, self._ground = str(ground.me), ground

    async def says(self, level: AgeAssurance, *, by: str = "Ada", reference: str = "case 7") -> None:
        await asyncio.to_thread(set_age_assurance, self._environment, self._user, level, by=by, reference=reference)

    async def kept(self) -> tuple[Any, ...]:
        (row,) = await self._ground.bench.sql.rows(
            "SELECT age_assurance, age_assured_at IS NOT NULL, age_assurance_reference FROM users WHERE id = :id",
            id=self._ground.me,
        )
        return row

    async def log(self) -> list[tuple[Any, ...]]:
        return await self._ground.bench.sql.rows(
            "SELECT operation, outcome, rule, judge, input_sha256 FROM safety_decisions WHERE user_id = :id ORDER BY number",
            id=self._ground.me,
        )


async def test_the_operator_says_so_and_takes_it_back_and_both_are_logged(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    operator = Operator(ground)
    await operator.says(AgeAssurance.SELF_DECLARED, reference="form 1")
    assert await operator.kept() == ("SELF_DECLARED", True, "form 1")
    await operator.says(AgeAssurance.ASSURED)
    assert await operator.kept() == ("ASSURED", True, "case 7")
    await operator.says(AgeAssurance.NONE, by="Grace", reference="case 8")
    assert await operator.kept() == ("NONE", False, None)

    log = (await operator.log())[1:]  # the first let the ground's pictures through
    assert [row[4] for row in log] == [sha256(said.encode()).hexdigest() for said in ("form 1", "case 7", "case 8")]
    assert [row[:4] for row in log] == [
        ("assureAge", "REFUSED", "AGE_SELF_DECLARED", "operator Ada"),
        ("assureAge", "ALLOWED", "AGE_ASSURED", "operator Ada"),
        ("assureAge", "REFUSED", "AGE_ASSURANCE_REVOKED", "operator Grace"),
    ]
    assert "case" not in str(log)
    assert capsys.readouterr().out.splitlines() == [
        f"The age of {ground.me} is SELF_DECLARED now; it was NONE. Written down as decided by Ada.",
        f"The age of {ground.me} is ASSURED now; it was SELF_DECLARED. Written down as decided by Ada.",
        f"The age of {ground.me} is NONE now; it was ASSURED. Written down as decided by Grace.",
    ]


@pytest.mark.parametrize("lacking", [{"by": " "}, {"reference": ""}])
async def test_the_operator_says_who_and_why(ground: Ground, lacking: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="Say who decided it"):
        await Operator(ground).says(AgeAssurance.ASSURED, **lacking)
    assert await Operator(ground).kept() == ("NONE", False, None)


async def test_there_is_no_way_back_to_a_schema_that_could_not_hide_it(ground: Ground) -> None:
    owner = ground.bench.owner.engine.url.render_as_string(hide_password=False)
    with pytest.raises(Exception, match="no way to keep it from anybody"):
        await migrate(owner, revision="base")
    assert await ground.bench.sql.value("SELECT version_num FROM alembic_version") == "0010"
