"""Events of `viewerEvents`, each with what a frontend needs to bring its cache up to date."""

from datetime import datetime

import strawberry

from domain.user_events import USER_EVENTS, UserEventKind
from schema.accounts import Viewer
from schema.archives import Archive
from schema.consent_types import Consent, DeletionReceipt
from schema.credits import CreditBalance
from schema.exports import Export
from schema.job_types import ImageAsset
from schema.lora import LoraModel
from schema.notifications import Notification
from schema.project_types import Project
from schema.subjects import Persona, Subject
from schema.thumbnails import ThumbnailThread

GONE = "Null when it is gone."


def words_of(kind: UserEventKind) -> str:
    return USER_EVENTS[kind].when


@strawberry.interface(description="Something happened to what is yours.")
class ViewerEvent:
    cursor: str = strawberry.field(description="Give it as `after` to resume behind this event.")
    emitted_at: datetime = strawberry.field(description="When it happened.")


@strawberry.interface(description="An event of `notificationAdded`.")
class NotificationEvent:
    cursor: str = strawberry.field(
        description="Give it as `after`, here or of `viewerEvents`, to resume behind this event."
    )
    emitted_at: datetime = strawberry.field(description="When it happened.")
    notification: Notification | None = strawberry.field(
        description="What is told; null where the stream begins, or begins anew."
    )
    unread_notification_count: int = strawberry.field(description="How many notifications are unread now.")


@strawberry.type(
    description="The first event of a fresh subscription: what you ask of `viewer` is as it is now, and the stream goes on from there."
)
class ViewerSnapshot(ViewerEvent, NotificationEvent):
    viewer: Viewer = strawberry.field(description="You, with everything that is yours.")


@strawberry.type(
    description="The cursor is too old, or of a history that is gone: some events cannot be told. Read again what you show, of `viewer` or by "
    "other queries; the stream goes on from here."
)
class ViewerResyncRequired(ViewerEvent, NotificationEvent):
    viewer: Viewer = strawberry.field(description="You, with everything that is yours.")


@strawberry.type(
    description="Credits were reserved, charged, released or granted. Balances in between may be left out; after a reconnect the newest is told."
)
class CreditBalanceChanged(ViewerEvent):
    credit_balance: CreditBalance = strawberry.field(description="The balance just after it.")


@strawberry.type(
    description="A training got further. Live only: steps in between are left out, and none is told again after a reconnect."
)
class TrainingProgressed(ViewerEvent):
    type: str = strawberry.field(
        description="`lora.training.progress`: as a notification's, but this one is never kept."
    )
    title: str = strawberry.field(description="A few words.")
    body: str = strawberry.field(description="A sentence.")
    href: str = strawberry.field(description="Where in the studio it leads, as a path.")
    lora_model: LoraModel | None = strawberry.field(
        description="The training, as far as it is. Never null; nullable so that it can be selected beside those of other events."
    )


@strawberry.type(description=words_of(UserEventKind.NOTIFICATION_ADDED))
class NotificationAdded(ViewerEvent, NotificationEvent):
    pass


@strawberry.interface(description="What the user was told has been read, dismissed or put back.")
class NotificationsChanged(ViewerEvent):
    notification_ids: list[strawberry.ID] | None = strawberry.field(description="Which; null for all of them.")
    unread_notification_count: int = strawberry.field(description="How many notifications are unread now.")


@strawberry.type(description=words_of(UserEventKind.NOTIFICATIONS_READ))
class NotificationsRead(NotificationsChanged):
    pass


@strawberry.type(description=words_of(UserEventKind.NOTIFICATIONS_DISMISSED))
class NotificationsDismissed(NotificationsChanged):
    pass


@strawberry.type(description=words_of(UserEventKind.NOTIFICATIONS_RESTORED))
class NotificationsRestored(NotificationsChanged):
    pass


@strawberry.type(description=words_of(UserEventKind.SUBJECT_CHANGED))
class SubjectChanged(ViewerEvent):
    subject_id: strawberry.ID | None = strawberry.field(description=f"Which. {GONE}")
    subject: Subject | None = strawberry.field(description=f"As it is now. {GONE}")


@strawberry.type(description=words_of(UserEventKind.ANALYSIS_CHANGED))
class PersonaAnalysisChanged(ViewerEvent):
    persona_id: strawberry.ID = strawberry.field(description="Of which.")
    persona: Persona | None = strawberry.field(
        description=f"As it is now: its `status`, `analysis` and `analysisFailure` say how it went. {GONE}"
    )


@strawberry.type(description=words_of(UserEventKind.TRAINING_CHANGED))
class TrainingChanged(ViewerEvent):
    lora_model_id: strawberry.ID = strawberry.field(description="Which.")
    lora_model: LoraModel | None = strawberry.field(description=f"As it is now. {GONE}")


@strawberry.type(description=words_of(UserEventKind.IMAGES_CHANGED))
class ImagesChanged(ViewerEvent):
    image_ids: list[strawberry.ID] = strawberry.field(description="Which.")
    images: list[ImageAsset | None] = strawberry.field(
        description="As they are now, in that order; null for one that is deleted, and for adult content: that is for who asks for it."
    )


@strawberry.type(description=words_of(UserEventKind.THREAD_CHANGED))
class ThumbnailThreadChanged(ViewerEvent):
    thread_id: strawberry.ID = strawberry.field(description="Which.")
    thread: ThumbnailThread | None = strawberry.field(description=f"As it is now. {GONE}")


@strawberry.type(description=words_of(UserEventKind.ARCHIVE_CHANGED))
class ArchiveChanged(ViewerEvent):
    archive_id: strawberry.ID = strawberry.field(description="Which.")
    archive: Archive | None = strawberry.field(description=f"As it is now. {GONE}")


@strawberry.type(description=words_of(UserEventKind.EXPORT_CHANGED))
class ExportChanged(ViewerEvent):
    export_id: strawberry.ID = strawberry.field(description="Which.")
    export: Export | None = strawberry.field(description=f"As it is now. {GONE}")


@strawberry.type(description=words_of(UserEventKind.CONSENT_CHANGED))
class ConsentChanged(ViewerEvent):
    consent_id: strawberry.ID = strawberry.field(description="Which.")
    consent: Consent | None = strawberry.field(description=f"As it is now. {GONE}")


@strawberry.type(description=words_of(UserEventKind.DELETION_CHANGED))
class DeletionChanged(ViewerEvent):
    receipt_id: strawberry.ID = strawberry.field(description="Which.")
    receipt: DeletionReceipt | None = strawberry.field(description=f"As it is now. {GONE}")


@strawberry.type(description=words_of(UserEventKind.PROJECT_CHANGED))
class ProjectChanged(ViewerEvent):
    project_id: strawberry.ID = strawberry.field(description="Which.")
    project: Project | None = strawberry.field(description=f"As it is now. {GONE}")


@strawberry.type(description=words_of(UserEventKind.ONBOARDING_CHANGED))
class OnboardingChanged(ViewerEvent):
    viewer: Viewer = strawberry.field(description="You: `onboarding` and what it is about are as they are now.")


@strawberry.type(description=words_of(UserEventKind.BRAND_CHANGED))
class BrandChanged(ViewerEvent):
    viewer: Viewer = strawberry.field(description="You: `brand` and its draft are as they are now.")


@strawberry.type(description=words_of(UserEventKind.SETTINGS_CHANGED))
class SettingsChanged(ViewerEvent):
    viewer: Viewer = strawberry.field(description="You, with your settings as they are now.")
