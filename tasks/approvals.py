"""What somebody wrote about preview samples is read by a language model. Until then, and where it cannot be, the reading by our
own rules stands: so nothing is lost with this message, and it is given up after some minutes.
"""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import structlog

from domain.errors import ProviderError, ProviderUnavailable, RateLimited
from domain.ids import RoundId, UserId
from domain.models.model import Ability
from domain.models.routing import Need
from domain.personas.approval import READ_WITHIN, ApprovalRound
from domain.personas.reviewing import begin_reading, finish_reading
from domain.personas.samples import Reading
from domain.prompts.feedback import feedback_question, reading_of
from tasks.registry import Services, task

log = structlog.get_logger("likeness.approvals")

PAUSE = timedelta(seconds=15)


@task("approvals.read_feedback", queue="upkeep")
async def read_feedback(services: Services, *, user_id: str, round_id: str) -> None:
    """Twice is once."""
    owner, id_ = UserId(UUID(user_id)), RoundId(UUID(round_id))
    async with services.unit_of_work(owner) as uow:
        found = await begin_reading(uow, id_)
    if found is None:
        return
    try:
        reading = await _reading(services, found)
    except (ProviderUnavailable, RateLimited) as error:
        if services.now() - found.created_at < READ_WITHIN:
            await _later(services, found, error.retry_after or PAUSE)
            return
        reading = None
    except ProviderError as error:
        log.warning("feedback could not be read", code=error.code, detail=error.detail)
        reading = None
    async with services.unit_of_work(owner) as uow:
        is_new = await finish_reading(uow, owner, id_, reading)
    log.info("feedback was read", by="nobody else" if reading is None else reading.read_by, is_new=is_new)


async def _reading(services: Services, found: ApprovalRound) -> Reading | None:
    """Raises the `ProviderError`s and `RateLimited`."""
    if not services.words:
        return None
    model, language = services.words.asked(Need(ability=Ability.WRITE), today=services.now().date())
    asker = sha256(f"asker:{found.user_id}".encode()).hexdigest()[:32]
    async with services.breakers.asking(model.provider):
        return reading_of(await language.answer(feedback_question(found.feedback, asker=asker)))


async def _later(services: Services, found: ApprovalRound, wait: timedelta) -> None:
    async with services.unit_of_work(found.user_id) as uow:
        await uow.outbox.read_feedback(found.user_id, found.id, wait=wait)
    services.wake_relay()
