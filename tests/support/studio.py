"""A client's view of a running API: HTTP and sockets on loopback, and the words tests are told in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp

from app.settings import Settings
from app.wiring import utc_now
from providers.local.tokens import issue_token

Json = dict[str, Any]

MARA: Json = {
    "name": "Mara Voss",
    "appearance": {
        "style": "REALISTIC",
        "gender": "FEMALE",
        "age": 27,
        "ethnicity": "mediterranean",
        "hairColor": "auburn",
        "hairStyle": "long_wavy",
        "eyeColor": "green",
        "bodyType": "athletic",
    },
}

JOB_FIELDS = """
  id kind status mode imageCount completedCount failedCount cancelledCount percent creditsReserved creditsCaptured
  errorCode errorMessage createdAt startedAt finishedAt
"""
ERRORS = "errors { __typename code message path }"
ERRORS_IN_FULL = """
errors {
  __typename code message path
  ... on InsufficientCreditsError { required available packages { key credits priceCents currency purchaseUrl } }
  ... on RateLimitedError { retryAfterSeconds }
  ... on LimitReachedError { limit }
}
"""

CREATE = f"mutation ($input: CreateInfluencerInput!) {{ createInfluencer(input: $input) {{ influencer {{ id name }} {ERRORS} }} }}"
BASE = f"mutation ($input: StartBaseImagesInput!) {{ startBaseImages(input: $input) {{ job {{ {JOB_FIELDS} }} {ERRORS} }} }}"
CHOOSE = f"mutation ($input: ChooseBaseImageInput!) {{ chooseBaseImage(input: $input) {{ influencer {{ id baseImage {{ id }} }} {ERRORS} }} }}"
START_PACK = f"mutation ($input: StartPackInput!) {{ startPack(input: $input) {{ job {{ {JOB_FIELDS} }} {ERRORS} }} }}"
CANCEL = f"mutation ($input: CancelJobInput!) {{ cancelJob(input: $input) {{ job {{ {JOB_FIELDS} }} {ERRORS} }} }}"
RETRY = f"mutation ($input: RetryJobInput!) {{ retryJob(input: $input) {{ job {{ {JOB_FIELDS} }} {ERRORS} }} }}"
JOB = f"query ($id: ID!) {{ job(id: $id) {{ {JOB_FIELDS} images {{ edges {{ node {{ id url index seed }} }} }} }} }}"
BALANCE = "{ viewer { creditBalance { available reserved total } } }"
PROGRESS = f"""
subscription ($jobId: ID!, $after: String) {{
  jobProgress(jobId: $jobId, after: $after) {{
    __typename cursor emittedAt job {{ {JOB_FIELDS} }}
    ... on ImageProgressed {{ index percent }}
    ... on ImageCompleted {{ index image {{ id url seed }} }}
    ... on ImageFailed {{ index reason willRetry }}
    ... on ImageDelayed {{ index reason retryAt }}
  }}
}}
"""


@dataclass(slots=True)
class Studio:
    """One user of one API. `user` is a name; the same name is the same user."""

    url: str
    settings: Settings
    http: aiohttp.ClientSession
    user: str = field(default_factory=lambda: f"user-{uuid4().hex[:12]}")
    is_admin: bool = False

    @property
    def token(self) -> str:
        return self.token_for(timedelta(hours=1))

    def token_for(self, life: timedelta) -> str:
        secret = self.settings.tokens.secret
        assert secret is not None
        return issue_token(self.user, secret=secret, now=utc_now(), life=life, is_admin=self.is_admin)

    def as_user(self, user: str) -> "Studio":
        return Studio(self.url, self.settings, self.http, user)

    def another(self) -> "Studio":
        """A user who has nothing to do with this one."""
        return self.as_user(f"user-{uuid4().hex[:12]}")

    async def post(self, query: str, variables: Json | None = None, *, token: str | None = None) -> Json:
        """The whole answer, errors and all. `token=""` sends none."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"} if token != "" else {}
        body = {"query": query, "variables": variables or {}}
        async with self.http.post(f"{self.url}/graphql", json=body, headers=headers) as answer:
            found: Json = await answer.json()
            return found

    async def ask(self, query: str, **variables: object) -> Any:
        """The value of the only root field. Fails the test on GraphQL errors; user errors are part of the value."""
        answer = await self.post(query, variables)
        assert "errors" not in answer, answer["errors"]
        (value,) = answer["data"].values()
        return value

    async def balance(self) -> tuple[int, int]:
        """Available and reserved."""
        found = (await self.ask(BALANCE))["creditBalance"]
        return found["available"], found["reserved"]

    async def refusal(self, query: str, **variables: object) -> Json:
        """The only typed error of a mutation whose other fields must all be null."""
        payload: Json = await self.ask(query, **variables)
        (error,) = payload.pop("errors")
        assert set(payload.values()) == {None}
        found: Json = error
        return found

    async def failure(self, query: str, **variables: object) -> tuple[str, Json]:
        """Message and extensions of the only GraphQL error."""
        (error,) = (await self.post(query, variables))["errors"]
        return error["message"], error.get("extensions", {})

    async def influencer(self, *, auto_start: bool = False) -> str:
        """Not trained by itself unless told: most tests are about something else."""
        made = await self.ask(CREATE, input={**MARA, "autoStart": auto_start, "idempotencyKey": uuid4().hex})
        influencer_id: str = made["influencer"]["id"]
        return influencer_id

    async def start_base_images(self, influencer_id: str, count: int = 1) -> Json:
        wish = {"influencerId": influencer_id, "imageCount": count, "idempotencyKey": uuid4().hex}
        job: Json = (await self.ask(BASE, input=wish))["job"]
        return job

    async def influencer_with_face(self) -> str:
        """Needs a running worker; spends 10 credits."""
        influencer_id = await self.influencer()
        job = await self.start_base_images(influencer_id)
        await self.ended(job["id"])
        images = (await self.ask(JOB, id=job["id"]))["images"]["edges"]
        await self.ask(CHOOSE, input={"influencerId": influencer_id, "imageId": images[0]["node"]["id"]})
        return influencer_id

    async def start_pack(self, influencer_id: str, count: int = 5, **more: object) -> Json:
        """The payload, refusals included."""
        wish = {"subjectId": influencer_id, "imageCount": count, "idempotencyKey": uuid4().hex, **more}
        payload: Json = await self.ask(START_PACK, input=wish)
        return payload

    async def ended(self, job_id: str, *, within: float = 30) -> Json:
        """The job once it is final, watched as a client does. Fails the test when that takes too long."""
        job: Json = {}
        async with asyncio.timeout(within), self.watching(job_id) as events:
            async for event in events:
                job = event["job"]
        return job

    @asynccontextmanager
    async def watching(self, job_id: str, after: str | None = None) -> AsyncIterator[AsyncIterator[Json]]:
        async with self.socket() as socket:
            yield socket.events(PROGRESS, jobId=job_id, after=after)

    @asynccontextmanager
    async def socket(self, token: str | None = None) -> AsyncIterator["Socket"]:
        """A graphql-transport-ws connection that has been acknowledged."""
        async with self.raw_socket() as ws:
            good = self.token if token is None else token
            await ws.send_json({"type": "connection_init", "payload": {"Authorization": f"Bearer {good}"}})
            assert (await ws.receive_json())["type"] == "connection_ack"
            yield Socket(ws)

    @asynccontextmanager
    async def raw_socket(self, **options: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Not initialised yet: for tests of the protocol itself."""
        url = self.url.replace("http", "ws", 1) + "/graphql"
        async with self.http.ws_connect(url, protocols=["graphql-transport-ws"], **options) as ws:
            yield ws


@dataclass(slots=True)
class Socket:
    ws: aiohttp.ClientWebSocketResponse

    async def run(self, query: str, **variables: object) -> Json:
        """The whole answer to a query or a mutation, errors and all; or a subscription's refusal as `{"errors": ...}`."""
        name = uuid4().hex
        await self.ws.send_json({"id": name, "type": "subscribe", "payload": {"query": query, "variables": variables}})
        found: Json = {}
        while True:
            message = await self.ws.receive_json()
            assert message["id"] == name
            if message["type"] == "complete":
                return found
            if message["type"] == "error":
                return {"errors": message["payload"]}
            found = message["payload"]

    async def events(self, query: str, **variables: object) -> AsyncIterator[Json]:
        """Values of the subscription's field, until the server completes it. Fails the test on an error."""
        name = uuid4().hex
        await self.ws.send_json({"id": name, "type": "subscribe", "payload": {"query": query, "variables": variables}})
        while True:
            message = await self.ws.receive_json()
            if message["type"] == "ping":
                await self.ws.send_json({"type": "pong"})
                continue
            assert message["id"] == name
            if message["type"] == "complete":
                return
            assert message["type"] == "next", message
            assert "errors" not in message["payload"], message["payload"]
            (value,) = message["payload"]["data"].values()
            yield value
