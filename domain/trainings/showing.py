"""Display samples that follow a training by themselves: begun where the credits suffice, told where they do not."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from domain.credits.prices import PriceBook
from domain.errors import DomainError, InsufficientCredits, RateLimited
from domain.ids import LoraModelId, UserId, display_samples_id_of
from domain.jobs.accepting import start_job
from domain.jobs.kinds.display_samples import DisplaySamplesRequest
from domain.models.model import Provider
from domain.notifications.notification import NewNotification
from domain.notifications.words import samples_not_started
from domain.ports.unit_of_work import UnitOfWork
from domain.trainings.training import LoraModel, TrainingStatus
from domain.wishes import Wish


async def show_training(
    uow: UnitOfWork,
    user_id: UserId,
    training_id: LoraModelId,
    *,
    prices: PriceBook,
    providers: Collection[Provider],
    seed: int,
    now: datetime,
) -> str | None:
    """What was decided now; None where that was before. Raises `RateLimited` where too much waits already: it is tried again."""
    await uow.lock_user(user_id)
    model = await uow.trainings.get(training_id)
    if not model.wants_samples or model.status is not TrainingStatus.READY:
        return None
    await uow.trainings.settle_samples(training_id)
    if model.weights_key is None:
        return "its LoRA is gone"
    try:
        await start_job(
            uow,
            user_id,
            DisplaySamplesRequest(persona_id=model.subject_id),
            Wish(f"samples:{uuid4()}", str(training_id)),  # nobody asks with this key again
            job_id=display_samples_id_of(training_id),
            prices=prices,
            quote=None,
            seed=seed,
            now=now,
            providers=providers,
        )
    except RateLimited:
        raise
    except DomainError as refusal:
        await uow.notifications.add(user_id, _notice(model, refusal), now=now)
        return f"not begun: {refusal.code}"
    return "begun"


def _notice(model: LoraModel, refusal: DomainError) -> NewNotification:
    short = isinstance(refusal, InsufficientCredits)
    next_step = "Add credits, then start them" if short else "Start them later"
    return samples_not_started(model, refusal.message, next_step)
