"""Questions in words and pictures, answered in a given structure by the Responses API.

No temperature is sent: reasoning models refuse one. Nothing is kept at OpenAI (`store=False`), except what it keeps of
everything to look for abuse.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from domain.errors import ProviderRefused, ProviderUnavailable
from domain.ports.language_model import Question
from providers.openai.answers import read, schema_of
from providers.openai.client import OpenAIClient
from providers.openai.errors import AWAY, REFUSED, Complaint, judged, text_of
from providers.openai.pictures import to_look_at

if TYPE_CHECKING:
    from openai.types.responses import Response, ResponseInputMessageContentListParam

Answer = TypeVar("Answer")

ANSWER_LIMIT = timedelta(minutes=2)


class OpenAILanguageModel:
    """Implements `LanguageModel`. `model` is OpenAI's own name for it (`Model.endpoint`)."""

    def __init__(self, client: OpenAIClient, *, model: str, limit: timedelta = ANSWER_LIMIT) -> None:
        self._client, self._model, self._limit = client, model, limit

    async def answer(self, question: Question[Answer]) -> Answer:
        """Raises `TypeError` for an answer that is no dataclass of what the port names."""
        kind: type = question.answer
        schema = dict(schema_of(kind))
        content: ResponseInputMessageContentListParam = [{"type": "input_text", "text": question.text}]
        for picture in question.pictures:
            content.append({"type": "input_image", "image_url": await to_look_at(picture), "detail": "high"})
        async with self._client.paid(self._limit) as sdk:
            from openai import omit  # noqa: PLC0415 - whoever has the SDK's client has it loaded

            response = await sdk.responses.create(
                model=self._model,
                instructions=question.instructions,
                input=[{"role": "user", "content": content}],
                text={
                    "format": {
                        "type": "json_schema",
                        "name": kind.__name__,
                        "schema": schema,
                        "strict": True,
                    }
                },
                store=False,
                safety_identifier=question.asker or omit,
            )
        try:
            return read(question.answer, _text(response))
        except (ValueError, AttributeError, TypeError) as error:  # The SDK builds its objects from whatever came.
            raise _unfit(f"an answer that does not fit: {type(error).__name__}") from None


def _text(response: "Response") -> str:
    """What was answered, whole. Raises our errors, and anything for what is no response at all."""
    from openai.types.responses import ResponseOutputMessage  # noqa: PLC0415 - whoever has an answer has it loaded

    if response.status == "failed":
        raise judged(Complaint(code=text_of(response.error.code) if response.error else None), paid=True)
    if response.status == "incomplete":
        why = response.incomplete_details
        raise judged(Complaint(code=text_of(why.reason) if why else None), paid=True)
    messages = [item for item in response.output if isinstance(item, ResponseOutputMessage)]
    parts = [part for message in messages if message.phase != "commentary" for part in message.content]
    if any(part.type == "refusal" for part in parts):
        raise ProviderRefused(REFUSED, detail="refusal")
    return "".join(part.text for part in parts if part.type == "output_text")


def _unfit(what: str) -> ProviderUnavailable:
    return ProviderUnavailable(AWAY, detail=what)
