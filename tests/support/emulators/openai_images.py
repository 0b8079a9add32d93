"""The OpenAI emulator's pictures: strict requests, answered by a stream in which a picture forms, or breaks off."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from domain.models.model import Ability
from tests.support.emulators import openai_fields as fields
from tests.support.emulators.multipart import Part
from tests.support.emulators.openai_calls import Call, Work
from tests.support.emulators.openai_fields import Complained
from tests.support.emulators.openai_forming import encoded, made, preview

if TYPE_CHECKING:
    from tests.support.emulators.openai import OpenAIEmulator

MASK_LIMIT = 4 * 1024 * 1024
REFERENCE_LIMIT = 50 * 1024 * 1024
MEDIUM_TOKENS = 1056
PREVIEW_TOKENS = 100

SHARED: dict[str, fields.Check] = {
    "model": fields.text(),
    "prompt": fields.text(32_000),
    "n": fields.number(1, 10),
    "size": fields.text(20),
    "quality": fields.one_of("low", "medium", "high", "auto"),
    "background": fields.one_of("transparent", "opaque", "auto"),
    "output_format": fields.one_of("png", "jpeg", "webp"),
    "output_compression": fields.number(0, 100),
    "partial_images": fields.number(0, 3),
    "stream": fields.truth,
    "safety_identifier": fields.text(64),
}
GENERATION = {**SHARED, "moderation": fields.one_of("auto", "low")}
EDIT = {**SHARED, "input_fidelity": fields.one_of("high", "low")}


class Ending(StrEnum):
    """How a stream of a picture can go wrong."""

    CUT = "CUT"
    """The connection breaks."""
    SHORT = "SHORT"
    """It ends properly, without the picture."""
    ERROR = "ERROR"
    """An error event, its error nested as in a refused request."""
    FLAT_ERROR = "FLAT_ERROR"
    """The same with the error's fields in the event itself; which of the two shapes OpenAI sends is uncertain."""
    GARBLED = "GARBLED"
    """Something that is no JSON."""
    ODD = "ODD"
    """Events that are JSON and nothing else that is expected; then it ends."""
    NO_PICTURE = "NO_PICTURE"
    """A last event whose picture is no picture."""
    SILENT = "SILENT"
    """Nothing more, for as long as the caller waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFault:
    """`after` is how many previews are sent before."""

    ending: Ending
    after: int = 1
    code: str = "server_error"


def generate(emulator: "OpenAIEmulator", request: Request, call: Call) -> Work:
    fields.checked(call.body, GENERATION, required=("prompt", "model"))
    model = emulator.model(call.body["model"], Ability.TEXT_TO_IMAGE)
    size = fields.size_of(call.body.get("size", "1024x1024"), model.sizes)
    return _picture(emulator, request, Wanted(kind="image_generation", body=call.body, size=size))


def edit(emulator: "OpenAIEmulator", request: Request, call: Call) -> Work:
    body = fields.of_form({name: str(value) for name, value in call.body.items()})
    fields.checked(body, EDIT, required=("prompt", "model"))
    model = emulator.model(body["model"], Ability.EDIT)
    if "input_fidelity" in body and model.endpoint != "gpt-image-1.5":
        message = f"The model '{model.endpoint}' does not support the 'input_fidelity' parameter."
        raise Complained(message, "invalid_input_fidelity_model", "input_fidelity")
    references, mask = _checked_files(call.files)
    size = fields.size_of(body.get("size", "1024x1024"), model.sizes)
    return _picture(
        emulator, request, Wanted(kind="image_edit", body=body, size=size, references=references, mask=mask)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    kind: str
    """What its events' names begin with."""
    body: Mapping[str, object]
    size: tuple[int, int]
    references: tuple[bytes, ...] = ()
    mask: bytes | None = None

    @property
    def said(self) -> dict[str, object]:
        """What every event repeats of it."""
        return {
            "created_at": int(time.time()),
            "size": f"{self.size[0]}x{self.size[1]}",
            "quality": self.body.get("quality", "medium"),
            "background": "opaque",
            "output_format": self.body.get("output_format", "png"),
        }


def _picture(emulator: "OpenAIEmulator", request: Request, wanted: Wanted) -> Work:
    async def work() -> Response:
        words = str(wanted.body["prompt"])
        picture = await asyncio.to_thread(
            made, words, wanted.size, wanted.references, wanted.mask, longest=emulator.longest
        )
        if wanted.body.get("stream"):
            return StreamingResponse(_forming(emulator, request, wanted, picture), media_type="text/event-stream")
        await asyncio.sleep(emulator.seconds)
        data = [{"b64_json": _base64(picture, wanted)}]
        return JSONResponse({"created": int(time.time()), "data": data, "usage": _usage(0)})

    return work


async def _forming(
    emulator: "OpenAIEmulator", request: Request, wanted: Wanted, picture: Image.Image
) -> AsyncIterator[bytes]:
    fault = emulator.stream_faults.popleft() if emulator.stream_faults else None
    previews = int(str(wanted.body.get("partial_images", 0)))
    ended = False
    try:
        for step in range(previews + 1):
            await asyncio.sleep(emulator.seconds / (previews + 1))
            if fault and step == min(fault.after, previews):
                if fault.ending is Ending.SILENT:
                    await asyncio.Event().wait()
                ended = True
                for frame in _broken(request, wanted, fault):
                    yield frame
                return
            if step < previews:
                forming = await asyncio.to_thread(_preview, picture, step, wanted)
                event = {"type": f"{wanted.kind}.partial_image", "b64_json": forming, "partial_image_index": step}
                yield _frame({**event, **wanted.said})
        final = await asyncio.to_thread(_base64, picture, wanted)
        ended = True
        event = {"type": f"{wanted.kind}.completed", "b64_json": final}
        yield _frame({**event, **wanted.said, "usage": _usage(previews)})
    finally:
        emulator.abandoned += not ended


def _broken(request: Request, wanted: Wanted, fault: StreamFault) -> list[bytes]:
    refused = fault.code == "moderation_blocked"
    error = {
        "type": "image_generation_user_error" if refused else "server_error",
        "code": fault.code,
        "message": "The picture did not come about.",
        "param": None,
    }
    if fault.ending is Ending.CUT:
        request.scope["hang_up"]()
    frames = {
        Ending.ERROR: _frame({"type": "error", "error": error}),
        Ending.FLAT_ERROR: _frame({**error, "type": "error"}),
        Ending.GARBLED: f"event: {wanted.kind}.completed\ndata: {{not json\n\n".encode(),
        Ending.ODD: b'data: 7\n\ndata: []\n\ndata: {"type": 3}\n\nevent: later\ndata: {"type": "later"}\n\n',
        Ending.NO_PICTURE: _frame({"type": f"{wanted.kind}.completed", "b64_json": "bm8gcGljdHVyZQ==", **wanted.said}),
    }
    return [frames[fault.ending]] if fault.ending in frames else []


def _checked_files(files: tuple[Part, ...]) -> tuple[tuple[bytes, ...], bytes | None]:
    """References and mask."""
    for part in files:
        if part.name not in {"image", "image[]", "mask"}:
            raise Complained(f"Unknown parameter: '{part.name}'.", "unknown_parameter", part.name)
        if part.content_type not in {"image/png", "image/jpeg", "image/webp"}:
            raise Complained(f"Unsupported file type '{part.content_type}'.", "unsupported_image_media_type", part.name)
    images = tuple(part.data for part in files if part.name != "mask")
    masks = [part.data for part in files if part.name == "mask"]
    if not 1 <= len(images) <= 16 or len({part.name for part in files if part.name != "mask"}) != 1 or len(masks) > 1:
        raise Complained("Expected 1 to 16 images and at most one mask.", "invalid_value", "image")
    sizes = [fields.opened("image", data).size for data in images]
    if any(len(data) >= REFERENCE_LIMIT for data in images):
        raise Complained("Image too large.", "image_file_too_large", "image")
    for data in masks:
        _check_mask(data, sizes[0])
    return images, masks[0] if masks else None


def _check_mask(data: bytes, size: tuple[int, int]) -> None:
    mask = fields.opened("mask", data, ("PNG",))
    if "A" not in mask.getbands():
        raise Complained("Invalid mask image format - mask image missing alpha channel.", "invalid_image_file", "mask")
    if mask.size != size:
        message = "Invalid mask image format - mask size does not match image size."
        raise Complained(message, "invalid_image_file", "mask")
    if len(data) >= MASK_LIMIT:
        raise Complained("Mask too large.", "image_file_too_large", "mask")


def _frame(event: Mapping[str, object]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def _preview(picture: Image.Image, step: int, wanted: Wanted) -> str:
    return _base64(preview(picture, step), wanted)


def _base64(picture: Image.Image, wanted: Wanted) -> str:
    return base64.b64encode(encoded(picture, str(wanted.said["output_format"]))).decode()


def _usage(previews: int) -> dict[str, object]:
    tokens = MEDIUM_TOKENS + PREVIEW_TOKENS * previews
    return {
        "input_tokens": 50,
        "output_tokens": tokens,
        "total_tokens": 50 + tokens,
        "input_tokens_details": {"text_tokens": 50, "image_tokens": 0},
    }
