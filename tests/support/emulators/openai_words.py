"""The OpenAI emulator's words: answers in a structure, and verdicts."""

import asyncio
import json
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.models.model import Ability, Model
from tests.support.emulators import openai_fields as fields
from tests.support.emulators.openai_answers import check_strict, filled
from tests.support.emulators.openai_calls import Call, Work
from tests.support.emulators.openai_fields import Complained

if TYPE_CHECKING:
    from tests.support.emulators.openai import OpenAIEmulator

RESPONSE: dict[str, fields.Check] = {
    "model": fields.text(),
    "instructions": fields.text(),
    "input": fields.anything,
    "text": fields.anything,
    "store": fields.truth,
    "safety_identifier": fields.text(64),
    "max_output_tokens": fields.number(16, 128_000),
    "temperature": fields.refused,  # It only serves reasoning models.
    "top_p": fields.refused,
}
MODERATION: dict[str, fields.Check] = {"model": fields.text(), "input": fields.anything}

IN_PICTURES = {"self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "violence", "violence/graphic"}
IN_WORDS_ONLY = {"harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent"}
CATEGORIES = sorted(IN_PICTURES | IN_WORDS_ONLY | {"sexual/minors"})
TELLING = {"naked": "sexual", "kill": "violence", "hate": "hate"}
"""Words that the emulated judge flags, and as what."""


class Told(StrEnum):
    """What the next answer in words is to be, instead of one that fits."""

    REFUSE = "REFUSE"
    TRUNCATE = "TRUNCATE"
    FILTER = "FILTER"
    """Cut short by the content filter."""
    MISFIT = "MISFIT"
    FAIL = "FAIL"
    """`failed`, with the code in `OpenAIEmulator.failure`."""
    GARBLED = "GARBLED"
    """A response whose output is no list of anything."""


SHORT = {Told.TRUNCATE: "max_output_tokens", Told.FILTER: "content_filter"}


def respond(emulator: "OpenAIEmulator", request: Request, call: Call) -> Work:
    fields.checked(call.body, RESPONSE, required=("model", "input"))
    model = emulator.model(call.body["model"], Ability.WRITE)
    schema = _checked_schema(call.body.get("text"))
    asked = f"{call.body.get('instructions')}\n{_checked_input(call.body['input'])}"

    async def work() -> Response:
        await asyncio.sleep(emulator.seconds)
        told = emulator.told.popleft() if emulator.told else None
        said = emulator.saying.popleft() if emulator.saying else json.dumps(filled(schema, asked))
        return JSONResponse(_response(emulator, model, told, said))

    return work


def _response(emulator: "OpenAIEmulator", model: Model, told: Told | None, text: str) -> dict[str, object]:
    number = f"{emulator.accepted:024x}"
    output: object = [{"type": "reasoning", "id": f"rs_{number}", "summary": []}, _message(told, text, number)]
    short = SHORT.get(told) if told else None
    return {
        "id": f"resp_{number}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "failed" if told is Told.FAIL else "incomplete" if short else "completed",
        "error": {"code": emulator.failure, "message": "It did not work."} if told is Told.FAIL else None,
        "incomplete_details": {"reason": short} if short else None,
        "model": model.endpoint,
        "output": [] if told is Told.FAIL else 7 if told is Told.GARBLED else output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {"input_tokens": 50, "output_tokens": 50, "total_tokens": 100},
    }


def _message(told: Told | None, text: str, number: str) -> dict[str, object]:
    if told in {Told.TRUNCATE, Told.FILTER}:
        text = text[: len(text) // 2]
    if told is Told.MISFIT:
        text = '{"unexpected": true}'
    part: dict[str, object] = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    if told is Told.REFUSE:
        part = {"type": "refusal", "refusal": "I'm sorry, I can't assist with that request."}
    return {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed", "content": [part]}


def moderate(emulator: "OpenAIEmulator", request: Request, call: Call) -> Work:
    fields.checked(call.body, MODERATION, required=("input",))
    model = emulator.model(call.body.get("model", "omni-moderation-latest"), Ability.MODERATE)
    asked = _checked_moderation(call.body["input"])

    async def work() -> Response:
        results = [_result(emulator, words, images) for words, images in asked]
        return JSONResponse({"id": f"modr-{len(emulator.calls)}", "model": model.endpoint, "results": results})

    return work


def _result(emulator: "OpenAIEmulator", words: str, images: int) -> dict[str, object]:
    scores = {category: emulator.scores.get(category, 0.0001) for category in CATEGORIES}
    scores |= {category: 0.98 for word, category in TELLING.items() if word in words.lower()}
    return {
        "flagged": any(score >= 0.5 for score in scores.values()),
        "categories": {category: score >= 0.5 for category, score in scores.items()},
        "category_scores": scores,
        "category_applied_input_types": {
            one: ["image"] if images and one in IN_PICTURES else ["text"] if words else [] for one in CATEGORIES
        },
    }


def _checked_schema(said: object) -> Mapping[str, object]:
    form = said.get("format") if isinstance(said, Mapping) else None
    if not isinstance(form, Mapping) or form.get("type") != "json_schema" or form.get("strict") is not True:
        raise Complained("The emulator only answers in strict JSON.", "invalid_value", "text.format")
    fields.text(64)("text.format.name", form.get("name"))
    schema = form.get("schema")
    check_strict(schema)
    assert isinstance(schema, Mapping)
    return schema


def _checked_input(said: object) -> str:
    """The words of it, once its pictures were found to be some."""
    words: list[str] = []
    for item in said if isinstance(said, list) else ():
        if set(item) != {"role", "content"} or item["role"] != "user":
            raise Complained("Invalid value in 'input'.", "invalid_value", "input")
        for place, part in enumerate(item["content"]):
            words += _checked_part(f"input[0].content[{place}]", part)
    if not words:
        raise Complained("Missing required parameter: 'input'.", "missing_required_parameter", "input")
    return "\n".join(words)


def _checked_part(name: str, part: Mapping[str, object]) -> list[str]:
    kind, keys = part.get("type"), set(part)
    if kind == "input_text" and keys == {"type", "text"}:
        fields.text()(f"{name}.text", part["text"])
        return [str(part["text"])]
    if kind == "input_image" and keys == {"type", "image_url", "detail"}:
        fields.one_of("low", "high", "auto", "original")(f"{name}.detail", part["detail"])
        fields.seen(f"{name}.image_url", part["image_url"])
        return []
    raise Complained(f"Invalid value: '{kind}'.", "invalid_value", name)


def _checked_moderation(said: object) -> list[tuple[str, int]]:
    """What is judged by itself: its words, and how many pictures."""
    if isinstance(said, list) and said and all(isinstance(text, str) and text for text in said):
        return [(text, 0) for text in said]
    words, images = said if isinstance(said, str) else "", 0
    for part in said if isinstance(said, list) else ():
        match part:
            case {"type": "text", "text": str(text)}:
                words += text
            case {"type": "image_url", "image_url": {"url": url}}:
                fields.seen("input", url)
                images += 1
            case _:
                raise Complained("Invalid value in 'input'.", "invalid_value", "input")
    if images > 1 or not (words or images):
        raise Complained("Expected one image, or some text.", "invalid_value", "input")
    return [(words, images)]
