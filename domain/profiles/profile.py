"""What a user says of themselves, and what is kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInput
from domain.ids import ImageId, SubjectId, UserId
from domain.social.platforms import Platform

LONGEST_NAME, LONGEST_OCCUPATION, LONGEST_TOPIC = 80, 200, 60
MOST_TOPICS = 10


class Tone(StrEnum):
    """How what is made for a user should feel."""

    ENERGETIC = "ENERGETIC"
    PLAYFUL = "PLAYFUL"
    WARM = "WARM"
    CALM = "CALM"
    SERIOUS = "SERIOUS"
    DRAMATIC = "DRAMATIC"


TONE_WORDS: Mapping[Tone, str] = {
    Tone.ENERGETIC: "energetic, fast, vivid",
    Tone.PLAYFUL: "playful, light-hearted, colourful",
    Tone.WARM: "warm, friendly, close",
    Tone.CALM: "calm, quiet, uncluttered",
    Tone.SERIOUS: "serious, factual, trustworthy",
    Tone.DRAMATIC: "dramatic, tense, high contrast",
}
"""As they stand in prompts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPreferences:
    """What a user makes, and how it should feel. Raises `InvalidInput` for too much of it."""

    topics: tuple[str, ...] = ()
    tone: Tone | None = None

    def __post_init__(self) -> None:
        if len(self.topics) > MOST_TOPICS:
            raise InvalidInput(f"There are at most {MOST_TOPICS} topics.", field="topics")
        for index, topic in enumerate(self.topics):
            if not 1 <= len(topic) <= LONGEST_TOPIC:
                raise InvalidInput(f"A topic has 1 to {LONGEST_TOPIC} characters.", field=f"topics.{index}")


def topics_of(said: Sequence[str]) -> tuple[str, ...]:
    """Without spaces around them, each once."""
    return tuple(dict.fromkeys(" ".join(topic.split()) for topic in said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Avatar:
    """The subject that is the user's face here, as they confirmed. `image_id`: the picture they chose to stand for it."""

    subject_id: SubjectId
    image_id: ImageId | None
    reviewed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Each `…_at` is the last save. Raises `InvalidInput` for what is too long."""

    user_id: UserId
    display_name: str | None = None
    occupation: str | None = None
    saved_at: datetime | None = None
    preferences: ContentPreferences = ContentPreferences()
    preferences_at: datetime | None = None
    platforms: tuple[Platform, ...] = ()
    platforms_at: datetime | None = None
    avatar: Avatar | None = None

    def __post_init__(self) -> None:
        if self.display_name is not None and not 1 <= len(self.display_name) <= LONGEST_NAME:
            raise InvalidInput(f"A name has 1 to {LONGEST_NAME} characters.", field="displayName")
        if self.occupation is not None and not 1 <= len(self.occupation) <= LONGEST_OCCUPATION:
            raise InvalidInput(f"What you do has 1 to {LONGEST_OCCUPATION} characters.", field="occupation")
