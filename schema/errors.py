"""What a user can cause, as types. One table maps the domain's refusals to them."""

import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import strawberry
from strawberry.types import Info

from domain.consents.errors import ConsentTextOutdated
from domain.credits.prices import CREDIT_PACKAGES
from domain.errors import (
    AdultContentRefused,
    Conflict,
    DomainError,
    InsufficientCredits,
    InvalidInput,
    LimitReached,
    NotAllowed,
    NotFound,
    NotOffered,
    PromptRefused,
    ProviderError,
    RateLimited,
    SignInRequired,
)
from domain.safety.policy import Unmet
from domain.trainings.retrains import SupportRequired
from domain.uploads.errors import ConsentRequired, UploadNotReady, UploadRejected
from domain.uploads.issues import IssueCode
from resolvers.context import Context
from resolvers.safety import log_lack_of_consent
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.credits import CreditPackage
from schema.ids import global_id

P = ParamSpec("P")
R = TypeVar("R")


@strawberry.interface(
    description="Something the caller can act on. Nothing was changed and nothing was charged, unless the message says so."
)
class UserError:
    message: str = strawberry.field(description="One sentence for people: the fact and the next step.")
    code: str = strawberry.field(description="Stable, for programs.")
    path: list[str] | None = strawberry.field(
        default=None, description="Where in the input the cause lies; null when it lies nowhere in particular."
    )


@strawberry.type(description="The input has to change.")
class ValidationError(UserError):
    pass


@strawberry.type(description="A condition of adult content that is not met.")
class AdultCondition:
    code: Unmet = strawberry.field(description="Which one.")
    message: str = strawberry.field(description="One sentence for people.")


@strawberry.type(
    description="The words ask for something that is never made here, or adult content is asked for and may not be had."
)
class ContentPolicyError(UserError):
    unmet: list[AdultCondition] = strawberry.field(
        default_factory=list,
        description="For the code ADULT_CONTENT_REFUSED: every condition that is not met. Otherwise empty.",
    )


@strawberry.type(
    description="A file that was sent is not taken, and will not be: see its `issue`, then request an upload for another one."
)
class UploadRejectedError(UserError):
    upload_id: strawberry.ID = strawberry.field(default=strawberry.ID(""), description="The upload's id.")
    issue: IssueCode = strawberry.field(default=IssueCode.DAMAGED, description="What is wrong with the file.")


@strawberry.type(description="A person's consent has to be recorded first.")
class ConsentRequiredError(UserError):
    pass


@strawberry.type(description="Signed was a text that is not the current one. Show that one, then sign it.")
class ConsentTextError(UserError):
    current_version: str = strawberry.field(default="", description="Of the text that can be signed now.")


@strawberry.type(description="It does not exist, or it is not yours.")
class NotFoundError(UserError):
    pass


@strawberry.type(description="You may not do this.")
class NotAllowedError(UserError):
    pass


@strawberry.type(
    description="This deployment has no provider that does such work. Asking again does not help: its operator has to add one."
)
class NotOfferedError(UserError):
    pass


@strawberry.type(description="The state of things does not allow it now, or a key or quote belongs to another request.")
class ConflictError(UserError):
    pass


@strawberry.type(description="What may be had here by oneself is used up. People can do more: write to them.")
class SupportRequiredError(UserError):
    support: str = strawberry.field(default="", description="Whom to ask: an e-mail or web address.")


@strawberry.type(
    description="There are as many of something as there may be. Waiting alone does not help: end or remove one."
)
class LimitReachedError(UserError):
    limit: int = strawberry.field(default=0, description="The limit.")


@strawberry.type(
    description="There are not enough credits. Ask for less, or get more at a package's `purchaseUrl`; then ask under a new `idempotencyKey`."
)
class InsufficientCreditsError(UserError):
    required: int = strawberry.field(default=0, description="Credits this needs.")
    available: int = strawberry.field(default=0, description="Credits you have.")
    packages: list[CreditPackage] = strawberry.field(
        default_factory=list, description="Credits on offer, smallest first."
    )


@strawberry.type(
    description=(
        "Too many changes in a minute, or more images waiting than may be. Nothing was done and nothing was charged: wait, then "
        "send the same again, with the same `idempotencyKey`."
    )
)
class RateLimitedError(UserError):
    retry_after_seconds: float | None = strawberry.field(
        default=None, description="How long to wait, in seconds; null when that is not known."
    )


@strawberry.type(description="Something this needs is away right now. Try again.")
class ServiceUnavailableError(UserError):
    pass


ERROR_TYPES: tuple[type[UserError], ...] = (
    ValidationError,
    ContentPolicyError,
    UploadRejectedError,
    ConsentRequiredError,
    ConsentTextError,
    NotFoundError,
    NotAllowedError,
    NotOfferedError,
    ConflictError,
    SupportRequiredError,
    LimitReachedError,
    InsufficientCreditsError,
    RateLimitedError,
    ServiceUnavailableError,
)


def user_error_of(error: DomainError, *, purchase_url: str) -> UserError:  # noqa: PLR0911, PLR0912 - a table
    """The most specific type that carries what the error knows."""
    common: dict[str, Any] = {"message": error.message, "code": error.code}
    match error:
        case AdultContentRefused():
            lacking = [AdultCondition(code=Unmet[name], message=words) for name, words in error.unmet]
            return ContentPolicyError(**common, path=_path(error), unmet=lacking)
        case PromptRefused():
            return ContentPolicyError(**common, path=_path(error))
        case UploadRejected():
            return UploadRejectedError(
                **common, path=_path(error), upload_id=global_id("Upload", error.upload_id), issue=error.issue.code
            )
        case ConsentTextOutdated():
            return ConsentTextError(**common, path=_path(error), current_version=error.current_version)
        case InvalidInput():
            return ValidationError(**common, path=_path(error))
        case InsufficientCredits():
            packages = [CreditPackage.of(package, purchase_url) for package in CREDIT_PACKAGES]
            return InsufficientCreditsError(
                **common, required=error.required, available=error.available, packages=packages
            )
        case RateLimited():
            wait = error.retry_after.total_seconds() if error.retry_after else None
            return RateLimitedError(**common, retry_after_seconds=wait)
        case LimitReached():
            return LimitReachedError(**common, limit=error.limit)
        case NotFound():
            return NotFoundError(**common, path=_path(error))
        case NotAllowed():
            return NotAllowedError(**common)
        case NotOffered():
            return NotOfferedError(**common)
        case ConsentRequired():
            return ConsentRequiredError(**common)
        case UploadNotReady():
            return ConflictError(**common, path=_path(error))
        case SupportRequired():
            return SupportRequiredError(**common, support=error.support)
        case Conflict():
            return ConflictError(**common)
        case ProviderError():
            return ServiceUnavailableError(**common)
        case _:
            raise error


def _path(error: InvalidInput | NotFound | UploadNotReady) -> list[str] | None:
    return ["input", *error.field.split(".")] if error.field else None


@dataclass(frozen=True, slots=True)
class UserErrors:
    """Turns a refusal inside a mutation into `payload.errors`. Being signed out is the client's mistake, not the user's."""

    payload: Callable[..., Any]

    def __call__(self, resolver: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @functools.wraps(resolver)
        async def resolve(*args: P.args, **kwargs: P.kwargs) -> R:
            info: Info[Context, None] = kwargs["info"]  # type: ignore[assignment] # every mutation asks for it by name
            try:
                await info.context.count_change()
                return await resolver(*args, **kwargs)
            except SignInRequired:
                raise
            except DomainError as error:
                if isinstance(error, ConsentRequired):
                    await log_lack_of_consent(info.context, info.field_name, error)
                found: Sequence[UserError] = [user_error_of(error, purchase_url=info.context.services.purchase_url)]
                refused: R = self.payload(errors=found)
                return refused

        return resolve


user_errors = UserErrors
