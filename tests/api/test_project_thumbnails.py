"""Thumbnails for a project: what was read out of it goes into their prompts, and stills beside the portraits of whom they may show."""

from uuid import uuid4

from app.worker import RunningWorker
from tests.api.test_projects import OPERATIONS, analyzed, created, with_still
from tests.support.owner import Owner
from tests.support.personas import a_persona
from tests.support.quick_images import QuickImages
from tests.support.studio import Json, Studio

THREADS = """
query ($projectId: ID) { thumbnailThreads(projectId: $projectId) { edges { node { project { id title }
  versions { edges { node { wish headline prompt } } } } } } }
"""
JOB = "query ($id: ID!) { job(id: $id) { project { id } images { edges { node { descendsFromUpload } } } } }"


async def started(studio: Studio, **wish: object) -> Json:
    found: Json = await studio.ask(OPERATIONS["StartThumbnails"], input={"idempotencyKey": uuid4().hex, **wish})
    return found


async def test_two_concepts_of_a_project_become_thumbnails_that_say_what_it_is_about(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await studio.influencer_with_face()
    await owner.grant(studio, 400)
    project = (await created(studio))["id"]
    before = await studio.ask(
        OPERATIONS["StartThumbnail"],
        input={"personaId": influencer, "projectId": project, "prompt": "Excited", "idempotencyKey": "before"},
    )
    assert before["errors"] == []
    await studio.ended(before["job"]["id"])
    legacy = quick_images.requests[-1].prompt
    assert 'for a video called "Why starting early beats earning more"' in legacy
    assert "about compound" not in legacy

    concepts = (await analyzed(studio, project))["analysis"]["concepts"]
    chosen = [one["id"] for one in concepts[:2]]
    made = await started(studio, personaId=influencer, projectId=project, conceptIds=chosen)
    assert (made["errors"], made["job"]["imageCount"], made["job"]["creditsReserved"]) == ([], 2, 80)
    await studio.ended(made["job"]["id"])
    listed = await studio.ask(THREADS, projectId=project)
    threads = [edge["node"] for edge in listed["edges"]]
    assert {thread["project"]["title"] for thread in threads} == {"Why starting early beats earning more"}
    versions = {thread["versions"]["edges"][0]["node"]["headline"]: thread for thread in threads}
    assert set(versions) == {None, "Compound interest!", "Credit card debt?"}
    prompt = versions["Credit card debt?"]["versions"]["edges"][0]["node"]["prompt"]
    for said in (*concepts[1]["visualElements"], "about compound interest, credit card debt", concepts[1]["prompt"]):
        assert said in prompt
    job = await studio.ask(JOB, id=made["job"]["id"])
    assert job["project"]["id"] == project
    assert {edge["node"]["descendsFromUpload"] for edge in job["images"]["edges"]} == {False}

    foreign = studio.another()
    theirs = await started(foreign, personaId=influencer, projectId=project, conceptIds=chosen)
    assert theirs["errors"][0]["__typename"] == "NotFoundError"
    gone = await started(studio, personaId=influencer, conceptIds=chosen)
    assert gone["errors"][0]["path"] == ["input", "conceptIds"]
    none = await started(studio, personaId=influencer, projectId=project)
    assert none["errors"][0]["path"] == ["input", "concepts"]
    await studio.ask(OPERATIONS["DeleteProject"], input={"projectId": project})
    assert (await studio.ask(JOB, id=made["job"]["id"]))["project"] is None


async def test_stills_are_shown_for_a_persona_alone_and_taint_what_comes_of_them(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    persona = await a_persona(studio, 1)
    await owner.grant(studio, 400)
    project = (await created(studio))["id"]
    (still,) = (await with_still(studio, project))["stills"]
    wish = {"projectId": project, "concepts": [{"prompt": "Excited"}], "stillIds": [still["id"]]}
    made = await started(studio, personaId=persona.id, **wish)
    assert made["errors"] == []
    await studio.ended(made["job"]["id"])
    prompt = quick_images.requests[-1].prompt
    assert "The last picture is a still of the video: take the setting, things and colours from there" in prompt

    refined = await studio.ask(
        OPERATIONS["RefineThumbnail"],
        input={"threadId": made["threads"][0]["id"], "feedback": "Brighter", "idempotencyKey": "two"},
    )
    await studio.ended(refined["job"]["id"])
    assert "The last picture is a still of the video" in quick_images.requests[-1].prompt
    await studio.ask(OPERATIONS["RemoveProjectStills"], input={"projectId": project, "stillIds": [still["id"]]})
    again = await studio.ask(
        OPERATIONS["RefineThumbnail"],
        input={"threadId": made["threads"][0]["id"], "feedback": "Darker", "idempotencyKey": "three"},
    )
    await studio.ended(again["job"]["id"])
    assert "still of the video" not in quick_images.requests[-1].prompt

    influencer = await owner.influencer_with_face(studio)
    (second,) = (await with_still(studio, project, 90))["stills"]
    of_nobody = await started(studio, personaId=influencer, **(wish | {"stillIds": [second["id"]]}))
    assert (of_nobody["errors"][0]["__typename"], of_nobody["errors"][0]["path"]) == (
        "ValidationError",
        ["input", "stillIds"],
    )
    assert await owner.rows("SELECT DISTINCT descends_from_upload FROM images WHERE kind = 'THUMBNAIL'") == [(True,)]
