"""What inputs and payloads of all kinds of jobs have in common."""

import strawberry

from schema.errors import UserError
from schema.job_types import GenerationJob

KEY = (
    "Chosen by the client, up to 200 characters: a new one for each wish, the same one whenever that wish is sent again. The "
    "same key and input again returns the first answer and spends nothing; the same key with another input is a "
    "`ConflictError`. A refusal is remembered too: when its cause is gone, after credits were bought for one, ask under a "
    "new key. Only a `RateLimitedError` and a `ServiceUnavailableError` are not: wait, and send the same. Kept for 30 days."
)


SUBJECT = (
    "Who is in the images: an influencer that has its base image, or a persona with a living consent and at least one photo. A "
    "persona is drawn from its best photos (up to 4), and nothing about the person is made up. A `ConsentRequiredError`: the "
    "consent was withdrawn. A `ConflictError`: there is no base image, or no photo, yet."
)
SEED = "Locks the images: the same seed makes them again. Null for a new one."
QUOTE = "A quote for exactly this input: what it says is what is charged."
AVOID = (
    "Words to avoid, beside the usual ones. Up to 1,000 characters. A list: it may not take adulthood or clothing out, and "
    "what gives orders in it is read as a prompt."
)
ERRORS = "Why it was refused; empty when it was not."


@strawberry.type
class JobPayload:
    job: GenerationJob | None = strawberry.field(default=None, description="The job; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)
