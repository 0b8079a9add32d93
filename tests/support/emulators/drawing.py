"""The pictures emulators answer with: our own sketch of whom the prompt describes. Equal references give an equal face."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from typing import TypeVar

from PIL import Image

from domain.influencers.appearance import (
    BODY_TYPES,
    ETHNICITIES,
    EYE_COLORS,
    HAIR_COLORS,
    HAIR_STYLES,
    Appearance,
    Gender,
    Style,
)
from domain.ports.image_provider import Look, RenderRequest
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Outfit
from domain.prompts.person import GENDER_WORDS
from providers.local.sketch import draw_sketch

T = TypeVar("T")


def drawn(
    prompt: str,
    *,
    width: int,
    height: int,
    seed: int,
    references: Sequence[bytes] = (),
    format: str = "PNG",
    longest: int = 512,
) -> bytes:
    """A picture of exactly this size. It is drawn with at most `longest` pixels a side and enlarged, to be quick.

    Equal wishes give equal bytes, and the second at once.
    """
    return _drawn(prompt, (width, height), seed, tuple(references[:1]), (format, longest))


@lru_cache(maxsize=16)
def _drawn(
    prompt: str, size: tuple[int, int], seed: int, references: tuple[bytes, ...], file_kind: tuple[str, int]
) -> bytes:
    (width, height), (kind, longest) = size, file_kind
    face = int.from_bytes(hashlib.sha256(references[0]).digest()[:4]) >> 1 if references else seed
    scale = min(1.0, longest / max(width, height))
    small = _sketch(prompt, max(32, round(width * scale)), max(32, round(height * scale)), seed, face % 2**31)
    file = BytesIO()
    quickly = {"compress_level": 1} if kind == "PNG" else {}
    small.resize((width, height), Image.Resampling.LANCZOS).save(file, kind, **quickly)
    return file.getvalue()


@lru_cache(maxsize=64)
def _sketch(prompt: str, width: int, height: int, seed: int, face: int) -> Image.Image:
    request = RenderRequest(
        attempt_key="emulated",
        model="emulated",
        prompt=prompt,
        negative_prompt="",
        width=width,
        height=height,
        steps=20,
        seed=seed % 2**31,
        look=Look(appearance=_appearance(prompt), identity_seed=face),
        scene=_said(prompt, {key: preset.prompt_context for key, preset in SCENES.items()}),
        environment=_said(prompt, {key: preset.prompt_context for key, preset in ENVIRONMENTS.items()}),
        outfit=_said(prompt, {key: preset.prompt_context for key, preset in OUTFITS.items()}) or Outfit.CASUAL_TEE,
        pose=seed % 10,
    )
    return draw_sketch(request, lambda _: None)


def _appearance(prompt: str) -> Appearance:
    """Read back from the words that `domain.prompts` makes; what is not said is anybody's."""

    def words(table: Mapping[str, object]) -> dict[str, str]:
        return {key: str(getattr(trait, "words", trait)) for key, trait in table.items()}

    return Appearance(
        style=Style.ANIME if "anime" in prompt else Style.REALISTIC,
        gender=_said(prompt, GENDER_WORDS) or Gender.NON_BINARY,
        age=30,
        ethnicity=_said(prompt, words(ETHNICITIES)) or next(iter(ETHNICITIES)),
        hair_color=_said(prompt, words(HAIR_COLORS)) or next(iter(HAIR_COLORS)),
        hair_style=_said(prompt, words(HAIR_STYLES)) or next(iter(HAIR_STYLES)),
        eye_color=_said(prompt, {key: f"{said} eyes" for key, said in words(EYE_COLORS).items()})
        or next(iter(EYE_COLORS)),
        body_type=_said(prompt, words(BODY_TYPES)) or next(iter(BODY_TYPES)),
    )


def _said(prompt: str, table: Mapping[T, str]) -> T | None:
    """The key whose words stand in the prompt; the longest, where one holds another (`man` in `woman`)."""
    found = [key for key, said in table.items() if said in prompt]
    return max(found, key=lambda key: len(table[key])) if found else None
