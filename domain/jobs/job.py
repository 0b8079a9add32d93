"""A job, its images, and how they may move on."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.credits.quotes import FreeBecause
from domain.errors import Conflict
from domain.ids import HoldId, ImageId, JobId, ProjectId, SubjectId, UserId, image_id_of
from domain.jobs.recipe import Recipe


def images_in_words(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"


class JobKind(StrEnum):
    PACK = "PACK"
    PORTRAITS = "PORTRAITS"
    PREVIEW_SAMPLES = "PREVIEW_SAMPLES"
    DISPLAY_SAMPLES = "DISPLAY_SAMPLES"
    BASE_IMAGES = "BASE_IMAGES"
    CHARACTER_SHEET = "CHARACTER_SHEET"
    HEADSHOTS = "HEADSHOTS"
    VARIATIONS = "VARIATIONS"
    INPAINT = "INPAINT"
    EDIT = "EDIT"
    THUMBNAIL = "THUMBNAIL"
    SOCIAL = "SOCIAL"


class JobStatus(StrEnum):
    QUEUED = "QUEUED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Nothing more happens by itself."""
        return self not in {JobStatus.QUEUED, JobStatus.PROCESSING}


class GenerationMode(StrEnum):
    FACE_SWAP = "FACE_SWAP"
    LORA = "LORA"


MOVES: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.PROCESSING, JobStatus.FAILED, JobStatus.CANCELLED}),
    JobStatus.PROCESSING: frozenset({JobStatus.COMPLETED, JobStatus.PARTIAL, JobStatus.FAILED, JobStatus.CANCELLED}),
    JobStatus.COMPLETED: frozenset(),
    JobStatus.PARTIAL: frozenset({JobStatus.QUEUED}),  # a retry
    JobStatus.FAILED: frozenset({JobStatus.QUEUED}),  # a retry
    JobStatus.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One request for images. `credits_reserved` is what is held now; 0 once the job has ended."""

    id: JobId
    user_id: UserId
    subject_id: SubjectId
    kind: JobKind
    status: JobStatus
    mode: GenerationMode | None
    mode_reason: str
    recipe: Recipe
    image_count: int
    price_per_image: int
    credits_reserved: int
    created_at: datetime
    completed_count: int = 0
    failed_count: int = 0
    cancelled_count: int = 0
    credits_captured: int = 0
    round: int = 1
    error_code: str | None = None
    error_message: str | None = None
    event_count: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    free_because: FreeBecause | None = None
    """Why its images cost nothing; None where they have a price."""
    project_id: ProjectId | None = None

    @property
    def settled_count(self) -> int:
        return self.completed_count + self.failed_count + self.cancelled_count

    @property
    def percent(self) -> int:
        """Of images settled, 0 to 100. What forms inside an image is added by whoever watches it live."""
        return 100 * self.settled_count // self.image_count

    def moved_to(self, status: JobStatus) -> "Job":
        """Raises `Conflict` when the table of moves does not allow it."""
        if status not in MOVES[self.status]:
            raise Conflict(f"A job that is {self.status} cannot become {status}.")
        return replace(self, status=status)

    def started(self, now: datetime) -> "Job":
        """The first image is being worked on. A second call changes nothing."""
        if self.status is JobStatus.PROCESSING:
            return self
        return replace(self.moved_to(JobStatus.PROCESSING), started_at=self.started_at or now)

    def with_image_completed(self, credits: int, now: datetime) -> "Job":
        return replace(
            self,
            completed_count=self.completed_count + 1,
            credits_captured=self.credits_captured + credits,
            credits_reserved=self.credits_reserved - self.price_per_image,
        )._settled_if_last(now)

    def with_image_failed(self, code: str, message: str, now: datetime) -> "Job":
        return replace(
            self,
            failed_count=self.failed_count + 1,
            credits_reserved=self.credits_reserved - self.price_per_image,
            error_code=code,
            error_message=message,
        )._settled_if_last(now)

    def cancelled(self, now: datetime) -> "Job":
        """Everything not settled yet is dropped; what is done stays and is paid."""
        rest = self.image_count - self.settled_count
        return replace(
            self.moved_to(JobStatus.CANCELLED),
            cancelled_count=self.cancelled_count + rest,
            credits_reserved=0,
            finished_at=now,
        )

    def retried(self) -> "Job":
        """The next round: only what failed is made again, everything else is kept. Raises `Conflict` otherwise."""
        if not self.status.is_final:
            raise Conflict("This job is still running; cancel it or wait for it to end.")
        if self.failed_count == 0:
            raise Conflict("There is nothing to retry: no image of this job failed.")
        return replace(
            self.moved_to(JobStatus.QUEUED),
            round=self.round + 1,
            credits_reserved=self.failed_count * self.price_per_image,
            failed_count=0,
            error_code=None,
            error_message=None,
            finished_at=None,
        )

    def _settled_if_last(self, now: datetime) -> "Job":
        if self.settled_count < self.image_count:
            return self
        done = self.started(now)
        if self.completed_count == self.image_count:
            return replace(done.moved_to(JobStatus.COMPLETED), finished_at=now)
        outcome = JobStatus.PARTIAL if self.completed_count else JobStatus.FAILED
        return replace(done.moved_to(outcome), finished_at=now)


class ImageState(StrEnum):
    """Where one image of a job is."""

    QUEUED = "QUEUED"
    RENDERING = "RENDERING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobImage:
    """One image to make. `attempt` rises with every claim and fences every later write; `tries` counts towards the limit."""

    job_id: JobId
    index: int
    hold_id: HoldId
    state: ImageState
    attempt: int
    tries: int
    waits: int

    @property
    def image_id(self) -> ImageId:
        return image_id_of(self.job_id, self.index)
