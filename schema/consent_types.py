"""A consent, its text, and the receipt of what was deleted."""

from datetime import datetime

import strawberry

from domain.consents.consent import Consent as ConsentValue
from domain.consents.texts import ConsentPurpose
from domain.privacy.deletion import Deletion, DeletionReason
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered
from schema.ids import Node, global_id


@strawberry.type(description="The words that a person agrees to.")
class ConsentText:
    purpose: ConsentPurpose = strawberry.field(description="What for.")
    version: str = strawberry.field(description="Give it to `giveConsent`, once the person has read the body.")
    body: str = strawberry.field(description="Plain text, in English.")


@strawberry.type(
    description=(
        "A person's consent. Its record is kept for good, as proof. While it is live, photos may be sent and personas made under it."
    )
)
class Consent(Node):
    purpose: ConsentPurpose = strawberry.field(description="What for.")
    text_version: str = strawberry.field(description="Of the text that was signed.")
    signature: str = strawberry.field(description="The name that was typed below it.")
    given_at: datetime = strawberry.field(description="When it was given.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was withdrawn; null while it is live.")

    @classmethod
    def of(cls, consent: ConsentValue) -> "Consent":
        return cls(
            id=global_id("Consent", consent.id),
            purpose=consent.purpose,
            text_version=consent.text_version,
            signature=consent.signature,
            given_at=consent.given_at,
            withdrawn_at=consent.withdrawn_at,
        )


@strawberry.type(
    description=(
        "What was taken back, and when it was gone. From the moment it is asked for nobody is shown any of it; the receipt is "
        "complete when every file is removed from its store too. Copies at a provider are not in it: none was asked for them yet."
    )
)
class DeletionReceipt(Node):
    reason: DeletionReason = strawberry.field(description="What led to it.")
    photo_count: int = strawberry.field(description="Photos that were deleted.")
    image_count: int = strawberry.field(description="Images of the likeness that were deleted.")
    cancelled_job_count: int = strawberry.field(description="Jobs that were running, and were stopped.")
    credits_released: int = strawberry.field(description="Credits that these had reserved, available again.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    completed_at: datetime | None = strawberry.field(
        description="When the last file was gone; null while it is under way."
    )

    @classmethod
    def of(cls, deletion: Deletion) -> "DeletionReceipt":
        return cls(
            id=global_id("DeletionReceipt", deletion.id),
            reason=deletion.reason,
            photo_count=deletion.photo_count,
            image_count=deletion.image_count,
            cancelled_job_count=deletion.job_count,
            credits_released=deletion.credits_released,
            requested_at=deletion.requested_at,
            completed_at=deletion.finished_at,
        )
