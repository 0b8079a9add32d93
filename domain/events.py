"""What happens to a job, as others see it. Durable events are numbered rows; live-only ones may be dropped on the way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ArchiveId, JobId, LoraModelId, ProjectId, UserId
from domain.images.image import Image
from domain.jobs.job import Job


class EventKind(StrEnum):
    JOB_STATE_CHANGED = "JOB_STATE_CHANGED"
    IMAGE_COMPLETED = "IMAGE_COMPLETED"
    IMAGE_FAILED = "IMAGE_FAILED"
    IMAGE_DELAYED = "IMAGE_DELAYED"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """A durable event. `job` is the job just after it; `number` counts from 1 within the job, without a hole.

    `index` and what follows are set where the kind speaks of one image. `image` is also null once it was deleted.
    """

    kind: EventKind
    job: Job
    at: datetime
    number: int = 0
    index: int | None = None
    image: Image | None = None
    reason: str | None = None
    will_retry: bool = False
    retry_at: datetime | None = None

    @property
    def ends_job(self) -> bool:
        return self.job.status.is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageProgress:
    """Live only: how far one image has formed, 0 to 100. `attempt` rises when it is begun again."""

    job_id: JobId
    index: int
    attempt: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceChanged:
    """`number` is the ledger's: a higher one is newer, whatever order they arrive in."""

    user_id: UserId
    available: int
    reserved: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMoved:
    """There is more in the user's log: whoever watches reads it from where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingMoved:
    """A training is in its state of this `number`: whoever wants to know it reads it. With a `step`, only that far."""

    training_id: LoraModelId
    number: int
    step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMoved:
    """An archive is in another state, or further: whoever wants to know reads it."""

    archive_id: ArchiveId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMoved:
    """A project was changed, or its analysis got on: whoever wants to know reads it."""

    project_id: ProjectId
