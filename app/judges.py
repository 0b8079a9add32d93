"""Who judges words and pictures in a deployment: OpenAI's moderation, where there is a key."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from app.provider_settings import OpenAISettings
from domain.images.picture import Picture
from domain.models.registry import MODELS
from domain.ports.moderation import Verdict
from resolvers.words_judge import PATIENCE

if TYPE_CHECKING:
    from providers.openai.client import OpenAIClient
    from providers.openai.moderation import OpenAIModeration

JUDGE = MODELS["openai/omni-moderation-latest"]


class LaterModeration:
    """Implements `Moderation` for the API, which loads no SDK before it is needed: half a second and 50 MB, in a thread.

    Belongs to the event loop that first uses it. Close it there.
    """

    def __init__(self, openai: OpenAISettings, *, limit: timedelta = PATIENCE) -> None:
        self._openai, self._limit = openai, limit
        self._loading: asyncio.Task[tuple[OpenAIClient, OpenAIModeration]] | None = None

    async def judge_texts(self, texts: Sequence[str]) -> Sequence[Verdict]:
        return await (await self._loaded())[1].judge_texts(texts)

    async def judge_picture(self, picture: Picture) -> Verdict:
        return await (await self._loaded())[1].judge_picture(picture)

    async def close(self) -> None:
        if self._loading:
            await (await self._loading)[0].close()

    async def _loaded(self) -> "tuple[OpenAIClient, OpenAIModeration]":
        """Once for all who ask; whoever gives up waiting does not break it off for the others."""
        self._loading = self._loading or asyncio.create_task(asyncio.to_thread(_load, self._openai, self._limit))
        return await asyncio.shield(self._loading)


def _load(openai: OpenAISettings, limit: timedelta) -> "tuple[OpenAIClient, OpenAIModeration]":
    import openai as _  # noqa: PLC0415, F401 - the client would import it on the event loop

    from providers.openai.client import OpenAIClient  # noqa: PLC0415 - as above
    from providers.openai.moderation import OpenAIModeration  # noqa: PLC0415

    client = OpenAIClient(key=openai.key, base_url=openai.base_url)
    return client, OpenAIModeration(client, model=JUDGE.endpoint, limit=limit)
