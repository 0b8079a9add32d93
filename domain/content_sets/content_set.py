"""A set of jobs of one project. What it says of itself is the sum of them."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.ids import ContentSetId, JobId, ProjectId, SubjectId, UserId
from domain.jobs.job import Job, JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPart:
    """What counts of one of its jobs."""

    job_id: JobId
    status: JobStatus
    image_count: int
    completed_count: int
    failed_count: int
    cancelled_count: int
    credits_reserved: int
    credits_captured: int

    @classmethod
    def of(cls, job: Job) -> "SetPart":
        return cls(
            job_id=job.id,
            status=job.status,
            image_count=job.image_count,
            completed_count=job.completed_count,
            failed_count=job.failed_count,
            cancelled_count=job.cancelled_count,
            credits_reserved=job.credits_reserved,
            credits_captured=job.credits_captured,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSet:
    """One of both jobs may be missing; `parts` are those there are, thumbnails first."""

    id: ContentSetId
    user_id: UserId
    project_id: ProjectId
    subject_id: SubjectId
    thumbnails_job_id: JobId | None
    social_job_id: JobId | None
    created_at: datetime
    parts: tuple[SetPart, ...] = ()

    @property
    def job_ids(self) -> tuple[JobId, ...]:
        return tuple(job_id for job_id in (self.thumbnails_job_id, self.social_job_id) if job_id)

    @property
    def status(self) -> JobStatus:
        """Of all its jobs: what they have in common, PROCESSING while any goes on, PARTIAL where they ended differently."""
        found = {part.status for part in self.parts}
        if len(found) == 1:
            return next(iter(found))
        return JobStatus.PARTIAL if all(status.is_final for status in found) else JobStatus.PROCESSING

    @property
    def percent(self) -> int:
        settled = sum(part.completed_count + part.failed_count + part.cancelled_count for part in self.parts)
        return 100 * settled // (sum(part.image_count for part in self.parts) or 1)

    def moved(self, job: Job) -> "ContentSet":
        """With this job as it is now."""
        return replace(self, parts=tuple(SetPart.of(job) if part.job_id == job.id else part for part in self.parts))
