"""Faults on demand: how the local providers are told to be slow, to fail, to rate-limit, to refuse or to hang.

Whether one attempt is hit depends on its `attempt_key` alone, so a test can foresee it, and a second attempt, which has
another key, draws its own lot.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.errors import InvalidInput, ProviderRefused, ProviderUnavailable, RateLimited

FORM = (
    "slow=SECONDS, fail=SHARE, fail_pose=NUMBER, rate_limit=SHARE:SECONDS, refuse=SHARE, hang or hang=SHARE, "
    "train_refuse=SHARE, train_fail=SHARE:STEP, train_hang=SHARE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFaults:
    """Shares are probabilities, 0 to 1. The default is a provider without fault."""

    slow: timedelta = timedelta(0)
    fail: float = 0.0
    fail_pose: int | None = None
    rate_limit: float = 0.0
    retry_after: timedelta = timedelta(seconds=1)
    refuse: float = 0.0
    hang: float = 0.0
    train_refuse: float = 0.0
    train_fail: float = 0.0
    train_fail_step: int = 1
    train_hang: float = 0.0

    @classmethod
    def parse(cls, spec: str) -> "LocalFaults":
        """Reads `slow=2.5,fail=0.2,rate_limit=0.2:3`. Raises `InvalidInput` that names the part it cannot read."""
        faults = cls()
        for part in spec.replace(";", ",").split(","):
            if name := part.strip():
                faults = _with(faults, name)
        return faults

    def check(self, attempt_key: str, *, pose: int) -> None:
        """Raises what this attempt is to suffer, if anything. Being slow and hanging are the caller's to act out."""
        if self.refuse > _lot(attempt_key, "refuse"):
            raise ProviderRefused("The local sketch was told to refuse this image. Change LOCAL_FAULTS to let it pass.")
        if self.rate_limit > _lot(attempt_key, "rate_limit"):
            raise RateLimited("The local sketch was told to limit the rate.", retry_after=self.retry_after)
        if self.fail > _lot(attempt_key, "fail") or self.fail_pose == pose:
            raise ProviderUnavailable("The local sketch was told to fail this attempt. Try again.")

    def hangs(self, attempt_key: str) -> bool:
        return self.hang > _lot(attempt_key, "hang")

    def check_training(self, training_key: str) -> None:
        if self.train_refuse > _lot(training_key, "train_refuse"):
            raise ProviderRefused(
                "The local trainer was told to refuse this training. Change LOCAL_FAULTS to let it pass."
            )

    def training_fails_at(self, training_key: str, *, steps: int) -> int | None:
        """The step, at most the last one; None for a training that goes well."""
        return min(self.train_fail_step, steps) if self.train_fail > _lot(training_key, "train_fail") else None

    def training_hangs(self, training_key: str) -> bool:
        return self.train_hang > _lot(training_key, "train_hang")


def _with(faults: LocalFaults, part: str) -> LocalFaults:
    name, _, value = (piece.strip() for piece in part.partition("="))
    reader = READERS.get(name)
    if reader is None:
        raise InvalidInput(f"'{part[:40]}' is not a fault of the local provider. Known: {FORM}.", field="faults")
    try:
        return reader(faults, value)
    except ValueError as error:
        raise InvalidInput(f"'{part[:40]}' cannot be read: {error}. Write it as: {FORM}.", field="faults") from error


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return share


def _seconds(text: str) -> timedelta:
    seconds = float(text)
    if not 0 <= seconds <= 3600:
        raise ValueError("seconds lie between 0 and 3600")
    return timedelta(seconds=seconds)


def _rate_limit(faults: LocalFaults, text: str) -> LocalFaults:
    share, _, seconds = text.partition(":")
    return replace(faults, rate_limit=_share(share), retry_after=_seconds(seconds or "1"))


def _train_fail(faults: LocalFaults, text: str) -> LocalFaults:
    share, _, step = text.partition(":")
    at = int(step or "1")
    if at < 0:
        raise ValueError("a step is 0 or more")
    return replace(faults, train_fail=_share(share), train_fail_step=at)


READERS: dict[str, Callable[[LocalFaults, str], LocalFaults]] = {
    "slow": lambda faults, text: replace(faults, slow=_seconds(text)),
    "fail": lambda faults, text: replace(faults, fail=_share(text)),
    "fail_pose": lambda faults, text: replace(faults, fail_pose=int(text)),
    "rate_limit": _rate_limit,
    "refuse": lambda faults, text: replace(faults, refuse=_share(text)),
    "hang": lambda faults, text: replace(faults, hang=_share(text or "1")),
    "train_refuse": lambda faults, text: replace(faults, train_refuse=_share(text or "1")),
    "train_fail": _train_fail,
    "train_hang": lambda faults, text: replace(faults, train_hang=_share(text or "1")),
}


def _lot(attempt_key: str, fault: str) -> float:
    """0 up to, not including, 1; the same for the same attempt and fault."""
    digest = hashlib.sha256(f"{fault}:{attempt_key}".encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56
