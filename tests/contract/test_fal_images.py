"""fal's queue through the real SDK, word for word, against the emulator. What all queues promise is in `test_queued_images`."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from domain.errors import (
    DomainError,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.models.registry import IMAGE_MODELS, MODELS
from domain.ports.image_provider import (
    CallState,
    QueuedImageProvider,
    Ready,
    RenderRequest,
    Running,
    Submitted,
    Waiting,
)
from providers.fal.images import FalImages
from tests.support.emulators.fal import (
    HANGS_UP_AFTER_ACCEPTING,
    FalEmulator,
    fal_error,
    gateway_error,
    rate_limited,
)
from tests.support.emulators.fal_queue import BLACKED_OUT, Ending
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import served
from tests.support.fal_requests import LORA, mask, picture, wish
from tests.support.waiting import until

KEY = "fal-canary-5f2e:8c1d"
QUICK: dict[str, Any] = {"patience": timedelta(seconds=5), "submit_patience": timedelta(seconds=5)}


@pytest.fixture
def emulator() -> FalEmulator:
    return FalEmulator(key=KEY)


@pytest.fixture
def url(emulator: FalEmulator) -> Iterator[str]:
    with served(emulator.app) as url:
        yield url


@pytest.fixture
async def images(url: str) -> AsyncIterator[FalImages]:
    images = FalImages(key=KEY, queue_url=url, rest_url=url, media_hosts=("localhost",), **QUICK)
    yield images
    await images.close()


async def ready(provider: QueuedImageProvider, submitted: Submitted) -> list[CallState]:
    """All that was told on the way."""
    told: list[CallState] = []
    async with asyncio.timeout(100):
        while not told or told[-1] != Ready():
            told.append(await provider.check(submitted))
            await asyncio.sleep(0.01)
    return told


# The wire


async def test_the_exact_requests(emulator: FalEmulator, images: FalImages) -> None:
    emulator.queue.seconds = 0.0
    address = "https://likeness.example/webhooks/fal?call=a+b/c=&d"
    request = wish("fal/flux-lora-inpainting", references=(picture(),), mask=mask(), loras=(LORA,))
    submitted = await images.submit(request, webhook=address)
    await ready(images, submitted)
    await images.fetch(submitted, request)
    await images.cancel(submitted)
    await images.ping()

    [sent] = emulator.called("submit")
    assert (sent.method, sent.path, sent.query) == ("POST", "/fal-ai/flux-lora/inpainting", {"fal_webhook": address})
    ours = {name: value for name, value in sent.headers.items() if name.startswith(("x-fal", "auth", "content-t"))}
    assert ours == {
        "authorization": f"Key {KEY}",
        "content-type": "application/json",
        "x-fal-request-timeout": "600.0",
        "x-fal-no-retry": "1",
        "x-fal-store-io": "0",
        "x-fal-object-lifecycle-preference": '{"expiration_duration_seconds": 3600}',
    }
    about = f"/fal-ai/flux-lora/requests/{submitted.request_id}"
    asked = [(call.operation, call.method, call.path, dict(call.query)) for call in emulator.calls[1:]]
    status = ("status", "GET", f"{about}/status")
    assert asked[0] == (*status, {"logs": "true"})
    assert asked[-5:] == [
        (*status, {"logs": "false"}),
        ("result", "GET", about, {}),
        ("media", "GET", f"/files/{submitted.request_id}/made", {}),
        ("cancel", "PUT", f"{about}/cancel", {}),
        ("token", "POST", "/storage/auth/token", {"storage_type": "fal-cdn-v3"}),
    ]
    assert {call.headers.get("authorization") for call in emulator.calls if call.operation != "media"} == {f"Key {KEY}"}
    assert "authorization" not in emulator.called("media")[0].headers


async def test_fal_may_keep_requests_where_the_operator_wants_it(emulator: FalEmulator, url: str) -> None:
    images = FalImages(key=KEY, queue_url=url, keeps_requests=True, start_timeout=timedelta(seconds=90))
    await images.submit(wish(), webhook=None)
    await images.close()
    [sent] = emulator.called("submit")
    assert "x-fal-store-io" not in sent.headers
    assert (sent.headers["x-fal-request-timeout"], sent.query) == ("90.0", {})


FULL: dict[str, dict[str, Any]] = {
    "fal/z-image-turbo-lora": {"loras": (LORA,)},
    "fal/flux-lora": {"loras": (LORA,)},
    "fal/flux-pulid": {"references": (picture(),)},
    "fal/flux-lora-fill": {"references": (picture(),), "mask": mask()},
    "fal/flux-lora-inpainting": {"references": (picture(),), "mask": mask()},
    "fal/nano-banana-edit": {"references": (picture(), picture(level=9))},
    "fal/nano-banana-pro-edit": {"references": (picture(), picture(level=9)), "width": 1200, "height": 1600},
    "fal/kontext-max": {"references": (picture(),)},
}


@pytest.mark.parametrize("model", [model.key for model in IMAGE_MODELS if model.key.startswith("fal/")])
async def test_each_model_makes_a_picture(images: FalImages, model: str) -> None:
    request = wish(model, **{"width": 300, "height": 400, **FULL.get(model, {})})
    submitted = await images.submit(request, webhook=None)
    await ready(images, submitted)
    made = await images.fetch(submitted, request)
    assert Image.open(BytesIO(made.data)).size == (request.width, request.height)
    assert (made.model, made.seed) == (model, 11)


async def test_another_process_goes_on_with_what_was_kept(images: FalImages, url: str) -> None:
    request = wish("fal/nano-banana-edit", references=(picture(),))
    first = await images.submit(request, webhook=None)
    kept = Submitted(model=first.model, request_id=first.request_id, endpoint=first.endpoint)
    other = FalImages(key=KEY, queue_url=url, rest_url=url, media_hosts=("localhost",), **QUICK)
    await ready(other, kept)
    assert (await other.fetch(kept, request)).seed == 11  # Google's models tell no seed: it is the one asked for.
    await other.close()


async def test_a_percent_comes_from_the_runner_s_log(emulator: FalEmulator, images: FalImages) -> None:
    emulator.queue.seconds = 1.0
    told = await ready(images, await images.submit(wish(), webhook=None))
    assert told[0] == Waiting(position=0)
    percents = [state.percent for state in told if isinstance(state, Running)]
    assert None not in percents
    assert percents == sorted(percents, key=lambda percent: percent or 0)
    assert len(set(percents)) >= 8


# What was paid is sent once

SENT_ONCE: dict[str, tuple[Fault, type[DomainError], int]] = {
    "hangs up at once": (Fault(), OutcomeUnknown, 0),
    "hangs up after accepting": (HANGS_UP_AFTER_ACCEPTING, OutcomeUnknown, 1),
    "answers too late": (Fault(status=200, wait=1.5, after_accepting=True), OutcomeUnknown, 1),
    "accepts without a number": (Fault(status=200, body=b"{}", after_accepting=True), OutcomeUnknown, 1),
    "accepts in no JSON": (Fault(status=200, body=b"<html>", after_accepting=True), OutcomeUnknown, 1),
    "gives a number that leads elsewhere": (Fault(status=200, body=b'{"request_id": "../x"}'), OutcomeUnknown, 0),
    "gateway without an answer (502)": (gateway_error(502, after_accepting=True), OutcomeUnknown, 1),
    "gateway without an answer (504)": (gateway_error(504, after_accepting=True), OutcomeUnknown, 1),
    "gateway closed (503)": (gateway_error(503), ProviderUnavailable, 0),
    "fal's own 500": (fal_error(500, "internal_error"), ProviderUnavailable, 0),
    "fal's own 503": (fal_error(503, "runner_scheduling_failure"), ProviderUnavailable, 0),
    "fal's own 504": (fal_error(504, "startup_timeout"), ProviderUnavailable, 0),
    "408": (fal_error(408), ProviderUnavailable, 0),
    "409": (fal_error(409), ProviderUnavailable, 0),
    "429": (rate_limited(), RateLimited, 0),
    "429 with a wait": (rate_limited("7"), RateLimited, 0),
    "moved": (Fault(status=307, headers={"location": "/fal-ai/flux-lora"}), ProviderUnavailable, 0),
    "401": (fal_error(401), ProviderMisconfigured, 0),
    "422": (fal_error(422), ProviderRequestInvalid, 0),
}


@pytest.mark.parametrize(("fault", "error", "accepted"), SENT_ONCE.values(), ids=SENT_ONCE.keys())
async def test_a_paid_request_is_sent_once(
    emulator: FalEmulator, url: str, fault: Fault, error: type[DomainError], accepted: int
) -> None:
    images = FalImages(key=KEY, queue_url=url, submit_patience=timedelta(seconds=0.8))
    emulator.faults.plan("submit", fault)
    with pytest.raises(error) as raised:
        await images.submit(wish(), webhook=None)
    await images.close()
    assert type(raised.value) is error
    assert (len(emulator.called("submit")), len(emulator.queue.jobs)) == (1, accepted)
    assert KEY not in f"{raised.value!r} {raised.value} {getattr(raised.value, 'detail', '')}"


async def test_a_limit_says_how_long_to_wait(emulator: FalEmulator, images: FalImages) -> None:
    emulator.faults.plan("submit", rate_limited("7"), rate_limited())
    waits = []
    for _ in range(2):
        with pytest.raises(RateLimited) as raised:
            await images.submit(wish(), webhook=None)
        waits.append(raised.value.retry_after)
    assert waits == [timedelta(seconds=7), None]


async def test_what_never_left_is_not_unknown() -> None:
    with served(FalEmulator().app) as url:
        pass
    images = FalImages(key=KEY, queue_url=url, rest_url=url, patience=timedelta(seconds=0.5))
    with pytest.raises(ProviderUnavailable) as raised:
        await images.submit(wish(), webhook=None)
    assert (type(raised.value), raised.value.detail) == (ProviderUnavailable, "not sent: ConnectError")
    for question in (
        images.ping(),
        images.check(Submitted(model="fal/flux-lora", request_id="a", endpoint="fal-ai/x")),
    ):
        with pytest.raises(ProviderUnavailable):
            await question
    await images.close()


async def test_what_cannot_be_asked_is_not_sent(emulator: FalEmulator, images: FalImages) -> None:
    with pytest.raises(ProviderRequestInvalid):
        await images.submit(wish("fal/flux-pulid"), webhook=None)
    assert emulator.calls == []


# Questions may be asked again, but not while we are told to wait


async def test_a_limit_on_questions_is_not_met_with_more_questions(emulator: FalEmulator, images: FalImages) -> None:
    submitted = await images.submit(wish(), webhook=None)
    emulator.faults.plan("status", rate_limited("7"))
    with pytest.raises(RateLimited) as raised:
        await images.check(submitted)
    assert (raised.value.retry_after, len(emulator.called("status"))) == (timedelta(seconds=7), 1)
    await ready(images, submitted)
    emulator.faults.plan("result", rate_limited("3"))
    with pytest.raises(RateLimited) as raised:
        await images.fetch(submitted, wish())
    assert (raised.value.retry_after, len(emulator.called("result"))) == (timedelta(seconds=3), 1)


async def test_a_bad_line_is_asked_again_by_the_sdk(emulator: FalEmulator, images: FalImages) -> None:
    submitted = await images.submit(wish(), webhook=None)
    emulator.faults.plan("status", Fault(), gateway_error(502), gateway_error(504))
    await images.check(submitted)
    assert len(emulator.called("status")) == 4


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        (Fault(status=200, body=b"<html>"), "malformed: an answer about a request"),
        (Fault(status=200, body=b"[]"), "malformed: an answer about a request"),
        (Fault(status=200, body=b'{"status": "IN_QUEUE"}'), "malformed: an answer about a request"),
        (Fault(status=200, body=b'{"status": "IN_PROGRESS"}'), "malformed: an answer about a request"),
        (Fault(status=200, body=b'{"status": "RESTING", "logs": null}'), "malformed: an answer about a request"),
        (fal_error(500, "internal_error"), "500 internal_error"),
        (fal_error(503), "503"),
        (Fault(status=302, headers={"location": "https://elsewhere.example"}), "302"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_theirs(
    emulator: FalEmulator, images: FalImages, fault: Fault, detail: str
) -> None:
    submitted = await images.submit(wish(), webhook=None)
    emulator.faults.plan("status", fault)
    with pytest.raises(ProviderUnavailable) as raised:
        await images.check(submitted)
    assert (raised.value.detail, len(emulator.called("status"))) == (detail, 1)


async def test_silence_ends(emulator: FalEmulator, url: str) -> None:
    images = FalImages(key=KEY, queue_url=url, patience=timedelta(seconds=0.3))
    submitted = await images.submit(wish(), webhook=None)
    emulator.faults.plan("status", Fault(status=200, wait=1))
    with pytest.raises(ProviderUnavailable) as raised:
        await images.check(submitted)
    assert raised.value.detail == "TimeoutError"
    await images.close()


# How a call ends

ENDINGS: dict[str, tuple[Ending, type[ProviderError], str]] = {
    "policy": (Ending.of_model("content_policy_violation"), ProviderRefused, "422 content_policy_violation"),
    "blacked out": (BLACKED_OUT, ProviderRefused, "has_nsfw_concepts"),
    "nothing made": (Ending.of_model("no_media_generated"), ProviderRefused, "422 no_media_generated"),
    "no face": (
        Ending.of_model("face_detection_error", loc="reference_image_url"),
        ProviderRefused,
        "422 face_detection_error",
    ),
    "model away": (
        Ending.of_model("downstream_service_unavailable", status=500, retryable=True),
        ProviderUnavailable,
        "500 downstream_service_unavailable",
    ),
    "runner lost": (Ending.of_queue("runner_disconnected", status=503), ProviderUnavailable, "503 runner_disconnected"),
    "too long in the queue": (
        Ending.of_queue("request_timeout", status=504),
        ProviderUnavailable,
        "504 request_timeout",
    ),
}


@pytest.mark.parametrize(("ending", "error", "detail"), ENDINGS.values(), ids=ENDINGS.keys())
async def test_completed_is_not_yet_a_picture(
    emulator: FalEmulator, images: FalImages, ending: Ending, error: type[ProviderError], detail: str
) -> None:
    emulator.queue.endings.append(ending)
    submitted = await images.submit(wish(), webhook=None)
    assert (await ready(images, submitted))[-1] == Ready()
    with pytest.raises(error) as raised:
        await images.fetch(submitted, wish())
    assert (type(raised.value), raised.value.detail) == (error, detail)
    assert (len(emulator.called("submit")), len(emulator.called("media"))) == (1, 0)


@pytest.mark.parametrize("at_submit", [True, False])
async def test_arguments_refused_at_once_or_with_the_result_are_ours(
    emulator: FalEmulator, images: FalImages, at_submit: bool
) -> None:
    emulator.refuses_at_submit = at_submit
    wrong = wish(seed=-1)

    async def made() -> None:
        submitted = await images.submit(wrong, webhook=None)
        await ready(images, submitted)
        await images.fetch(submitted, wrong)

    with pytest.raises(ProviderRequestInvalid) as raised:
        await made()
    assert raised.value.detail == "422 greater_than_equal, not to be tried again"


async def test_a_cancelled_call_ends(emulator: FalEmulator, images: FalImages) -> None:
    emulator.queue.seconds = 60
    submitted = await images.submit(wish(), webhook=None)
    await images.cancel(submitted)
    assert await images.check(submitted) == Ready()
    with pytest.raises(ProviderRequestInvalid) as raised:
        await images.fetch(submitted, wish())
    assert raised.value.detail == "499 client_cancelled"
    await images.cancel(submitted)
    assert [call.operation for call in emulator.calls].count("cancel") == 2


async def test_cancelling_fails_only_where_it_was_not_heard(emulator: FalEmulator, images: FalImages) -> None:
    emulator.queue.seconds = 60
    submitted = await images.submit(wish(), webhook=None)
    emulator.faults.plan("cancel", fal_error(500), fal_error(401))
    for error in (ProviderUnavailable, ProviderMisconfigured):
        with pytest.raises(error):
            await images.cancel(submitted)


async def test_an_expired_result_says_so(emulator: FalEmulator, images: FalImages) -> None:
    submitted = await images.submit(wish(), webhook=None)
    await ready(images, submitted)
    emulator.queue.result_life = 0
    with pytest.raises(ProviderUnavailable) as raised:
        await images.fetch(submitted, wish())
    assert (raised.value.message, raised.value.detail) == (
        "The image service no longer has this image. Please try again.",
        "the result expired",
    )
    with pytest.raises(NotFound):
        await images.check(submitted)


# Where pictures are fetched from


async def finished(images: FalImages) -> Submitted:
    submitted = await images.submit(wish(), webhook=None)
    await ready(images, submitted)
    return submitted


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        (Fault(status=404), "the picture is gone: 404"),
        (Fault(status=410), "the picture is gone: 410"),
        (Fault(status=500), "the picture's host: 500"),
        (Fault(status=302, headers={"location": "http://169.254.169.254/"}), "the picture's host: 302"),
        (Fault(), "the picture's host: RemoteProtocolError"),
        (Fault(status=200, body=b"<html>no picture</html>"), "23 bytes that are no whole picture"),
        (Fault(status=200, body=b"\0" * (40 * 1024 * 1024 + 1)), "the picture is too large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_picture_that_cannot_be_had_is_theirs(
    emulator: FalEmulator, images: FalImages, fault: Fault, detail: str
) -> None:
    submitted = await finished(images)
    emulator.faults.plan("media", fault)
    with pytest.raises(ProviderUnavailable) as raised:
        await images.fetch(submitted, wish())
    assert (raised.value.detail, len(emulator.called("media"))) == (detail, 1)
    assert (await images.fetch(submitted, wish())).seed == 11  # It is asked for again, and paid once.
    assert len(emulator.called("submit")) == 1


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("http://v3.fal.media/a.png", ProviderUnavailable),
        ("https://v3.fal.media:8443/a.png", ProviderUnavailable),
        ("https://key@v3.fal.media/a.png", ProviderUnavailable),
        ("https://[v3.fal.media/a.png", ProviderUnavailable),
        ("data:image/png;base64,AAAA", ProviderUnavailable),
        ("file:///etc/passwd", ProviderUnavailable),
        ("//v3.fal.media/a.png", ProviderUnavailable),
        ("https://fal.media.example/a.png", ProviderMisconfigured),
        ("https://notfal.media/a.png", ProviderMisconfigured),
        ("https://169.254.169.254/", ProviderMisconfigured),
        ("https://2130706433/", ProviderMisconfigured),
        ("https://[::1]/", ProviderMisconfigured),
        ("https://localhost.example/", ProviderMisconfigured),
        ("http://127.0.0.1:9/a.png", ProviderUnavailable),
        ("https://127.0.0.1/a.png", ProviderMisconfigured),
    ],
)
async def test_addresses_that_are_not_followed(
    emulator: FalEmulator, url: str, address: str, error: type[ProviderError]
) -> None:
    images = FalImages(key=KEY, queue_url=url, media_hosts=("fal.media", "localhost"), **QUICK)
    submitted = await finished(images)
    body = f'{{"images": [{{"url": "{address}"}}], "seed": 1}}'.encode()
    emulator.faults.plan("result", Fault(status=200, body=body))
    with pytest.raises(error) as raised:
        await images.fetch(submitted, wish())
    assert type(raised.value) is error
    assert emulator.called("media") == []
    await images.close()


async def test_loopback_is_followed_only_where_it_was_named(emulator: FalEmulator, url: str) -> None:
    images = FalImages(key=KEY, queue_url=url, **QUICK)
    submitted = await finished(images)
    with pytest.raises(ProviderUnavailable) as raised:
        await images.fetch(submitted, wish())
    assert raised.value.detail == "malformed: the picture's address is not one of https"
    assert emulator.called("media") == []
    await images.close()


async def test_addresses_in_an_answer_are_not_where_the_key_goes(emulator: FalEmulator, images: FalImages) -> None:
    """fal's reply to a submission names addresses; a false one would be sent our key."""
    with served((elsewhere := FalEmulator()).app) as other:
        about = f'"status_url": "{other}/s", "response_url": "{other}/r", "cancel_url": "{other}/c"'
        emulator.faults.plan("submit", Fault(status=200, body=f'{{"request_id": "abc", {about}}}'.encode()))
        submitted = await images.submit(wish(), webhook=None)
        with pytest.raises(NotFound):
            await images.check(submitted)
        await images.cancel(submitted)
    assert elsewhere.calls == []


# The account


async def test_ping_tells_a_good_account_from_others(emulator: FalEmulator, images: FalImages, url: str) -> None:
    await images.ping()
    emulator.is_locked = True
    with pytest.raises(ProviderMisconfigured) as raised:
        await images.ping()
    assert raised.value.detail == "403 account locked: exhausted balance"
    with pytest.raises(ProviderMisconfigured):
        await images.submit(wish(), webhook=None)
    stranger = FalImages(key="another", queue_url=url, rest_url=url)
    with pytest.raises(ProviderMisconfigured) as raised:
        await stranger.ping()
    assert raised.value.detail == "401 not accepted with this key"
    await stranger.close()
    emulator.faults.plan("token", fal_error(503), Fault(status=200, body=b"<html>welcome</html>"), Fault())
    for detail in ("503", "malformed: an upload token", "RemoteProtocolError"):
        with pytest.raises(ProviderUnavailable) as away:
            await images.ping()
        assert away.value.detail == detail
    assert emulator.queue.jobs == {}


async def test_a_locked_account_still_gets_what_it_paid_for(emulator: FalEmulator, images: FalImages) -> None:
    submitted = await finished(images)
    emulator.is_locked = True
    assert (await images.fetch(submitted, wish())).seed == 11


# Webhooks of the emulator


@pytest.mark.parametrize(("deliveries", "count"), [("once", 1), ("twice", 2), ("never", 0), ("late", 1)])
async def test_the_emulator_calls_as_it_was_told(
    emulator: FalEmulator, images: FalImages, url: str, deliveries: Any, count: int
) -> None:
    emulator.queue.deliveries, emulator.queue.late_by = deliveries, 0.05
    address = f"{url}/storage/auth/token"  # somewhere that answers, whatever it says
    emulator.faults.plan("token", *[Fault(status=200, body=b"{}")] * count)
    submitted = await images.submit(wish(), webhook=address)
    await ready(images, submitted)

    async def all_came() -> bool:
        return len(emulator.queue.delivered) >= count

    await until(all_came)
    assert emulator.queue.delivered == [(submitted.request_id, 200)] * count
    for call in emulator.called("token"):
        assert call.said["status"] == "OK"  # type: ignore[index] # an object
        assert call.headers["x-fal-webhook-user-id"] == emulator.queue.signer.user_id


# Lightness


def test_the_sdk_is_not_loaded_before_fal_is_asked() -> None:
    program = (
        "import sys, providers.fal.images, providers.fal.webhooks\n"
        "images = providers.fal.images.FalImages(key='k')\n"
        "print(sorted(name for name in ('fal_client', 'httpx') if name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603
    assert ran.stdout.strip() == "[]"


def test_the_key_is_in_no_repr() -> None:
    assert KEY not in repr(FalImages(key=KEY)) + repr(vars(FalImages(key=KEY)))


def test_endpoints_are_those_of_the_registry() -> None:
    images = FalImages(key=KEY)
    for model in MODELS.values():
        assert images.endpoint_of(model.key) == model.endpoint
    request: RenderRequest = wish()
    assert images.endpoint_of(request.model) == "fal-ai/z-image/turbo"
