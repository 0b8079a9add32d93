"""The offline `ImageProvider`: draws a synthetic adult character, and says in the file that it did.

Drawing runs in a pool of its own, one thread per processor, so a hundred waiting calls cost a hundred small tasks and no
more. Time that a fault adds is spent asleep on the event loop, never in the pool.
"""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import ExifTags, Image

from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen
from providers.local.faults import LocalFaults
from providers.local.sketch import draw_sketch

PROVIDER = "local"
MODEL = "local-sketch-1"
DESCRIPTION = "Likeness local sketch (procedural drawing, no AI model)"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
"""Made by an algorithm that was not trained on pictures. Source: IPTC NewsCodes, Digital Source Type (2026-11)."""

JPEG_QUALITY = 92
WAITED_SHARE = 60
"""Percent of the progress that a slow provider's waiting stands for; drawing is the rest."""


class LocalImages:
    """Implements `ImageProvider`. The same request gives the same bytes, whatever its `attempt_key`."""

    def __init__(self, faults: LocalFaults | None = None, *, workers: int | None = None) -> None:
        self._faults = faults or LocalFaults()
        self._pool = ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix="local-sketch")

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        """Raises what its faults say, and nothing else. Cancelling ends the drawing after the stage it is in.

        It shows no previews.
        """
        on_progress(0)
        self._faults.check(request.attempt_key, pose=request.pose)
        if self._faults.hangs(request.attempt_key):
            await asyncio.Event().wait()
        drawn_from = await self._wait_slowly(on_progress)
        data = await self._drawn(request, on_progress, drawn_from)
        on_progress(100)
        return RenderedImage(data=data, content_type="image/jpeg", provider=PROVIDER, model=MODEL, seed=request.seed)

    def close(self) -> None:
        """Lets running drawings end and takes no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _wait_slowly(self, on_progress: OnProgress) -> int:
        """Spends the time that `slow` asks for; returns the percent at which drawing takes over."""
        seconds = self._faults.slow.total_seconds()
        if seconds <= 0:
            return 0
        steps = max(8, min(60, round(seconds * 8)))
        for step in range(1, steps + 1):
            await asyncio.sleep(seconds / steps)
            on_progress(round(WAITED_SHARE * step / steps))
        return WAITED_SHARE

    async def _drawn(self, request: RenderRequest, on_progress: OnProgress, drawn_from: int) -> bytes:
        loop = asyncio.get_running_loop()
        stopped = threading.Event()

        def tell(percent: int) -> None:
            if not stopped.is_set():
                on_progress(percent)

        def report(percent: int) -> None:
            if stopped.is_set():
                raise DrawingStoppedError
            loop.call_soon_threadsafe(tell, drawn_from + percent * (100 - drawn_from) // 100)

        try:
            return await loop.run_in_executor(self._pool, _draw_file, request, report)
        finally:
            stopped.set()


class DrawingStoppedError(Exception):
    """Nobody waits for this drawing any more."""


def _draw_file(request: RenderRequest, report: OnProgress) -> bytes:
    report(1)
    image = draw_sketch(request, report)
    return _encoded(image, request.seed)


def _encoded(image: Image.Image, seed: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Software] = f"Likeness {MODEL} (provider {PROVIDER})"
    exif[ExifTags.Base.ImageDescription] = f"{DESCRIPTION}; seed {seed}"
    file = BytesIO()
    image.save(
        file, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4", optimize=False, exif=exif, xmp=_xmp(seed).encode()
    )
    return file.getvalue()


def _xmp(seed: int) -> str:
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:likeness="urn:likeness:sketch:1"
 xmp:CreatorTool="Likeness {MODEL}"
 Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}"
 likeness:provider="{PROVIDER}" likeness:model="{MODEL}" likeness:seed="{seed}">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{DESCRIPTION}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
