"""A judge of pictures, in memory: it says what a test tells it, and remembers what it was shown."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

from PIL import Image

from domain.errors import DomainError, ProviderUnavailable
from domain.images.picture import Picture
from domain.ports.moderation import Verdict

CLEAN = dict.fromkeys(("sexual", "violence", "violence/graphic", "self-harm"), 0.001)


@dataclass
class PictureJudge:
    scores: dict[str, float] = field(default_factory=dict)
    """Other than clean, of whatever it is shown."""
    away: bool = False
    errors: list[DomainError] = field(default_factory=list)
    """What it raises next, before anything else."""
    shown: list[str] = field(default_factory=list)
    """SHA-256 of the pictures it was asked about, answered or not. The same pixels, signed twice, are two."""
    pixels: set[bytes] = field(default_factory=set)
    """Of those pictures."""
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def judge_texts(self, texts: Sequence[str]) -> Sequence[Verdict]:
        raise AssertionError("workers judge no words")

    async def judge_picture(self, picture: Picture) -> Verdict:
        self.shown.append(sha256(picture.data).hexdigest())
        self.pixels.add(Image.open(BytesIO(picture.data)).tobytes())
        await self.may_answer.wait()
        if self.errors:
            raise self.errors.pop(0)
        if self.away:
            raise ProviderUnavailable("The judge is away.", detail="503")
        scores = {**CLEAN, **self.scores}
        return Verdict(flagged=max(scores.values()) >= 0.5, scores=scores, judge="a judge of tests")
