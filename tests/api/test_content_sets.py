"""Content sets as a client lives them: quoted and accepted as one, watched over both jobs, cancelled."""

from uuid import uuid4

from app.worker import RunningWorker
from tests.api.test_projects import OPERATIONS, analyzed, created
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import Json, Studio

PLATFORMS = ["INSTAGRAM_SQUARE", "LINKEDIN"]


async def ready(studio: Studio, owner: Owner, credits: int = 400) -> Json:
    """What a set of two thumbnails and two graphics is asked for with."""
    influencer, project = await studio.influencer_with_face(), (await created(studio))["id"]
    await analyzed(studio, project)
    await owner.grant(studio, credits)
    return {"projectId": project, "personaId": influencer, "thumbnailCount": 2, "platforms": PLATFORMS}


async def make(studio: Studio, wish: Json, **more: object) -> Json:
    found: Json = await studio.ask(
        OPERATIONS["CreateContentSet"], input={**wish, "idempotencyKey": uuid4().hex, **more}
    )
    return found


async def watched(studio: Studio, set_id: str, after: str | None = None, most: int | None = None) -> list[Json]:
    events: list[Json] = []
    async with studio.socket() as socket:
        async for event in socket.events(OPERATIONS["ContentSetProgress"], contentSetId=set_id, after=after):
            events.append(event)
            if len(events) == most:
                break
    return events


async def test_a_set_is_quoted_and_accepted_as_one_and_watched_over_all_its_jobs(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    wish = await ready(studio, owner)
    before = (await studio.balance())[0]
    quote = await studio.ask(OPERATIONS["QuoteContentSet"], input=wish)
    assert (quote["credits"], quote["imageCount"], quote["thumbnailCredits"], quote["socialCredits"]) == (
        160,
        4,
        80,
        80,
    )
    assert (quote["isAffordable"], quote["available"]) == (True, before)
    other = await make(studio, wish | {"thumbnailCount": 1}, quoteId=quote["id"])
    assert other["errors"][0]["__typename"] == "ConflictError"

    quick_images.failing_poses = {1}
    key = uuid4().hex
    made = await make(studio, wish, quoteId=quote["id"], idempotencyKey=key)
    assert made["errors"] == []
    found = made["contentSet"]
    assert (found["thumbnails"]["imageCount"], found["socialGraphics"]["imageCount"]) == (2, 2)
    assert (found["creditsReserved"], await studio.balance()) == (160, (before - 160, 160))
    again = await make(studio, wish, quoteId=quote["id"], idempotencyKey=key)
    assert (again["contentSet"]["id"], await owner.value("SELECT count(*) FROM content_sets")) == (found["id"], 1)

    events = await watched(studio, found["id"])
    assert (events[0]["job"], events[0]["contentSet"]["imageCount"]) == (None, 4)
    last = events[-1]["contentSet"]
    assert (last["status"], last["percent"], last["creditsReserved"]) == ("PARTIAL", 100, 0)
    counted = [last[f"{what}Count"] for what in ("completed", "failed", "cancelled")]
    assert (counted, last["creditsCaptured"]) == ([2, 2, 0], 80)
    for cut in (0, len(events) // 2):
        rest = await watched(studio, found["id"], after=events[cut]["cursor"])
        assert rest[-1]["contentSet"] == last
        seen = [(one["job"]["id"], one["kind"], one["index"]) for one in events[cut + 1 :] if one["kind"]]
        told = [(one["job"]["id"], one["kind"], one["index"]) for one in rest if one["kind"]]
        assert sorted(told, key=str) == sorted(seen, key=str)
    _, refused = await studio.another().failure(OPERATIONS["ContentSet"], id=found["id"])
    assert refused["code"] == "NOT_FOUND"
    whole = await studio.ask(OPERATIONS["ContentSet"], id=found["id"])
    sizes = [(edge["node"]["width"], edge["node"]["height"]) for edge in whole["socialGraphics"]["images"]["edges"]]
    assert sizes == [(1024, 1024)]
    assert await owner.violations() == []


async def test_all_of_a_set_or_none_of_it(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    wish = await ready(studio, owner, credits=1)
    available = (await studio.balance())[0]
    assert 80 <= available < 160  # enough for either job, not for both
    refused = (await make(studio, wish))["errors"][0]
    assert refused["__typename"] == "InsufficientCreditsError"
    assert refused["message"] == (
        f"This needs 160 credits and you have {available}. Ask for less, or get more credits; nothing was charged."
    )
    assert await owner.value("SELECT count(*) FROM jobs WHERE kind IN ('THUMBNAIL', 'SOCIAL')") == 0
    assert await studio.balance() == (available, 0)

    for more, kind, path in (
        ({"thumbnailCount": 0, "platforms": []}, "ValidationError", ["input", "platforms"]),
        ({"thumbnailCount": 4}, "ValidationError", ["input", "thumbnailCount"]),
        ({"projectId": (await created(studio))["id"]}, "ConflictError", None),
        ({"textOverlay": "A nude child"}, "ContentPolicyError", ["input", "textOverlay"]),
    ):
        error = (await make(studio, wish | more))["errors"][0]
        assert (error["__typename"], error["path"]) == (kind, path)

    quick_images.hold()
    only = await make(studio, wish | {"platforms": []})
    assert (only["errors"], only["contentSet"]["socialGraphics"]) == ([], None)
    cancelled = await studio.ask(OPERATIONS["CancelContentSet"], input={"contentSetId": only["contentSet"]["id"]})
    assert cancelled["contentSet"]["status"] == "CANCELLED"
    assert await studio.balance() == (available, 0)
    again = await studio.ask(OPERATIONS["CancelContentSet"], input={"contentSetId": only["contentSet"]["id"]})
    assert again["errors"] == []
    quick_images.let_go()
    assert await owner.violations() == []
