"""A thread: one concept of a thumbnail, version after version, each from feedback on one before it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import uuid5

from domain.errors import InvalidInput, LimitReached
from domain.ids import ImageId, JobId, ProjectId, StillId, SubjectId, ThreadId, UserId, VersionId, image_id_of
from domain.projects.snippet import Snippet

MOST_VERSIONS = 50
"""Of one thread."""

LONGEST_FEEDBACK = 500
LONGEST_HEADLINE = 60
"""Characters. More cannot be read at the size in which thumbnails are shown."""

LEAST_SCALE, MOST_SCALE = 0.5, 1.5
"""Of a LoRA. Source: PRODUCT, section 5."""


class HeadlineBy(StrEnum):
    TEXT = "TEXT"
    MODEL = "MODEL"


class PromptAuthor(StrEnum):
    LANGUAGE_MODEL = "LANGUAGE_MODEL"
    LOCAL = "LOCAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a version was asked for, in people's words. `feedback` is all that was said since the first version, in turn."""

    wish: str
    headline: str | None = None
    headline_by: HeadlineBy = HeadlineBy.TEXT
    feedback: tuple[str, ...] = ()
    lora_scale: float | None = None
    """None where no LoRA was asked for."""
    negative: str | None = None
    seed: int = 0
    snippet: Snippet | None = None
    """What was read out of its project."""
    stills: tuple[StillId, ...] = ()
    """Of its project, shown to the model beside the portraits."""

    @property
    def draws_letters(self) -> bool:
        """Whether the model is to write the headline."""
        return self.headline is not None and self.headline_by is HeadlineBy.MODEL

    def refined(self, feedback: str, headline: str | None) -> "Brief":
        """A headline of None leaves the one there is."""
        return replace(self, feedback=(*self.feedback, feedback.strip()), headline=headline or self.headline)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """`thread_id` is None for the first version of a new thread."""

    brief: Brief
    prompt: str
    image_index: int = 0
    thread_id: ThreadId | None = None
    prompt_by: PromptAuthor = PromptAuthor.LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailVersion:
    """`prompt` is what the model is told: by our own rules (`LOCAL`) until a language model has written a better one."""

    id: VersionId
    user_id: UserId
    thread_id: ThreadId
    number: int
    job_id: JobId
    image_index: int
    brief: Brief
    prompt: str
    prompt_by: PromptAuthor
    created_at: datetime

    @property
    def image_id(self) -> ImageId:
        """There once the job has made it."""
        return image_id_of(self.job_id, self.image_index)

    @property
    def feedback(self) -> str | None:
        """The last that was said before it was made; None where nothing was."""
        return self.brief.feedback[-1] if self.brief.feedback else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailThread:
    id: ThreadId
    user_id: UserId
    subject_id: SubjectId
    created_at: datetime
    version_count: int
    final_version_id: VersionId | None = None
    project_id: ProjectId | None = None


def thread_id_of(job_id: JobId, index: int) -> ThreadId:
    """Of the thread that an image of a job begins. The same whenever the answer is given again."""
    return ThreadId(uuid5(job_id, f"thread:{index}"))


def version_id_of(job_id: JobId, index: int) -> VersionId:
    return VersionId(uuid5(job_id, f"version:{index}"))


def check_room(thread: ThumbnailThread) -> None:
    """For one more version. Raises `LimitReached`."""
    if thread.version_count >= MOST_VERSIONS:
        raise LimitReached(
            f"A thread has at most {MOST_VERSIONS} versions. Finalise one, or start another thread.",
            limit=MOST_VERSIONS,
        )


def check_feedback(text: str) -> None:
    """Raises `InvalidInput`."""
    if not 1 <= len(text.strip()) <= LONGEST_FEEDBACK:
        raise InvalidInput(f"Feedback has 1 to {LONGEST_FEEDBACK} characters.", field="feedback")


def check_headline(text: str | None, *, field: str) -> None:
    """Raises `InvalidInput`."""
    if text is not None and not 1 <= len(text.strip()) <= LONGEST_HEADLINE:
        raise InvalidInput(f"A headline has 1 to {LONGEST_HEADLINE} characters.", field=field)


def check_scale(scale: float) -> None:
    """Raises `InvalidInput`, for what is no number too."""
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        raise InvalidInput(f"A LoRA's scale lies between {LEAST_SCALE} and {MOST_SCALE}.", field="loraScale")
