"""What is counted (PRODUCT, section 11), and what a frontend may send of it.

Everything that happens to a job is counted from its durable events, by the kind of the job: so that a new `JobKind` is counted
without a word here. What has no such event is recorded where it happens (`domain.ports.analytics`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import InvalidInput
from domain.ids import SubjectId
from domain.presets.catalogue import Environment, Outfit, Scene


class StudioEvent(StrEnum):
    """Of jobs, in their own names; "pack completed" is JOB_COMPLETED of a PACK, "sheet started" JOB_STARTED of a sheet."""

    JOB_STARTED = "JOB_STARTED"
    JOB_RETRIED = "JOB_RETRIED"
    JOB_COMPLETED = "JOB_COMPLETED"
    JOB_PARTIAL = "JOB_PARTIAL"
    JOB_FAILED = "JOB_FAILED"
    JOB_CANCELLED = "JOB_CANCELLED"
    IMAGE_COMPLETED = "IMAGE_COMPLETED"
    IMAGE_FAILED = "IMAGE_FAILED"
    LORA_MODE_ACTIVATED = "LORA_MODE_ACTIVATED"

    TRAINING_STARTED = "TRAINING_STARTED"
    TRAINING_COMPLETED = "TRAINING_COMPLETED"
    HD_NOTICE_SHOWN = "HD_NOTICE_SHOWN"
    ONBOARDING_STEP_COMPLETED = "ONBOARDING_STEP_COMPLETED"

    STUDIO_OPENED = "STUDIO_OPENED"
    SCENE_SELECTED = "SCENE_SELECTED"
    ENVIRONMENT_SELECTED = "ENVIRONMENT_SELECTED"
    OUTFIT_CHANGED = "OUTFIT_CHANGED"
    IMAGE_EDIT_OPENED = "IMAGE_EDIT_OPENED"


class ClientEvent(StrEnum):
    """Those that a frontend tells."""

    STUDIO_OPENED = "STUDIO_OPENED"
    SCENE_SELECTED = "SCENE_SELECTED"
    ENVIRONMENT_SELECTED = "ENVIRONMENT_SELECTED"
    OUTFIT_CHANGED = "OUTFIT_CHANGED"
    IMAGE_EDIT_OPENED = "IMAGE_EDIT_OPENED"


MOST_AT_ONCE = 50
LONGEST_CLIENT_ID = 100

LATEST = timedelta(days=1)
"""How old an event may be when it comes: of an older one, the time is taken to be that long ago."""

KEPT = timedelta(days=30)
"""How long a single event is kept after it came. What was counted of it stays; it says nothing about anyone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClientEvent:
    """`client_id` is the client's own name for it, by which it is known when it is sent again. What was chosen is given where
    the type is about a choice, and nowhere else."""

    client_id: str
    type: ClientEvent
    at: datetime
    subject_id: SubjectId | None = None
    scene: Scene | None = None
    environment: Environment | None = None
    outfit: Outfit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """As it is kept. `key` is unique for its user."""

    key: str
    type: StudioEvent
    at: datetime
    label: str = ""
    subject_id: SubjectId | None = None


def recorded(events: Sequence[NewClientEvent], *, now: datetime) -> Sequence[Recorded]:
    """Raises `InvalidInput` for the first that is not as it has to be."""
    if not 1 <= len(events) <= MOST_AT_ONCE:
        raise InvalidInput(f"Send 1 to {MOST_AT_ONCE} events at once.", field="events")
    return [_recorded(event, now, f"events.{place}") for place, event in enumerate(events)]


def _recorded(event: NewClientEvent, now: datetime, field: str) -> Recorded:
    if not 1 <= len(event.client_id) <= LONGEST_CLIENT_ID:
        raise InvalidInput(f"A client's id has 1 to {LONGEST_CLIENT_ID} characters.", field=f"{field}.clientEventId")
    if "\0" in event.client_id:
        raise InvalidInput("A client's id must not contain a zero byte.", field=f"{field}.clientEventId")
    return Recorded(
        key=f"client:{event.client_id}",
        type=StudioEvent(event.type),
        at=clamped(event.at, now),
        label=_choice(event, field),
        subject_id=event.subject_id,
    )


def clamped(at: datetime, now: datetime) -> datetime:
    """A client's clock may be wrong: what it says is taken to be neither in the future nor older than `LATEST`."""
    return min(max(at, now - LATEST), now)


def _choice(event: NewClientEvent, field: str) -> str:
    choices = {
        ClientEvent.SCENE_SELECTED: ("scene", event.scene),
        ClientEvent.ENVIRONMENT_SELECTED: ("environment", event.environment),
        ClientEvent.OUTFIT_CHANGED: ("outfit", event.outfit),
    }
    for type_, (name, chosen) in choices.items():
        if type_ is event.type and chosen is None:
            raise InvalidInput(f"{event.type} says which {name}.", field=f"{field}.{name}")
        if type_ is not event.type and chosen is not None:
            raise InvalidInput(f"{event.type} has no {name}.", field=f"{field}.{name}")
    _, chosen = choices.get(event.type, ("", None))
    return chosen.value if chosen else ""
