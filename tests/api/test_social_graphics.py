"""Social graphics as a client lives them: one call for many platforms, each in its size, from the sample that suits it."""

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from app.worker import RunningWorker
from domain.social.platforms import PLATFORMS, Platform
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.personas import a_persona, started
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, RETRY, Json, Studio

OPERATIONS = operations()
GALLERY = (
    "query ($f: ImageFilter) { viewer { images(filter: $f) { edges { node { id platform graphic { platform } } } } } }"
)


def wish(subject: str, *platforms: str, **more: object) -> Json:
    plain = {"personaId": subject, "platforms": platforms, "description": "New video is out", "textOverlay": "Out now"}
    return {**plain, **more}


async def begun(studio: Studio, subject: str, *platforms: str, **more: object) -> Json:
    named = {"idempotencyKey": uuid4().hex, **wish(subject, *platforms, **more)}
    found: Json = await studio.ask(OPERATIONS["StartSocialGraphics"], input=named)
    return found


async def made(studio: Studio, job: str) -> list[Json]:
    found = await studio.ask(OPERATIONS["SocialGraphics"], jobId=job)
    return [edge["node"] for edge in found["images"]["edges"]]


async def test_all_platforms_in_one_call_each_in_exactly_its_size(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    """The provider makes 16 by 16 pixels, whatever is asked for. It stands in the local one's place, which works from photos alone."""
    persona = await a_persona(studio, *range(6))
    await studio.ended((await started(studio, "StartPortraits", personaId=persona.id))["id"])
    await owner.grant(studio, 400)
    before = (await studio.balance())[0]
    quote = await studio.ask(OPERATIONS["QuoteSocialGraphics"], input=wish(persona.id, *PLATFORMS))
    assert (quote["credits"], quote["perImage"], quote["imageCount"]) == (320, 40, 8)
    assert quote["modeReason"].endswith("You have saved no brand, so none is applied.")

    job = (await begun(studio, persona.id, *PLATFORMS, quoteId=quote["id"], textOverlay=None))["job"]
    assert (job["kind"], job["imageCount"]) == ("SOCIAL", 8)
    assert (await studio.ended(job["id"]))["creditsCaptured"] == 320
    graphics = await made(studio, job["id"])
    assert [image["platform"] for image in graphics] == list(PLATFORMS)
    for image in graphics:
        its = PLATFORMS[Platform(image["platform"])]
        async with studio.http.get(image["url"]) as answer:
            file = await answer.read()
        with Image.open(BytesIO(file)) as picture:
            assert (picture.size, picture.format) == ((its.width, its.height), "JPEG")
        assert (image["width"], image["height"], image["fileSizeBytes"]) == (its.width, its.height, len(file))
        assert len(file) <= image["graphic"]["maxBytes"] == its.most_bytes
        assert (image["graphic"]["registryVersion"], image["graphic"]["brand"]) == (1, None)
    shown = {image["platform"]: [one["style"] for one in image["references"]] for image in graphics}
    assert (shown["LINKEDIN"], shown["X"]) == (["PROFESSIONAL_HEADSHOT"], ["THOUGHTFUL_CLOSE_UP"])
    linkedin = next(request for request in quick_images.requests if request.width == 1200 and request.height == 627)
    assert (len(linkedin.references), linkedin.ability, linkedin.look) == (3, "EDIT", None)
    assert (await studio.balance())[0] == before - 320

    found = (await studio.ask(GALLERY, f={"kinds": ["SOCIAL"]}))["images"]["edges"]
    assert {edge["node"]["graphic"]["platform"] for edge in found} == set(PLATFORMS)
    assert {edge["node"]["platform"] for edge in (await studio.ask(GALLERY, f={}))["images"]["edges"]} == {
        None,
        *PLATFORMS,
    }
    story = next(image for image in graphics if image["platform"] == "INSTAGRAM_STORY")
    again = await started(studio, "RegenerateImage", imageId=story["id"])
    assert (await studio.ended(again["id"]))["creditsCaptured"] == 40
    (image,) = await made(studio, again["id"])
    assert (image["platform"], image["width"], image["height"]) == ("INSTAGRAM_STORY", 1080, 1920)
    assert image["graphic"] == story["graphic"]
    assert await owner.violations() == []


async def test_an_influencer_with_a_brand_pays_for_what_was_made_and_tries_the_rest_again(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await studio.influencer_with_face()
    await owner.grant(studio, 200)
    colors = [{"hex": "#ffcc00", "role": "PRIMARY"}, {"hex": "#112233", "role": "TEXT"}]
    look = {"colors": colors, "headingFont": "Futura", "voice": "Warm", "audience": "Makers"}
    assert (await studio.ask(OPERATIONS["UpdateBrand"], input=look))["errors"] == []
    quick_images.failing_poses = {1}
    payload = await begun(studio, influencer, "X", "FACEBOOK_SQUARE")
    job = await studio.ended(payload["job"]["id"])
    assert (job["status"], job["creditsCaptured"], job["creditsReserved"]) == ("PARTIAL", 40, 0)
    (image,) = await made(studio, job["id"])
    assert image["graphic"]["brand"] == {
        "colors": colors,
        "plateColor": "#ffcc00",
        "headingFont": {"name": "Futura", "drawnWith": "DejaVu Sans Condensed Bold"},
        "voice": "Warm",
        "audience": "Makers",
        "hasLogo": False,
    }
    assert "pick up the brand's colours: #ffcc00 (primary), #112233 (text)." in quick_images.requests[-1].prompt

    quick_images.failing_poses = set()
    await studio.ask(OPERATIONS["DeleteBrand"])
    await studio.ask(RETRY, input={"jobId": job["id"], "idempotencyKey": "again"})
    assert (await studio.ended(job["id"]))["creditsCaptured"] == 80
    both = await made(studio, job["id"])
    assert both[1]["graphic"]["brand"] == image["graphic"]["brand"], "as it was when the job was accepted"
    plain = await begun(studio, influencer, "X", applyBrand=False)
    await studio.ask(CANCEL, input={"jobId": plain["job"]["id"]})
    assert await owner.violations() == []


REFUSED: list[tuple[dict[str, object], str, list[str]]] = [
    ({"description": "with a 12 year old"}, "PROMPT_REFUSED", ["input", "description"]),
    ({"textOverlay": "naked child"}, "PROMPT_REFUSED", ["input", "textOverlay"]),
    ({"textOverlay": "x" * 81}, "INVALID_INPUT", ["input", "textOverlay"]),
    ({"platforms": ["X", "X"]}, "INVALID_INPUT", ["input", "platforms"]),
]


@pytest.mark.parametrize(("change", "refusal", "path"), REFUSED)
async def test_what_is_refused_moves_nothing(
    studio: Studio, owner: Owner, change: dict[str, object], refusal: str, path: list[str]
) -> None:
    influencer = await owner.influencer_with_face(studio)
    is_logged = refusal == "PROMPT_REFUSED"
    async with owner.nothing_moves(studio, remembered=is_logged, first_logged=is_logged):
        (error,) = (await begun(studio, influencer, "X", **change))["errors"]
    assert (error["code"], error["path"]) == (refusal, path)


async def test_letters_that_our_font_lacks_are_refused_before_anything_is_made(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await begun(studio, influencer, "X", textOverlay="新しい"))["job"]
    ended = await studio.ended(job["id"])
    assert (ended["status"], ended["errorCode"], ended["creditsCaptured"]) == ("FAILED", "PROVIDER_REFUSED", 0)
    assert (quick_images.calls, (await studio.balance())[1]) == (0, 0)


async def test_the_platforms_are_told_to_anyone(studio: Studio) -> None:
    answer = await studio.post(OPERATIONS["SocialPlatforms"], token="")
    found = {its["key"]: its for its in answer["data"]["socialPlatforms"]}
    assert set(found) == set(PLATFORMS)
    story = found["INSTAGRAM_STORY"]
    assert story["safeArea"] == {"left": 65, "top": 270, "width": 950, "height": 1266}
    assert (story["maxBytes"], story["contentType"], story["version"]) == (8_000_000, "image/jpeg", 1)
