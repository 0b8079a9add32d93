"""`viewer.notifications` and `markNotificationsRead`."""

from uuid import UUID, uuid4

from app.worker import RunningWorker
from schema.ids import global_id, parse_id
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
DISMISS = """
mutation ($input: DismissNotificationsInput!) {
  dismissNotifications(input: $input) { unreadNotificationCount errors { __typename code message path } }
}
"""
EVERYTHING = """
query ($types: [String!]) {
  viewer {
    notifications(first: 100, withDismissed: true, types: $types) {
      edges { node {
        id type href dismissedAt
        job { id status } subject { id } loraModel { id } archive { id } export { id }
      } }
    }
  }
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

    for mutation, name in ((MARK, "markNotificationsRead"), (DISMISS, "dismissNotifications")):
        for wrong in (foreign, global_id("Notification", uuid4())):
            assert await studio.refusal(mutation, input={"notificationIds": [wrong]}) == {
                "__typename": "NotFoundError",
                "code": "NOT_FOUND",
                "message": "This notification does not exist. Nothing was changed.",
                "path": ["input", "notificationIds", "0"],
            }, name
    assert (await studio.ask(MARK, input={"all": True}))["unreadNotificationCount"] == 0
    assert await ids(other, unread=True) == [foreign]


async def test_the_id_of_another_type_is_told_apart(studio: Studio) -> None:
    refusal = await studio.refusal(MARK, input={"notificationIds": [await studio.influencer()]})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "notificationIds", "0"])


async def test_those_that_are_dismissed_leave_the_list_until_that_is_undone(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    influencer = await owner.influencer_with_face(studio)
    for _ in range(2):
        await studio.ended((await studio.start_pack(influencer, count=1))["job"]["id"])
    newest, oldest = await ids(studio)
    other = {"unreadNotificationCount": 1, "errors": []}

    for _ in range(2):  # the second time changes nothing
        assert await studio.ask(DISMISS, input={"notificationIds": [newest]}) == other
    assert await ids(studio) == [oldest]
    everything = await studio.ask(EVERYTHING, types=["job.completed"])
    assert [edge["node"]["id"] for edge in everything["notifications"]["edges"]] == [newest, oldest]
    assert [bool(edge["node"]["dismissedAt"]) for edge in everything["notifications"]["edges"]] == [True, False]
    assert (await studio.ask(EVERYTHING, types=["job.failed"]))["notifications"]["edges"] == []

    assert (await studio.ask(DISMISS, input={"all": True}))["unreadNotificationCount"] == 0
    assert await ids(studio) == []
    assert (await studio.ask(DISMISS, input={"all": True, "undo": True}))["unreadNotificationCount"] == 2
    assert await ids(studio) == [newest, oldest]

    missing = {"notificationIds": [oldest, global_id("Notification", uuid4())]}
    assert (await studio.refusal(DISMISS, input=missing))["path"] == ["input", "notificationIds", "1"]
    assert await ids(studio, unread=True) == [newest, oldest]


async def test_one_says_what_it_is_about(studio: Studio, owner: Owner, quick_worker: RunningWorker) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=1))["job"]["id"]
    await studio.ended(job)

    ((told,)) = (await studio.ask(EVERYTHING, types=None))["notifications"]["edges"]
    assert told["node"]["job"] == {"id": job, "status": "COMPLETED"}
    assert told["node"]["subject"] == {"id": influencer}
    assert (told["node"]["loraModel"], told["node"]["archive"], told["node"]["export"]) == (None, None, None)
    assert told["node"]["href"] == f"/jobs/{UUID(parse_id(job)[1].hex)}"


async def test_an_unknown_type_is_refused_with_those_there_are(studio: Studio) -> None:
    message, extensions = await studio.failure(EVERYTHING, types=["job.completed", "job.forgotten"])
    assert extensions["code"] == "INVALID_INPUT"
    assert message.startswith(
        "There is no such type of notification. There are job.completed, job.failed, lora.training.started, "
    )
