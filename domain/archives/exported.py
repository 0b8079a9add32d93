"""What an export holds of each table, and what it leaves out and why. A table that is in neither list fails a test.

Law: GDPR, articles 15 and 20. What a user gave us and what was made for them is in it, in a form that machines read. How we go
about it is not: what workers remember, what was sent to whom, addresses within our stores.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

METADATA, CONSENTS, LEDGER, NOTIFICATIONS, DECISIONS, ACTIVITY = (
    "metadata.json",
    "consents.json",
    "ledger.json",
    "notifications.json",
    "decisions.json",
    "activity.json",
)
LEDGER_TABLE, README = "ledger.csv", "README.txt"


@dataclass(frozen=True, slots=True)
class Exported:
    """The rows of one table: a list called `name` in `file`."""

    table: str
    file: str
    name: str


ROWS: tuple[Exported, ...] = (
    Exported("users", METADATA, "account"),
    Exported("profiles", METADATA, "profile"),
    Exported("linked_socials", METADATA, "linkedSocials"),
    Exported("onboarding_marks", METADATA, "onboarding"),
    Exported("personas", METADATA, "personas"),
    Exported("influencers", METADATA, "influencers"),
    Exported("persona_analyses", METADATA, "analyses"),
    Exported("approval_rounds", METADATA, "approvalRounds"),
    Exported("jobs", METADATA, "jobs"),
    Exported("lora_models", METADATA, "trainings"),
    Exported("projects", METADATA, "projects"),
    Exported("project_stills", METADATA, "projectStills"),
    Exported("project_analyses", METADATA, "projectAnalyses"),
    Exported("content_sets", METADATA, "contentSets"),
    Exported("thumbnail_threads", METADATA, "thumbnailThreads"),
    Exported("thumbnail_versions", METADATA, "thumbnailVersions"),
    Exported("brands", METADATA, "brand"),
    Exported("brand_drafts", METADATA, "brandDrafts"),
    Exported("archives", METADATA, "archives"),
    Exported("consents", CONSENTS, "consents"),
    Exported("deletions", CONSENTS, "receipts"),
    Exported("credit_accounts", LEDGER, "balance"),
    Exported("credit_entries", LEDGER, "entries"),
    Exported("credit_holds", LEDGER, "reservations"),
    Exported("notifications", NOTIFICATIONS, "notifications"),
    Exported("safety_decisions", DECISIONS, "decisions"),
    Exported("studio_events", ACTIVITY, "activity"),
)
"""In the order in which they are packed."""

FILES: tuple[Exported, ...] = (
    Exported("persona_photos", METADATA, "photos"),
    Exported("uploads", METADATA, "uploads"),
    Exported("images", METADATA, "images"),
)
"""Of these the files are packed as well, and each row says where its own lies."""

WITHIN: Mapping[str, str] = {
    "subjects": "their names stand with personas and influencers",
    "job_images": "the outcome of each image stands with its job",
}
"""Tables whose rows are parts of others'."""

LEFT_OUT: Mapping[str, str] = {
    "events": "what streams tell of jobs, kept for a week; what came of it stands with the jobs",
    "file_removals": "names of files that are gone",
    "idempotency_keys": "keys that the user's program chose; what they led to is all in here",
    "image_reviews": "pictures that nobody has judged yet, and that nobody is shown",
    "metrics_progress": "how far activity was counted",
    "outbox": "messages on their way between our own programs",
    "provider_calls": "what was sent to which provider under which number; receipts say who was sent a likeness",
    "render_line": "whose turn it is",
    "training_chains": "which sheets a training waits for; jobs and trainings say what came of it",
    "safety_chains": "the hash of the last decision, which stands with that decision",
}
"""Tables of which nothing is told, and the reason."""


@dataclass(frozen=True, slots=True)
class ExportCounts:
    """`oldest_recent`: when the oldest of those that count for the day was asked for."""

    unfinished: int
    recent: int
    oldest_recent: datetime | None


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of its owner's. `path` is where it lies in the ZIP, `metadata` what is known of it."""

    key: str | None
    """Null where there is none, or it lies in the ZIP already."""
    path: str
    at: datetime
    metadata: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of rows ended: the next one begins behind it."""

    after: tuple[str, ...]
