"""Verdicts on words and pictures by OpenAI's moderation, which costs nothing.

It does not look for everything in pictures: `sexual/minors` is scored in words only, and nothing of it replaces a search
for known abuse. Source: OpenAI's guide to moderation, 2026-11.
"""

from typing import TYPE_CHECKING

from domain.errors import ProviderUnavailable
from domain.images.picture import Picture
from domain.ports.moderation import Verdict
from providers.openai.client import OpenAIClient
from providers.openai.errors import AWAY
from providers.openai.pictures import to_look_at

if TYPE_CHECKING:
    from openai.types import ModerationCreateResponse, ModerationMultiModalInputParam


CATEGORIES = frozenset(
    {"harassment", "harassment/threatening", "hate", "hate/threatening", "self-harm", "self-harm/intent"}
    | {"self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic"}
)
"""Those that every verdict has a score for. Source: openai 3.52.0, `types/moderation.py`."""


class OpenAIModeration:
    """Implements `Moderation`. `model` is OpenAI's own name for it (`Model.endpoint`). Repeats itself, being free."""

    def __init__(self, client: OpenAIClient, *, model: str) -> None:
        self._client, self._model = client, model

    async def judge_text(self, text: str) -> Verdict:
        return await self._judge([{"type": "text", "text": text}])

    async def judge_picture(self, picture: Picture) -> Verdict:
        """One in a request: that more are taken is uncertain."""
        return await self._judge([{"type": "image_url", "image_url": {"url": await to_look_at(picture)}}])

    async def _judge(self, what: "list[ModerationMultiModalInputParam]") -> Verdict:
        async with self._client.free() as sdk:
            return _verdict(await sdk.moderations.create(model=self._model, input=what))


def _verdict(answer: "ModerationCreateResponse") -> Verdict:
    """Raises `ProviderUnavailable` for less than a whole verdict: what is missing must not count as harmless."""
    try:
        (result,) = answer.results
        said = result.category_scores.to_dict(warnings=False)
        flagged, judge = result.flagged, answer.model
    except (ValueError, AttributeError, TypeError) as error:  # The SDK builds its objects from whatever came.
        raise ProviderUnavailable(AWAY, detail=f"no verdict in the answer: {type(error).__name__}") from None
    scores = {
        name: float(score)
        for name, score in said.items()
        if isinstance(score, int | float) and not isinstance(score, bool)
    }
    if not isinstance(flagged, bool) or not scores.keys() >= CATEGORIES:
        raise ProviderUnavailable(AWAY, detail="half a verdict in the answer")
    return Verdict(flagged=flagged, scores=scores, judge=judge)
