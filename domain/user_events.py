"""What a user's other windows should hear of: durable, numbered within the user together with the events of jobs.

How to add a kind, in five places, each a few lines:

1. here: a member of `UserEventKind`, and what is to be said of it in `USER_EVENTS`;
2. where it happens, in the transaction that makes it so: `await uow.outbox.tell(user_id, UserEventKind.X, *ids)`;
3. `schema/viewer_event_types.py`: its GraphQL type, which has the interface `ViewerEvent`, the ids and what they name;
4. `schema/viewer_events.py`: a line in `DRESS`;
5. `make schema`, which also writes docs/viewer-events.md.

Tests find what was forgotten: a kind that nothing tells, that has no type or is not on the page, and a mutation that nothing is
said of (`MUTATIONS_UNTOLD` has those that change nothing anyone sees).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from domain.events import EventKind


class UserEventKind(StrEnum):
    """Once written they are kept: rows outlive deploys."""

    NOTIFICATION_ADDED = "NOTIFICATION_ADDED"
    NOTIFICATIONS_READ = "NOTIFICATIONS_READ"
    NOTIFICATIONS_DISMISSED = "NOTIFICATIONS_DISMISSED"
    NOTIFICATIONS_RESTORED = "NOTIFICATIONS_RESTORED"
    SUBJECT_CHANGED = "SUBJECT_CHANGED"
    ANALYSIS_CHANGED = "ANALYSIS_CHANGED"
    TRAINING_CHANGED = "TRAINING_CHANGED"
    IMAGES_CHANGED = "IMAGES_CHANGED"
    THREAD_CHANGED = "THREAD_CHANGED"
    ARCHIVE_CHANGED = "ARCHIVE_CHANGED"
    EXPORT_CHANGED = "EXPORT_CHANGED"
    CONSENT_CHANGED = "CONSENT_CHANGED"
    DELETION_CHANGED = "DELETION_CHANGED"
    PROJECT_CHANGED = "PROJECT_CHANGED"
    ONBOARDING_CHANGED = "ONBOARDING_CHANGED"
    BRAND_CHANGED = "BRAND_CHANGED"
    SETTINGS_CHANGED = "SETTINGS_CHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEvent:
    """`ids` are of what the kind says. Nothing else is kept: whoever is told reads what that is by now."""

    kind: UserEventKind
    ids: tuple[UUID, ...]
    number: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`when` is a sentence for people; `because_of` names mutations (`startPack`) and tasks (`jobs.render_image`) that lead to it."""

    when: str
    because_of: tuple[str, ...]


MAKING = (
    "startPack",
    "startBaseImages",
    "startCharacterSheet",
    "startPortraits",
    "startPreviewSamples",
    "startDisplaySamples",
    "startHeadshots",
    "startVariations",
    "startInpaint",
    "startEdit",
    "startThumbnail",
    "startThumbnails",
    "refineThumbnail",
    "regenerateImage",
    "startSocialGraphics",
    "createContentSet",
)
"""What begins a job."""

SPENDING = (*MAKING, "retryJob", "startTraining")
"""What reserves credits, and may bring them below the threshold."""

MUTATIONS_UNTOLD: Mapping[str, str] = MappingProxyType(
    {
        "recordEvents": "figures for the operator",
        "recordDownload": "a count that nobody watches",
        "requestUploads": "nothing is there yet",
        "checkUploads": "an upload is nobody's until something is made of it",
    }
)
"""Those that lead to no event, and why."""

JOB_EVENTS: Mapping[EventKind, Words] = MappingProxyType(
    {
        EventKind.JOB_STATE_CHANGED: Words(
            when="A job was accepted, begun, cancelled, or is to be made again.",
            because_of=(
                *MAKING,
                "retryJob",
                "cancelJob",
                "cancelContentSet",
                "chooseBaseImage",
                "withdrawConsent",
                "deletePersona",
                "deleteInfluencer",
                "jobs.render_image",
                "trainings.show",
            ),
        ),
        EventKind.IMAGE_COMPLETED: Words(when="An image is finished and paid.", because_of=("jobs.render_image",)),
        EventKind.IMAGE_FAILED: Words(
            when="An image failed; it may be tried again.", because_of=("jobs.render_image", "credits.expire_hold")
        ),
        EventKind.IMAGE_DELAYED: Words(
            when="An image waits for its provider's rate limit.", because_of=("jobs.render_image",)
        ),
    }
)
"""What `jobProgress` tells too, as rows of the same log."""

USER_EVENTS: Mapping[UserEventKind, Words] = MappingProxyType(
    {
        UserEventKind.NOTIFICATION_ADDED: Words(
            when="There is a new notification.",
            because_of=(
                "jobs.render_image",
                "archives.build",
                "trainings.run",
                "trainings.continue_chain",
                "trainings.show",
                "trainings.expire",
                "brands.read",
                "cancelJob",
                "cancelContentSet",
                "likeImages",
                "chooseBaseImage",
                *SPENDING,
            ),
        ),
        UserEventKind.NOTIFICATIONS_READ: Words(
            when="Notifications were read, here or in another window; no ids stand for all of them.",
            because_of=("markNotificationsRead",),
        ),
        UserEventKind.NOTIFICATIONS_DISMISSED: Words(
            when="Notifications were taken out of the list, or deleted with what they were about; no ids stand for all of them.",
            because_of=("dismissNotifications", "withdrawConsent", "deletePersona", "deleteInfluencer"),
        ),
        UserEventKind.NOTIFICATIONS_RESTORED: Words(
            when="Notifications were put back into the list; no ids stand for all of them.",
            because_of=("dismissNotifications",),
        ),
        UserEventKind.SUBJECT_CHANGED: Words(
            when="A persona or an influencer was made, changed or deleted: its name, face, photos, settings, approval, or a step of the "
            "training that goes on by itself.",
            because_of=(
                "createInfluencer",
                "chooseBaseImage",
                "updateLoraSettings",
                "createPersona",
                "updatePersona",
                "deletePersona",
                "deleteInfluencer",
                "addPersonaPhotos",
                "removePersonaPhotos",
                "reviewPreviewSamples",
                "withdrawConsent",
                "approvals.read_feedback",
                "trainings.continue_chain",
            ),
        ),
        UserEventKind.ANALYSIS_CHANGED: Words(
            when="The analysis of a persona's photos was begun, or has ended.",
            because_of=("analyzePersona", "personas.analyze"),
        ),
        UserEventKind.TRAINING_CHANGED: Words(
            when="A training is in another state, or its LoRA was deleted or has expired.",
            because_of=(
                "startTraining",
                "cancelTraining",
                "deleteLoraModel",
                "removePersonaPhotos",
                "withdrawConsent",
                "deletePersona",
                "deleteInfluencer",
                "chooseBaseImage",
                "trainings.run",
                "trainings.continue_chain",
                "trainings.expire",
            ),
        ),
        UserEventKind.IMAGES_CHANGED: Words(
            when="Images were liked or not, deleted, or restored.",
            because_of=("likeImages", "deleteImages", "restoreImages"),
        ),
        UserEventKind.THREAD_CHANGED: Words(
            when="A thread of thumbnails is new, has a new version, or another final one.",
            because_of=(
                "startThumbnail",
                "startThumbnails",
                "refineThumbnail",
                "createContentSet",
                "regenerateImage",
                "finalizeThumbnail",
            ),
        ),
        UserEventKind.ARCHIVE_CHANGED: Words(
            when="An archive was asked for, is ready, or has failed.", because_of=("requestArchive", "archives.build")
        ),
        UserEventKind.EXPORT_CHANGED: Words(
            when="An export was asked for, is ready, or has failed.", because_of=("startExport", "archives.build")
        ),
        UserEventKind.CONSENT_CHANGED: Words(
            when="A consent was given or withdrawn.", because_of=("giveConsent", "withdrawConsent")
        ),
        UserEventKind.DELETION_CHANGED: Words(
            when="A deletion was begun, or its receipt is complete.",
            because_of=(
                "withdrawConsent",
                "deletePersona",
                "deleteInfluencer",
                "removePersonaPhotos",
                "deleteLoraModel",
                "privacy.delete_likeness",
            ),
        ),
        UserEventKind.PROJECT_CHANGED: Words(
            when="A project was made, changed or deleted, or is being analyzed.",
            because_of=(
                "createProject",
                "updateProject",
                "deleteProject",
                "addProjectStills",
                "removeProjectStills",
                "analyzeProject",
                "projects.analyze",
            ),
        ),
        UserEventKind.ONBOARDING_CHANGED: Words(
            when="A part of onboarding was saved or skipped, a linked account changed, or a step was completed.",
            because_of=(
                "jobs.render_image",
                "chooseBaseImage",
                "updateBrand",
                "confirmBrand",
                "createProject",
                "updateProfile",
                "updateContentPreferences",
                "choosePlatforms",
                "reviewAvatar",
                "skipOnboardingPart",
                "linkSocial",
                "updateSocial",
                "unlinkSocial",
            ),
        ),
        UserEventKind.BRAND_CHANGED: Words(
            when="The brand was changed, confirmed or deleted, or a draft of it was begun or has ended.",
            because_of=(
                "updateBrand",
                "deleteBrand",
                "confirmBrand",
                "readBrand",
                "answerBrandQuestions",
                "brands.read",
            ),
        ),
        UserEventKind.SETTINGS_CHANGED: Words(
            when="What the user wants of the studio was changed.",
            because_of=("setAdultContent",),
        ),
    }
)
