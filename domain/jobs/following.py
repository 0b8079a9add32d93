"""What is to go on when a job has ended: so far, the chain that waits for its character sheets (`domain.trainings.chaining`)."""

from domain.ids import ImageId, chained_sheets_id_of
from domain.jobs.job import Job
from domain.ports.unit_of_work import UnitOfWork


async def tell_followers(uow: UnitOfWork, job: Job) -> None:
    """In the transaction that ends it; again when it was retried and ends once more."""
    face = job.recipe.base_image_id
    if face and job.id == chained_sheets_id_of(ImageId(face)):
        await uow.outbox.continue_chain(job.user_id, job.id)
