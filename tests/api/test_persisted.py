"""Documents that are named: automatic ones, which clients register, and trusted ones, besides which nothing runs."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner

from app.asgi import make_app
from app.cli import cli
from app.edge.manifest import APOLLO, ManifestError, hash_of, make_manifest, read_manifest
from app.edge.persisted import KEPT_FOR, PREFIX, AutomaticDocuments, Named, Shelf
from app.settings import Settings, SettingsError
from live.redis import connect
from schema.execution.refusals import RequestRefused
from tests.conftest import free_port, serving_app
from tests.support.operations import operations
from tests.support.studio import Json, Studio
from tests.unit.test_settings import GOOD

TYPENAME = "query Kind { __typename }"
VIEWER = "query Me { viewer { email } }"
NOT_FOUND = {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}


def apollo(document: str, **more: object) -> Json:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(document)}}, **more}


async def post(studio: Studio, body: Json, *, signed_in: bool = True) -> tuple[int, Json]:
    headers = {"Accept": "application/graphql-response+json"}
    if signed_in:
        headers["Authorization"] = f"Bearer {studio.token}"
    async with studio.http.post(f"{studio.url}/graphql", json=body, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_what_was_sent_once_may_be_named_from_then_on(studio: Studio) -> None:
    assert await post(studio, apollo(TYPENAME)) == (400, {"errors": [NOT_FOUND]})
    status, body = await post(studio, apollo(TYPENAME, query=TYPENAME))
    assert (status, body["data"]) == (200, {"__typename": "Query"})
    for named in (
        apollo(TYPENAME),
        {"documentId": f"sha256:{hash_of(TYPENAME)}"},
        {"documentId": hash_of(TYPENAME), "operationName": "Kind"},
    ):
        status, body = await post(studio.another(), named, signed_in=False)
        assert (status, body["data"]) == (200, {"__typename": "Query"})


async def test_it_may_be_named_in_an_address_too(studio: Studio) -> None:
    document = "query ByAddress { __typename }"
    extensions = json.dumps(apollo(document)["extensions"])
    url, headers = f"{studio.url}/graphql?", {"Authorization": f"Bearer {studio.token}"}
    async with studio.http.get(url + urlencode({"extensions": extensions}), headers=headers) as answer:
        assert (answer.status, await answer.json()) == (200, {"errors": [NOT_FOUND]})
    async with studio.http.get(
        url + urlencode({"extensions": extensions, "query": document}), headers=headers
    ) as known:
        assert known.status == 200
    for parameters in ({"extensions": extensions}, {"documentId": f"sha256:{hash_of(document)}"}):
        async with studio.http.get(url + urlencode(parameters)) as named:
            assert (await named.json())["data"] == {"__typename": "Query"}


async def test_a_document_under_a_hash_that_is_not_its_own_is_refused(studio: Studio) -> None:
    for wrong in (apollo(VIEWER, query=TYPENAME), {"documentId": f"sha256:{hash_of(VIEWER)}", "query": TYPENAME}):
        status, body = await post(studio, wrong)
        assert (status, body["errors"][0]["message"]) == (400, "provided sha does not match query")
    assert (await post(studio, apollo(VIEWER)))[1] == {"errors": [NOT_FOUND]}


@pytest.mark.parametrize(
    "extensions",
    [
        {"persistedQuery": []},
        {"persistedQuery": {}},
        {"persistedQuery": {"version": 2, "sha256Hash": "0" * 64}},
        {"persistedQuery": {"version": 1}},
        {"persistedQuery": {"version": 1, "sha256Hash": 7}},
        {"persistedQuery": {"version": 1, "sha256Hash": "0" * 63}},
        {"persistedQuery": {"version": 1, "sha256Hash": "G" * 64}},
    ],
)
async def test_a_name_of_another_form_is_the_clients_mistake(studio: Studio, extensions: Json) -> None:
    for body in ({"extensions": extensions}, {"extensions": extensions, "query": TYPENAME}):
        status, found = await post(studio, body)
        assert (status, found["errors"][0]["extensions"]) == (400, {"code": "BAD_REQUEST"})


@pytest.mark.parametrize("document_id", [7, "", "sha256:", "sha256:abc", "sha256:" + "A" * 64, {}])
async def test_so_is_a_document_id_of_another_form(studio: Studio, document_id: object) -> None:
    status, found = await post(studio, {"documentId": document_id})
    assert (status, found["errors"][0]["extensions"]) == (400, {"code": "BAD_REQUEST"})


@pytest.mark.parametrize("bad", ["{", "query Bad { nothing }", "query Bad($id: ID!) { node(id: $id) { id } }"])
async def test_what_was_refused_is_not_kept(studio: Studio, bad: str) -> None:
    assert (await post(studio, apollo(bad, query=bad)))[0] == 400
    assert (await post(studio, apollo(bad)))[1] == {"errors": [NOT_FOUND]}


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    client = connect(settings.redis.live)
    yield client
    await client.aclose()


def named(document: str, *, is_sent: bool = False) -> Named:
    return Named(document if is_sent else None, hash_of(document))


async def test_processes_share_what_signed_in_callers_sent(redis: Redis) -> None:
    one, other = AutomaticDocuments(redis), AutomaticDocuments(redis)
    await one.learn(named(TYPENAME, is_sent=True), is_known=True)
    assert await other.text_of(named(TYPENAME)) == TYPENAME
    assert 0 < await redis.ttl(PREFIX + hash_of(TYPENAME)) <= KEPT_FOR.total_seconds()
    await redis.flushdb()
    assert await other.text_of(named(TYPENAME)) == TYPENAME


async def test_of_strangers_little_is_kept_and_nothing_shared(redis: Redis) -> None:
    one, other = AutomaticDocuments(redis), AutomaticDocuments(redis)
    for number in range(101):
        await one.learn(named(f"{{ a{number}: __typename }}", is_sent=True), is_known=False)
    assert await one.text_of(named("{ a1: __typename }")) == "{ a1: __typename }"
    for library, document in ((one, "{ a0: __typename }"), (other, "{ a1: __typename }")):
        with pytest.raises(RequestRefused, match="PersistedQueryNotFound"):
            await library.text_of(named(document))
    assert await redis.keys(PREFIX + "*") == []


async def test_what_redis_holds_under_a_wrong_name_is_not_believed(redis: Redis) -> None:
    for planted in (VIEWER.encode(), b"\xff"):
        await redis.set(PREFIX + hash_of(TYPENAME), planted)
        with pytest.raises(RequestRefused, match="PersistedQueryNotFound"):
            await AutomaticDocuments(redis).text_of(named(TYPENAME))


async def test_without_redis_memory_serves() -> None:
    away = connect("redis://127.0.0.1:1/0", timeout=timedelta(milliseconds=100))
    library = AutomaticDocuments(away)
    await library.learn(named(TYPENAME, is_sent=True), is_known=True)
    assert await library.text_of(named(TYPENAME)) == TYPENAME
    with pytest.raises(RequestRefused, match="PersistedQueryNotFound"):
        await library.text_of(named(VIEWER))
    await away.aclose()


def test_a_shelf_is_bounded_in_number_and_in_size() -> None:
    shelf = Shelf(most=2, most_characters=10)
    shelf.put("a", "aaaa")
    shelf.put("b", "bbbb")
    assert shelf.get("a") == "aaaa"
    shelf.put("c", "c")
    assert [shelf.get(key) for key in "abc"] == ["aaaa", None, "c"]
    shelf.put("d", "d" * 10)
    assert [shelf.get(key) for key in "acd"] == [None, None, "d" * 10]
    shelf.put("e", "e" * 11)
    assert [shelf.get(key) for key in "de"] == [None, None]


@pytest.fixture
async def trusting(settings: Settings) -> AsyncIterator[Studio]:
    """An API that runs two documents, one by a name of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    documents = {hash_of(TYPENAME): TYPENAME, "viewer-1": VIEWER}
    changed = replace(settings, http=replace(settings.http, port=port, public_url=url, trusted_documents=documents))
    async with serving_app(make_app(changed), port), aiohttp.ClientSession() as http:
        yield Studio(url, changed, http)


async def test_trusted_documents_run_by_every_name_and_in_full(trusting: Studio) -> None:
    for body in (
        apollo(TYPENAME),
        {"documentId": hash_of(TYPENAME)},
        {"documentId": f"sha256:{hash_of(TYPENAME)}"},
        {"query": TYPENAME},
        apollo(TYPENAME, query=TYPENAME),
    ):
        status, found = await post(trusting, body)
        assert (status, found["data"]) == (200, {"__typename": "Query"})
    status, found = await post(trusting, {"documentId": "viewer-1"})
    assert found["data"] == {"viewer": {"email": f"{trusting.user}@example.com"}}


async def test_nothing_else_runs_where_documents_are_trusted(trusting: Studio) -> None:
    for body in (
        {"query": "{ __typename }"},
        {"query": TYPENAME + " "},
        {"query": "{ __schema { types { name } } }"},
        apollo("{ __typename }"),
        apollo("{ __typename }", query="{ __typename }"),
        {"documentId": "viewer-2"},
        {"documentId": "viewer-1", "query": "{ __typename }"},
    ):
        status, found = await post(trusting, body)
        assert (status, found["errors"][0]["extensions"]) == (400, {"code": "DOCUMENT_NOT_TRUSTED"})
        assert "data" not in found


@pytest.mark.parametrize(
    "written",
    [
        {hash_of(TYPENAME): TYPENAME},
        {f"sha256:{hash_of(TYPENAME)}": TYPENAME},
        {
            "format": APOLLO,
            "version": 1,
            "operations": [{"id": hash_of(TYPENAME), "name": "Kind", "type": "query", "body": TYPENAME}],
        },
    ],
)
def test_manifests_of_relay_and_apollo_are_read(tmp_path: Path, written: Json) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(written))
    assert read_manifest(tmp_path / "manifest.json") == {hash_of(TYPENAME): TYPENAME}
    settings = Settings.from_env({**GOOD, "TRUSTED_DOCUMENTS": str(tmp_path / "manifest.json")})
    assert settings.http.trusted_documents == {hash_of(TYPENAME): TYPENAME}


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a manifest"),
        ("{}", "holds no document"),
        ('{"a": 7}', "the document of 'a' is not a text"),
        ('{"a": "query {"}', "the document of 'a' cannot be read: Syntax Error"),
        ('{"format": "other", "operations": []}', "nor of the format"),
        (f'{{"format": "{APOLLO}", "operations": [{{"body": "{{a}}"}}]}}', "operation 0 has no `id`"),
        (f'{{"format": "{APOLLO}", "operations": [{{"id": "a"}}]}}', "the document of 'a' is not a text"),
    ],
)
def test_faults_of_a_manifest_are_said_in_words(tmp_path: Path, written: str, fault: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(written)
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env({**GOOD, "TRUSTED_DOCUMENTS": str(path)})
    (said,) = refusal.value.faults
    assert said.startswith(f"TRUSTED_DOCUMENTS: {path}")
    assert fault in said


def test_a_manifest_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read: No such file or directory"):
        read_manifest(tmp_path / "missing.json")


def test_a_manifest_is_made_of_each_operation_with_its_fragments() -> None:
    made = make_manifest(["query A { viewer { ...V } } query B { __typename } fragment V on Viewer { email }"])
    assert list(made.values()) == [
        "query A {\n  viewer {\n    ...V\n  }\n}\n\nfragment V on Viewer {\n  email\n}",
        "query B {\n  __typename\n}",
    ]
    assert list(made) == [hash_of(document) for document in made.values()]


def test_the_command_prints_a_manifest_of_the_clients_documents(tmp_path: Path) -> None:
    files = sorted(str(path) for path in Path("clients/operations").glob("*.graphql"))
    result = CliRunner().invoke(cli, ["documents", *files])
    assert result.exit_code == 0
    (tmp_path / "manifest.json").write_text(result.stdout)
    documents = read_manifest(tmp_path / "manifest.json")
    assert any(document.startswith("subscription JobProgress(") for document in documents.values())
    assert len(documents) == len(operations())


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("{", "cannot be read"),
        ("{ __typename }", "has no name"),
        ("query A { __typename } query A { __typename }", "the same name: A"),
        ("query A { nothing }", "Cannot query field 'nothing'"),
        ("query A { ...Missing }", "Unknown fragment 'Missing'"),
        ("fragment V on Viewer { email }", "no operation"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_document(tmp_path: Path, document: str, fault: str) -> None:
    (tmp_path / "a.graphql").write_text(document)
    result = CliRunner().invoke(cli, ["documents", str(tmp_path / "a.graphql")])
    assert (result.stdout, fault in str(result.exception)) == ("", True)
