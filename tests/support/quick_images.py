"""A provider that makes a tiny picture at once, or when it is told to: for tests of everything around the pixels."""

import asyncio
from io import BytesIO

from PIL import Image

from domain.errors import ProviderRefused
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen


class QuickImages:
    """Every seed gives another file.

    `hold()` makes every image wait at 50 percent until `let_go()`; images whose pose is in `failing_poses` fail for good;
    with a `pace` the images of a pack come one after the other, so many seconds apart.
    """

    def __init__(self) -> None:
        self.failing_poses: set[int] = set()
        self.pace = 0.0
        self.calls = 0
        self.requests: list[RenderRequest] = []
        self.watching: list[OnPreview] = []
        """Of each call, in turn: whom a test may show pictures to."""
        self._open = asyncio.Event()
        self._open.set()

    def hold(self) -> None:
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        self.calls += 1
        self.requests.append(request)
        self.watching.append(on_preview)
        on_progress(0)
        on_progress(50)
        await self._open.wait()
        await asyncio.sleep(self.pace * request.pose)
        if request.pose in self.failing_poses:
            raise ProviderRefused("This pose is refused.")
        on_progress(100)
        return RenderedImage(
            data=picture_of(request.seed),
            content_type="image/jpeg",
            provider="quick",
            model="quick-1",
            seed=request.seed,
        )


def picture_of(seed: int) -> bytes:
    file = BytesIO()
    colour = (seed % 256, seed // 256 % 256, seed // 65536 % 256)
    Image.new("RGB", (16, 16), colour).save(file, "JPEG", comment=str(seed).encode())
    return file.getvalue()
