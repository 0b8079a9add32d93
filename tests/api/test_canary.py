"""One secret in the mouth of everything that can fail: no client hears it, and the log says it once, beside the id that was told."""

import json
import re
import traceback
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.fields.resolver import StrawberryResolver
from structlog.testing import LogCapture

from app.auth import Authenticator
from app.edge.intake import Intake
from providers.local.tokens import user_id_of
from schema.build import build_schema
from schema.execution.engine import Engine
from schema.ids import global_id
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.sending import a_style, sent
from tests.support.studio import CANCEL, Json, Studio

CANARY = "canary-8f2c: postgres://likeness:hunter2@10.0.0.7/prod"
MESSAGE = re.compile(r"Something went wrong on our side\. Report it with this id: ([0-9a-f]{32})")
CORE = build_schema()._schema


class Secret(Exception):
    """Says more than anyone may hear."""

    def __init__(self) -> None:
        super().__init__(CANARY)
        self.dsn = CANARY


def sing(*_: object, **__: object) -> Any:
    raise Secret


async def sing_later(*_: object, **__: object) -> Any:
    raise Secret


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[list[Any]]:
    """What structlog is told. Whatever else speaks, a library or the server, must not know it either."""
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture])
    yield capture.entries
    structlog.configure(processors=before)
    assert "canary" not in caplog.text


def told_once(logged: list[Any], answer: str) -> None:
    """The answer says an id and no secret; one line of the log says both, and no other line the secret."""
    assert "canary" not in answer
    assert "hunter2" not in answer
    (error_id,) = MESSAGE.findall(answer)
    (line,) = [entry for entry in logged if CANARY in _whole(entry)]
    assert (line["event"], line["log_level"], line["error_id"]) == ("unexpected error", "error", error_id)
    logged.clear()


def _whole(entry: Json) -> str:
    error = entry.get("exc_info")
    return repr(entry) + ("".join(traceback.format_exception(error)) if isinstance(error, BaseException) else "")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A field of ours that has a resolver, and a document that comes to it."""

    name: str
    resolver: StrawberryResolver[Any]
    text: str
    kind: str


WAYS = {
    "Query": "{{ {} }}",
    "Mutation": "mutation {{ {} }}",
    "Subscription": "subscription {{ {} }}",
    "Viewer": "{{ viewer {{ {} }} }}",
    "GenerationJob": "{{ viewer {{ jobs(first: 1) {{ edges {{ node {{ {} }} }} }} }} }}",
    "ImageAsset": '{{ nodes(ids: ["<image>"]) {{ ... on ImageAsset {{ {} }} }} }}',
    "Archive": "{{ viewer {{ archives(first: 1) {{ edges {{ node {{ {} }} }} }} }} }}",
    "Export": "{{ viewer {{ exports(first: 1) {{ edges {{ node {{ {} }} }} }} }} }}",
    "Influencer": "{{ viewer {{ influencers(first: 1) {{ edges {{ node {{ {} }} }} }} }} }}",
    "LoraModel": (
        "{{ viewer {{ influencers(first: 1) {{ edges {{ node {{ loraHistory(first: 1) {{ edges {{ node {{ {} }} }} }} }} }} }} }} }}"
    ),
    "Persona": "{{ viewer {{ personas(first: 1) {{ edges {{ node {{ {} }} }} }} }} }}",
    "ContentSet": "{{ contentSets(first: 1) {{ edges {{ node {{ {} }} }} }} }}",
    "Project": "{{ viewer {{ projects(first: 1) {{ edges {{ node {{ {} }} }} }} }} }}",
    "ProjectStill": "{{ viewer {{ projects(first: 1) {{ edges {{ node {{ stills {{ {} }} }} }} }} }} }}",
    "ThumbnailThread": "{{ thumbnailThreads(first: 1) {{ edges {{ node {{ {} }} }} }} }}",
    "ThumbnailVersion": (
        "{{ thumbnailThreads(first: 1) {{ edges {{ node {{ versions(first: 1) {{ edges {{ node {{ {} }} }} }} }} }} }} }}"
    ),
    "Notification": "{{ viewer {{ notifications(first: 1) {{ edges {{ node {{ {} }} }} }} }} }}",
    "Avatar": "{{ viewer {{ profile {{ avatar {{ {} }} }} }} }}",
    "CreditTransaction": "{{ viewer {{ creditTransactions(first: 1) {{ edges {{ node {{ {} }} }} }} }} }}",
}

TOLD = """
INSERT INTO notifications (id, user_id, type, title, body, href, created_at)
VALUES (gen_random_uuid(), :user, 'job.completed', 'Done', 'It is done.', '/', now())
"""


def resolved_fields() -> Iterator[Resolved]:
    for kind in CORE.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                ours = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
                if ours is not None and ours.base_resolver is not None:
                    text = WAYS[kind.name].format(asking(name, field))
                    yield Resolved(f"{kind.name}.{name}", ours.base_resolver, text, kind.name)


def asking(name: str, field: GraphQLField) -> str:
    given = ", ".join(f"{n}: {literal(a.type)}" for n, a in field.args.items() if is_required_argument(a))
    below = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return name + (f"({given})" if given else "") + below


def literal(kind: GraphQLInputType) -> str:
    """Of the right form; it means nothing."""
    match kind:
        case GraphQLNonNull():
            return literal(kind.of_type)
        case GraphQLList():
            return f"[{literal(kind.of_type)}]"
        case GraphQLEnumType():
            return str(next(iter(kind.values)))
        case GraphQLInputObjectType():
            given = (f"{n}: {literal(f.type)}" for n, f in kind.fields.items() if is_required_input_field(f))
            return f"{{ {', '.join(given)} }}"
        case _:
            return {"Int": "20", "Boolean": "false", "Date": '"2026-11-21"', "DateTime": '"2026-11-21T12:00:00Z"'}.get(
                str(kind), '"x"'
            )


RESOLVED = {each.name: each for each in resolved_fields()}


@dataclass(slots=True)
class Cage:
    """While `inside` names a resolver, that one fails."""

    inside: StrawberryResolver[Any] | None = None
    fails_later: bool = False


@pytest.fixture
def cage(monkeypatch: pytest.MonkeyPatch) -> Cage:
    found, call = Cage(), StrawberryResolver.__call__

    def watched(self: StrawberryResolver[Any], *args: Any, **kwargs: Any) -> Any:
        if self is not found.inside:
            return call(self, *args, **kwargs)
        if found.fails_later:
            return _after_one(call(self, *args, **kwargs))
        raise Secret

    monkeypatch.setattr(StrawberryResolver, "__call__", watched)
    return found


async def _after_one(stream: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for event in stream:
        yield event
        raise Secret


def test_every_resolver_is_known() -> None:
    assert len(RESOLVED) >= 45
    assert {"Query.viewer", "Mutation.startPack", "Subscription.jobProgress", "ImageAsset.subject"} <= RESOLVED.keys()


async def begin_training(studio: Studio, owner: Owner, influencer: str) -> str:
    images = await owner.give_images(studio, influencer, 5)
    await owner.grant(studio, 30_000)
    wish = {"subjectId": influencer, "imageIds": images, "idempotencyKey": "training"}
    model: str = (await studio.ask(operations()["StartTraining"], input=wish))["loraModel"]["id"]
    return model


async def create_persona(studio: Studio) -> None:
    given = await studio.ask(operations()["GiveConsent"], **variables_of("GiveConsent"))
    wish = variables_of("CreatePersona", consent_id=given["consent"]["id"])
    assert (await studio.ask(operations()["CreatePersona"], **wish))["errors"] == []


async def create_project(studio: Studio) -> str:
    made = await studio.ask(operations()["CreateProject"], **variables_of("CreateProject"))
    project: str = made["project"]["id"]
    return project


async def add_still(studio: Studio, project: str) -> None:
    """Under the consent that there is."""
    uploads = await sent(studio, "PROJECT_STILL", a_style())
    added = await studio.ask(operations()["AddProjectStills"], input={"projectId": project, "uploadIds": uploads})
    assert added["errors"] == []


A_SET = """
INSERT INTO content_sets (id, user_id, project_id, subject_id, thumbnails_job_id, created_at)
SELECT gen_random_uuid(), j.user_id, p.id, j.subject_id, j.id, now() FROM jobs j JOIN projects p ON p.user_id = j.user_id
 WHERE j.kind = 'THUMBNAIL' LIMIT 1 RETURNING id
"""


async def create_set(studio: Studio, owner: Owner, influencer: str) -> str:
    """Of a thumbnail that was cancelled."""
    await create_project(studio)
    await studio.ask(CANCEL, input={"jobId": await start_thumbnail(studio, influencer)})
    return global_id("ContentSet", await owner.value(A_SET))


async def start_thumbnail(studio: Studio, influencer: str) -> str:
    wish = {"personaId": influencer, "prompt": "excited", "idempotencyKey": "thumbnail"}
    job: str = (await studio.ask(operations()["StartThumbnail"], input=wish))["job"]["id"]
    return job


@pytest.fixture
async def image(studio: Studio, owner: Owner) -> str:
    """So that there is one of everything."""
    influencer = await owner.influencer_with_face(studio)
    (image,) = await owner.give_images(studio, influencer, 1)
    await begin_training(studio, owner, influencer)
    await create_persona(studio)
    await studio.ask(operations()["RequestArchive"], input={"imageIds": [image], "idempotencyKey": "archive"})
    await studio.ask(operations()["StartExport"], input={"idempotencyKey": "export"})
    await create_set(studio, owner, influencer)
    await add_still(studio, await create_project(studio))
    await studio.ask(operations()["ReviewAvatar"], input={"subjectId": influencer, "imageId": image})
    await owner.run(TOLD, user=user_id_of(studio.user))
    return image


async def test_no_resolver_tells_it_over_http(studio: Studio, image: str, cage: Cage, logged: list[Any]) -> None:
    studio.is_admin = True  # whom every field is open to
    for each in RESOLVED.values():
        if each.kind != "Subscription":
            cage.inside = each.resolver
            told_once(logged, await posted(studio, each.text.replace("<image>", image)))


async def test_no_resolver_tells_it_on_a_socket(studio: Studio, image: str, cage: Cage, logged: list[Any]) -> None:
    studio.is_admin = True
    async with studio.socket() as socket:
        for each in RESOLVED.values():
            cage.inside = each.resolver
            told_once(logged, json.dumps(await socket.run(each.text.replace("<image>", image))))


@pytest.mark.parametrize("name", [name for name in RESOLVED if name.startswith("Subscription")])
async def test_no_stream_tells_it_in_its_midst(
    studio: Studio, owner: Owner, cage: Cage, logged: list[Any], name: str
) -> None:
    influencer = await owner.influencer_with_face(studio)
    if "training" in name:
        watched = await begin_training(studio, owner, influencer)
    elif "export" in name:
        watched = (await studio.ask(operations()["StartExport"], input={"idempotencyKey": "export"}))["export"]["id"]
    elif "contentSet" in name:
        watched = await create_set(studio, owner, influencer)
    elif "project" in name:
        watched = await create_project(studio)
    elif "thumbnail" in name:
        watched = await start_thumbnail(studio, influencer)
        await studio.ask(CANCEL, input={"jobId": watched})
    else:
        watched = (await studio.start_pack(influencer, 1))["job"]["id"]
    text = RESOLVED[name].text.replace('"x"', f'"{watched}"')
    cage.inside, cage.fails_later = RESOLVED[name].resolver, True
    async with studio.socket() as socket:
        await socket.ws.send_json({"id": "1", "type": "subscribe", "payload": {"query": text}})
        assert (await socket.ws.receive_json())["type"] == "next"
        last = await socket.ws.receive_json()
        assert last["type"] == "error"
    told_once(logged, json.dumps(last))
    streamed = await posted(studio, text, accept="text/event-stream")
    assert streamed.startswith('event: next\ndata: {"data"')
    told_once(logged, streamed)


async def test_no_field_of_an_event_tells_it(studio: Studio, owner: Owner, cage: Cage, logged: list[Any]) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), 1))["job"]["id"]
    cage.inside = RESOLVED["GenerationJob.images"].resolver
    text = f'subscription {{ jobProgress(jobId: "{job}") {{ job {{ images {{ edges {{ cursor }} }} }} }} }}'
    async with studio.socket() as socket:
        await socket.ws.send_json({"id": "1", "type": "subscribe", "payload": {"query": text}})
        answer = await socket.ws.receive_json()
    assert answer["type"] == "next"
    told_once(logged, json.dumps(answer))


async def posted(studio: Studio, text: str, *, accept: str = "application/graphql-response+json") -> str:
    """The whole of an answer, its headers too."""
    headers = {"Authorization": f"Bearer {studio.token}", "Accept": accept}
    async with studio.http.post(f"{studio.url}/graphql", json={"query": text}, headers=headers) as answer:
        body: str = await answer.text()
        assert "canary" not in str(answer.headers)
        return body


STEPS = {
    "signing in": (Authenticator, "sign_in"),
    "what a request asks": (Intake, "prepare"),
    "running it": (Engine, "execute"),
}


@pytest.mark.parametrize("step", STEPS)
async def test_no_step_of_a_request_tells_it(
    studio: Studio, logged: list[Any], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*STEPS[step], sing_later)
    told_once(logged, await posted(studio, "{ __typename }"))
    told_once(logged, await posted(studio, "{ __typename }", accept="text/event-stream"))


async def test_reading_a_body_does_not_tell_it(
    studio: Studio, logged: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.edge.http.words_of_body", sing_later)
    told_once(logged, await posted(studio, "{ __typename }"))


@pytest.mark.parametrize("step", ["what a request asks", "running it"])
async def test_no_step_of_an_operation_on_a_socket_tells_it(
    studio: Studio, logged: list[Any], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with studio.socket() as socket:
        monkeypatch.setattr(*STEPS[step], sing_later)
        told_once(logged, json.dumps(await socket.run("{ __typename }")))
        monkeypatch.undo()
        assert await socket.run("{ __typename }") == {
            "data": {"__typename": "Query"},
            "extensions": {"cost": {"requested": 1, "limit": 5000}},
        }


async def test_a_socket_that_cannot_be_begun_does_not_tell_it(
    studio: Studio, logged: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Authenticator, "sign_in", sing_later)
    async with studio.raw_socket() as ws:
        await ws.send_json({"type": "connection_init", "payload": {"Authorization": f"Bearer {studio.token}"}})
        closing = await ws.receive()
        told_once(logged, str(closing.extra))
        assert ws.close_code == 4500


class Unspeakable(Exception):
    """Fails even at saying what it is."""

    def __str__(self) -> str:
        raise Secret


@pytest.mark.parametrize("name", ["Query.node", "Mutation.likeImages", "Subscription.jobProgress", "Viewer.images"])
async def test_an_error_that_cannot_be_put_into_words_is_told_as_any_other(
    studio: Studio, logged: list[Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(self: StrawberryResolver[Any], *args: Any, **kwargs: Any) -> Any:
        if self is RESOLVED[name].resolver:
            raise Unspeakable
        return call(self, *args, **kwargs)

    call = StrawberryResolver.__call__
    monkeypatch.setattr(StrawberryResolver, "__call__", fail)
    async with studio.socket() as socket:
        answer = json.dumps(await socket.run(RESOLVED[name].text))
    assert len(MESSAGE.findall(answer)) == 1
    assert "canary" not in answer
