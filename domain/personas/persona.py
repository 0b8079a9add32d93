"""A persona and its photos, as they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInput
from domain.ids import ConsentId, LoraModelId, PhotoId, SubjectId, UserId
from domain.images.image import StoredFile
from domain.personas.faces import Face
from domain.trainings.lora import ReadyLora
from domain.trainings.training import TrainingStatus
from domain.uploads.measures import PhotoMeasures

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_TAG = 80, 500, 40
MOST_TAGS = 20
MOST_PERSONAS = 50
LEAST_PHOTOS, BEST_PHOTOS, MOST_PHOTOS = 5, 10, 20
"""Product, section 3."""


class PersonaStatus(StrEnum):
    PENDING_UPLOAD = "PENDING_UPLOAD"
    ANALYZING = "ANALYZING"
    READY = "READY"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaWords:
    """What its owner calls it. Raises `InvalidInput` for what is too long or too much."""

    name: str
    description: str
    tags: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.name) <= LONGEST_NAME:
            raise InvalidInput(f"A name has 1 to {LONGEST_NAME} characters.", field="name")
        if len(self.description) > LONGEST_DESCRIPTION:
            raise InvalidInput(f"A description has at most {LONGEST_DESCRIPTION} characters.", field="description")
        if len(self.tags) > MOST_TAGS:
            raise InvalidInput(f"There are at most {MOST_TAGS} tags.", field="tags")
        for index, tag in enumerate(self.tags):
            if not 1 <= len(tag) <= LONGEST_TAG:
                raise InvalidInput(f"A tag has 1 to {LONGEST_TAG} characters.", field=f"tags.{index}")


def words_of(name: str, description: str, tags: Sequence[str]) -> PersonaWords:
    """Without spaces around them, each tag once."""
    return PersonaWords(
        name=name.strip(), description=description.strip(), tags=tuple(dict.fromkeys(tag.strip() for tag in tags))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """`has_consent`: whether the consent it stands under is live."""

    id: SubjectId
    user_id: UserId
    consent_id: ConsentId
    has_consent: bool
    words: PersonaWords
    status: PersonaStatus
    is_default: bool
    photo_count: int
    created_at: datetime
    lora: ReadyLora | None = None
    newest_training: LoraModelId | None = None
    training_status: TrainingStatus | None = None
    """Of the newest training; None where there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaPhoto:
    """`sent_*` is what its owner announced and sent; `file` is what we made of it, upright and with nothing else in it.

    `faces` are those found on it, the largest first; None where nobody looked.
    """

    id: PhotoId
    persona_id: SubjectId
    file: StoredFile
    width: int
    height: int
    sent_type: str
    sent_size_bytes: int
    measures: PhotoMeasures
    faces: tuple[Face, ...] | None = None
    added_at: datetime
