"""Every kind of image from start to finish, as a client lives it, on the local provider: asked for, paid, looked at."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image, ImageChops

from app.worker import RunningWorker
from tests.support.owner import Owner
from tests.support.sending import a_mask, sent
from tests.support.studio import ERRORS, JOB_FIELDS, Json, Studio

pytestmark = pytest.mark.timeout(120)

IMAGE = (
    "id url width height index style kind mode scene environment outfit maskCoverage descendsFromUpload maskUrl "
    "source { id } references { id } provider creditsCharged contentType prompt"
)
MADE = f"query ($id: ID!) {{ job(id: $id) {{ maskCoverage images {{ edges {{ node {{ {IMAGE} }} }} }} }} }}"


def start(name: str) -> str:
    field, kind = name[0].lower() + name[1:], f"{name}Input!"
    return f"mutation ($input: {kind}) {{ {field}(input: $input) {{ job {{ {JOB_FIELDS} maskCoverage }} {ERRORS} }} }}"


async def made(studio: Studio, name: str, **wish: object) -> Json:
    """The images of a job that has ended well, with the files they open as `pixels`."""
    payload = await studio.ask(start(name), input={"idempotencyKey": uuid4().hex, **wish})
    assert payload["errors"] == []
    job = await studio.ended(payload["job"]["id"], within=90)
    assert (job["status"], job["creditsReserved"]) == ("COMPLETED", 0), job
    found: Json = await studio.ask(MADE, id=job["id"])
    found["images"] = [edge["node"] for edge in found["images"]["edges"]]
    for image in found["images"]:
        image["pixels"] = await opened(studio, image["url"])
    return {**found, **job}


async def opened(studio: Studio, url: str) -> Image.Image:
    async with studio.http.get(url) as answer:
        assert answer.status == 200
        return Image.open(BytesIO(await answer.read())).convert("RGB")


def union_of(one: Sequence[int], other: Sequence[int]) -> tuple[int, int, int, int]:
    """The box around two boxes."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def changed_box(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int] | None:
    """Where two pictures differ by more than JPEG does."""
    return ImageChops.difference(before, after).convert("L").point(lambda value: 255 * (value > 24)).getbbox()


@pytest.fixture
async def face(studio: Studio, owner: Owner, worker: RunningWorker) -> str:
    """An influencer with a face, and credits."""
    influencer = await studio.influencer_with_face()
    await owner.grant(studio, 2000)
    return influencer


async def test_a_character_sheet_shows_each_view_and_is_shown_to_models_from_then_on(studio: Studio, face: str) -> None:
    sheet = await made(studio, "StartCharacterSheet", subjectId=face, imageCount=7)

    styles = [image["style"] for image in sheet["images"]]
    assert styles == [
        "FRONT", "THREE_QUARTER_LEFT", "THREE_QUARTER_RIGHT", "SIDE_LEFT", "SIDE_RIGHT", "BACK", "FULL_BODY",
    ]  # fmt: skip
    assert len({image["pixels"].tobytes() for image in sheet["images"]}) == 7
    assert (sheet["kind"], sheet["mode"], sheet["creditsCaptured"]) == ("CHARACTER_SHEET", "FACE_SWAP", 70)

    job = "query ($id: ID!) { influencer(id: $id) { characterSheetJob { id } } }"
    assert await studio.ask(job, id=face) == {"characterSheetJob": {"id": sheet["id"]}}

    headshots = await made(
        studio, "StartHeadshots", subjectId=face, imageCount=2, styles=["CORPORATE_GRAY", "OUTDOOR_PROFESSIONAL"]
    )
    assert [image["style"] for image in headshots["images"]] == ["CORPORATE_GRAY", "OUTDOOR_PROFESSIONAL"]
    assert [image["outfit"] for image in headshots["images"]] == ["BUSINESS_SUIT", "TRENCH_COAT"]
    shown = [image["id"] for image in headshots["images"][0]["references"]]
    assert shown[1:] == [image["id"] for image in sheet["images"][:3]]
    assert headshots["creditsCaptured"] == 80


async def test_variations_are_four_for_each_style_image_and_say_that_they_descend_from_it(
    studio: Studio, face: str
) -> None:
    blue, amber = Image.new("RGB", (400, 500), (30, 60, 160)), Image.new("RGB", (400, 500), (220, 150, 40))
    uploads = await sent(studio, "STYLE_IMAGE", blue, amber)

    job = await made(
        studio,
        "StartVariations",
        subjectId=face,
        styleUploadIds=uploads,
        glasses=True,
        hairColor="black",
        backgrounds=["office"],
        styles=["editorial"],
    )

    assert (len(job["images"]), job["creditsCaptured"]) == (8, 320)
    assert {image["style"] for image in job["images"]} == {"editorial"}
    assert all(image["descendsFromUpload"] for image in job["images"])
    warmth = [mean_red_minus_blue(image["pixels"]) for image in job["images"]]
    assert max(warmth[:4]) < min(warmth[4:]), "the first four follow the blue picture, the others the amber one"


async def test_an_inpaint_changes_what_the_mask_covers_and_nothing_else(studio: Studio, face: str) -> None:
    pack = await made(studio, "StartPack", subjectId=face, imageCount=1, scene="BEACH_DAY", environment="BEACH")
    (source,) = pack["images"]
    box = (100, 900, 400, 1200)
    (mask,) = await sent(studio, "MASK", a_mask((768, 1365), box))

    job = await made(studio, "StartInpaint", imageId=source["id"], prompt="a small vase of tulips", maskUploadId=mask)

    (image,) = job["images"]
    changed = changed_box(source["pixels"], image["pixels"])
    assert changed is not None
    assert union_of(changed, (98, 898, 403, 1203)) == (98, 898, 403, 1203)
    assert (image["source"], image["scene"], image["environment"]) == ({"id": source["id"]}, "BEACH_DAY", "BEACH")
    assert image["maskCoverage"] == pytest.approx(301 * 301 / (768 * 1365))
    assert job["maskCoverage"] == image["maskCoverage"]
    kept = await opened(studio, image["maskUrl"])
    assert (kept.size, kept.convert("L").getbbox()) == ((768, 1365), (100, 900, 401, 1201))
    assert job["creditsCaptured"] == 20


@pytest.mark.parametrize(
    "wish",
    [
        {"instruction": "make it golden hour"},
        {"overlay": {"text": "Out now", "position": "TOP"}},
        {"restyle": "PENCIL_SKETCH"},
    ],
)
async def test_an_edit_is_a_new_image_beside_the_old_one(studio: Studio, face: str, wish: Json) -> None:
    (source,) = (await made(studio, "StartPack", subjectId=face, imageCount=1, aspectRatio="SQUARE_1_1"))["images"]

    job = await made(studio, "StartEdit", imageId=source["id"], **wish)

    (image,) = job["images"]
    assert (image["width"], image["height"], image["source"]["id"]) == (1024, 1024, source["id"])
    assert changed_box(source["pixels"], image["pixels"]) is not None
    edits = await studio.ask("query ($id: ID!) { image(id: $id) { edits { edges { node { id } } } } }", id=source["id"])
    assert edits == {"edits": {"edges": [{"node": {"id": image["id"]}}]}}
    assert job["creditsCaptured"] == 80


def mean_red_minus_blue(picture: Image.Image) -> float:
    red, _, blue = (sum(band.histogram()[v] * v for v in range(256)) for band in picture.split())
    difference: Any = red - blue
    return float(difference / (picture.width * picture.height))
