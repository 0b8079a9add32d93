"""`viewerEvents`: everything of a user's in one stream."""

import asyncio
from collections.abc import AsyncIterator

from app.worker import RunningWorker
from providers.local.tokens import user_id_of
from tests.support.owner import Owner
from tests.support.studio import MARA, Json, Studio

EVENTS = """
subscription ($after: String) {
  viewerEvents(after: $after) {
    __typename cursor
    ... on ViewerSnapshot { viewer { creditBalance { available reserved } unreadNotificationCount } }
    ... on ViewerResyncRequired { viewer { unreadNotificationCount } }
    ... on CreditBalanceChanged { creditBalance { available reserved } }
    ... on JobStateChanged { job { id status } }
    ... on ImageCompleted { index job { id status completedCount subject { id } } image { id url } }
    ... on NotificationAdded { unreadNotificationCount notification { id type } }
    ... on NotificationsChanged { notificationIds unreadNotificationCount }
    ... on SubjectChanged { subject { id name } }
    ... on ImagesChanged { imageIds images { id liked } }
  }
}
"""
MARK = """
mutation ($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) { unreadNotificationCount errors { __typename } }
}
"""
DISMISS = """
mutation ($input: DismissNotificationsInput!) {
  dismissNotifications(input: $input) { unreadNotificationCount errors { __typename } }
}
"""
LIKE = "mutation ($input: LikeImagesInput!) { likeImages(input: $input) { errors { __typename } } }"
LIST = "{ viewer { notifications(first: 10) { edges { node { id } } } } }"
MAKE_INFLUENCER = (
    "mutation ($input: CreateInfluencerInput!) { createInfluencer(input: $input) { errors { __typename } } }"
)
ADDED = """
subscription ($after: String) {
  notificationAdded(after: $after) { __typename cursor unreadNotificationCount notification { id type } }
}
"""
TOLD = """
INSERT INTO notifications (id, user_id, type, title, body, href, created_at)
VALUES (gen_random_uuid(), :user, 'job.completed', 'Done', 'It is done.', '/', now())
"""
LIVE = {"CreditBalanceChanged", "TrainingProgressed"}


def durable(events: list[Json]) -> list[Json]:
    return [event for event in events if event["__typename"] not in LIVE]


async def test_a_pack_is_told_from_a_snapshot_to_its_notification_and_on_after_a_reconnect(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    influencer = await owner.influencer_with_face(studio)
    events: list[Json] = []
    async with asyncio.timeout(30), studio.socket() as socket:
        async for event in socket.events(EVENTS):
            events.append(event)
            if len(events) == 1:
                job = (await studio.start_pack(influencer, count=2))["job"]["id"]
            if event["__typename"] == "NotificationAdded":
                break

    assert events[0]["__typename"] == "ViewerSnapshot"
    assert events[0]["viewer"] == {"creditBalance": {"available": 100, "reserved": 0}, "unreadNotificationCount": 0}
    told = durable(events[1:])
    assert [event["__typename"] for event in told] == [
        "JobStateChanged",
        "JobStateChanged",
        "ImageCompleted",
        "ImageCompleted",
        "NotificationAdded",
    ]
    assert [event["job"]["status"] for event in told[:4]] == ["QUEUED", "PROCESSING", "PROCESSING", "COMPLETED"]
    assert told[3]["job"] == {"id": job, "status": "COMPLETED", "completedCount": 2, "subject": {"id": influencer}}
    assert sorted(event["index"] for event in told[2:4]) == [0, 1]
    assert all(event["image"]["url"] for event in told[2:4])
    assert told[4]["notification"]["type"] == "job.completed"
    assert told[4]["unreadNotificationCount"] == 1

    for seen in range(len(told) - 1):
        again: list[Json] = []
        async with asyncio.timeout(10), studio.socket() as socket:
            async for event in socket.events(EVENTS, after=told[seen]["cursor"]):
                again.append(event)
                if event["__typename"] == "NotificationAdded":
                    break
        assert [event["__typename"] for event in again] == [event["__typename"] for event in told[seen + 1 :]]


async def heard(studio: Studio, count: int, after: str | None = None) -> list[Json]:
    """The first so many of a subscription, however long that takes."""
    async with asyncio.timeout(20), studio.socket() as socket:
        return [event async for event, _ in _so_many(socket.events(EVENTS, after=after), count)]


async def _so_many(events: AsyncIterator[Json], count: int) -> AsyncIterator[tuple[Json, int]]:
    left = count
    async for event in events:
        left -= 1
        yield event, left
        if not left:
            return


async def test_what_is_changed_here_is_told_in_another_window_and_missed_by_none(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    influencer = await owner.influencer_with_face(studio)
    (begin,) = await heard(studio, 1)
    (image,) = await owner.give_images(studio, influencer, 1)
    await studio.ask(MAKE_INFLUENCER, input={**MARA, "name": "Noor", "autoStart": False, "idempotencyKey": "noor"})
    await studio.ask(LIKE, input={"imageIds": [image], "liked": True})
    await owner.run(TOLD, user=user_id_of(studio.user))
    (told,) = (await studio.ask(LIST))["notifications"]["edges"]
    await studio.ask(MARK, input={"all": True})
    await studio.ask(MARK, input={"all": True})  # changes nothing, and is no event
    await studio.ask(DISMISS, input={"notificationIds": [told["node"]["id"]]})
    await studio.ask(DISMISS, input={"notificationIds": [told["node"]["id"]], "undo": True})

    events = await heard(studio, 5, begin["cursor"])
    assert [event["__typename"] for event in events] == [
        "SubjectChanged",
        "ImagesChanged",
        "NotificationsRead",
        "NotificationsDismissed",
        "NotificationsRestored",
    ]
    assert events[0]["subject"]["name"] == "Noor"
    assert events[1]["images"] == [{"id": image, "liked": True}]
    assert [event["notificationIds"] for event in events[2:]] == [None, [told["node"]["id"]], [told["node"]["id"]]]
    assert await heard(studio, 1, events[3]["cursor"]) == [events[4]]


async def test_a_stranger_hears_nothing_and_cannot_use_the_cursor(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    (begin,) = await heard(studio, 1)
    await studio.ask(MAKE_INFLUENCER, input={**MARA, "autoStart": False, "idempotencyKey": "mara"})

    (foreign,) = await heard(other, 1)
    assert foreign["viewer"]["unreadNotificationCount"] == 0
    async with other.socket() as socket:
        (refusal,) = (await socket.run(EVENTS, after=begin["cursor"]))["errors"]
    assert (refusal["extensions"]["code"], refusal["message"]) == (
        "INVALID_INPUT",
        "This cursor is not of your events. Subscribe without one.",
    )
    await other.ask(MAKE_INFLUENCER, input={**MARA, "name": "Noor", "autoStart": False, "idempotencyKey": "noor"})
    assert [event["subject"]["name"] for event in await heard(other, 1, foreign["cursor"])] == ["Noor"]


async def test_a_history_that_is_gone_is_told_and_the_stream_goes_on(studio: Studio, owner: Owner) -> None:
    (begin,) = await heard(studio, 1)
    await studio.ask(MAKE_INFLUENCER, input={**MARA, "autoStart": False, "idempotencyKey": "mara"})
    await owner.prune_events()

    (resync,) = await heard(studio, 1, begin["cursor"])
    assert resync["__typename"] == "ViewerResyncRequired"
    await studio.ask(MAKE_INFLUENCER, input={**MARA, "name": "Noor", "autoStart": False, "idempotencyKey": "noor"})
    assert [event["subject"]["name"] for event in await heard(studio, 1, resync["cursor"])] == ["Noor"]


async def test_notifications_alone_resume_at_a_cursor_of_either_stream(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    (begin,) = await heard(studio, 1)
    influencer = await owner.influencer_with_face(studio)
    for _ in range(2):
        await studio.ended((await studio.start_pack(influencer, count=1))["job"]["id"])

    async with asyncio.timeout(20), studio.socket() as socket:
        events = [event async for event, _ in _so_many(socket.events(ADDED, after=begin["cursor"]), 2)]
    assert [event["__typename"] for event in events] == ["NotificationAdded"] * 2
    assert [event["notification"]["type"] for event in events] == ["job.completed"] * 2
    assert events[0]["notification"]["id"] != events[1]["notification"]["id"]
    assert events[1]["unreadNotificationCount"] == 2
    async with asyncio.timeout(20), studio.socket() as socket:
        (again,) = [event async for event, _ in _so_many(socket.events(ADDED, after=events[0]["cursor"]), 1)]
        (fresh,) = [event async for event, _ in _so_many(socket.events(ADDED, after=None), 1)]
    assert again == events[1]
    assert (fresh["__typename"], fresh["notification"], fresh["unreadNotificationCount"]) == ("ViewerSnapshot", None, 2)
