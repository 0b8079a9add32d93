"""The offline `ImageProvider`: draws a synthetic adult character, edits pictures, and says in the file what it did.

Drawing runs in a pool of its own, one thread per processor, so a hundred waiting calls cost a hundred small tasks and no
more. Time that a fault adds is spent asleep on the event loop, never in the pool.
"""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from domain.images.picture import Picture
from domain.images.provenance import SourceType
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen
from providers.local.encoding import MODEL, PROVIDER, encoded
from providers.local.faults import LocalFaults
from providers.local.forming import Forming
from providers.local.making import made
from providers.local.sketch.watching import Watching

REVEALED_AT, REVEAL_PACE = (20, 50, 80), 0.25
"""Percents at which a picture that was made in one piece is shown, and seconds in between; only where somebody looks."""

Drawn = tuple[Picture, SourceType]

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
        """Raises what its faults say, and what `made` says of inputs. Cancelling ends the work after the stage it is in.

        Of a drawing every stage is shown, coarse at first; what is made in one piece is shown coarse, then finer, once it is there.
        """
        on_progress(0)
        self._faults.check(request.attempt_key, pose=request.pose)
        if self._faults.hangs(request.attempt_key):
            await asyncio.Event().wait()
        drawn_from = await self._wait_slowly(on_progress)
        file, source_type = await self._drawn(request, on_progress, drawn_from, on_preview)
        on_progress(100)
        return RenderedImage(
            data=file.data,
            content_type=file.content_type,
            provider=PROVIDER,
            model=MODEL,
            seed=request.seed,
            source_type=source_type,
        )

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

    async def _drawn(
        self, request: RenderRequest, on_progress: OnProgress, drawn_from: int, on_preview: OnPreview
    ) -> Drawn:
        loop = asyncio.get_running_loop()
        stopped = threading.Event()
        forming = Forming() if on_preview is not unseen else None

        def tell(percent: int) -> None:
            if not stopped.is_set():
                on_progress(percent)

        def show(preview: Picture) -> None:
            if not stopped.is_set():
                on_preview(preview)

        def report(percent: int) -> None:
            if stopped.is_set():
                raise DrawingStoppedError
            loop.call_soon_threadsafe(tell, drawn_from + percent * (100 - drawn_from) // 100)

        def look(percent: int, so_far: Image.Image) -> None:
            if forming:
                loop.call_soon_threadsafe(show, forming.seen(so_far, percent))

        reporting = Watching(report, look) if forming else report
        try:
            file, source_type = await loop.run_in_executor(self._pool, _made_file, request, reporting)
            if forming and not forming.shown:
                await self._reveal(forming, file, on_preview)
            return file, source_type
        finally:
            stopped.set()

    async def _reveal(self, forming: "Forming", file: Picture, on_preview: OnPreview) -> None:
        loop = asyncio.get_running_loop()
        for percent in REVEALED_AT:
            on_preview(await loop.run_in_executor(self._pool, forming.of_file, file, percent))
            await asyncio.sleep(REVEAL_PACE)


class DrawingStoppedError(Exception):
    """Nobody waits for this drawing any more."""


def _made_file(request: RenderRequest, report: OnProgress) -> Drawn:
    report(1)
    work = made(request, report)
    return encoded(work, request.seed), work.origin.source_type
