"""What was deleted is cleared out in the end: twice is once, killed in the middle it is finished later, and nothing else goes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.wiring import utc_now
from app.worker import RunningWorker
from db.dispatch import Dispatch
from db.engine import Database
from domain.errors import FilesGoing, ProviderUnavailable
from domain.files.removal import announce, keep, let_go
from domain.ids import UserId
from domain.images.image import StoredFile
from domain.ports.object_store import ObjectStore, file_of
from providers.local.tokens import user_id_of
from tasks.jobs import render_image
from tasks.leases import Leases
from tasks.purge import purge
from tasks.services import Services
from tests.support.operations import operations
from tests.support.owner import Owner, uuids_of
from tests.support.quick_images import QuickImages
from tests.support.sending import a_mask, sent
from tests.support.studio import JOB, Studio
from tests.support.waiting import until

OPERATIONS = operations()
DELETE, RESTORE = OPERATIONS["DeleteImages"], OPERATIONS["RestoreImages"]

END_GRACE = """
UPDATE images SET deleted_at = deleted_at - interval '2 days', restorable_until = restorable_until - interval '2 days'
 WHERE deleted_at IS NOT NULL AND purged_at IS NULL
"""
TOMBSTONES = """
SELECT storage_key, thumbnail_key, sha256, prompt, negative_prompt, scene, environment, outfit, seed, credits_charged, purged_at IS NULL, provenance
  FROM images WHERE deleted_at IS NOT NULL ORDER BY index
"""
EMPTY = ("", "", "", "", "", None, None, None, 0, 10, False, None)
KEYS = "SELECT storage_key, thumbnail_key FROM images WHERE purged_at IS NULL"
REMOVALS = "SELECT count(*) FILTER (WHERE removed_at IS NULL), count(*) FROM file_removals"


@dataclass(frozen=True, slots=True)
class Gallery:
    """One user's, with a worker that makes what they ask for and clears out what they delete."""

    studio: Studio
    owner: Owner
    services: Services

    @property
    def user_id(self) -> UserId:
        return user_id_of(self.studio.user)

    async def pack(self, influencer: str, count: int, *, seed: int) -> list[str]:
        """Of seeds so far from each other that their thumbnails differ as well."""
        jobs = [
            (await self.studio.start_pack(influencer, count=1, seed=seed + 50 * number))["job"]["id"]
            for number in range(count)
        ]
        for job in jobs:
            await self.studio.ended(job)
        found = [(await self.studio.ask(JOB, id=job))["images"]["edges"] for job in jobs]
        return [edge["node"]["id"] for (edge,) in found]

    async def inpaint(self, source: str, mask: str, seed: int) -> str:
        wish = {"imageId": source, "prompt": "a lamp", "maskUploadId": mask, "seed": seed, "idempotencyKey": str(seed)}
        job = (await self.studio.ask(OPERATIONS["StartInpaint"], input=wish))["job"]["id"]
        assert (await self.studio.ended(job))["status"] == "COMPLETED"
        image: str = (await self.studio.ask(JOB, id=job))["images"]["edges"][0]["node"]["id"]
        return image

    async def delete(self, *images: str) -> None:
        """With the grace over at once."""
        assert (await self.studio.ask(DELETE, input={"imageIds": images}))["errors"] == []
        await self.owner.run(END_GRACE)

    async def purge(self, services: Services | None = None) -> None:
        await purge(services or self.services, user_id=str(self.user_id))

    async def are_there(self, keys: Sequence[str]) -> list[bool]:
        root = self.studio.settings.data_dir / "files"
        return [(root / key).is_file() for key in keys]

    async def share(self, first: str, second: str, *columns: str) -> list[str]:
        """The second gets files of the first. Returns those of the first."""
        for column in columns or ("storage_key", "thumbnail_key"):
            await self.owner.run(
                f"UPDATE images i SET {column} = f.{column} FROM images f WHERE f.id = :first AND i.id = :second",  # noqa: S608
                first=uuids_of([first])[0],
                second=uuids_of([second])[0],
            )
        return await self.keys_of(first)

    async def keys_of(self, *images: str) -> list[str]:
        rows = await self.owner.rows(f"{KEYS} AND id = ANY(:ids)", ids=uuids_of(images))
        return [key for row in rows for key in row]


@pytest.fixture
async def gallery(studio: Studio, owner: Owner, quick_worker: RunningWorker) -> Gallery:
    return Gallery(studio, owner, quick_worker.services)


async def test_rows_are_emptied_files_go_and_the_books_stay_in_order(gallery: Gallery) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    images = await gallery.pack(influencer, 3, seed=100)
    gone, kept = await gallery.keys_of(*images[:2]), await gallery.keys_of(images[2])
    await gallery.delete(*images[:2])

    for _ in range(2):
        await gallery.purge()
        assert await gallery.owner.rows(TOMBSTONES) == [EMPTY, EMPTY]
        assert await gallery.are_there(gone) == [False] * 4
        assert await gallery.are_there(kept) == [True] * 2
        assert await gallery.owner.rows(REMOVALS) == [(0, 4)]
        assert await gallery.owner.violations() == []

    refusal = await gallery.studio.refusal(RESTORE, input={"imageIds": [images[0]]})
    assert refusal["__typename"] == "ConflictError"
    assert (await gallery.studio.refusal(DELETE, input={"imageIds": [images[0]]}))["code"] == "NOT_FOUND"
    assert (await gallery.studio.balance()) == (70, 0)


async def test_nothing_is_purged_before_its_time_nor_after_it_was_restored(gallery: Gallery) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    one, two = await gallery.pack(influencer, 2, seed=200)
    keys = await gallery.keys_of(one, two)
    for document in (DELETE, RESTORE):
        await gallery.studio.ask(document, input={"imageIds": [one]})
        await gallery.purge()
        assert await gallery.are_there(keys) == [True] * 4
        assert await gallery.owner.value("SELECT count(*) FROM images WHERE purged_at IS NOT NULL") == 0
    await gallery.studio.ask(DELETE, input={"imageIds": [one]})
    with pytest.raises(IntegrityError, match="images_purged_after_their_grace"):
        await gallery.owner.run("UPDATE images SET purged_at = now() WHERE deleted_at IS NOT NULL")
    await gallery.owner.run(END_GRACE)
    with pytest.raises(IntegrityError, match="images_purged_are_empty"):
        await gallery.owner.run("UPDATE images SET purged_at = now() WHERE deleted_at IS NOT NULL")


async def test_equal_pictures_are_signed_apart_and_have_files_of_their_own(gallery: Gallery) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    (first,) = await gallery.pack(influencer, 1, seed=300)
    (second,) = await gallery.pack(influencer, 1, seed=300)
    gone, kept = await gallery.keys_of(first), await gallery.keys_of(second)
    assert len({*gone, *kept}) == 4
    await gallery.delete(first)
    await gallery.purge()
    assert await gallery.are_there([*gone, *kept]) == [False, False, True, True]


async def test_a_file_stays_while_another_image_has_it(gallery: Gallery) -> None:
    """As two may that were made before images were signed."""
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    first, second = await gallery.pack(influencer, 2, seed=300)
    keys = await gallery.share(first, second)

    await gallery.delete(first)
    await gallery.studio.ask(DELETE, input={"imageIds": [second]})  # it may still come back
    await gallery.purge()
    assert await gallery.are_there(keys) == [True, True]
    assert await gallery.owner.rows(REMOVALS) == [(0, 0)]

    await gallery.studio.ask(RESTORE, input={"imageIds": [second]})
    await gallery.delete(second)
    await gallery.purge()
    assert await gallery.are_there(keys) == [False, False]
    assert await gallery.owner.violations() == []


async def test_two_that_go_together_take_their_one_file_along(gallery: Gallery) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    first, second = await gallery.pack(influencer, 2, seed=310)
    keys = await gallery.share(first, second)
    await gallery.delete(first, second)
    await gallery.purge()
    assert await gallery.are_there(keys) == [False, False]
    assert await gallery.owner.rows(REMOVALS) == [(0, 2)]


async def test_images_that_share_only_a_thumbnail_share_it(gallery: Gallery) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    first, second = await gallery.pack(influencer, 2, seed=330)
    (picture, thumbnail), (other, _) = await gallery.keys_of(first), await gallery.keys_of(second)
    await gallery.share(first, second, "thumbnail_key")
    await gallery.delete(first)
    await gallery.purge()
    assert await gallery.are_there([picture, thumbnail, other]) == [False, True, True]


async def test_the_same_picture_of_another_user_stays(gallery: Gallery) -> None:
    other = Gallery(gallery.studio.another(), gallery.owner, gallery.services)
    kept: list[str] = []
    for one in (gallery, other):
        influencer = await one.owner.influencer_with_face(one.studio)
        (image,) = await one.pack(influencer, 1, seed=320)
        kept = await one.keys_of(image)
        if one is gallery:
            await one.delete(image)
    await gallery.purge()
    assert await gallery.are_there(kept) == [True, True]


class AwayFiles:
    """A store that is away, or that ends whoever removes, for as often as it is told."""

    def __init__(self, files: ObjectStore, *errors: BaseException) -> None:
        self._files, self._errors = files, [*errors]

    async def remove(self, keys: Sequence[str]) -> None:
        if self._errors:
            await self._files.remove(keys[:1])  # it had begun
            raise self._errors.pop(0)
        await self._files.remove(keys)


async def test_a_mask_goes_with_the_last_image_that_was_changed_by_it_and_its_upload_too(gallery: Gallery) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    (source,) = await gallery.pack(influencer, 1, seed=3)
    (mask,) = await sent(gallery.studio, "MASK", a_mask((768, 1365), (10, 10, 200, 200)))
    changed = [await gallery.inpaint(source, mask, seed) for seed in (500, 600)]
    ((key,),) = await gallery.owner.rows("SELECT DISTINCT mask_key FROM images WHERE mask_key IS NOT NULL")

    await gallery.delete(changed[0])
    await gallery.purge()
    assert await gallery.are_there([key]) == [True]
    await gallery.delete(changed[1])
    await gallery.purge()
    assert await gallery.are_there([key]) == [False]

    assert await gallery.owner.rows("SELECT status, storage_key FROM uploads") == [("EXPIRED", None)]
    wish = {"imageId": source, "prompt": "a lamp", "maskUploadId": mask, "idempotencyKey": "again"}
    assert (await gallery.studio.refusal(OPERATIONS["StartInpaint"], input=wish))["code"] == "UPLOAD_EXPIRED"


@pytest.mark.parametrize("error", [ProviderUnavailable("The store is away."), TimeoutError(), asyncio.CancelledError()])
async def test_what_is_cut_in_the_middle_is_finished_later(
    gallery: Gallery, worker_database: Database, error: BaseException
) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    images = await gallery.pack(influencer, 2, seed=400)
    keys = await gallery.keys_of(*images)
    await gallery.delete(*images)
    files = AwayFiles(gallery.services.files, error)
    dying = asyncio.ensure_future(gallery.purge(replace(gallery.services, files=files)))  # type: ignore[arg-type] # removes only
    await asyncio.wait([dying])

    assert await gallery.owner.rows(TOMBSTONES) == [EMPTY, EMPTY]
    assert sorted(await gallery.are_there(keys)) == [False, True, True, True]
    assert await gallery.owner.rows(REMOVALS) == [(4, 4)]
    await gallery.purge()  # they are still in the hands of the one that died
    assert await gallery.owner.rows(REMOVALS) == [(4, 4)]

    await gallery.owner.run("UPDATE file_removals SET claimed_until = now(), asked_at = now() - interval '2 minutes'")
    assert await Dispatch(worker_database).send_purges() == 1
    await until(lambda: are_settled(gallery))
    assert await gallery.are_there(keys) == [False] * 4
    assert await gallery.owner.violations() == []


async def are_settled(gallery: Gallery) -> bool:
    return await gallery.owner.rows(REMOVALS) == [(0, 4)]


async def test_many_purges_at_once_are_one(gallery: Gallery) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    images = await gallery.pack(influencer, 5, seed=500)
    keys = await gallery.keys_of(*images)
    await gallery.delete(*images)
    await asyncio.gather(*(gallery.purge() for _ in range(6)))
    assert await gallery.owner.rows(TOMBSTONES) == [EMPTY] * 5
    assert await gallery.are_there(keys) == [False] * 10
    assert await gallery.owner.rows(REMOVALS) == [(0, 10)]


class StuckFiles:
    """Whoever stores the second file into it never gets on."""

    def __init__(self, files: ObjectStore) -> None:
        self._files, self.keys = files, list[str]()
        self.is_stuck = asyncio.Event()

    async def put(self, file: StoredFile, data: bytes) -> None:
        await self._files.put(file, data)
        self.keys.append(file.key)
        if len(self.keys) == 2:
            self.is_stuck.set()
            await asyncio.Event().wait()

    async def get(self, key: str) -> bytes:
        return await self._files.get(key)


async def test_what_a_dead_worker_stored_and_never_kept_is_removed_and_the_image_is_made_again(
    gallery: Gallery, worker_database: Database
) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    gallery.services.leases.draining = True  # the worker takes nothing up
    job = (await gallery.studio.start_pack(influencer, count=1, seed=600))["job"]["id"]
    files = StuckFiles(gallery.services.files)
    other = replace(gallery.services, files=files, leases=Leases(Dispatch(worker_database)))  # type: ignore[arg-type] # no more is asked of it
    await until(lambda: has_died(gallery, other, files, job))
    assert await gallery.are_there(files.keys) == [True, True]
    await gallery.purge()  # not yet: for all that anybody knows it is about to be kept
    assert await gallery.are_there(files.keys) == [True, True]
    assert await gallery.owner.rows(REMOVALS) == [(2, 2)]

    await gallery.owner.run("UPDATE file_removals SET asked_at = now() - interval '2 minutes'")
    assert await Dispatch(worker_database).send_purges() == 1
    await until(lambda: are_all_settled(gallery))
    assert await gallery.are_there(files.keys) == [False, False]

    gallery.services.leases.draining = False
    await gallery.owner.run("UPDATE job_images SET lease_until = now(), sent_at = now() - interval '1 hour'")
    assert (await gallery.studio.ended(job))["status"] == "COMPLETED"
    assert await gallery.owner.rows(REMOVALS) == [(0, 2)]
    assert await gallery.owner.violations() == []


async def has_died(gallery: Gallery, other: Services, files: StuckFiles, job: str) -> bool:
    """With the image, once it was its turn: killed, so that nothing of it gets to say anything."""
    await gallery.owner.run("UPDATE job_images SET sent_at = now() WHERE state = 'QUEUED'")
    dying = asyncio.ensure_future(
        render_image(other, user_id=str(gallery.user_id), job_id=str(uuids_of([job])[0]), index=0)
    )
    stuck = asyncio.create_task(files.is_stuck.wait())
    await asyncio.wait([dying, stuck], return_when=asyncio.FIRST_COMPLETED)
    for task in (dying, stuck):
        task.cancel()
    await asyncio.wait([dying, stuck])
    return files.is_stuck.is_set()


async def are_all_settled(gallery: Gallery) -> bool:
    return bool(await gallery.owner.value("SELECT count(*) FROM file_removals WHERE removed_at IS NULL") == 0)


async def test_what_comes_too_late_to_be_kept_is_not_kept(gallery: Gallery) -> None:
    """Its removal was due, and somebody is about it."""
    await gallery.studio.balance()
    key = file_of(gallery.user_id, "images", b"late", "image/jpeg").key
    for change, is_kept in (
        ("asked_at = now()", True),
        ("claimed_until = now()", False),
        ("removed_at = now()", False),
    ):
        await gallery.owner.run("DELETE FROM file_removals")
        async with gallery.services.unit_of_work(gallery.user_id) as uow:
            await announce(uow, gallery.user_id, [key])
        await gallery.owner.run(f"UPDATE file_removals SET {change}")  # noqa: S608
        if is_kept:
            async with gallery.services.unit_of_work(gallery.user_id) as uow:
                await keep(uow, gallery.user_id, [key])
            assert await gallery.owner.rows(REMOVALS) == [(0, 0)]
            continue
        with pytest.raises(FilesGoing):
            async with gallery.services.unit_of_work(gallery.user_id) as uow:
                await keep(uow, gallery.user_id, [key])
        assert await gallery.owner.value("SELECT count(*) FROM file_removals") == 1


async def test_what_nobody_wants_any_more_is_let_go_at_once(gallery: Gallery) -> None:
    await gallery.studio.balance()
    key = file_of(gallery.user_id, "images", b"dropped", "image/jpeg").key
    async with gallery.services.unit_of_work(gallery.user_id) as uow:
        await announce(uow, gallery.user_id, [key])
        await announce(uow, gallery.user_id, [key])  # as after an answer that was lost
        assert not await uow.files.are_going(gallery.user_id, [key], since=utc_now())
        await let_go(uow, gallery.user_id, [key])
        assert await uow.files.are_going(gallery.user_id, [key], since=utc_now())
    await gallery.purge()
    assert await gallery.owner.rows(REMOVALS) == [(0, 1)]


async def test_a_sweep_sends_one_message_for_each_owner_who_has_something_to_clear_out(
    gallery: Gallery, worker_database: Database, quick_images: QuickImages
) -> None:
    dispatch = Dispatch(worker_database)
    gallery.services.leases.draining = True  # the worker's own sweeps go on, and nothing else
    influencer = await gallery.studio.influencer()
    images = await gallery.owner.give_images(gallery.studio, influencer, 8)
    await gallery.studio.ask(DELETE, input={"imageIds": images})
    assert await dispatch.send_purges() == 0
    await gallery.owner.run(END_GRACE)
    assert await dispatch.send_purges() == 1
    await until(lambda: is_purged(gallery))
    assert await dispatch.send_purges() == 0


async def is_purged(gallery: Gallery) -> bool:
    return bool(await gallery.owner.value("SELECT count(*) FROM images WHERE purged_at IS NULL") == 0)


async def test_an_archive_goes_after_its_day_and_before_an_image_that_is_in_it(gallery: Gallery) -> None:
    influencer = await gallery.owner.influencer_with_face(gallery.studio)
    images = await gallery.pack(influencer, 2, seed=700)
    for ids in ([images[0]], [images[0]], [images[1]]):
        await gallery.studio.ask(OPERATIONS["RequestArchive"], input={"imageIds": ids, "idempotencyKey": str(id(ids))})
    await until(lambda: are_ready(gallery, 3))
    rows = await gallery.owner.rows("SELECT storage_key FROM archives ORDER BY created_at")
    one, same, other = [key for (key,) in rows]
    assert len({one, same, other}) == 3  # named by whose attempt it is

    await gallery.owner.run(
        "UPDATE archives SET expires_at = now() WHERE created_at = (SELECT min(created_at) FROM archives)"
    )
    await gallery.purge()
    assert await gallery.are_there([one, same, other]) == [False, True, True]
    await gallery.delete(images[0])
    await gallery.purge()
    assert await gallery.are_there([same, other]) == [False, True]
    assert await gallery.owner.rows("SELECT status FROM archives ORDER BY created_at") == [
        ("EXPIRED",),
        ("EXPIRED",),
        ("READY",),
    ]
    shown = (await gallery.studio.ask(OPERATIONS["Archives"], first=5))["archives"]["edges"]
    assert [edge["node"]["url"] is None for edge in shown] == [False, True, True]


async def are_ready(gallery: Gallery, count: int) -> bool:
    return bool(await gallery.owner.value("SELECT count(*) FROM archives WHERE status = 'READY'") == count)


async def test_settled_removals_are_forgotten_after_a_day(gallery: Gallery, worker_database: Database) -> None:
    await gallery.studio.balance()
    for key, age in (("old", "25 hours"), ("new", "1 hour")):
        await gallery.owner.run(
            f"INSERT INTO file_removals VALUES (:user, :key, now(), NULL, now() - interval '{age}')",  # noqa: S608
            user=gallery.user_id,
            key=key,
        )
    await Dispatch(worker_database).prune(keep_events=timedelta(days=7), keep_answers=timedelta(days=30))
    assert await gallery.owner.rows("SELECT key FROM file_removals") == [("new",)]
