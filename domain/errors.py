"""Everything that can go wrong in the product's own words. Each class says who has to act (STYLE, section 8).

A message is one sentence with the fact and the next step; it is shown to users as it stands.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar


class DomainError(Exception):
    """A refusal with a stable `code`. `charged` is never true: a refusal moves no credits."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def extensions(self) -> Mapping[str, object]:
        """Data that goes on the wire beside the message, in camelCase."""
        return {"code": self.code}


class InvalidInput(DomainError):
    """The request has to change. `field` is the input path in dots, as the client wrote it."""

    code = "INVALID_INPUT"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

    @property
    def extensions(self) -> Mapping[str, object]:
        return {"code": self.code, "path": self.field.split(".") if self.field else None}


class PromptRefused(InvalidInput):
    """The words ask for something this product never makes. It knows by which rule, and never repeats the words.

    Whoever answers with it has logged it first (see `domain.safety.decisions`). `operation` is what was asked for, `sha256` of
    the words, `judge` whoever read them.
    """

    code = "PROMPT_REFUSED"

    def __init__(
        self,
        message: str,
        *,
        operation: str,
        rule: str,
        policy: str,
        judge: str,
        sha256: str,
        field: str | None = None,
    ) -> None:
        super().__init__(message, field=field)
        self.operation, self.rule, self.policy, self.judge, self.sha256 = operation, rule, policy, judge, sha256


class NotOffered(DomainError):
    """This deployment has nobody who does such work. Asking again does not help: the operator has to add a provider."""

    code = "NOT_OFFERED"


class AdultContentRefused(InvalidInput):
    """Conditions of adult content that are not met: `unmet` has each by its name and in words. Logged as `PromptRefused` is."""

    code = "ADULT_CONTENT_REFUSED"

    def __init__(
        self, message: str, *, operation: str, unmet: Sequence[tuple[str, str]], field: str | None = None
    ) -> None:
        super().__init__(message, field=field)
        self.operation, self.unmet = operation, unmet

    @property
    def extensions(self) -> Mapping[str, object]:
        lacking = [{"code": name, "message": words} for name, words in self.unmet]
        return {**super().extensions, "unmet": lacking}


class NotFound(DomainError):
    """It does not exist, or it is not yours; the caller is not told which. `field` as in `InvalidInput`, where one id is no id at all."""

    code = "NOT_FOUND"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

    @property
    def extensions(self) -> Mapping[str, object]:
        return {"code": self.code, "path": self.field.split(".")} if self.field else {"code": self.code}


class NotAllowed(DomainError):
    code = "NOT_ALLOWED"


class SignInRequired(DomainError):
    """No token, or one that is not good. The message says which, never why in detail."""

    code = "SIGN_IN_REQUIRED"


class Conflict(DomainError):
    """The state of things does not allow it now; look again."""

    code = "CONFLICT"


class LimitReached(DomainError):
    code = "LIMIT_REACHED"

    def __init__(self, message: str, *, limit: int) -> None:
        super().__init__(message)
        self.limit = limit

    @property
    def extensions(self) -> Mapping[str, object]:
        return {"code": self.code, "limit": self.limit}


class InsufficientCredits(DomainError):
    code = "INSUFFICIENT_CREDITS"

    def __init__(self, *, required: int, available: int) -> None:  # credits
        super().__init__(
            f"This needs {required} credits and you have {available}. Ask for less, or get more credits; nothing was charged."
        )
        self.required, self.available = required, available

    @property
    def extensions(self) -> Mapping[str, object]:
        return {"code": self.code, "required": self.required, "available": self.available}


class RateLimited(DomainError):
    """Wait. `retry_after` is None where whoever limits did not say how long."""

    code = "RATE_LIMITED"

    def __init__(self, message: str = "Too many requests.", *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after

    @property
    def extensions(self) -> Mapping[str, object]:
        seconds = self.retry_after.total_seconds() if self.retry_after else None
        return {"code": self.code, "retryAfterSeconds": seconds}


class ProviderAway(RateLimited):
    """A provider failed so often that nobody asks it for a while. To the caller it is a wait like any other."""


class NotJudgedYet(RateLimited):
    """A picture is made, and whoever judges it is away: it is judged later."""


class NotSignedYet(RateLimited):
    """Nobody can sign pictures at this moment, and none leaves without: it is made, or signed, when somebody can."""


class FilesGoing(RateLimited):
    """The same picture is being removed at this moment: it is stored again when that is over."""


class ProviderError(DomainError):
    """Something outside of us failed. Never charged to the user.

    `detail` is for logs and operators: the vendor's own short words for it (a code, a status), without secrets. It is never
    shown to users.
    """

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class ProviderUnavailable(ProviderError):
    """Transient: time-out, 5xx, a broken connection. Certainly not carried out, and worth another try."""

    code = "PROVIDER_UNAVAILABLE"

    def __init__(self, message: str, *, detail: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(message, detail=detail)
        self.retry_after = retry_after


class ImageNotMade(ProviderUnavailable):
    """The provider took the call and could not carry it out. Its result stays so; a new call may go well."""


class ProviderRefused(ProviderError):
    """The user's to change: the provider will not make this, whoever asks and however often."""

    code = "PROVIDER_REFUSED"


class ProviderRequestInvalid(ProviderError):
    """Ours: we asked for something the provider does not understand. Asking again changes nothing."""

    code = "PROVIDER_REQUEST_INVALID"


class LoraMissing(ProviderRequestInvalid):
    """The trained weights are not where the provider looks for them. The same wish without them can be carried out."""


class ProviderMisconfigured(ProviderError):
    """The operator's: bad key, no quota, a closed account."""

    code = "PROVIDER_MISCONFIGURED"


class OutcomeUnknown(ProviderError):
    """A paid call was sent and no answer came. It may have been carried out: look for it before asking again.

    `retry_after` says when to look again, where it is looked for; `is_final` that it was asked for as often as may be.
    """

    code = "UNKNOWN_OUTCOME"

    def __init__(
        self, message: str, *, detail: str = "", retry_after: timedelta | None = None, is_final: bool = False
    ) -> None:
        super().__init__(message, detail=detail)
        self.retry_after, self.is_final = retry_after, is_final


def known_errors() -> Sequence[type[DomainError]]:
    """Every concrete class, for the tables that map them (GraphQL types, task outcomes)."""
    found: list[type[DomainError]] = []
    todo = list(DomainError.__subclasses__())
    while todo:
        cls = todo.pop(0)
        found.append(cls)
        todo.extend(cls.__subclasses__())
    return found
