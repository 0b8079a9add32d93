"""fal's deliveries over HTTP: only what fal signed for a call of ours is heard, once, and kept or refused with the right status."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import aiohttp
import pytest

from app.provider_settings import FalSettings
from app.settings import Settings
from app.wiring import make_addresses, utc_now
from db.engine import Database
from domain.calls import service as calls
from domain.calls.call import ProviderCall
from domain.ids import CallId, JobId, UserId, WorkerId
from domain.jobs import rendering
from domain.models.registry import MODELS
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tests.conftest import serving
from tests.support.emulators.fal import FalEmulator
from tests.support.emulators.fal_signing import FalSigner
from tests.support.emulators.serving import served
from tests.support.jobs import SEND
from tests.support.owner import Owner
from tests.support.studio import Json, Studio

NUMBER = "024ca5b1-45d3-4afd-883e-ad3abe2a1c4d"
CALLS = "SELECT state, request_id, hinted_at IS NOT NULL FROM provider_calls"
BODY = json.dumps(
    {"request_id": NUMBER, "status": "OK", "payload": {"images": [{"url": "https://evil.example/x"}]}}
).encode()


@pytest.fixture
def fal() -> FalEmulator:
    return FalEmulator()


@asynccontextmanager
async def listening(settings: Settings, fal: FalEmulator) -> AsyncIterator[tuple[Studio, Settings]]:
    """An API that believes this fal."""
    with served(fal.app) as url:
        found = FalSettings(
            key=fal.key, queue_url=url, rest_url=url, media_hosts=("localhost",), account=fal.queue.signer.user_id
        )
        believing = replace(settings, providers=replace(settings.providers, fal=found, webhooks=True))
        async with serving(believing) as address, aiohttp.ClientSession() as http:
            yield Studio(address, believing, http), believing


async def an_open_call(studio: Studio, owner: Owner, worker: Database) -> ProviderCall:
    """About to be sent, as far as anybody knows."""
    job = await studio.start_base_images(await studio.influencer())
    user, job_id = UserId(user_id_of(studio.user)), JobId(parse_id(job["id"])[1])
    now, life = utc_now(), studio.settings.worker.lease
    await owner.run(SEND, id=job_id, index=0)
    async with worker.unit_of_work(user) as uow:
        claim = await rendering.begin_image(uow, user, job_id, 0, worker=WorkerId(uuid4()), lease=life, now=now)
        assert claim is not None
        model = MODELS["fal/z-image-turbo"]
        return await calls.intend(uow, claim, model, endpoint=model.endpoint, call_id=CallId(uuid4()), now=now)


async def send(studio: Studio, address: str, body: bytes, headers: Json) -> int:
    here = studio.url + address[address.index("/webhooks") :]
    sent = {"Content-Type": "application/json", **headers}
    async with studio.http.post(here, data=BytesIO(body), headers=sent) as answer:
        return answer.status


async def test_a_delivery_is_heard_once_and_nothing_else_is(
    settings: Settings, fal: FalEmulator, worker_database: Database, owner: Owner
) -> None:
    signer = fal.queue.signer
    async with listening(settings, fal) as (studio, believing):
        addresses = make_addresses(believing)
        assert addresses is not None
        call = await an_open_call(studio, owner, worker_database)
        address = addresses.address_of(call)
        good = signer.headers(NUMBER, BODY)
        other_call = addresses.address_of(replace(call, id=CallId(uuid4())))
        other_owner = addresses.address_of(replace(call, user_id=UserId(uuid4())))
        other_body = BODY.replace(b'"OK"', b'"ERROR"')
        refused = {
            "unsigned": (address, BODY, {}, 401),
            "changed on the way": (address, other_body, good, 401),
            "signed by another": (address, BODY, FalSigner(signer.user_id).headers(NUMBER, BODY), 401),
            "too old": (address, BODY, signer.headers(NUMBER, BODY, at=time.time() - 301), 401),
            "no call named": (address.partition("?")[0], BODY, good, 404),
            "a call that never was": (other_call, BODY, good, 404),
            "a call of nobody": (other_owner, BODY, good, 404),
            "a forged call": (address[:-2] + ("AA" if address[-2:] != "AA" else "BB"), BODY, good, 404),
            "no delivery": (address, b"[]", signer.headers(NUMBER, b"[]"), 422),
            "huge": (address, b" " * 300_000, good, 413),
        }
        for what, (where, body, headers, status) in refused.items():
            assert (what, await send(studio, where, body, headers)) == (what, status)
        assert await owner.rows(CALLS) == [("INTENDED", None, False)]

        assert await send(studio, address, BODY, good) == 200
        assert await owner.rows(CALLS) == [("SUBMITTED", NUMBER, True)]
        before = await owner.rows("SELECT * FROM provider_calls")
        assert await send(studio, address, BODY, good) == 200
        later = BODY.replace(NUMBER[:4].encode(), b"ffff")
        assert await send(studio, address, later, signer.headers(f"ffff{NUMBER[4:]}", later)) == 404
        assert await owner.rows("SELECT * FROM provider_calls") == before
        assert await owner.value("SELECT count(*) FROM images") == 0


async def test_while_it_cannot_be_checked_or_kept_its_sender_is_asked_to_repeat_it(
    settings: Settings, fal: FalEmulator, worker_database: Database, owner: Owner
) -> None:
    async with listening(settings, fal) as (studio, believing):
        addresses = make_addresses(believing)
        assert addresses is not None
        address = addresses.address_of(await an_open_call(studio, owner, worker_database))
        good = fal.queue.signer.headers(NUMBER, BODY)
        await owner.run("REVOKE SELECT ON provider_calls FROM likeness_api")
        try:
            assert await send(studio, address, BODY, good) == 503
        finally:
            await owner.run("GRANT SELECT ON provider_calls TO likeness_api")
        assert await send(studio, address, BODY, good) == 200
    unreachable = replace(believing.providers.fal, rest_url="http://127.0.0.1:9") if believing.providers.fal else None
    async with (
        serving(replace(believing, providers=replace(believing.providers, fal=unreachable))) as url,
        aiohttp.ClientSession() as http,
    ):
        assert await send(Studio(url, believing, http), address, BODY, good) == 503
