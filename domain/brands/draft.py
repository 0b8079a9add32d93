"""A brand that was read off something, or made from answers, and waits for its owner to look at it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.brands.answers import BrandAnswers
from domain.brands.brand import BrandLook
from domain.brands.source import FoundColor, SourceReading
from domain.ids import BrandDraftId, UserId
from domain.images.image import StoredFile


class BrandSource(StrEnum):
    FILES = "FILES"
    QUESTIONS = "QUESTIONS"


class BrandDraftStatus(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    READY = "READY"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_open(self) -> bool:
        return self in {BrandDraftStatus.QUEUED, BrandDraftStatus.RUNNING}


class BrandMaker(StrEnum):
    OPENAI = "OPENAI"
    LOCAL = "LOCAL"


class LocalBrandBecause(StrEnum):
    """Why nobody but our own rules has made a draft."""

    NOT_CONFIGURED = "NOT_CONFIGURED"
    UNAVAILABLE = "UNAVAILABLE"
    REFUSED = "REFUSED"
    UNFIT_ANSWER = "UNFIT_ANSWER"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"


class BrandPart(StrEnum):
    COLORS = "COLORS"
    HEADING_FONT = "HEADING_FONT"
    BODY_FONT = "BODY_FONT"
    VOICE = "VOICE"
    AUDIENCE = "AUDIENCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMaterial:
    """What a draft is made from; emptied when it is made. `pictures` are our own drawings of what was sent."""

    readings: tuple[SourceReading, ...] = ()
    pictures: tuple[StoredFile, ...] = ()
    answers: BrandAnswers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftResult:
    """`found` is the whole palette that was measured; nothing for a draft made from answers. `because` is set where it is our own."""

    look: BrandLook
    made_by: BrandMaker
    found: tuple[FoundColor, ...] = ()
    fonts: tuple[str, ...] = ()
    model: str | None = None
    because: LocalBrandBecause | None = None

    @property
    def missing(self) -> tuple[BrandPart, ...]:
        look = self.look
        parts = (look.colors, look.heading_font, look.body_font, look.voice, look.audience)
        return tuple(name for name, part in zip(BrandPart, parts, strict=True) if not part)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandDraft:
    id: BrandDraftId
    user_id: UserId
    source: BrandSource
    status: BrandDraftStatus
    material: DraftMaterial
    result: DraftResult | None
    error_code: str | None
    requested_at: datetime
    finished_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTask:
    """A worker's claim. `attempt` counts the claims, `tries` those that count; with `is_asking`, an earlier one began a paid call
    and nobody knows how that ended."""

    draft: BrandDraft
    attempt: int
    tries: int
    is_asking: bool
