"""What a person signs, by purpose and version. A text that was ever signed stays here as it was: records name it by its hash.

The words are ours, for an operator's lawyer to look at before anyone else signs them (2026-11-21).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class ConsentPurpose(StrEnum):
    LIKENESS_TRAINING = "LIKENESS_TRAINING"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    purpose: ConsentPurpose
    version: str
    body: str

    @property
    def sha256(self) -> str:
        return sha256(self.body.encode()).hexdigest()


TEXTS: tuple[ConsentText, ...] = (
    ConsentText(
        purpose=ConsentPurpose.LIKENESS_TRAINING,
        version="2026-11",
        body=(
            "I am at least 18 years old, and the photos that I upload show me and nobody else. I allow this service to keep "
            "them, to measure and analyze them, to make pictures of me from them, and to train a model of my likeness on them, "
            "for my own use only. For that they may be sent to the providers that this service works with. Adult pictures of "
            "me are never made. I can withdraw this consent at any time, without giving a reason: work that is running stops, "
            "and my photos, the model of my likeness and the pictures made of me are deleted."
        ),
    ),
)
"""Oldest first, for each purpose."""

CURRENT: Mapping[ConsentPurpose, ConsentText] = {text.purpose: text for text in TEXTS}
"""The only ones that can be signed now."""
