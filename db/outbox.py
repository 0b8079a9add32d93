"""Messages that leave with the commit: written in the transaction, taken by the relay afterwards (see `db.dispatch`)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from db.codec import json_text
from db.statements import Statement
from db.transaction import Transaction
from domain.credits.ledger import Balance
from domain.events import ArchiveMoved, BalanceChanged, ProjectMoved, TrainingMoved, UserMoved
from domain.ids import (
    AnalysisId,
    ArchiveId,
    BrandDraftId,
    CallId,
    DeletionId,
    JobId,
    LoraModelId,
    ProjectId,
    RoundId,
    UserId,
)
from domain.trainings.training import LoraModel
from domain.user_events import UserEventKind

ADD = """
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT message.user_id, message.channel, message.topic, message.payload, now() + make_interval(secs => message.wait_seconds)
  FROM jsonb_to_recordset(CAST(:messages AS jsonb))
       AS message (user_id uuid, channel text, topic text, payload jsonb, wait_seconds double precision)
"""
ADD_MESSAGES = Statement(ADD)
# Their numbers follow on those of events that were added before; the counter's row stays locked until the commit.
ADD_EVENTS_TOO = Statement(f"""
WITH said AS (
  SELECT place, event FROM jsonb_array_elements(CAST(:events AS jsonb)) WITH ORDINALITY AS said (event, place)
), of_user AS (
  UPDATE users SET event_count = event_count + (SELECT count(*) FROM said) WHERE id = :user_id RETURNING event_count
), logged AS (
  INSERT INTO events (user_id, number, kind, payload, created_at)
  SELECT :user_id, event_count - (SELECT count(*) FROM said) + place, event ->> 'kind', event, now() FROM said, of_user
)
{ADD}
""")  # noqa: S608 - our own words

RENDER_IMAGE = "jobs.render_image"
EXPIRE_HOLD = "credits.expire_hold"
CANCEL_CALL = "calls.cancel"
BUILD_ARCHIVE = "archives.build"
RUN_TRAINING = "trainings.run"
END_TRAINING_CALL = "trainings.end_call"
FORGET_LORA = "trainings.forget"
CONTINUE_CHAIN = "trainings.continue_chain"
SHOW_TRAINING = "trainings.show"
EXPIRE_LORAS = "trainings.expire"
PURGE = "files.purge"
DELETE_LIKENESS = "privacy.delete_likeness"
ANALYZE_PERSONA = "personas.analyze"
ANALYZE_PROJECT = "projects.analyze"
READ_BRAND = "brands.read"
READ_FEEDBACK = "approvals.read_feedback"
"""Names of tasks. Once shipped they are kept: messages outlive deploys."""

CANCELLED, HINTED = "cancelled", "hinted"


@dataclass(frozen=True, slots=True)
class Message:
    user_id: UserId
    channel: str
    topic: str
    payload: object
    wait_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What an event's row holds, beside its number."""

    user_id: UserId
    kind: UserEventKind
    ids: tuple[UUID, ...]


class SqlOutbox:
    """Messages gather here and are written by one statement when the work is done."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._messages: list[Message] = []
        self._events: list[Told] = []

    @property
    def has_messages(self) -> bool:
        return bool(self._messages)

    async def tell(self, user_id: UserId, kind: UserEventKind, *ids: UUID) -> None:
        told = Told(user_id, kind, ids)
        if told not in self._events:
            self._events.append(told)
            self._messages = [one for one in self._messages if one.topic != f"users:{user_id}"]
            self._announce(user_id, f"users:{user_id}", UserMoved())

    async def build_archive(self, user_id: UserId, archive_id: ArchiveId, *, wait: timedelta = timedelta()) -> None:
        payload = {"user_id": user_id, "archive_id": archive_id}
        self._messages.append(Message(user_id, "task", BUILD_ARCHIVE, payload, wait.total_seconds()))

    async def archive_moved(self, user_id: UserId, archive_id: ArchiveId) -> None:
        self._announce(user_id, f"archives:{archive_id}", ArchiveMoved(archive_id=archive_id))

    async def run_training(self, user_id: UserId, training_id: LoraModelId, *, wait: timedelta = timedelta()) -> None:
        payload = {"user_id": user_id, "training_id": training_id}
        self._messages.append(Message(user_id, "task", RUN_TRAINING, payload, wait.total_seconds()))

    async def end_training_call(self, user_id: UserId, training_id: LoraModelId) -> None:
        self._messages.append(
            Message(user_id, "task", END_TRAINING_CALL, {"user_id": user_id, "training_id": training_id})
        )

    async def forget_lora(self, user_id: UserId, training_id: LoraModelId) -> None:
        self._messages.append(Message(user_id, "task", FORGET_LORA, {"user_id": user_id, "training_id": training_id}))

    async def show_training(self, user_id: UserId, training_id: LoraModelId) -> None:
        self._messages.append(Message(user_id, "task", SHOW_TRAINING, {"user_id": user_id, "training_id": training_id}))

    async def continue_chain(self, user_id: UserId, sheet_job_id: JobId) -> None:
        payload = {"user_id": user_id, "job_id": sheet_job_id}
        self._messages.append(Message(user_id, "task", CONTINUE_CHAIN, payload))

    async def training_changed(self, model: LoraModel) -> None:
        moved = TrainingMoved(training_id=model.id, number=model.event_count)
        self._announce(model.user_id, f"trainings:{model.id}", moved)

    async def clear_out(self, user_id: UserId) -> None:
        self._messages.append(Message(user_id, "task", PURGE, {"user_id": user_id}))

    async def delete_likeness(self, user_id: UserId, deletion_id: DeletionId) -> None:
        payload = {"user_id": user_id, "deletion_id": deletion_id}
        self._messages.append(Message(user_id, "task", DELETE_LIKENESS, payload))

    async def analyze_persona(self, user_id: UserId, analysis_id: AnalysisId, *, wait: timedelta = timedelta()) -> None:
        payload = {"user_id": user_id, "analysis_id": analysis_id}
        self._messages.append(Message(user_id, "task", ANALYZE_PERSONA, payload, wait.total_seconds()))

    async def analyze_project(self, user_id: UserId, analysis_id: AnalysisId, *, wait: timedelta = timedelta()) -> None:
        payload = {"user_id": user_id, "analysis_id": analysis_id}
        self._messages.append(Message(user_id, "task", ANALYZE_PROJECT, payload, wait.total_seconds()))

    async def project_moved(self, user_id: UserId, project_id: ProjectId) -> None:
        self._announce(user_id, f"projects:{project_id}", ProjectMoved(project_id=project_id))
        await self.tell(user_id, UserEventKind.PROJECT_CHANGED, project_id)

    async def read_brand(self, user_id: UserId, draft_id: BrandDraftId, *, wait: timedelta = timedelta()) -> None:
        payload = {"user_id": user_id, "draft_id": draft_id}
        self._messages.append(Message(user_id, "task", READ_BRAND, payload, wait.total_seconds()))

    async def read_feedback(self, user_id: UserId, round_id: RoundId, *, wait: timedelta = timedelta()) -> None:
        payload = {"user_id": user_id, "round_id": round_id}
        self._messages.append(Message(user_id, "task", READ_FEEDBACK, payload, wait.total_seconds()))

    async def balance_changed(self, user_id: UserId, balance: Balance) -> None:
        changed = BalanceChanged(
            user_id=user_id, available=balance.available, reserved=balance.reserved, number=balance.number
        )
        self._announce(user_id, f"credits:{user_id}", changed)

    async def job_cancelled(self, user_id: UserId, job_id: JobId) -> None:
        self._announce(user_id, CANCELLED, {"job_id": job_id})

    async def call_hinted(self, user_id: UserId, call_id: CallId) -> None:
        self._announce(user_id, HINTED, {"call_id": call_id})

    def _announce(self, user_id: UserId, topic: str, payload: object) -> None:
        self._messages.append(Message(user_id, "live", topic, payload))

    def clear(self) -> None:
        self._messages = []
        self._events = []

    async def write(self) -> None:
        if not self._messages:
            return
        messages = json_text(self._messages)
        if self._events:
            values = {"messages": messages, "events": json_text(self._events), "user_id": self._events[0].user_id}
            await self._transaction.run(ADD_EVENTS_TOO, values)
        else:
            await self._transaction.run(ADD_MESSAGES, {"messages": messages})
        self.clear()
