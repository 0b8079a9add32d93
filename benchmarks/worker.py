"""`python -m benchmarks.worker SECONDS`: the product's worker with a provider that takes exactly so long and uses nothing."""

import asyncio
import os
import signal
import sys
from io import BytesIO

import uvloop
from PIL import Image

from app.logs import set_up_logs
from app.settings import Settings
from app.worker import running_worker
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen


class SleepingImages:
    """One small JPEG; what follows its end makes each file another."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        file = BytesIO()
        Image.new("RGB", (300, 533), (120, 90, 80)).save(file, "JPEG")
        self._picture = file.getvalue()

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        await asyncio.sleep(self._seconds)
        data = self._picture + request.attempt_key.encode()
        return RenderedImage(
            data=data, content_type="image/jpeg", provider="sleeping", model="sleeping-1", seed=request.seed
        )


async def _run(settings: Settings, seconds: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with running_worker(settings, images=SleepingImages(seconds)):
        await stop.wait()


def main() -> None:
    settings = Settings.from_env(os.environ)
    set_up_logs("worker", settings.log_format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings, float(sys.argv[1])))


if __name__ == "__main__":
    main()
