"""Requests of GraphQL over HTTP, header by header."""

import json

import aiohttp

from tests.support.studio import Json, Studio

PLAIN, NEW = "application/json", "application/graphql-response+json"
TYPENAME = {"query": "{ __typename }"}
MUTATION = 'mutation { cancelJob(input: {jobId: "x"}) { job { id } } }'
SUBSCRIPTION = "subscription { creditBalanceChanged { available } }"


async def ask(studio: Studio, body: Json | bytes, **headers: str) -> tuple[int, str, Json]:
    """Status, media type and JSON of an answer to a POST. A header `content_type` is written `Content-Type`."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": PLAIN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with studio.http.post(
        f"{studio.url}/graphql", data=data, headers=sent, skip_auto_headers=["Accept"]
    ) as found:
        return found.status, found.headers["Content-Type"], await found.json(content_type=None)


async def get(studio: Studio, parameters: str, **headers: str) -> tuple[int, Json, aiohttp.ClientResponse]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with studio.http.get(f"{studio.url}/graphql?{parameters}", headers=sent) as found:
        return found.status, await found.json(content_type=None), found


def code_of(body: Json) -> str:
    assert "data" not in body
    (error,) = body["errors"]
    found: str = error["extensions"]["code"]
    return found
