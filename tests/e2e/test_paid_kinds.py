"""Every kind of image by vendors that are paid: each by the model that the product names for it, shown what it needs, once.

The vendors are emulators in this process. What they are sent in detail is in `tests/contract`.
"""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.e2e.test_kinds import start
from tests.support.deployment import Deployment, pictures_of, sizes_of
from tests.support.personas import a_persona, started
from tests.support.sending import a_mask, sent
from tests.support.studio import JOB, Json, Studio

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

PORTRAIT, SQUARE, TALL = (768, 1365), (1024, 1024), (819, 1228)


@pytest.fixture
async def rich(deployment: Deployment, customer: Studio) -> Studio:
    """With credits for everything."""
    await customer.balance()
    await deployment.cluster.owner.grant(customer, 5000)
    return customer


async def ended(studio: Studio, name: str, **wish: object) -> Json:
    payload = await studio.ask(start(name), input={"idempotencyKey": uuid4().hex, **wish})
    assert payload["errors"] == []
    job = await studio.ended(payload["job"]["id"], within=60)
    assert job["status"] == "COMPLETED", job
    return job


async def first_image(studio: Studio, job: Json) -> str:
    image: str = (await studio.ask(JOB, id=job["id"]))["images"]["edges"][0]["node"]["id"]
    return image


async def test_fal_makes_each_kind_by_its_model(deployment: Deployment, rich: Studio) -> None:
    fal = deployment.fal
    fal.open(seconds=0.05)
    with deployment.worker(fal):
        influencer = await rich.influencer_with_face()
        (style,) = await sent(rich, "STYLE_IMAGE", Image.new("RGB", (400, 400), (20, 60, 160)))
        (mask,) = await sent(rich, "MASK", a_mask(PORTRAIT, (100, 900, 400, 1200)))
        pack = await ended(rich, "StartPack", subjectId=influencer, imageCount=1)
        source = await first_image(rich, pack)
        jobs = [
            (await ended(rich, "StartCharacterSheet", subjectId=influencer), {SQUARE}),
            (await ended(rich, "StartHeadshots", subjectId=influencer, imageCount=2), {SQUARE}),
            (await ended(rich, "StartVariations", subjectId=influencer, styleUploadIds=[style]), {TALL}),
            (await ended(rich, "StartInpaint", imageId=source, prompt="a lamp", maskUploadId=mask), {PORTRAIT}),
            (await ended(rich, "StartEdit", imageId=source, restyle="NOIR"), {PORTRAIT}),
        ]
        asked_before = len(fal.emulator.queue.jobs)
        persona = (await a_persona(rich, 1, 2)).id
        jobs += [
            (await ended(rich, "StartPack", subjectId=persona, imageCount=1), {PORTRAIT}),
            (await ended(rich, "StartHeadshots", subjectId=persona, imageCount=1), {SQUARE}),
        ]
        await deployment.settled()

    asked: list[tuple[str, Any]] = [(job.endpoint, job.arguments) for job in fal.emulator.queue.jobs.values()]
    of_person = asked[asked_before:]
    assert [endpoint for endpoint, _ in of_person] == ["fal-ai/flux-pulid", "fal-ai/nano-banana/edit"]
    assert [len(arguments.get("image_urls", [1])) for _, arguments in of_person] == [1, 2], "its best photo; all it has"
    assert all("an adult" in arguments["prompt"] for _, arguments in of_person)
    asked = asked[:asked_before]
    assert Counter(endpoint for endpoint, _ in asked[2:]) == {
        "fal-ai/flux-pulid": 7,
        "fal-ai/nano-banana/edit": 6,
        "fal-ai/flux-lora-fill": 1,
        "fal-ai/flux-pro/kontext/max": 1,
    }
    shown = [len(arguments["image_urls"]) for endpoint, arguments in asked if endpoint == "fal-ai/nano-banana/edit"]
    assert shown == [4, 4, 5, 5, 5, 5], "the base image and three of its sheet; and the style image, last"
    for job, sizes in jobs:
        assert sizes_of(await pictures_of(rich, job, deployment.cluster)) == sizes
    await deployment.assert_paid_once(fal, 19)


async def test_fal_makes_portraits_and_samples_of_a_person_from_their_photos(
    deployment: Deployment, rich: Studio
) -> None:
    fal = deployment.fal
    fal.open(seconds=0.05)
    with deployment.worker(fal):
        persona = await a_persona(rich, *range(6))
        free = await started(rich, "StartPortraits", personaId=persona.id)
        samples = await started(rich, "StartPreviewSamples", personaId=persona.id)
        done = [await rich.ended(job["id"], within=60) for job in (free, samples)]
        await deployment.settled()

    assert [(job["status"], job["creditsCaptured"]) for job in done] == [("COMPLETED", 0), ("COMPLETED", 50)]
    asked: list[tuple[str, Any]] = [(job.endpoint, job.arguments) for job in fal.emulator.queue.jobs.values()]
    banana = [arguments for endpoint, arguments in asked if endpoint == "fal-ai/nano-banana-pro/edit"]
    assert Counter((one["resolution"], one["aspect_ratio"], len(one["image_urls"])) for one in banana) == {
        ("1K", "1:1", 2): 1,
        ("1K", "1:1", 3): 2,
        ("1K", "1:1", 4): 2,
    }
    assert len({one["prompt"] for one in banana}) == 5
    pulid = [arguments for endpoint, arguments in asked if endpoint == "fal-ai/flux-pulid"]
    assert (len(pulid), len({one["reference_image_url"] for one in pulid})) == (5, 1), "the best photo"
    assert sizes_of(await pictures_of(rich, done[0], deployment.cluster)) == {SQUARE}
    await deployment.assert_paid_once(fal, 10)


async def test_runpod_makes_sheets_by_skeletons_and_refuses_what_it_cannot_for_free(
    deployment: Deployment, rich: Studio
) -> None:
    runpod = deployment.runpod
    runpod.open(seconds=0.05)
    with deployment.worker(runpod):
        influencer = await rich.influencer_with_face()
        (mask,) = await sent(rich, "MASK", a_mask(PORTRAIT, (100, 900, 400, 1200)))
        sheet = await ended(rich, "StartCharacterSheet", subjectId=influencer)
        pack = await ended(rich, "StartPack", subjectId=influencer, imageCount=1)
        source = await first_image(rich, pack)
        inpaint = await ended(rich, "StartInpaint", imageId=source, prompt="a lamp", maskUploadId=mask)
        persona = (await a_persona(rich, 1)).id
        of_person = await ended(rich, "StartPack", subjectId=persona, imageCount=1)
        before = await rich.balance()
        payload = await rich.ask(
            start("StartEdit"), input={"imageId": source, "restyle": "NOIR", "idempotencyKey": "e"}
        )
        refused = await rich.ended(payload["job"]["id"])
        await deployment.settled()

    assert sizes_of(await pictures_of(rich, sheet, deployment.cluster)) == {SQUARE}
    assert sizes_of(await pictures_of(rich, inpaint, deployment.cluster)) == {PORTRAIT}
    assert sizes_of(await pictures_of(rich, of_person, deployment.cluster)) == {PORTRAIT}
    assert (refused["status"], refused["errorCode"]) == ("FAILED", "PROVIDER_MISCONFIGURED")
    assert await rich.balance() == before
    await deployment.assert_paid_once(runpod, 11)
