"""gql for Python over both of its transports, as `likeness demo` and Python frontends use it. Needs no Node."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError

from app.worker import RunningWorker
from tests.support.operations import operations, variables_of
from tests.support.studio import Json, Studio

DOCUMENTS = operations()
Way = Callable[[Studio], AbstractAsyncContextManager[AsyncClientSession]]


@asynccontextmanager
async def over_http(studio: Studio) -> AsyncIterator[AsyncClientSession]:
    """Documents are checked against the schema that the server tells, before they are sent."""
    headers = {"Authorization": f"Bearer {studio.token}"}
    transport = AIOHTTPTransport(url=f"{studio.url}/graphql", headers=headers)
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        yield session


@asynccontextmanager
async def over_socket(studio: Studio) -> AsyncIterator[AsyncClientSession]:
    """With pings of the protocol: a server that does not answer them loses its client."""
    async with Client(transport=socket_to(studio, studio.token)) as session:
        yield session


def socket_to(studio: Studio, token: str) -> AIOHTTPWebsocketsTransport:
    """Offers the old subprotocol first, as gql does by itself."""
    return AIOHTTPWebsocketsTransport(
        url=f"{studio.url.replace('http', 'ws', 1)}/graphql",
        init_payload={"Authorization": f"Bearer {token}"},
        ping_interval=0.05,
        pong_timeout=5,
    )


def request(operation: str, variables: Json | None = None) -> GraphQLRequest:
    return GraphQLRequest(DOCUMENTS[operation], variable_values=variables)


async def progress(session: AsyncClientSession, job_id: str, after: str | None = None) -> AsyncIterator[Json]:
    async for data in session.subscribe(request("JobProgress", {"jobId": job_id, "after": after})):
        event: Json = data["jobProgress"]
        yield event


@pytest.mark.parametrize("way", [over_http, over_socket])
async def test_a_mutation_and_a_query_are_answered(studio: Studio, way: Way) -> None:
    async with way(studio) as session:
        made = await session.execute(request("CreateInfluencer", variables_of("CreateInfluencer")))
        assert made["createInfluencer"]["errors"] == []
        found = await session.execute(request("Viewer"))
        names = [edge["node"]["name"] for edge in found["viewer"]["influencers"]["edges"]]
        assert names == ["Mara Voss"]


@pytest.mark.parametrize("way", [over_http, over_socket])
async def test_a_refused_query_raises_with_its_code_and_the_session_goes_on(studio: Studio, way: Way) -> None:
    async with way(studio) as session:
        with pytest.raises(TransportQueryError) as raised:
            await session.execute(request("Influencer", {"id": "nobody"}))
        assert raised.value.errors is not None
        assert raised.value.errors[0]["extensions"]["code"] == "NOT_FOUND"
        assert (await session.execute(request("Viewer")))["viewer"]["influencers"]["edges"] == []


async def test_operations_run_side_by_side_on_one_socket(studio: Studio) -> None:
    async with over_socket(studio) as session:
        found = await asyncio.gather(*(session.execute(request("Viewer")) for _ in range(10)))
        assert [data["viewer"]["creditBalance"]["available"] for data in found] == [100] * 10


async def test_a_job_is_told_to_its_end(studio: Studio, quick_worker: RunningWorker) -> None:
    job = await studio.start_base_images(await studio.influencer(), count=2)
    async with over_socket(studio) as session:
        events = [event async for event in progress(session, job["id"])]
    assert events[0]["__typename"] == "JobSnapshot"
    assert (events[-1]["job"]["status"], events[-1]["job"]["percent"]) == ("COMPLETED", 100)


async def test_a_new_socket_goes_on_behind_the_last_event(studio: Studio, quick_worker: RunningWorker) -> None:
    job = await studio.start_base_images(await studio.influencer(), count=3)
    seen: list[Json] = []
    async with over_socket(studio) as session:
        async for event in progress(session, job["id"]):
            seen.append(event)
            if event["__typename"] == "ImageCompleted":
                break
    async with over_socket(studio) as session:
        rest = [event async for event in progress(session, job["id"], seen[-1]["cursor"])]
    completed = [event["index"] for event in [*seen, *rest] if event["__typename"] == "ImageCompleted"]
    assert sorted(completed) == [0, 1, 2]
    assert rest[-1]["job"]["status"] == "COMPLETED"


async def test_a_bad_token_opens_no_socket(studio: Studio) -> None:
    with pytest.raises(TransportConnectionFailed):
        async with Client(transport=socket_to(studio, "nobody's")):
            pass


async def test_a_bad_token_is_refused_over_http(studio: Studio) -> None:
    transport = AIOHTTPTransport(url=f"{studio.url}/graphql", headers={"Authorization": "Bearer nobody's"})
    async with Client(transport=transport) as session:
        with pytest.raises(TransportQueryError) as raised:
            await session.execute(request("Viewer"))
    assert raised.value.errors is not None
    assert raised.value.errors[0]["extensions"]["code"] == "SIGN_IN_REQUIRED"
