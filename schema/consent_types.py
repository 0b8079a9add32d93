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


@strawberry.type(description="What one provider was sent of a likeness, and when that is gone there.")
class ProviderCopies:
    provider: str = strawberry.field(description="Its key.")
    call_count: int = strawberry.field(
        description="Calls for images of it, for its trainings, and for analyses of its photos."
    )
    last_sent_at: datetime = strawberry.field(description="When the last of them ended.")
    gone_by: datetime = strawberry.field(
        description="When the last copy is gone there: by what our requests demand of it, or by its own terms."
    )


@strawberry.type(
    description=(
        "What was taken back, and when it was gone. From the moment it is asked for nobody is shown any of it; the receipt is "
        "complete when every file is removed from its store too, and trainers have removed what they kept of LoRAs. Other copies at "
        "providers go by themselves: `providerCopies` says when."
    )
)
class DeletionReceipt(Node):
    reason: DeletionReason = strawberry.field(description="What led to it.")
    photo_count: int = strawberry.field(description="Photos that were deleted.")
    image_count: int = strawberry.field(description="Images of the likeness that were deleted.")
    cancelled_job_count: int = strawberry.field(description="Jobs that were running, and were stopped.")
    cancelled_training_count: int = strawberry.field(description="Trainings that were under way, and were stopped.")
    lora_model_count: int = strawberry.field(
        description="LoRAs whose weights were deleted, here and at their trainers."
    )
    credits_released: int = strawberry.field(description="Credits that these had reserved, available again.")
    archive_count: int = strawberry.field(
        description="Archives and exports that held any of it, and could be fetched until then."
    )
    provider_copies: list[ProviderCopies] = strawberry.field(
        description="Who drew images of it, trained on it or looked at its photos for us, with their copies. None of what works in our own processes."
    )
    trainers_not_asked: list[str] = strawberry.field(
        description="Providers that trained one of these LoRAs and could not be asked to remove what they kept of it: since then this service "
        "was set up without them. They are given up after 7 days, so that the receipt is complete all the same; ask its operator. Mostly empty."
    )
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
            cancelled_training_count=deletion.training_count,
            lora_model_count=deletion.lora_count,
            credits_released=deletion.credits_released,
            archive_count=deletion.archive_count,
            provider_copies=[
                ProviderCopies(
                    provider=one.provider,
                    call_count=one.call_count,
                    last_sent_at=one.last_sent_at,
                    gone_by=one.gone_by,
                )
                for one in deletion.copies
            ],
            trainers_not_asked=list(deletion.unasked_trainers),
            requested_at=deletion.requested_at,
            completed_at=deletion.finished_at,
        )
