"""`requestUploads`: room for files, told with where to send them."""

from datetime import datetime, timedelta

import pytest

from domain.uploads.demands import MOST_OPEN
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.sending import announced, put
from tests.support.strange_files import png
from tests.support.studio import Json, Studio

REQUEST = operations()["RequestUploads"]
NODE = "query ($id: ID!) { node(id: $id) { __typename ... on Upload { status purpose fileName url width issue { code } } } }"
COUNT = "SELECT count(*) FROM uploads"


def a_file(**changes: object) -> Json:
    return {"fileName": "one.png", "contentType": "image/png", "sizeBytes": 1000, **changes}


def wish(*files: Json, purpose: str = "STYLE_IMAGE") -> Json:
    return {"purpose": purpose, "files": list(files)}


async def test_each_file_is_told_where_it_goes(studio: Studio) -> None:
    payload = await studio.ask(REQUEST, input=wish(a_file(), a_file(contentType=" Image/JPEG", fileName="two.jpg")))
    one, two = payload["uploads"]
    assert one["url"].startswith(f"{studio.url}/files/uploads/")
    assert (one["method"], one["headers"]) == ("PUT", [{"name": "Content-Type", "value": "image/png"}])
    assert two["headers"] == [{"name": "Content-Type", "value": "image/jpeg"}]
    assert len({one["id"], two["id"], one["url"], two["url"]}) == 4

    node = await studio.ask(NODE, id=one["id"])
    assert node == {
        "__typename": "Upload",
        "status": "PENDING",
        "purpose": "STYLE_IMAGE",
        "fileName": "one.png",
        "url": None,
        "width": None,
        "issue": None,
    }
    assert await studio.another().ask(NODE, id=one["id"]) is None


async def test_an_upload_waits_a_day_and_its_address_less(studio: Studio) -> None:
    document = REQUEST.replace("expiresAt", "createdAt expiresAt usableUntil")
    (upload,) = (await studio.ask(document, input=wish(a_file())))["uploads"]
    made, address, usable = (datetime.fromisoformat(upload[name]) for name in ("createdAt", "expiresAt", "usableUntil"))
    assert usable - made == timedelta(days=1)
    assert timedelta(minutes=14) < address - made <= timedelta(minutes=15)


async def test_the_example_is_taken(studio: Studio) -> None:
    payload = await studio.ask(REQUEST, **variables_of("RequestUploads"))
    assert (len(payload["uploads"]), payload["errors"]) == (1, [])


@pytest.mark.parametrize(
    ("files", "path", "words"),
    [
        ([], ["input", "files"], "1 to 20"),
        ([a_file()] * 21, ["input", "files"], "1 to 20"),
        ([a_file(), a_file(contentType="image/gif")], ["input", "files", "1"], "'image/gif' are not taken"),
        ([a_file(contentType="image/svg+xml")], ["input", "files", "0"], "are not taken"),
        ([a_file(contentType="")], ["input", "files", "0"], "are not taken"),
        ([a_file(sizeBytes=0)], ["input", "files", "0"], "1 to 10,485,760 bytes, and this one is announced with 0."),
        ([a_file(sizeBytes=-5)], ["input", "files", "0"], "announced with -5."),
        ([a_file(sizeBytes=10_485_761)], ["input", "files", "0"], "announced with 10,485,761."),
        ([a_file(fileName="")], ["input", "files", "0", "fileName"], "1 to 200"),
        ([a_file(fileName="x" * 201)], ["input", "files", "0", "fileName"], "1 to 200"),
    ],
)
async def test_what_would_never_be_taken_is_refused_at_once(
    studio: Studio, owner: Owner, files: list[Json], path: list[str], words: str
) -> None:
    refusal = await studio.refusal(REQUEST, input=wish(*files))
    assert (refusal["__typename"], refusal["code"], refusal["path"]) == ("ValidationError", "INVALID_INPUT", path)
    assert words in refusal["message"]
    assert await owner.value(COUNT) == 0


@pytest.mark.parametrize("name", ["../../etc/passwd", "é\n<b>.png", "😀" * 200])
async def test_a_name_is_only_a_name(studio: Studio, name: str) -> None:
    (upload,) = (await studio.ask(REQUEST, input=wish(a_file(fileName=name))))["uploads"]
    assert (await studio.ask(NODE, id=upload["id"]))["fileName"] == name
    assert name not in upload["url"]


async def test_no_photo_comes_before_consent(studio: Studio, owner: Owner) -> None:
    refusal = await studio.refusal(REQUEST, input=wish(a_file(), purpose="PERSONA_PHOTO"))
    assert (refusal["__typename"], refusal["code"]) == ("ConsentRequiredError", "CONSENT_REQUIRED")
    assert await owner.value(COUNT) == 0


async def test_sixty_may_wait_to_be_used(studio: Studio, owner: Owner) -> None:
    for _ in range(3):
        payload = await studio.ask(REQUEST, input=wish(*[a_file()] * 20))
        assert len(payload["uploads"]) == 20
    refusal = await studio.refusal(REQUEST, input=wish(a_file()))
    assert (refusal["__typename"], refusal["code"], refusal["limit"]) == ("LimitReachedError", "LIMIT_REACHED", 60)
    assert await owner.value(COUNT) == MOST_OPEN == 60
    assert len((await studio.another().ask(REQUEST, input=wish(a_file())))["uploads"]) == 1

    await owner.run(
        "UPDATE uploads SET created_at = created_at - interval '2 days', slot_expires_at = slot_expires_at - interval '2 days', "
        "usable_until = usable_until - interval '2 days' WHERE id = (SELECT min(id::text)::uuid FROM uploads)"
    )
    assert len((await studio.ask(REQUEST, input=wish(a_file())))["uploads"]) == 1


async def test_it_is_only_for_who_is_signed_in(studio: Studio) -> None:
    answer = await studio.post(REQUEST, {"input": wish(a_file())}, token="")
    assert answer["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"


async def test_an_address_takes_its_file_without_a_token(studio: Studio) -> None:
    data = png()
    (upload,) = await announced(studio, "STYLE_IMAGE", ("image/png", data))
    await put(studio.another(), upload, data)
    assert (await studio.ask(NODE, id=upload["id"]))["status"] == "PENDING"
