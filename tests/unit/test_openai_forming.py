"""A stream that shows a picture forming is given up where it falls silent; one that shows nothing may be silent to its end."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace

import pytest

from domain.errors import OutcomeUnknown
from domain.images.picture import Picture
from providers.openai.forming import SILENCE, formed
from providers.openai.images import RENDER_LIMIT

AT_ONCE = timedelta()
"""No event may keep us waiting at all: what comes without a turn of the loop is in time, whatever the machine is up to."""


def an_event(kind: str, data: bytes) -> SimpleNamespace:
    return SimpleNamespace(type=f"image_generation.{kind}", b64_json=b64encode(data).decode(), output_format="jpeg")


async def two_previews_and_silence() -> AsyncIterator[SimpleNamespace]:
    yield an_event("partial_image", b"one")
    yield an_event("partial_image", b"two")
    await asyncio.Event().wait()


async def a_silence_and_a_picture() -> AsyncIterator[SimpleNamespace]:
    await asyncio.sleep(0)
    yield an_event("completed", b"whole")


async def test_a_stream_that_falls_silent_is_an_outcome_that_nobody_knows() -> None:
    percents: list[int] = []
    shown: list[Picture] = []
    with pytest.raises(OutcomeUnknown) as raised:
        await formed(
            two_previews_and_silence(),
            previews=3,
            on_progress=percents.append,
            on_preview=shown.append,
            silence=AT_ONCE,
        )
    assert raised.value.detail == "the stream fell silent"
    assert percents == [25, 50]
    assert shown == [Picture(b"one", "image/jpeg"), Picture(b"two", "image/jpeg")]


async def test_a_stream_without_previews_is_silent_by_right() -> None:
    async def made(previews: int) -> bytes:
        return await formed(
            a_silence_and_a_picture(),
            previews=previews,
            on_progress=lambda _: None,
            on_preview=lambda _: None,
            silence=AT_ONCE,
        )

    assert await made(0) == b"whole"
    with pytest.raises(OutcomeUnknown):
        await made(1)


def test_a_silence_is_given_up_well_before_the_call() -> None:
    assert SILENCE < RENDER_LIMIT / 3
