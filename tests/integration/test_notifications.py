"""Notifications as rows: told once however often, emptied with their subject, gone with age; and credits that run low."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.wiring import utc_now
from db.dispatch import Dispatch
from db.engine import Database
from db.queries.notifications import notifications_page
from db.queries.user_events import user_events_since
from domain.credits.ledger import Balance
from domain.credits.low import tell_if_low
from domain.ids import NotificationId, SubjectId, UserId
from domain.notifications.notification import About, NewNotification, Notification, NotificationFilter
from domain.notifications.types import NotificationType
from domain.user_events import UserEvent, UserEventKind
from tests.support.ledger import Bench

EVERYTHING = NotificationFilter(with_dismissed=True)


@pytest.fixture
async def bench(database: Database, worker_database: Database, session_owner_database: Database) -> Bench:
    return Bench(database, worker_database, session_owner_database)


def a_notice(**changes: object) -> NewNotification:
    notice = NewNotification(
        id=NotificationId(uuid4()), type=NotificationType.JOB_FAILED, title="Mara", body="It failed.", href="/jobs/1"
    )
    return replace(notice, **changes)  # type: ignore[arg-type] # of that class's own fields


async def listed(bench: Bench, user_id: UserId, wish: NotificationFilter = EVERYTHING) -> list[Notification]:
    async with bench.api.read(user_id) as connection:
        return [*(await notifications_page(connection, user_id, wish, first=100, after=None)).items]


async def told(bench: Bench, user_id: UserId, kind: UserEventKind) -> list[tuple[UUID, ...]]:
    async with bench.api.read(user_id) as connection:
        logged = await user_events_since(connection, user_id, 0)
    assert [one.number for one in logged] == [*range(1, len(logged) + 1)]
    return [one.event.ids for one in logged if isinstance(one.event, UserEvent) and one.event.kind is kind]


async def test_a_task_that_is_tried_again_tells_nothing_twice(bench: Bench) -> None:
    user_id, notice = (await bench.purse()).user_id, a_notice()
    for database in (bench.worker, bench.worker, bench.api):
        async with database.unit_of_work(user_id) as uow:
            await uow.lock_user(user_id)
            await uow.notifications.add(user_id, notice, now=utc_now())
            await uow.notifications.add(user_id, notice, now=utc_now())
    assert [one.id for one in await listed(bench, user_id)] == [notice.id]
    assert await told(bench, user_id, UserEventKind.NOTIFICATION_ADDED) == [(notice.id,)]


async def test_what_is_rolled_back_is_no_event(bench: Bench) -> None:
    user_id = (await bench.purse()).user_id

    async def fail() -> None:
        async with bench.worker.unit_of_work(user_id) as uow:
            await uow.notifications.add(user_id, a_notice(), now=utc_now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await told(bench, user_id, UserEventKind.NOTIFICATION_ADDED) == []
    assert await listed(bench, user_id) == []


async def test_those_of_a_deleted_subject_are_emptied_and_in_no_list(bench: Bench) -> None:
    user_id, subject_id = (await bench.purse()).user_id, SubjectId(uuid4())
    about, other = a_notice(about=About(subject_id=subject_id)), a_notice()
    async with bench.api.unit_of_work(user_id) as uow:
        await uow.notifications.add_all(user_id, [about, other], now=utc_now())
    for _ in range(2):
        async with bench.api.unit_of_work(user_id) as uow:
            await uow.notifications.forget(user_id, [subject_id])
            assert await uow.notifications.restore(user_id, None) == 1
    assert [one.id for one in await listed(bench, user_id)] == [other.id]
    assert await told(bench, user_id, UserEventKind.NOTIFICATIONS_DISMISSED) == [(about.id,)]
    assert await bench.sql.rows("SELECT title, body FROM notifications WHERE subject_id IS NOT NULL") == [("", "")]


async def test_old_ones_are_removed_read_or_not(bench: Bench) -> None:
    user_id, now = (await bench.purse()).user_id, utc_now()
    old, new = a_notice(), a_notice()
    async with bench.api.unit_of_work(user_id) as uow:
        await uow.notifications.add(user_id, old, now=now - timedelta(days=90, minutes=1))
        await uow.notifications.add(user_id, new, now=now - timedelta(days=89))
    dispatch = Dispatch(bench.worker)
    assert await dispatch.prune_notifications(keep=timedelta(days=90)) == 1
    assert await dispatch.prune_notifications(keep=timedelta(days=90)) == 0
    assert [one.id for one in await listed(bench, user_id)] == [new.id]


async def test_low_credits_are_told_each_time_they_fall_below_and_not_in_between(bench: Bench) -> None:
    """Of a balance that goes 60, 50, 49, 40, 55, 45: at 49 and at 45."""
    user_id = (await bench.purse()).user_id
    for number, (reserved, available) in enumerate([(10, 50), (1, 49), (9, 40), (10, 45)]):
        async with bench.api.unit_of_work(user_id) as uow:
            balance = Balance(available, 0, number)
            await tell_if_low(uow, user_id, balance, reserved=reserved, threshold=50, now=utc_now())
    bodies = [one.body for one in await listed(bench, user_id) if one.type == NotificationType.CREDITS_LOW]
    assert bodies == [
        "45 credits are left, fewer than 50. What is under way goes on: its credits are reserved.",
        "49 credits are left, fewer than 50. What is under way goes on: its credits are reserved.",
    ]


async def test_an_event_of_a_newer_version_is_passed_over(bench: Bench) -> None:
    user_id = (await bench.purse()).user_id
    for kind in (UserEventKind.SETTINGS_CHANGED, UserEventKind.ONBOARDING_CHANGED):
        async with bench.api.unit_of_work(user_id) as uow:
            await uow.outbox.tell(user_id, kind)
    await bench.sql.run("UPDATE events SET kind = 'OF_TOMORROW' WHERE user_id = :id AND number = 1", id=user_id)
    async with bench.api.read(user_id) as connection:
        logged = await user_events_since(connection, user_id, 0)
    assert [(one.number, one.event and one.event.kind) for one in logged] == [
        (1, None),
        (2, UserEventKind.ONBOARDING_CHANGED),
    ]
