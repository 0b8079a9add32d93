"""Uploads are taken in once, whoever asks and whatever is away meanwhile; what nothing uses goes with its files."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import pytest
from sqlalchemy.exc import IntegrityError
from yarl import URL

from app.settings import Settings
from app.wiring import make_files
from app.worker import RunningWorker
from db.dispatch import Dispatch
from db.engine import Database
from domain.accounts.account import Actor
from domain.credits.prices import PRICES
from domain.errors import Conflict, InvalidInput, NotFound, ProviderUnavailable, RateLimited
from domain.ids import UploadId, UserId
from domain.images.image import StoredFile
from domain.ports.live import Live
from domain.ports.object_store import ObjectStore, UploadSlot
from domain.uploads.errors import UploadExpired, UploadNotSent, UploadRejected
from domain.uploads.issues import IssueCode
from domain.uploads.mask import measured_mask
from domain.uploads.service import use_uploads
from domain.uploads.upload import AnnouncedFile, TakenUpload, UploadPurpose
from providers.local.tokens import user_id_of
from providers.pictures.children import PicturesInChildren
from providers.supabase.files import SupabaseFiles
from resolvers import uploads
from resolvers.context import ApiServices, Context
from tasks.purge import purge
from tests.support.emulators.serving import served
from tests.support.emulators.supabase import SupabaseEmulator
from tests.support.owner import Owner
from tests.support.strange_files import PNG, a_mask, a_zip, gif, png, saved
from tests.support.studio import Studio

MASK, STYLE = UploadPurpose.MASK, UploadPurpose.STYLE_IMAGE
FIELD = "maskUploadId"
REMOVALS = "SELECT count(*) FILTER (WHERE removed_at IS NULL), count(*) FROM file_removals"
STATUSES = "SELECT status FROM uploads ORDER BY created_at, id"
END = """
UPDATE uploads SET created_at = created_at - interval '2 days', slot_expires_at = slot_expires_at - interval '2 days',
                   usable_until = usable_until - interval '2 days'
"""


class WatchedFiles:
    """Counts the connections that are lent while a store is asked, and fails when it is told to."""

    def __init__(self, files: ObjectStore, database: Database) -> None:
        self._files, self._database = files, database
        self.lent: dict[str, set[int]] = {}
        self.failing: dict[str, Exception] = {}

    async def slot(self, key: str, *, content_type: str, size_bytes: int) -> UploadSlot:
        self._asked("slot")
        return await self._files.slot(key, content_type=content_type, size_bytes=size_bytes)

    async def get(self, key: str) -> bytes:
        self._asked("get")
        return await self._files.get(key)

    async def put(self, file: StoredFile, data: bytes) -> None:
        self._asked("put")
        await self._files.put(file, data)

    async def remove(self, keys: Sequence[str]) -> None:
        self._asked("remove")
        await self._files.remove(keys)

    def _asked(self, what: str) -> None:
        lent: int = self._database.engine.pool.checkedout()  # type: ignore[attr-defined] # of a pool that queues
        self.lent.setdefault(what, set()).add(lent)
        if what in self.failing:
            raise self.failing[what]


@dataclass(frozen=True, slots=True)
class Desk:
    """One user's, at an API without its HTTP."""

    ctx: Context
    files: WatchedFiles
    http: aiohttp.ClientSession
    owner: Owner

    @property
    def user_id(self) -> UserId:
        return self.ctx.user_id

    async def open(self, data: bytes, purpose: UploadPurpose = MASK, **said: Any) -> uploads.OpenUpload:
        file = AnnouncedFile(file_name="file.png", content_type=PNG, size_bytes=len(data))
        (opened,) = await uploads.request(self.ctx, purpose, [replace(file, **said)])
        return opened

    async def send(self, opened: uploads.OpenUpload, data: bytes) -> int:
        url = URL(opened.slot.url, encoded=True)
        async with self.http.put(url, data=data, headers=dict(opened.slot.headers)) as answer:
            return answer.status

    async def sent(self, data: bytes, purpose: UploadPurpose = MASK, **said: Any) -> UploadId:
        opened = await self.open(data, purpose, **said)
        assert await self.send(opened, data) in {200, 201}
        return opened.upload.id

    async def taken(self, *ids: UploadId, purpose: UploadPurpose = MASK) -> Sequence[TakenUpload]:
        return await uploads.taken_in(self.ctx, ids, purpose, field=FIELD)

    async def key_of(self, upload_id: UploadId, column: str = "storage_key") -> str:
        found: str = await self.owner.value(f"SELECT {column} FROM uploads WHERE id = :id", id=upload_id)  # noqa: S608
        return found

    async def is_there(self, key: str) -> bool:
        try:
            await self.ctx.services.files.get(key)
        except NotFound:
            return False
        return True

    async def use(self, *taken: TakenUpload) -> None:
        async with self.ctx.unit_of_work() as uow:
            await uow.lock_user(self.user_id)
            await use_uploads(uow, self.user_id, taken, field=FIELD, now=self.ctx.now())


@pytest.fixture(scope="module")
async def pictures() -> AsyncIterator[PicturesInChildren]:
    pictures = PicturesInChildren()
    yield pictures
    pictures.close()


def a_desk(studio: Studio, database: Database, files: ObjectStore, pictures: PicturesInChildren, owner: Owner) -> Desk:
    watched = WatchedFiles(files, database)
    services = ApiServices(
        database=database,
        live=cast("Live", None),
        files=cast("ObjectStore", watched),
        prices=PRICES,
        quote_secret=b"",
        purchase_url="",
        now=lambda: datetime.now(UTC),
        seeds=lambda: 1,
        pictures=pictures,
    )
    actor = Actor(user_id=user_id_of(studio.user), email=None, display_name=None)
    return Desk(Context(services=services, actor=actor), watched, studio.http, owner)


@pytest.fixture
async def desk(
    studio: Studio, settings: Settings, database: Database, pictures: PicturesInChildren, owner: Owner
) -> Desk:
    await studio.balance()  # so that there is a user
    return a_desk(studio, database, make_files(settings), pictures, owner)


@pytest.fixture
async def supabase(
    studio: Studio, database: Database, pictures: PicturesInChildren, owner: Owner
) -> AsyncIterator[tuple[Desk, SupabaseEmulator]]:
    await studio.balance()
    emulator = SupabaseEmulator()
    with served(emulator.app) as emulator.url:
        files = SupabaseFiles(url=emulator.url, key=emulator.key, bucket="likeness", now=lambda: datetime.now(UTC))
        yield a_desk(studio, database, files, pictures, owner), emulator
        await files.close()


def a_mask_file(part: float = 0.25) -> bytes:
    return saved(a_mask(part=part), "PNG")


# --- taken in --------------------------------------------------------------------------------------------------------


async def test_many_at_once_are_one(desk: Desk) -> None:
    upload_id = await desk.sent(a_mask_file())
    found = await asyncio.gather(*(desk.taken(upload_id) for _ in range(6)))
    assert {taken[0] for taken in found} == {found[0][0]}
    (taken,) = found[0]
    assert (taken.width, taken.height, taken.coverage) == (512, 512, 0.25)
    assert await desk.is_there(taken.file.key)
    assert not await desk.is_there(await desk.key_of(upload_id, "original_key"))
    assert await desk.owner.rows(REMOVALS) == [(1, 1)]
    assert await desk.taken(upload_id) == [taken]


async def test_no_connection_is_lent_while_a_store_is_asked_or_a_picture_read(desk: Desk) -> None:
    await desk.taken(await desk.sent(a_mask_file()), await desk.sent(a_mask_file(0.5)))
    assert desk.files.lent == {what: {0} for what in ("slot", "get", "put", "remove")}


async def test_a_mask_fits_the_image_of_its_size_and_no_other(desk: Desk) -> None:
    (taken,) = await desk.taken(await desk.sent(a_mask_file()))
    mask = measured_mask(taken, width=512, height=512, field=FIELD)
    assert (mask.file, mask.coverage) == (taken.file, 0.25)
    with pytest.raises(InvalidInput) as refused:
        measured_mask(taken, width=768, height=1365, field=FIELD)
    assert refused.value.message == (
        "The mask has 512 by 512 pixels and the image 768 by 1365. Send a mask of the image's size."
    )
    assert refused.value.field == FIELD
    with pytest.raises(ValueError, match="not as a mask"):
        measured_mask(replace(taken, purpose=STYLE), width=512, height=512, field=FIELD)


async def test_what_cannot_be_used_is_told_with_its_place(desk: Desk) -> None:
    style = await desk.sent(png(), STYLE)
    with pytest.raises(InvalidInput) as wrong:
        await desk.taken(style)
    assert (wrong.value.message, wrong.value.field) == (
        "This upload was announced as STYLE_IMAGE, and MASK is needed. Request another upload for that.",
        FIELD,
    )
    bad = await desk.sent(gif(1))
    for _ in range(2):
        with pytest.raises(UploadRejected) as rejected:
            await desk.taken(bad)
        assert (rejected.value.issue.code, rejected.value.upload_id) == (IssueCode.UNSUPPORTED_FORMAT, bad)
        assert rejected.value.extensions == {
            "code": "UPLOAD_REJECTED",
            "path": [FIELD],
            "issue": IssueCode.UNSUPPORTED_FORMAT,
        }
    waiting = await desk.open(a_mask_file())
    with pytest.raises(UploadNotSent) as missing:
        await desk.taken(waiting.upload.id)
    assert missing.value.field == FIELD


@pytest.mark.parametrize("what", ["get", "put"])
async def test_while_the_store_is_away_nothing_is_decided(desk: Desk, what: str) -> None:
    upload_id = await desk.sent(a_mask_file())
    desk.files.failing[what] = ProviderUnavailable("The store is away.")
    with pytest.raises(ProviderUnavailable):
        await desk.taken(upload_id)
    assert await desk.owner.rows(STATUSES) == [("PENDING",)]
    desk.files.failing.clear()
    assert len(await desk.taken(upload_id)) == 1


async def test_what_could_not_be_removed_at_once_is_removed_by_a_worker(
    desk: Desk, quick_worker: RunningWorker
) -> None:
    upload_id = await desk.sent(a_mask_file())
    original = await desk.key_of(upload_id, "original_key")
    desk.files.failing["remove"] = ProviderUnavailable("The store is away.")
    assert len(await desk.taken(upload_id)) == 1
    assert await desk.is_there(original)
    await purge(quick_worker.services, user_id=str(desk.user_id))
    assert not await desk.is_there(original)
    assert await desk.owner.rows(REMOVALS) == [(0, 1)]


async def test_a_file_that_is_removed_at_this_moment_is_not_referred_to(desk: Desk) -> None:
    first = await desk.sent(a_mask_file())
    (taken,) = await desk.taken(first)
    await desk.owner.run(
        "INSERT INTO file_removals (user_id, key, asked_at) VALUES (:user, :key, now())",
        user=desk.user_id,
        key=taken.file.key,
    )
    second = await desk.sent(a_mask_file())
    with pytest.raises(RateLimited, match="deleted just now"):
        await desk.taken(second)
    assert await desk.owner.value("SELECT status FROM uploads WHERE id = :id", id=second) == "PENDING"


# --- Supabase --------------------------------------------------------------------------------------------------------


async def test_files_come_past_us_through_supabase(supabase: tuple[Desk, SupabaseEmulator]) -> None:
    desk, emulator = supabase
    upload_id = await desk.sent(a_mask_file())
    (taken,) = await desk.taken(upload_id)
    assert list(emulator.storage.buckets["likeness"].objects) == [taken.file.key]
    assert emulator.count("fill") == 1
    life = await desk.owner.value("SELECT usable_until - created_at FROM uploads")
    assert life == timedelta(days=1)


@pytest.mark.parametrize(
    ("announced", "data", "code"),
    [
        ({"size_bytes": 100}, a_mask_file(), IssueCode.SIZE_MISMATCH),
        ({}, gif(2), IssueCode.UNSUPPORTED_FORMAT),
        ({}, a_mask_file() + a_zip(), IssueCode.POLYGLOT),
        ({"content_type": "image/webp"}, a_mask_file(), IssueCode.TYPE_MISMATCH),
    ],
)
async def test_a_store_that_takes_anything_changes_nothing(
    supabase: tuple[Desk, SupabaseEmulator], announced: dict[str, Any], data: bytes, code: IssueCode
) -> None:
    desk, emulator = supabase
    upload_id = await desk.sent(data, **announced)
    with pytest.raises(UploadRejected) as rejected:
        await desk.taken(upload_id)
    assert rejected.value.issue.code is code
    assert emulator.storage.buckets["likeness"].objects == {}


# --- used, or gone ---------------------------------------------------------------------------------------------------


async def test_what_nothing_used_goes_with_its_files(
    desk: Desk, quick_worker: RunningWorker, worker_database: Database
) -> None:
    dispatch = Dispatch(worker_database)
    quick_worker.services.leases.draining = True
    sent, ready, bad = await desk.sent(a_mask_file()), await desk.sent(a_mask_file(0.5)), await desk.sent(gif(1))
    never = (await desk.open(a_mask_file())).upload.id
    (taken,) = await desk.taken(ready)
    with pytest.raises(UploadRejected):
        await desk.taken(bad)
    original = await desk.key_of(sent, "original_key")
    assert await dispatch.send_purges() == 0

    await desk.owner.run(END)
    assert await dispatch.send_purges() == 1
    await purge(quick_worker.services, user_id=str(desk.user_id))
    assert [await desk.is_there(key) for key in (original, taken.file.key)] == [False, False]
    assert await desk.owner.rows("SELECT DISTINCT status, storage_key, issue_code, ended_at IS NULL FROM uploads") == [
        ("EXPIRED", None, None, False)
    ]
    for upload_id in (sent, ready, bad, never):
        with pytest.raises(UploadExpired):
            await desk.taken(upload_id)
    with pytest.raises(UploadExpired, match="An uploaded file was not used in time"):
        await desk.use(taken)
    assert await dispatch.send_purges() == 0


async def test_what_is_used_stays(desk: Desk, quick_worker: RunningWorker) -> None:
    (taken,) = await desk.taken(await desk.sent(a_mask_file()))
    await desk.use(taken, taken)
    await desk.use(taken)
    await desk.owner.run(END)
    for _ in range(2):
        await purge(quick_worker.services, user_id=str(desk.user_id))
    assert await desk.is_there(taken.file.key)
    assert await desk.taken(taken.id) == [taken]
    assert await desk.owner.value("SELECT count(*) FROM uploads WHERE used_at IS NULL") == 0


async def test_a_file_stays_while_another_upload_has_it(desk: Desk, quick_worker: RunningWorker) -> None:
    (one,), (other,) = [await desk.taken(await desk.sent(a_mask_file())) for _ in range(2)]
    assert (one.file, one.id == other.id) == (other.file, False)
    await desk.owner.run(f"{END} WHERE id = :id", id=one.id)
    await purge(quick_worker.services, user_id=str(desk.user_id))
    assert await desk.is_there(one.file.key)
    await desk.use(other)
    await desk.owner.run(f"{END} WHERE id = :id", id=other.id)
    await purge(quick_worker.services, user_id=str(desk.user_id))
    assert await desk.is_there(one.file.key)
    assert await desk.owner.value("SELECT count(*) FROM uploads WHERE status = 'READY'") == 1


async def test_what_is_sent_once_more_is_neither_looked_at_nor_kept(desk: Desk, quick_worker: RunningWorker) -> None:
    """An address lives on after its file was taken in."""
    opened = await desk.open(a_mask_file())
    assert await desk.send(opened, a_mask_file()) == 201
    (taken,) = await desk.taken(opened.upload.id)
    await desk.use(taken)
    assert await desk.send(opened, a_mask_file()) == 201
    assert await desk.taken(opened.upload.id) == [taken]
    assert await desk.is_there(opened.upload.original_key)
    await desk.owner.run(END)
    await purge(quick_worker.services, user_id=str(desk.user_id))
    assert not await desk.is_there(opened.upload.original_key)
    assert await desk.is_there(taken.file.key)


async def test_the_rows_of_what_is_gone_are_forgotten_in_the_end(desk: Desk, worker_database: Database) -> None:
    await desk.open(a_mask_file())
    await desk.open(a_mask_file())
    await desk.owner.run("UPDATE uploads SET status = 'EXPIRED', ended_at = now() - interval '31 days'")
    await desk.owner.run("UPDATE uploads SET ended_at = now() WHERE id = (SELECT min(id::text)::uuid FROM uploads)")
    await Dispatch(worker_database).prune(keep_events=timedelta(days=7), keep_answers=timedelta(days=30))
    assert await desk.owner.value("SELECT count(*) FROM uploads") == 1


# --- what the table itself refuses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "purpose = 'PERSONA_PHOTO'",
        "status = 'READY'",
        "status = 'REJECTED'",
        "status = 'EXPIRED'",
        "used_at = now()",
        "issue_code = 'SVG'",
        "storage_key = 'k'",
        "usable_until = slot_expires_at",
        "coverage = 1",
    ],
)
async def test_no_row_says_what_cannot_be(desk: Desk, change: str) -> None:
    await desk.open(a_mask_file())
    with pytest.raises(IntegrityError, match="check constraint"):
        await desk.owner.run(f"UPDATE uploads SET {change}")  # noqa: S608


async def test_a_photo_is_refused_by_the_table_as_well(desk: Desk) -> None:
    await desk.open(a_mask_file())
    with pytest.raises(IntegrityError, match="uploads_photos_name_their_consent"):
        await desk.owner.run("UPDATE uploads SET purpose = 'PERSONA_PHOTO'")
    with pytest.raises(Conflict) as refused:
        await desk.open(png(), UploadPurpose.PERSONA_PHOTO)
    assert refused.value.code == "CONSENT_REQUIRED"
