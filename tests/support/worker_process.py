"""`python -m tests.support.worker_process NAME`: a worker process like any other, but for who makes its images."""

import asyncio
import os
import signal
import sys
from typing import Any

from asyncpg import Connection  # type: ignore[import-untyped] # it ships none

from app.logs import set_up_logs
from app.settings import Settings
from app.worker import run_worker
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen
from providers.local.files import LocalFiles
from tests.support.quick_images import QuickImages

POISON_SEED = 666
"""The seed of an image that ends whoever makes it."""


class Quick(QuickImages):
    """At once, or after PROVIDER_SECONDS."""

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        await asyncio.sleep(float(os.environ.get("PROVIDER_SECONDS", "0")))
        return await super().render(request, on_progress=on_progress, on_preview=on_preview)


class Poisonous(QuickImages):
    """Kills its own process with -9 over one seed, and makes the others at once."""

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        if request.seed == POISON_SEED:
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().render(request, on_progress=on_progress, on_preview=on_preview)


class Patient(QuickImages):
    """Makes every image wait until the process is sent SIGUSR1."""

    def __init__(self) -> None:
        super().__init__()
        self.hold()
        signal.signal(signal.SIGUSR1, lambda *_: self._wake())

    def _wake(self) -> None:
        asyncio.get_running_loop().call_soon_threadsafe(self.let_go)


class Sleepwalking(Quick):
    """Its process stops itself once, where it claims an image: with the user's lock, and a statement prepared but not yet run."""

    def __init__(self) -> None:
        super().__init__()
        has_slept, get_statement = False, Connection._get_statement

        async def get_and_sleep(connection: Any, query: str, *args: Any, **more: Any) -> Any:
            nonlocal has_slept
            statement = await get_statement(connection, query, *args, **more)
            if not has_slept and "SET state = 'RENDERING'" in query:
                has_slept = True
                os.kill(os.getpid(), signal.SIGSTOP)
            return statement

        Connection._get_statement = get_and_sleep


class Reading(Quick):
    """Makes images at once, and takes READ_SECONDS to read each back."""

    def __init__(self) -> None:
        super().__init__()
        get = LocalFiles.get

        async def get_slowly(files: LocalFiles, key: str) -> bytes:
            await asyncio.sleep(float(os.environ["READ_SECONDS"]))
            return await get(files, key)

        LocalFiles.get = get_slowly  # type: ignore[method-assign, assignment] # in this process only


PROVIDERS = {
    "quick": Quick,
    "poisonous": Poisonous,
    "patient": Patient,
    "sleepwalking": Sleepwalking,
    "reading": Reading,
}

if __name__ == "__main__":
    settings = Settings.from_env(os.environ)
    set_up_logs("worker", settings.log_format)
    run_worker(settings, images=PROVIDERS[sys.argv[1]]())
