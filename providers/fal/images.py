"""Images by fal's queue. See `domain.ports.image_provider.QueuedImageProvider`."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from domain.errors import NotFound, ProviderUnavailable
from domain.models.routing import model_of
from domain.ports.image_provider import (
    CallState,
    Ready,
    RenderedImage,
    RenderRequest,
    Running,
    Submitted,
    Waiting,
)
from providers.fal.arguments import body_of
from providers.fal.errors import EXPIRED, error_of, malformed, submit_error
from providers.fal.line import Line
from providers.fal.media import MEDIA_HOSTS, Media
from providers.fal.outputs import made_of
from providers.fal.progress import percent_of
from providers.fal.submission import number_in, object_in, submit_headers
from providers.pixels import brought_to

PROVIDER = "fal"


class FalImages:
    """Belongs to the event loop that first uses it. Close it there.

    `start_timeout` is how long a request may lie in fal's queue; after it fal gives up, and nothing is paid.

    `keeps_requests` lets fal keep inputs and outputs for its dashboard. Off, because they are people's faces. Results can
    be fetched either way: for an hour, those of 10 kB and more for six minutes (fal's reference of the queue, 2026-11);
    kept ones for longer. Were that ever to change, the result of a call would read as expired.

    `patience` bounds each question about a request, the SDK's own retries included; `submit_patience` the one paid
    request, which carries up to 8 MB.
    """

    def __init__(
        self,
        *,
        key: str,
        queue_url: str = "https://queue.fal.run",
        rest_url: str = "https://rest.fal.ai",
        media_hosts: Collection[str] = MEDIA_HOSTS,
        start_timeout: timedelta = timedelta(minutes=10),
        keeps_requests: bool = False,
        patience: timedelta = timedelta(seconds=30),
        submit_patience: timedelta = timedelta(seconds=60),
    ) -> None:
        self._line = Line(key=key, queue_url=queue_url, patience=patience, submit_patience=submit_patience)
        self._media = Media(media_hosts)
        self._rest_url = rest_url.rstrip("/")
        self._submit_headers = submit_headers(start_timeout, keeps_requests=keeps_requests)

    def endpoint_of(self, model: str) -> str:
        return model_of(model).endpoint

    async def submit(self, request: RenderRequest, *, webhook: str | None) -> Submitted:
        model = model_of(request.model)
        body = await body_of(request, model)
        answer = await self._line.submit(model.endpoint, body=body, headers=self._submit_headers, webhook=webhook)
        request_id = number_in(answer)
        if request_id is None:
            raise submit_error(answer, now=datetime.now(UTC))
        return Submitted(model=request.model, request_id=request_id, endpoint=model.endpoint)

    async def check(self, submitted: Submitted) -> CallState:
        from fal_client import Completed, InProgress, Queued  # noqa: PLC0415 - loaded by whoever asks fal

        async with self._line.about(submitted.endpoint, submitted.request_id) as handle:
            match await handle.status(with_logs=True):
                case Queued(position=position):
                    return Waiting(position=position if isinstance(position, int) else None)
                case InProgress(logs=logs):
                    return Running(percent=percent_of(logs))
                case Completed():
                    return Ready()
        raise malformed("a state")

    async def fetch(self, submitted: Submitted, request: RenderRequest) -> RenderedImage:
        try:
            async with self._line.about(submitted.endpoint, submitted.request_id) as handle:
                output: object = await handle.get(interval=0.5)
        except NotFound:
            raise ProviderUnavailable(EXPIRED, detail="the result expired") from None
        made = made_of(output)
        data = await self._media.get(made.url)
        data, content_type = await brought_to(
            data, width=request.width, height=request.height, around_face=request.crop_to_face
        )
        seed = request.seed if made.seed is None else made.seed
        return RenderedImage(data=data, content_type=content_type, provider=PROVIDER, model=submitted.model, seed=seed)

    async def cancel(self, submitted: Submitted) -> None:
        """400 is fal's word for a request that has ended. One that runs is only asked to stop, and may still be paid."""
        async with self._line.about(submitted.endpoint, submitted.request_id, fine=(400, 404)) as handle:
            await handle.cancel()

    async def ping(self) -> None:
        """Asks for a token to upload with, which costs nothing and needs a good key on an account that is not locked.

        Raises `ProviderMisconfigured`, `ProviderUnavailable`, `RateLimited`.
        """
        answer = await self._line.ask(f"{self._rest_url}/storage/auth/token?storage_type=fal-cdn-v3", b"{}")
        if answer.status != 200:
            raise error_of(answer, now=datetime.now(UTC))
        if not isinstance(object_in(answer).get("token"), str):
            raise malformed("an upload token")

    async def close(self) -> None:
        await self._line.close()
        await self._media.close()
