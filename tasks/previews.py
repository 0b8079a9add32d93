"""Thumbnails on their way to whoever watches them form: small, judged, four a second at most; the newest wins, and nobody waits.

What is sent goes to Redis and nowhere else: how fast anybody reads it is not felt here. Nothing is shown that nobody let through
(docs/decisions/0034): our own sketch's by construction, others' one by one by the judge of pictures, and without a judge none.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256

import structlog

from domain.errors import ProviderError, RateLimited
from domain.images.picture import Picture
from domain.images.review import BY_CONSTRUCTION
from domain.jobs.job import JobKind
from domain.jobs.rendering import RenderTask
from domain.models.model import Provider
from domain.ports.image_provider import OnPreview, unseen
from domain.ports.live import preview_topic
from domain.safety.decisions import NO_RULE, Decision, Outcome
from domain.safety.rules import POLICY, Rule
from domain.safety.verdicts import rule_of_verdict
from domain.thumbnails.preview import KEPT, PACE, SmallPicture, ThumbnailPreview, sequence_of
from live.ending import end_tasks
from providers.previews import made_small
from tasks.persistence import PASSING
from tasks.registry import Services

log = structlog.get_logger("likeness.previews")

OPERATION = "thumbnailPreview"
"""What decisions about previews are logged under."""

JUDGED_WITHIN = timedelta(seconds=5)
"""A verdict that takes longer is about a picture that has formed further since."""


class PreviewRefused(Exception):
    """No more of this attempt is shown."""


@asynccontextmanager
async def shown_forming(services: Services, claim: RenderTask) -> AsyncIterator[OnPreview]:
    """Takes previews while an image forms; `unseen` where none may be shown, so that none is asked for or paid for."""
    if claim.job.kind is not JobKind.THUMBNAIL or not _may_be_shown(services):
        yield unseen
        return
    reporter = PreviewReporter(services, claim)
    try:
        yield reporter.take
    finally:
        await reporter.close()


def _may_be_shown(services: Services) -> bool:
    """By our own sketch, or where somebody judges pictures. A provider's own flags come with the finished picture, too late."""
    return services.previews and (not services.images.cost_money or services.moderation is not None)


class PreviewReporter:
    """Of one attempt. Holds two pictures at most: the one being sent and the newest that waits."""

    def __init__(self, services: Services, claim: RenderTask) -> None:
        self._services, self._claim = services, claim
        self._newest: Picture | None = None
        self._number = 0
        self._sending: asyncio.Task[None] | None = None
        self._is_over = False

    def take(self, picture: Picture) -> None:
        """Returns at once."""
        if self._is_over:
            return
        self._newest = picture
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())

    async def close(self) -> None:
        """What was not sent yet is dropped: the finished picture comes in its place."""
        self._is_over = True
        if self._sending:
            await end_tasks(self._sending)

    async def _send(self) -> None:
        try:
            while (picture := self._newest) is not None:
                self._newest = None
                await self._show(picture)
                await asyncio.sleep(PACE.total_seconds())
        except PreviewRefused:
            self._is_over, self._newest = True, None
        finally:
            self._sending = None

    async def _show(self, picture: Picture) -> None:
        """Live only: one that cannot be made small, judged in time, or told is left out, and the image is not affected."""
        try:
            small = await asyncio.to_thread(made_small, picture)
            await self._let_through(small)
            await self._announce(small)
        except (ProviderError, RateLimited, TimeoutError, *PASSING) as error:  # Redis that is away is an `OSError` too
            log.info("a preview was left out", reason=type(error).__name__)

    async def _let_through(self, small: SmallPicture) -> None:
        """The verdict is on the very bytes that are shown, and is logged before they are. Raises `PreviewRefused`."""
        judge, rule = await self._judged(small)
        decision = Decision(
            operation=OPERATION,
            field=str(self._claim.image.image_id),
            outcome=Outcome.REFUSED if rule else Outcome.ALLOWED,
            rule=rule or NO_RULE,
            policy=POLICY,
            judge=judge,
            input_sha256=sha256(small.data).hexdigest(),
            at=self._services.now(),
        )
        owner = self._claim.job.user_id
        async with self._services.unit_of_work(owner) as uow:
            await uow.lock_user(owner)
            await uow.safety.log(owner, decision)
        if rule:
            log.warning("a preview was refused; no more of this attempt is shown", rule=rule)
            raise PreviewRefused

    async def _judged(self, small: SmallPicture) -> tuple[str, Rule | None]:
        services = self._services
        if not services.images.cost_money:
            return BY_CONSTRUCTION, None
        if services.moderation is None:
            raise PreviewRefused
        async with asyncio.timeout(JUDGED_WITHIN.total_seconds()), services.breakers.asking(Provider.OPENAI):
            verdict = await services.moderation.judge_picture(Picture(small.data, "image/webp"))
        return verdict.judge, rule_of_verdict(verdict, of_text=False, adult_allowed=False)

    async def _announce(self, small: SmallPicture) -> None:
        self._number += 1
        job_id, image = self._claim.job.id, self._claim.image
        preview = ThumbnailPreview(
            job_id=job_id,
            index=image.index,
            sequence=sequence_of(image.attempt, self._number),
            width=small.width,
            height=small.height,
            data_url=f"data:image/webp;base64,{base64.b64encode(small.data).decode()}",
            at=self._services.now(),
        )
        await self._services.live.announce_kept(preview_topic(job_id), preview, place=str(image.index), life=KEPT)
