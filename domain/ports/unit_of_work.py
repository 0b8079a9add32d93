"""One short transaction on behalf of one user. Everything written through it is committed together or not at all.

Whoever writes first calls `lock_user`: all writers of one user's rows then stand in one line, in the order user, subject,
job, and cannot deadlock. Rows of other users are invisible here, whatever a query asks for.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.archives.archive import Archive, ArchiveCounts, PackingTask
from domain.archives.contents import PackedImage
from domain.calls.call import CallState, ProviderCall
from domain.credits.ledger import Balance, NewHold
from domain.events import JobEvent
from domain.ids import (
    ArchiveId,
    CallId,
    DeletionId,
    HoldId,
    ImageId,
    JobId,
    LoraModelId,
    NotificationId,
    SubjectId,
    UserId,
    WorkerId,
)
from domain.images.image import Image, ImageStanding, StoredFile
from domain.influencers.influencer import Influencer
from domain.jobs.job import Job, JobImage
from domain.jobs.waiting import WaitingReason
from domain.ports.adult import AdultAccounts
from domain.ports.analytics import Analytics
from domain.ports.consents import Consents
from domain.ports.deletions import Deletions
from domain.ports.personas import Personas
from domain.ports.reviews import Reviews
from domain.ports.trainings import Trainings
from domain.ports.uploads import Uploads
from domain.safety.decisions import Decision
from domain.trainings.training import LoraModel
from domain.wishes import Wish


class Accounts(Protocol):
    async def add_if_new(self, user_id: UserId, *, email: str | None, display_name: str | None, now: datetime) -> bool:
        """True when this call made the account."""
        ...


class Credits(Protocol):
    """Every call writes one ledger entry beside the balance it changes. A grant that was made already, or a hold that is
    resolved already, is not made or resolved again: the call says so by returning None."""

    async def balance(self, user_id: UserId) -> Balance: ...

    async def grant(
        self, user_id: UserId, amount: int, *, movement_key: str, description: str, now: datetime
    ) -> Balance | None: ...

    async def reserve(
        self,
        user_id: UserId,
        holds: Sequence[NewHold],
        *,
        job_id: JobId,
        movement_key: str,
        description: str,
        expires_at: datetime,
        now: datetime,
    ) -> Balance:
        """Raises `InsufficientCredits`; nothing has moved then. A `movement_key` serves once: who may come twice asks
        first whether the work was accepted already (see `domain.idempotency`)."""
        ...

    async def reserve_training(
        self,
        user_id: UserId,
        hold_id: HoldId,
        amount: int,
        *,
        training_id: LoraModelId,
        expires_at: datetime,
        now: datetime,
    ) -> Balance:
        """One hold for all of a training. Raises `InsufficientCredits`."""
        ...

    async def capture(
        self, user_id: UserId, hold_id: HoldId, *, amount: int | None = None, description: str, now: datetime
    ) -> Balance | None:
        """Spend `amount` (all, unless told less) of a hold; what is left of it becomes available again."""
        ...

    async def release(
        self, user_id: UserId, hold_ids: Sequence[HoldId], *, description: str, now: datetime
    ) -> Balance | None:
        """None when none of the holds was open."""
        ...

    async def expire(self, user_id: UserId, hold_id: HoldId, *, description: str, now: datetime) -> Balance | None:
        """None when the hold is resolved already or has not run out by the database's clock."""
        ...


class Influencers(Protocol):
    async def add(self, influencer: Influencer) -> None: ...

    async def get(self, subject_id: SubjectId) -> Influencer:
        """Raises `NotFound`."""
        ...

    async def choose_base_image(self, subject_id: SubjectId, image_id: ImageId, identity_seed: int) -> None: ...


class Jobs(Protocol):
    async def accept(
        self,
        event: JobEvent,
        holds: Sequence[NewHold],
        *,
        wish: Wish,
        movement_key: str,
        description: str,
        expires_at: datetime,
    ) -> Balance:
        """The job of `event`, its first, with an image for each hold: reserved, kept, announced with the new balance,
        handed to workers and remembered as the answer to `wish`, as one. Raises `InsufficientCredits`; nothing is
        written then. Nor is it where the user would have more images under way than may be: raises `RateLimited`."""
        ...

    async def get(self, job_id: JobId) -> Job:
        """Locked until the end of the transaction. Raises `NotFound`."""
        ...

    async def save(self, job: Job) -> None: ...

    async def unsettled_images(self, job_id: JobId) -> Sequence[JobImage]: ...

    async def failed_images(self, job_id: JobId) -> Sequence[JobImage]: ...

    async def image(self, job_id: JobId, index: int) -> JobImage:
        """Raises `NotFound`."""
        ...

    async def claim_image(self, job_id: JobId, index: int, *, worker: WorkerId, lease: timedelta) -> JobImage | None:
        """Take an image that is due, or whose worker's lease ran out by the database's clock. None: not to be had."""
        ...

    async def holds_lease(self, image: JobImage) -> bool:
        """Whether `image.attempt` is still the one that may write, and its lease has not run out."""
        ...

    async def requeue_image(
        self, image: JobImage, *, wait: timedelta, tries: int, waits: int, paused_by: WaitingReason | None = None
    ) -> None:
        """It waits for its owner's turn, which does not come before `wait` is over; `paused_by` says what that is for."""
        ...

    async def return_image(self, job_id: JobId, index: int) -> None:
        """It was sent and will not be begun here: it waits for its owner's next turn. Nothing for one that is being made."""
        ...

    async def settle_images(
        self, job_id: JobId, indexes: Sequence[int], *, state: str, code: str | None, message: str | None
    ) -> None: ...

    async def restart_images(self, job_id: JobId, holds: Sequence[NewHold], *, now: datetime) -> None:
        """Failed images to be made again in turn, each under its new hold, with all their tries before them."""
        ...


class Calls(Protocol):
    """Paid calls to providers. Without the user's lock two could be open for one image: the database refuses the second."""

    async def add(self, call: ProviderCall) -> None: ...

    async def get(self, call_id: CallId) -> ProviderCall | None: ...

    async def open_of(self, job_id: JobId, index: int) -> ProviderCall | None: ...

    async def lost_count(self, job_id: JobId, index: int, round_: int) -> int: ...

    async def submit(self, call_id: CallId, *, request_id: str) -> bool:
        """The number it was given. False when it came too late: the call has ended, and only its number is kept."""
        ...

    async def hint(self, call_id: CallId, *, request_id: str) -> ProviderCall | None:
        """None when it is not there, has ended, was told of before, or has another number."""
        ...

    async def end(self, call_id: CallId, state: CallState, *, code: str | None = None, detail: str = "") -> None:
        """A call that has ended stays as it is."""
        ...


class Images(Protocol):
    async def add(self, image: Image, *, decision: int) -> bool:
        """False when it was stored by an earlier attempt. `decision` is the number of the one that allows exactly its bytes:
        without such a one the database refuses it."""
        ...

    async def get(self, image_id: ImageId) -> Image:
        """Raises `NotFound`."""
        ...

    async def get_many(self, image_ids: Sequence[ImageId]) -> Sequence[Image]:
        """In the order asked for. Raises `NotFound` when one of them is not there."""
        ...

    async def of_sheets(self, subject_id: SubjectId, *, limit: int) -> Sequence[Image]:
        """Of the subject's newest character sheet images, in the order of their index."""
        ...

    async def set_liked(self, image_ids: Sequence[ImageId], *, liked: bool) -> Sequence[Image]:
        """Those that exist, in the order asked for."""
        ...

    async def count_present(self, image_ids: Sequence[ImageId]) -> int:
        """How many of them exist and are not deleted."""
        ...

    async def count_packable(self, image_ids: Sequence[ImageId]) -> int:
        """As `count_present`, without adult images: they are not packed."""
        ...

    async def count_download(self, image_id: ImageId) -> Image:
        """One more. Raises `NotFound`."""
        ...

    async def packed(self, image_ids: Sequence[ImageId], *, first_number: int) -> Sequence[PackedImage]:
        """Those that are not deleted, and no adult ones, in the order given, numbered from `first_number`."""
        ...

    async def standing(self, user_id: UserId, image_ids: Sequence[ImageId]) -> Sequence[ImageStanding]:
        """Of those that were ever there, in any order."""
        ...

    async def delete(self, image_ids: Sequence[ImageId], *, until: datetime, now: datetime) -> None: ...

    async def restore(self, image_ids: Sequence[ImageId]) -> Sequence[Image]:
        """In the order given. Those that are not deleted are as they were."""
        ...

    async def purge(self, user_id: UserId, *, limit: int) -> int:
        """Empty the rows whose grace is over, and ask for the removal of files that no other row has. Returns how many."""
        ...


class Files(Protocol):
    """Removals of files: asked for where the last reference goes, carried out later (see `domain.files.removal`)."""

    async def are_going(self, user_id: UserId, keys: Sequence[str], *, since: datetime) -> bool:
        """Whether one of them is to be removed, or was since then."""
        ...

    async def claim_removals(self, user_id: UserId, *, limit: int, lease: timedelta) -> Sequence[str]:
        """Keys to remove, which nobody else is given for as long as the lease."""
        ...

    async def settle_removals(self, user_id: UserId, keys: Sequence[str]) -> None: ...


class Archives(Protocol):
    """What takes a `PackingTask` says whether that attempt may still write; where it may not, nothing is written."""

    async def add(self, archive: Archive, image_ids: Sequence[ImageId]) -> None: ...

    async def counts(self, user_id: UserId) -> ArchiveCounts: ...

    async def claim(self, archive_id: ArchiveId, *, lease: timedelta) -> PackingTask | None:
        """Take one that waits, or whose worker's lease ran out by the database's clock. None: not to be had."""
        ...

    async def beat(self, claim: PackingTask, *, packed: int, lease: timedelta) -> bool:
        """A sign of life, and how far it is."""
        ...

    async def finish(
        self, claim: PackingTask, file: StoredFile, *, packed: int, expires_at: datetime, now: datetime
    ) -> bool: ...

    async def fail(self, claim: PackingTask, *, code: str, message: str, now: datetime) -> bool: ...

    async def put_back(self, claim: PackingTask, *, wait: timedelta, tries: int) -> bool: ...

    async def expire(self, user_id: UserId) -> None:
        """Those whose time is over; asks for the removal of files that no other has."""
        ...


class EventLog(Protocol):
    async def add(self, event: JobEvent) -> int:
        """Number it, keep it, and have it announced after the commit. Returns its number within the job."""
        ...


class Outbox(Protocol):
    """Messages that leave only if the transaction commits, and then leave at least once."""

    async def build_archive(self, user_id: UserId, archive_id: ArchiveId, *, wait: timedelta = timedelta()) -> None: ...

    async def run_training(
        self, user_id: UserId, training_id: LoraModelId, *, wait: timedelta = timedelta()
    ) -> None: ...

    async def end_training_call(self, user_id: UserId, training_id: LoraModelId) -> None:
        """Has the trainer told that nobody waits any more."""
        ...

    async def training_changed(self, model: LoraModel) -> None:
        """Announces that it is in a new state, by the number of that."""
        ...

    async def delete_likeness(self, user_id: UserId, deletion_id: DeletionId) -> None: ...

    async def balance_changed(self, user_id: UserId, balance: Balance) -> None: ...

    async def call_hinted(self, user_id: UserId, call_id: CallId) -> None:
        """Tells the worker that waits for this call to ask at once."""
        ...

    async def job_cancelled(self, user_id: UserId, job_id: JobId) -> None:
        """Tells workers to let go of what they are making; they would notice by themselves, only later."""
        ...


class Answers(Protocol):
    """What was answered to a key before: see `domain.idempotency`."""

    async def lock_and_find(self, user_id: UserId, key: str) -> "KeptAnswer | None":
        """Locks the user. None for a key that is new: it stays new for whoever holds that lock."""
        ...

    async def keep(self, user_id: UserId, wish: Wish, answer: str, *, now: datetime) -> None:
        """`answer` is JSON. A key is kept once: without the user's lock, the later of two fails with all its work."""
        ...


class KeptAnswer(Protocol):
    @property
    def fingerprint(self) -> str: ...

    @property
    def answer(self) -> dict[str, object]: ...


class Notifications(Protocol):
    async def add(
        self,
        notification_id: NotificationId,
        user_id: UserId,
        *,
        type: str,
        title: str,
        body: str,
        href: str,
        job_id: JobId | None,
        now: datetime,
    ) -> None: ...

    async def mark_read(self, user_id: UserId, ids: Sequence[UUID] | None, *, now: datetime) -> int:
        """Of those ids, or all of them for None. Returns how many are unread afterwards."""
        ...


class Safety(Protocol):
    async def log(self, user_id: UserId, decision: Decision) -> int:
        """Its number. Under the user's lock: a decision follows the last one."""
        ...


class UnitOfWork(Protocol):
    @property
    def accounts(self) -> Accounts: ...
    @property
    def credits(self) -> Credits: ...
    @property
    def influencers(self) -> Influencers: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def images(self) -> Images: ...
    @property
    def archives(self) -> Archives: ...
    @property
    def files(self) -> Files: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def trainings(self) -> Trainings: ...
    @property
    def events(self) -> EventLog: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def safety(self) -> Safety: ...
    @property
    def analytics(self) -> Analytics: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def adult(self) -> AdultAccounts: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def personas(self) -> Personas: ...
    @property
    def deletions(self) -> Deletions: ...

    @property
    def has_written(self) -> bool:
        """Whether anything was written that a commit would keep."""
        ...

    async def lock_user(self, user_id: UserId) -> None: ...

    async def start_over(self) -> None:
        """Take back everything, and go on in a new transaction of the same user. Locks are gone: others may come between."""
        ...
