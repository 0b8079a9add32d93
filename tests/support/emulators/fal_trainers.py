"""What fal's trainers take, what they look for in an archive, and what they make of it: a few bytes that are valid weights.

How many pictures they want at least is uncertain; so is which of fal's codes stands for which fault of an archive.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, ConfigDict, Field

from tests.support.safetensors import safetensors

LEAST_PICTURES = 4
PICTURE, CAPTION = re.compile(r"image_\d{3}\.jpg"), re.compile(r"image_\d{3}\.txt")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PortraitTrainer(_Strict):
    images_data_url: str
    trigger_phrase: Annotated[str, Field(min_length=1)]
    learning_rate: float = 0.00009
    steps: Annotated[int, Field(ge=1, le=10_000)] = 2500
    multiresolution_training: bool = True
    subject_crop: bool = True
    create_masks: bool = False
    data_archive_format: Literal["zip"] | None = None
    resume_from_checkpoint: str | None = None


class ZImageTrainer(_Strict):
    image_data_url: str
    default_caption: Annotated[str, Field(min_length=1)]
    steps: Annotated[int, Field(ge=100, le=10_000)] = 1000
    learning_rate: float = 0.0005


TRAINERS: Mapping[str, type[_Strict]] = {
    "fal-ai/flux-lora-portrait-trainer": PortraitTrainer,
    "fal-ai/z-image-turbo-trainer-v2": ZImageTrainer,
}


class Unusable(Exception):
    """fal's code for what is wrong with the archive, and the field that it came in."""

    def __init__(self, code: str, loc: str) -> None:
        super().__init__(code)
        self.code, self.loc = code, loc


@dataclass(frozen=True, slots=True)
class Files:
    weights: bytes
    config: bytes


def steps_of(endpoint: str, arguments: object) -> int:
    return int(getattr(TRAINERS[endpoint].model_validate(arguments), "steps"))  # noqa: B009 - both have it, their base has not


async def trained(endpoint: str, arguments: object) -> Files:
    """Fetches the archive, from this machine only. Raises `Unusable`."""
    asked = TRAINERS[endpoint].model_validate(arguments)
    field = "images_data_url" if isinstance(asked, PortraitTrainer) else "image_data_url"
    captions = _captions_in(await _fetched(str(getattr(asked, field)), field), field)
    if isinstance(asked, PortraitTrainer) and not all(asked.trigger_phrase in caption for caption in captions):
        raise Unusable("invalid_archive", field)
    return Files(safetensors(len(captions) * 16), json.dumps(asked.model_dump()).encode())


async def _fetched(url: str, field: str) -> bytes:
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
        raise Unusable("file_download_error", field)
    async with httpx2.AsyncClient(timeout=15, trust_env=False, follow_redirects=True) as client:
        try:
            answer = await client.get(url)
        except httpx2.HTTPError:
            raise Unusable("file_download_error", field) from None
    if answer.status_code != 200:
        raise Unusable("file_download_error", field)
    return answer.content


def _captions_in(data: bytes, field: str) -> list[str]:
    """Strict: nothing but pictures and a caption for each."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        raise Unusable("invalid_archive", field) from None
    pictures = [name for name, content in found.items() if PICTURE.fullmatch(name) and content[:2] == b"\xff\xd8"]
    captions = {name: content.decode() for name, content in found.items() if CAPTION.fullmatch(name)}
    if len(pictures) < LEAST_PICTURES:
        raise Unusable("archive_file_count_below_minimum", field)
    if len(found) != 2 * len(pictures) or {name[:-4] for name in pictures} != {name[:-4] for name in captions}:
        raise Unusable("invalid_archive", field)
    if not all(captions.values()):
        raise Unusable("invalid_archive", field)
    return list(captions.values())
