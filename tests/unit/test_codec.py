"""Domain values as JSON and back, and SQL as asyncpg takes it."""

from dataclasses import replace
from uuid import UUID

import asyncpg.pgproto.pgproto  # type: ignore[import-untyped] # it ships none
import orjson
import pytest

from db.codec import INFLUENCER, JOB, JOB_EVENT, RECIPE, json_text
from db.statements import Statement
from domain.events import EventKind, JobEvent
from domain.ids import UserId, hold_id_of
from domain.jobs.job import GenerationMode, JobStatus
from tests.support.values import JOB as JOB_ID
from tests.support.values import NOW, USER, a_job, a_recipe, an_influencer


def test_an_event_is_read_as_it_was_written() -> None:
    job = replace(a_job(), status=JobStatus.CANCELLED, mode=GenerationMode.FACE_SWAP, finished_at=NOW, event_count=3)
    event = JobEvent(kind=EventKind.IMAGE_FAILED, job=job, at=NOW, number=3, index=1, reason="Ünwilling.", retry_at=NOW)

    assert JOB_EVENT.validate_json(json_text(event)) == event


def test_answers_are_read_as_they_were_written() -> None:
    assert JOB.read(orjson.loads(JOB.write(a_job()))) == a_job()
    assert INFLUENCER.read(orjson.loads(INFLUENCER.write(an_influencer()))) == an_influencer()
    assert RECIPE.validate_json(json_text(a_recipe())) == a_recipe()


def test_an_id_that_came_from_the_database_is_written_as_any_other() -> None:
    theirs = UserId(asyncpg.pgproto.pgproto.UUID(str(USER)))

    assert type(theirs) is not UUID
    assert json_text(an_influencer(user_id=theirs)) == json_text(an_influencer())


def test_what_has_no_form_is_an_error() -> None:
    with pytest.raises(TypeError):
        json_text(object())


def test_names_become_places_and_a_name_that_comes_twice_has_one() -> None:
    statement = Statement("SELECT 'jobs:' || CAST(:id AS text), x::text FROM t WHERE a = :id AND sha256 = :sha256")

    assert statement.sql == "SELECT 'jobs:' || CAST($1 AS text), x::text FROM t WHERE a = $1 AND sha256 = $2"
    assert statement.arguments({"sha256": "f", "id": 1, "other": 2}) == [1, "f"]
    assert not statement.writes
    assert Statement("\nWITH a AS (UPDATE t SET b = :b RETURNING b) SELECT b FROM a").writes
    with pytest.raises(KeyError):
        statement.arguments({"id": 1})


def test_every_image_and_round_of_a_job_has_a_hold_of_its_own() -> None:
    holds = {hold_id_of(JOB_ID, index, round_) for index in range(10) for round_ in range(1, 100)}

    assert len(holds) == 990
    assert hold_id_of(JOB_ID, 3, 2) in holds
