"""Verdicts on words and pictures by OpenAI's moderation, which costs nothing.

It does not look for everything in pictures: `sexual/minors` is scored in words only, and nothing of it replaces a search
for known abuse. Source: OpenAI's guide to moderation, 2026-11.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.errors import ProviderUnavailable
from domain.images.picture import Picture
from domain.ports.moderation import Verdict
from providers.openai.client import FREE_LIMIT, OpenAIClient
from providers.openai.errors import AWAY
from providers.openai.pictures import to_look_at

if TYPE_CHECKING:
    from openai.types import Moderation, ModerationCreateResponse, ModerationMultiModalInputParam


CATEGORIES = frozenset(
    {"harassment", "harassment/threatening", "hate", "hate/threatening", "self-harm", "self-harm/intent"}
    | {"self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic"}
)
"""Those that every verdict has a score for. Source: openai 3.52.0, `types/moderation.py`."""


TEXTS_AT_ONCE = 32
"""Ours: how many texts one request may hold is nowhere said."""


class OpenAIModeration:
    """Implements `Moderation`. `model` is OpenAI's own name for it (`Model.endpoint`). Repeats itself, being free.

    `limit` is for one request with all its repetitions.
    """

    def __init__(self, client: OpenAIClient, *, model: str, limit: timedelta = FREE_LIMIT) -> None:
        self._client, self._model, self._limit = client, model, limit

    async def judge_texts(self, texts: Sequence[str]) -> Sequence[Verdict]:
        found: list[Verdict] = []
        for first in range(0, len(texts), TEXTS_AT_ONCE):
            part = [*texts[first : first + TEXTS_AT_ONCE]]
            found += await self._judge(part, count=len(part))
        return found

    async def judge_picture(self, picture: Picture) -> Verdict:
        """One in a request: that more are taken is uncertain."""
        asked: list[ModerationMultiModalInputParam] = [
            {"type": "image_url", "image_url": {"url": await to_look_at(picture)}}
        ]
        (verdict,) = await self._judge(asked, count=1)
        return verdict

    async def _judge(self, what: "list[str] | list[ModerationMultiModalInputParam]", *, count: int) -> list[Verdict]:
        async with self._client.free(self._limit) as sdk:
            return _verdicts(await sdk.moderations.create(model=self._model, input=what), count)


def _verdicts(answer: "ModerationCreateResponse", count: int) -> list[Verdict]:
    """Raises `ProviderUnavailable` for fewer than were asked for: nobody could say whose is missing."""
    try:
        results, judge = list(answer.results), answer.model
    except (AttributeError, TypeError) as error:  # The SDK builds its objects from whatever came.
        raise ProviderUnavailable(AWAY, detail=f"no verdict in the answer: {type(error).__name__}") from None
    if len(results) != count:
        raise ProviderUnavailable(AWAY, detail=f"{len(results)} verdicts in the answer, not {count}")
    return [_verdict(result, judge) for result in results]


def _verdict(result: "Moderation", judge: str) -> Verdict:
    """Raises `ProviderUnavailable` for less than a whole verdict: what is missing must not count as harmless."""
    try:
        said, flagged = result.category_scores.to_dict(warnings=False), result.flagged
    except (AttributeError, TypeError) as error:  # as above
        raise ProviderUnavailable(AWAY, detail=f"no verdict in the answer: {type(error).__name__}") from None
    scores = {
        name: float(score)
        for name, score in said.items()
        if isinstance(score, int | float) and not isinstance(score, bool)
    }
    if not isinstance(flagged, bool) or not isinstance(judge, str) or not scores.keys() >= CATEGORIES:
        raise ProviderUnavailable(AWAY, detail="half a verdict in the answer")
    return Verdict(flagged=flagged, scores=scores, judge=judge)
