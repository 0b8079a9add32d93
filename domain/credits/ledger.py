"""The ledger's values. Amounts are whole credits; one credit is worth about $0.001 (PRODUCT, section 2).

Two-phase: a hold is reserved when work is accepted, then resolved exactly once: captured, released or expired.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.ids import HoldId, JobId, LoraModelId, UserId


class EntryType(StrEnum):
    GRANT = "GRANT"
    RESERVE = "RESERVE"
    CAPTURE = "CAPTURE"
    RELEASE = "RELEASE"
    EXPIRE = "EXPIRE"
    REFUND = "REFUND"


class Resolution(StrEnum):
    """How a hold ended."""

    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Balance:
    """`number` counts the ledger entries behind it: of two balances, the one with the higher number is newer."""

    available: int
    reserved: int
    number: int

    @property
    def total(self) -> int:
        return self.available + self.reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """Credits to set aside for one image of a job."""

    id: HoldId
    image_index: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement, never changed. `amount` is positive; `type` says which way it went."""

    id: UUID
    user_id: UserId
    number: int
    type: EntryType
    amount: int
    available_after: int
    reserved_after: int
    description: str
    job_id: JobId | None
    lora_model_id: LoraModelId | None = None
    created_at: datetime
