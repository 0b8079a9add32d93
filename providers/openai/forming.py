"""A stream of one picture: first as it forms, then as it is. The same for pictures made and pictures changed."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from datetime import timedelta

from domain.images.picture import Picture
from domain.ports.image_provider import OnPreview, OnProgress
from providers.openai.errors import Complaint, judged, lost, text_of
from providers.openai.pictures import decoded

NEARLY = 95  # percent; the rest is the last picture's

SILENCE = timedelta(seconds=90)
"""The longest between two events of a stream that shows previews: a stream that says nothing for that long has broken without saying so.
The dearest pictures take about two minutes (uncertain, see `images.RENDER_LIMIT`), in up to four events. A stream that was asked
for no previews is silent by right until it ends: that one has only the limit of its call."""

FORMATS = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


async def formed(
    events: AsyncIterable[object],
    *,
    previews: int,
    on_progress: OnProgress,
    on_preview: OnPreview,
    silence: timedelta = SILENCE,
) -> bytes:
    """The finished picture. Fewer previews than were asked for may come, or none. Raises our errors.

    The SDK builds events from whatever came, so nothing of them is taken for granted. Events that we do not know are skipped.
    """
    seen = 0
    async for event in _heard(events, silence if previews else None):
        kind = _said(event, "type") or ""
        if kind == "error":  # In a frame of its own; nested under `error`, the SDK has raised it.
            raise judged(Complaint(code=_said(event, "code"), param=_said(event, "param")), paid=True)
        if kind.endswith(".completed"):
            return await _data(event)
        if kind.endswith(".partial_image"):
            data = await _data(event)
            on_preview(Picture(data, FORMATS.get(_said(event, "output_format") or "", "image/png")))
            seen += 1
            on_progress(min(NEARLY, 100 * seen // (previews + 1)))
    raise lost(paid=True, detail="the stream ended without a picture")


async def _heard(events: AsyncIterable[object], silence: timedelta | None) -> AsyncIterator[object]:
    """Each in time. Raises `OutcomeUnknown` after a longer silence."""
    coming = aiter(events)
    while True:
        try:
            async with asyncio.timeout(silence.total_seconds() if silence is not None else None):
                event = await anext(coming)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise lost(paid=True, detail="the stream fell silent") from None
        yield event


async def _data(event: object) -> bytes:
    try:
        return await decoded(_said(event, "b64_json") or "!")
    except ValueError:
        raise lost(paid=True, detail="an event without a picture") from None


def _said(event: object, name: str) -> str | None:
    return text_of(getattr(event, name, None))
