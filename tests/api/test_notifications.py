"""`viewer.notifications` and `markNotificationsRead`."""

from uuid import uuid4

from app.worker import RunningWorker
from schema.ids import global_id
from tests.support.owner import Owner
from tests.support.studio import Studio

LIST = """
query ($first: Int!, $after: String, $unread: Boolean!) {
  viewer {
    unreadNotificationCount
    notifications(first: $first, after: $after, unreadOnly: $unread) {
      edges { cursor node { id type title readAt } } pageInfo { hasNextPage endCursor }
    }
  }
}
"""
MARK = """
mutation ($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) { unreadNotificationCount errors { __typename code message path } }
}
"""


async def ids(studio: Studio, *, unread: bool = False) -> list[str]:
    found = await studio.ask(LIST, first=100, after=None, unread=unread)
    return [edge["node"]["id"] for edge in found["notifications"]["edges"]]


async def test_an_ended_job_is_told_and_can_be_marked_as_read(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    influencer = await owner.influencer_with_face(studio)
    jobs = [(await studio.start_pack(influencer, count=1))["job"]["id"] for _ in range(3)]
    for job in jobs:
        await studio.ended(job)

    page = await studio.ask(LIST, first=2, after=None, unread=False)
    assert page["unreadNotificationCount"] == 3
    assert {edge["node"]["type"] for edge in page["notifications"]["edges"]} == {"job.completed"}
    assert page["notifications"]["pageInfo"]["hasNextPage"] is True
    rest = await studio.ask(LIST, first=2, after=page["notifications"]["pageInfo"]["endCursor"], unread=False)
    everything = [edge["node"]["id"] for part in (page, rest) for edge in part["notifications"]["edges"]]
    assert everything == await ids(studio)
    assert len(set(everything)) == 3

    assert await studio.ask(MARK, input={"notificationIds": everything[:1]}) == {
        "unreadNotificationCount": 2,
        "errors": [],
    }
    assert await ids(studio, unread=True) == everything[1:]
    assert (await studio.ask(MARK, input={"notificationIds": None, "all": True}))["unreadNotificationCount"] == 0
    assert await ids(studio, unread=True) == []


async def test_those_of_another_user_stay_unread(studio: Studio, owner: Owner, quick_worker: RunningWorker) -> None:
    other = studio.another()
    job = (await other.start_pack(await owner.influencer_with_face(other), count=1))["job"]
    await other.ended(job["id"])
    (foreign,) = await ids(other)

    for wrong in (foreign, global_id("Notification", uuid4())):
        assert (await studio.ask(MARK, input={"notificationIds": [wrong]}))["unreadNotificationCount"] == 0
    assert (await studio.ask(MARK, input={"all": True}))["unreadNotificationCount"] == 0
    assert await ids(other, unread=True) == [foreign]


async def test_the_id_of_another_type_is_told_apart(studio: Studio) -> None:
    refusal = await studio.refusal(MARK, input={"notificationIds": [await studio.influencer()]})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "notificationIds"])
