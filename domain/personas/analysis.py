"""What was said of a persona's whole set of photos, by whom, and of which set exactly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import AnalysisId, ConsentId, PhotoId, SubjectId, UserId
from domain.personas.approval import photo_set_of
from domain.personas.concepts import Concepts
from domain.personas.persona import PersonaPhoto
from domain.personas.references import ReferenceReason


class AnalysisStatus(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_open(self) -> bool:
        return self in {AnalysisStatus.QUEUED, AnalysisStatus.RUNNING}


class Analyst(StrEnum):
    OPENAI = "OPENAI"
    LOCAL = "LOCAL"


class LocalBecause(StrEnum):
    """Why nobody but our own measurement has looked at a set."""

    NOT_CONFIGURED = "NOT_CONFIGURED"
    UNAVAILABLE = "UNAVAILABLE"
    REFUSED = "REFUSED"
    UNFIT_ANSWER = "UNFIT_ANSWER"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"


class SetQuality(StrEnum):
    EXCELLENT = "EXCELLENT"
    GOOD = "GOOD"
    NEEDS_IMPROVEMENT = "NEEDS_IMPROVEMENT"


class SetAspect(StrEnum):
    FACIAL_CONSISTENCY = "FACIAL_CONSISTENCY"
    LIGHTING = "LIGHTING"
    EXPRESSION_VARIETY = "EXPRESSION_VARIETY"
    BACKGROUND_CONSISTENCY = "BACKGROUND_CONSISTENCY"


class SetAdviceCode(StrEnum):
    TAKE_AGAIN = "TAKE_AGAIN"
    CHECK_FACES = "CHECK_FACES"
    ADD_PHOTOS = "ADD_PHOTOS"
    ADD_FRONT_VIEWS = "ADD_FRONT_VIEWS"
    ADD_THREE_QUARTER_VIEWS = "ADD_THREE_QUARTER_VIEWS"
    VARY_EXPRESSIONS = "VARY_EXPRESSIONS"
    EVEN_LIGHT = "EVEN_LIGHT"
    CALMER_BACKGROUNDS = "CALMER_BACKGROUNDS"


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectFound:
    """`score` is 0 to 1; None where there was nothing to compare."""

    aspect: SetAspect
    score: float | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAdvice:
    """`count` photos make it better; 0 where it is not a matter of their number."""

    code: SetAdviceCode
    message: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFound:
    """A photo chosen for its face, and why."""

    photo_id: PhotoId
    reasons: tuple[ReferenceReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisResult:
    """`model` is whose words they are, a key of the registry; None for our own. `because` is set where it is our own."""

    quality: SetQuality
    consistency_score: float
    ready_for_training: bool
    feedback: str
    suggestions: tuple[str, ...]
    aspects: tuple[AspectFound, ...]
    advice: tuple[SetAdvice, ...]
    references: tuple[ReferenceFound, ...]
    analyzed_by: Analyst
    model: str | None = None
    because: LocalBecause | None = None
    concepts: Concepts | None = None
    """None of analyses from before these were thought of."""
    concepts_by: Analyst = Analyst.LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    id: AnalysisId
    user_id: UserId
    persona_id: SubjectId
    consent_id: ConsentId
    photo_set: str
    """See `domain.personas.approval.photo_set_of`."""
    status: AnalysisStatus
    result: AnalysisResult | None
    error_code: str | None
    requested_at: datetime
    finished_at: datetime | None

    def is_of(self, photos: Iterable[PersonaPhoto]) -> bool:
        """Whether exactly these photos were analyzed."""
        return self.photo_set == photo_set_of(photos)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisTask:
    """A worker's claim. `attempt` counts the claims, `tries` those that count; with `is_asking`, an earlier one began a paid call
    and nobody knows how that ended."""

    analysis: Analysis
    attempt: int
    tries: int
    is_asking: bool


def newest_done(analyses: Sequence[Analysis]) -> Analysis | None:
    """`analyses` are of one persona, the newest first."""
    return next((one for one in analyses if one.status is AnalysisStatus.DONE), None)
