"""A picture that was made is seen by nobody before somebody has judged its exact bytes (PRODUCT, section 10, rule 4).

Who judges depends on what a deployment has; the decision says who did. Whatever changes the bytes comes before this.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from domain.calls.call import CallState
from domain.errors import ProviderRefused
from domain.ids import CallId, ImageId, UserId
from domain.images.image import StoredFile
from domain.jobs.job import JobImage
from domain.ports.image_provider import RenderedImage
from domain.ports.object_store import ADULT, EXTENSIONS
from domain.ports.unit_of_work import UnitOfWork
from domain.safety.decisions import NO_RULE, Decision, Outcome
from domain.safety.rules import POLICY, Rule

BY_CONSTRUCTION = "construction"
"""The judge of our own sketch: it draws dressed adults, and can draw nothing else."""

REFUSED = (
    "A check of this picture did not let it through, so nobody gets to see it. Change the request, then try again."
)
AWAY = "This picture is made and waits for its check, which is away right now. It is checked by itself later; nothing is charged until then."

REVIEW_WAITS = (2, 5, 15, 30, 60, 120)
"""Seconds between two tries to have a picture judged, in turn, until its reservation runs out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenPicture:
    """It is made, and paid for where it costs something. `call_id` is of a call that is open still."""

    rendered: RenderedImage
    generation_ms: int
    call_id: CallId | None = None
    fallback: str | None = None
    """Why it was made without the LoRA of its job."""
    is_kept: bool = False
    """In the store, to be judged later: never to be made again."""


class PictureRefused(ProviderRefused):
    """Final and free, as a refusal by whoever made it would be."""

    code = "CONTENT_POLICY"

    def __init__(self, decision: Decision) -> None:
        super().__init__(REFUSED, detail=f"{decision.judge}: {decision.rule}")
        self.decision = decision


def flags_of(provider: str) -> str:
    """The judge where nobody else is there: whoever made the picture, and did not hold it back. Not all of them look."""
    return f"flags of {provider}"


def decided(image_id: ImageId, rendered: RenderedImage, rule: Rule | None, *, judge: str, at: datetime) -> Decision:
    """Raises `PictureRefused` where a rule stands against it."""
    decision = Decision(
        operation="renderImage",
        field=str(image_id),
        outcome=Outcome.REFUSED if rule else Outcome.ALLOWED,
        rule=rule or NO_RULE,
        policy=POLICY,
        judge=judge,
        input_sha256=sha256(rendered.data).hexdigest(),
        at=at,
    )
    if rule:
        raise PictureRefused(decision)
    return decision


async def log_refusal(uow: UnitOfWork, user_id: UserId, image: JobImage, refusal: PictureRefused) -> None:
    """Under the user's lock, where the image is given up. What was paid for it stays paid, by us."""
    await uow.safety.log(user_id, refusal.decision)
    if call := await uow.calls.open_of(image.job_id, image.index):
        await uow.calls.end(call.id, CallState.DONE, code=PictureRefused.code)


def wait_before_review(waits: int, told: timedelta | None) -> timedelta:
    """`waits` counts those before; `told` is how long the judge asked to be left alone."""
    own = timedelta(seconds=REVIEW_WAITS[min(waits, len(REVIEW_WAITS) - 1)])
    return max(own, told or timedelta())


def unseen_file_of(
    user_id: UserId, image_id: ImageId, round_: int, rendered: RenderedImage, *, adult: bool = False
) -> StoredFile:
    """Under a name of its own for each image and round, which no image ever has: so it can be removed by itself."""
    digest = sha256(rendered.data).hexdigest()
    name = sha256(f"{image_id}:{round_}:{digest}".encode()).hexdigest()
    return StoredFile(
        key=f"{f'{ADULT}/' if adult else ''}reviews/{user_id}/{name}.{EXTENSIONS[rendered.content_type]}",
        sha256=digest,
        content_type=rendered.content_type,
        size_bytes=len(rendered.data),
    )
