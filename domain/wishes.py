"""What a client asks for once, however often it sends it."""

import json
from dataclasses import dataclass
from hashlib import sha256

from domain.errors import InvalidInput

LONGEST_KEY = 200

CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """`key` is the client's word for it, and belongs to its user; `fingerprint` is the same for the same wish only."""

    key: str
    fingerprint: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.key) <= LONGEST_KEY:
            raise InvalidInput(f"An idempotency key has 1 to {LONGEST_KEY} characters.", field="idempotencyKey")


def fingerprint(operation: str, request: object) -> str:
    """Equal for equal wishes. `request` is JSON values; the order of keys does not matter."""
    return sha256(CANONICAL.encode([operation, request]).encode("utf-8", "surrogatepass")).hexdigest()
