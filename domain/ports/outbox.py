"""What is to be done or told once the transaction has been committed."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from domain.credits.ledger import Balance
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


class Outbox(Protocol):
    """Messages that leave only if the transaction commits, and then leave at least once."""

    async def tell(self, user_id: UserId, kind: UserEventKind, *ids: UUID) -> None:
        """Logs a durable event of the user, numbered after all before it. The same one twice in a transaction is one."""
        ...

    async def build_archive(self, user_id: UserId, archive_id: ArchiveId, *, wait: timedelta = timedelta()) -> None: ...

    async def archive_moved(self, user_id: UserId, archive_id: ArchiveId) -> None:
        """Announces that it is in another state."""
        ...

    async def run_training(
        self, user_id: UserId, training_id: LoraModelId, *, wait: timedelta = timedelta()
    ) -> None: ...

    async def end_training_call(self, user_id: UserId, training_id: LoraModelId) -> None:
        """Has the trainer told that its training has ended."""
        ...

    async def forget_lora(self, user_id: UserId, training_id: LoraModelId) -> None: ...

    async def show_training(self, user_id: UserId, training_id: LoraModelId) -> None:
        """Its display samples follow."""
        ...

    async def continue_chain(self, user_id: UserId, sheet_job_id: JobId) -> None:
        """The sheets that a training waits for have ended."""
        ...

    async def training_changed(self, model: LoraModel) -> None:
        """Announces that it is in a new state, by the number of that."""
        ...

    async def clear_out(self, user_id: UserId) -> None:
        """Has files removed that were asked for; it happens by itself too, a minute later."""
        ...

    async def delete_likeness(self, user_id: UserId, deletion_id: DeletionId) -> None: ...

    async def analyze_persona(
        self, user_id: UserId, analysis_id: AnalysisId, *, wait: timedelta = timedelta()
    ) -> None: ...

    async def analyze_project(
        self, user_id: UserId, analysis_id: AnalysisId, *, wait: timedelta = timedelta()
    ) -> None: ...

    async def project_moved(self, user_id: UserId, project_id: ProjectId) -> None:
        """Announces that it was changed, or its analysis got on."""
        ...

    async def read_brand(self, user_id: UserId, draft_id: BrandDraftId, *, wait: timedelta = timedelta()) -> None: ...

    async def read_feedback(self, user_id: UserId, round_id: RoundId, *, wait: timedelta = timedelta()) -> None: ...

    async def balance_changed(self, user_id: UserId, balance: Balance) -> None: ...

    async def call_hinted(self, user_id: UserId, call_id: CallId) -> None:
        """Tells the worker that waits for this call to ask at once."""
        ...

    async def job_cancelled(self, user_id: UserId, job_id: JobId) -> None:
        """Tells workers to let go of what they are making; they would notice by themselves, only later."""
        ...
