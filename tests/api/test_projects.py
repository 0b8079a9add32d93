"""Projects as a client lives them: made, given stills, read, changed, taken back."""

import json

from PIL import Image

from app.worker import RunningWorker
from domain.projects.project import LONGEST_TRANSCRIPT
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.personas import SIGNED
from tests.support.sending import sent
from tests.support.studio import Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()


async def created(studio: Studio, **words: object) -> Json:
    wish = variables_of("CreateProject")["input"] | words
    payload = await studio.ask(OPERATIONS["CreateProject"], input=wish)
    assert payload["errors"] == []
    project: Json = payload["project"]
    return project


async def consent(studio: Studio) -> str:
    found: str = (await studio.ask(OPERATIONS["GiveConsent"], input=SIGNED))["consent"]["id"]
    return found


async def with_still(studio: Studio, project: str, shade: int = 0) -> Json:
    uploads = await sent(studio, "PROJECT_STILL", Image.new("RGB", (640, 360), (shade, 60, 160)))
    payload = await studio.ask(OPERATIONS["AddProjectStills"], input={"projectId": project, "uploadIds": uploads})
    assert payload["errors"] == []
    found: Json = payload["project"]
    return found


async def analyzed(studio: Studio, project: str) -> Json:
    """Watched to its end."""
    asked = await studio.ask(OPERATIONS["AnalyzeProject"], input={"projectId": project})
    assert asked["errors"] == []
    async with studio.socket() as socket:
        events = [event async for event in socket.events(OPERATIONS["ProjectProgress"], projectId=project)]
    assert events[-1]["analysisStatus"] == "DONE"
    found: Json = events[-1]
    return found


async def test_a_project_is_read_without_a_key_and_says_so(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    project = await created(studio)
    assert (project["analysis"], project["analysisStatus"], project["stills"]) == (None, None, [])
    found = (await analyzed(studio, project["id"]))["analysis"]
    assert (found["analyzedBy"], found["localBecause"], found["isCurrent"]) == ("LOCAL", "NOT_CONFIGURED", True)
    assert found["keywords"][:2] == ["compound interest", "credit card debt"]
    assert [one["headline"] for one in found["concepts"]] == [
        "Compound interest!",
        "Credit card debt?",
        "Index fund grow, explained",
    ]
    notices = await owner.rows("SELECT type, href FROM notifications WHERE user_id = :id", id=user_id_of(studio.user))
    assert notices == [("project.analyzed", f"/projects/{parse_id(project['id'])[1]}")]

    renamed = {"projectId": project["id"], "title": "Start early", "summary": "On patience."}
    changed = (await studio.ask(OPERATIONS["UpdateProject"], input=renamed))["project"]
    assert (changed["title"], changed["analysis"]["isCurrent"]) == ("Start early", False)
    whole = await studio.ask(OPERATIONS["Project"], id=project["id"])
    assert whole["summary"] == "On patience."
    refusal = await studio.refusal(
        OPERATIONS["UpdateProject"], input={"projectId": project["id"], "transcript": " ", "summary": ""}
    )
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "transcript"])
    listed = await studio.ask(OPERATIONS["Projects"], first=20)
    assert [edge["node"]["id"] for edge in listed["projects"]["edges"]] == [project["id"]]

    other = studio.another()
    for name, wish in (("UpdateProject", renamed), ("AnalyzeProject", {"projectId": project["id"]})):
        assert (await other.refusal(OPERATIONS[name], input=wish))["__typename"] == "NotFoundError"


async def test_what_is_told_is_bounded_and_is_no_wish(studio: Studio, owner: Owner) -> None:
    longest = "a b " * (LONGEST_TRANSCRIPT // 4)
    assert (await created(studio, transcript=longest))["title"]
    for words, path in (
        ({"transcript": longest + "a" * 5}, ["input", "transcript"]),
        ({"title": "  "}, ["input", "title"]),
        ({"transcript": " ", "summary": ""}, ["input", "transcript"]),
        ({"summary": "a" * 4001}, ["input", "summary"]),
    ):
        wish = variables_of("CreateProject")["input"] | words
        refusal = await studio.refusal(OPERATIONS["CreateProject"], input=wish)
        assert (refusal["__typename"], refusal["path"]) == ("ValidationError", path)
    assert (await created(studio, transcript="My two children love maths. Their school is near."))["id"]
    wish = variables_of("CreateProject")["input"] | {"transcript": "All is well. A nude child."}
    refusal = await studio.refusal(OPERATIONS["CreateProject"], input=wish)
    assert (refusal["__typename"], refusal["path"]) == ("ContentPolicyError", ["input", "transcript"])
    logged = await owner.rows("SELECT operation, field, outcome, rule FROM safety_decisions")
    assert logged == [("createProject", "transcript", "REFUSED", "NO_SEXUALISED_MINORS")]
    assert await owner.value("SELECT count(*) FROM projects") == 2


async def test_stills_come_under_a_consent_and_go_with_it_with_their_removal_and_with_their_project(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    given, project = await consent(studio), await created(studio)
    shown = await with_still(studio, project["id"])
    (still,) = shown["stills"]
    assert (still["width"], still["height"]) == (640, 360)
    async with studio.http.get(still["url"]) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    await analyzed(studio, project["id"])
    await owner.run("UPDATE project_analyses SET result = result || '{\"still_count\": 1}'")

    gone = {"projectId": project["id"], "stillIds": [still["id"]]}
    removed = await studio.ask(OPERATIONS["RemoveProjectStills"], input=gone)
    assert (removed["project"]["stills"], removed["project"]["analysis"]) == ([], None)
    assert removed["receipt"]["photoCount"] == 1
    await _is_gone(studio, owner, still["url"], 1)

    second = await with_still(studio, project["id"], 80)
    await analyzed(studio, project["id"])
    await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": given})
    left = await studio.ask(OPERATIONS["Project"], id=project["id"])
    assert (left["stills"], left["analysis"], left["analysisStatus"]) == ([], None, "CANCELLED")
    await _is_gone(studio, owner, second["stills"][0]["url"], 2)
    refusal = await studio.refusal(
        OPERATIONS["RequestUploads"],
        input={
            "purpose": "PROJECT_STILL",
            "files": [{"fileName": "a.png", "contentType": "image/png", "sizeBytes": 9}],
        },
    )
    assert refusal["code"] == "CONSENT_REQUIRED"

    await consent(studio)
    third = await with_still(studio, project["id"], 160)
    deleted = await studio.ask(OPERATIONS["DeleteProject"], input={"projectId": project["id"]})
    assert (deleted["receipt"]["reason"], deleted["receipt"]["photoCount"]) == ("PROJECT_DELETED", 1)
    await _is_gone(studio, owner, third["stills"][0]["url"], 3)
    assert await owner.rows("SELECT title, transcript, summary, deleted_at IS NULL FROM projects") == [
        ("", None, None, False)
    ]
    said = json.dumps([str(row) for row in await owner.rows("SELECT * FROM project_analyses")])
    assert "interest" not in said
    again = await studio.refusal(OPERATIONS["DeleteProject"], input={"projectId": project["id"]})
    assert again["__typename"] == "NotFoundError"


async def _is_gone(studio: Studio, owner: Owner, url: str, receipts: int) -> None:
    async def is_finished() -> bool:
        return bool(await owner.value("SELECT count(*) FROM deletions WHERE finished_at IS NOT NULL") == receipts)

    await until(is_finished)
    async with studio.http.get(url) as answer:
        assert answer.status == 404
    assert await owner.value("SELECT count(*) FROM project_stills WHERE upload_id IS NOT NULL") == 0
