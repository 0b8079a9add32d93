"""`checkUploads`: files are looked at, and only what is drawn anew of them is kept."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from app.wiring import make_files
from domain.errors import NotFound
from domain.uploads.issues import IssueCode
from schema.ids import global_id, parse_id
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.sending import announced, put, sent, sent_files
from tests.support.strange_files import BAD, CANARY, JPEG, PNG, Stranger, a_mask, apng, jpeg, picture, png, with_exif
from tests.support.studio import Json, Studio

CHECK = operations()["CheckUploads"]
ROW = """
SELECT status, storage_key, sha256, content_type, original_key, announced_size_bytes, size_bytes, coverage FROM uploads WHERE id = :id
"""
STYLE, MASK = "STYLE_IMAGE", "MASK"
HOSTILE = [
    stranger
    for stranger in BAD
    if stranger.name in {"a ZIP behind a JPEG", "HTML", "SVG", "an APNG", "5,000 scans", "a GIF", "a JPEG called PNG"}
]


async def checked(studio: Studio, *ids: str) -> list[Json]:
    payload = await studio.ask(CHECK, input={"uploadIds": ids})
    assert payload["errors"] == []
    found: list[Json] = payload["uploads"]
    return found


async def row_of(owner: Owner, upload_id: str) -> Json:
    (row,) = await owner.rows(ROW, id=parse_id(upload_id)[1])
    names = ("status", "key", "sha256", "content_type", "original", "announced", "size", "coverage")
    return dict(zip(names, row, strict=True))


async def test_only_what_is_drawn_anew_is_kept(studio: Studio, owner: Owner) -> None:
    data = jpeg(exif=with_exif(6), comment=CANARY)
    (upload_id,) = await sent_files(studio, STYLE, (JPEG, data))
    store, before = make_files(studio.settings), await row_of(owner, upload_id)
    assert await store.get(before["original"]) == data

    (upload,) = await checked(studio, upload_id)
    assert (upload["id"], upload["status"], upload["issue"]) == (upload_id, "READY", None)
    assert (upload["width"], upload["height"]) == (640, 600)
    row = await row_of(owner, upload_id)
    assert row["key"].startswith("styles/")
    kept = await store.get(row["key"])
    assert (len(kept), CANARY in kept, kept == data) == (row["size"], False, False)
    with pytest.raises(NotFound):
        await store.get(row["original"])
    assert await checked(studio, upload_id) == [upload]


async def test_a_mask_is_kept_in_black_and_white(studio: Studio, owner: Owner) -> None:
    (upload_id,) = await sent(studio, MASK, a_mask(512, 256, part=0.25).convert("RGBA"))
    (upload,) = await checked(studio, upload_id)
    assert (upload["status"], upload["width"], upload["height"]) == ("READY", 512, 256)
    row = await row_of(owner, upload_id)
    assert (row["coverage"], row["content_type"], row["key"].split("/")[0]) == (0.25, PNG, "masks")
    image = Image.open(io.BytesIO(await make_files(studio.settings).get(row["key"])))
    assert (image.mode, image.getbbox()) == ("L", (0, 0, 512, 64))


@pytest.mark.parametrize("stranger", HOSTILE, ids=lambda stranger: stranger.name)
async def test_a_hostile_file_is_rejected_and_gone(studio: Studio, owner: Owner, stranger: Stranger) -> None:
    (upload_id,) = await sent_files(studio, STYLE, (stranger.content_type, stranger.make()))
    (upload,) = await checked(studio, upload_id)
    assert stranger.code is not None
    assert (upload["status"], upload["issue"]["code"]) == ("REJECTED", stranger.code)
    assert (upload["width"], upload["height"]) == (None, None)
    assert upload["issue"]["message"].endswith(".")
    row = await row_of(owner, upload_id)
    assert (row["status"], row["key"], row["sha256"]) == ("REJECTED", None, None)
    with pytest.raises(NotFound):
        await make_files(studio.settings).get(row["original"])
    assert await checked(studio, upload_id) == [upload]


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (Image.new("L", (512, 512), 0), IssueCode.MASK_EMPTY),
        (Image.new("L", (512, 512), 255), IssueCode.MASK_FULL),
        (picture(), IssueCode.MASK_NOT_BLACK_AND_WHITE),
    ],
)
async def test_a_mask_that_says_nothing_is_rejected(studio: Studio, image: Image.Image, code: IssueCode) -> None:
    (upload,) = await checked(studio, *await sent(studio, MASK, image))
    assert (upload["status"], upload["issue"]["code"]) == ("REJECTED", code)


async def test_they_come_in_the_order_asked_for_good_and_bad(studio: Studio) -> None:
    good, bad = await sent_files(studio, STYLE, (PNG, png()), (PNG, apng()))
    (mask,) = await sent(studio, MASK, a_mask())
    found = await checked(studio, mask, bad, good, mask)
    assert [(one["id"], one["status"]) for one in found] == [
        (mask, "READY"),
        (bad, "REJECTED"),
        (good, "READY"),
        (mask, "READY"),
    ]


async def test_a_file_that_has_not_come_is_asked_for(studio: Studio, owner: Owner) -> None:
    first, second = await announced(studio, STYLE, (PNG, png()), (JPEG, jpeg()))
    await put(studio, first, png())
    refusal = await studio.refusal(CHECK, input={"uploadIds": [first["id"], second["id"]]})
    assert (refusal["__typename"], refusal["code"]) == ("ConflictError", "UPLOAD_NOT_SENT")
    assert refusal["path"] == ["input", "uploadIds"]
    assert refusal["message"] == (
        "The file '1.jpeg' has not arrived. PUT it to its upload's address first, then try again."
    )
    assert (await row_of(owner, first["id"]))["status"] == "READY"  # what was found is kept
    await put(studio, second, jpeg())
    assert [one["status"] for one in await checked(studio, first["id"], second["id"])] == ["READY", "READY"]


async def test_a_name_is_repeated_as_it_is_and_no_more(studio: Studio) -> None:
    document = operations()["RequestUploads"]
    name = "<b>{width}%s.png"
    wish = {"purpose": STYLE, "files": [{"fileName": name, "contentType": PNG, "sizeBytes": 10}]}
    (upload,) = (await studio.ask(document, input=wish))["uploads"]
    refusal = await studio.refusal(CHECK, input={"uploadIds": [upload["id"]]})
    assert f"'{name}'" in refusal["message"]


async def test_one_of_somebody_else_is_not_there(studio: Studio, owner: Owner) -> None:
    (mine,) = await sent(studio, MASK, a_mask())
    other = studio.another()
    (theirs,) = await sent(other, MASK, a_mask())
    for wrong in (theirs, global_id("Upload", uuid4())):
        refusal = await studio.refusal(CHECK, input={"uploadIds": [mine, wrong]})
        assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")
    assert (await row_of(owner, theirs))["status"] == (await row_of(owner, mine))["status"] == "PENDING"


@pytest.mark.parametrize(
    ("ids", "type_", "path"),
    [
        ([], "ValidationError", ["input", "uploadIds"]),
        ([global_id("Upload", uuid4())] * 21, "ValidationError", ["input", "uploadIds"]),
        ([global_id("ImageAsset", uuid4())], "ValidationError", ["input", "uploadIds"]),
        (["nonsense"], "NotFoundError", ["input", "uploadIds"]),
    ],
)
async def test_what_names_no_upload_is_refused(
    studio: Studio, ids: list[str], type_: str, path: list[str] | None
) -> None:
    refusal = await studio.refusal(CHECK, input={"uploadIds": ids})
    assert (refusal["__typename"], refusal["path"]) == (type_, path)


async def test_one_that_was_not_used_in_time_is_gone(studio: Studio, owner: Owner) -> None:
    (upload_id,) = await sent(studio, MASK, a_mask())
    await owner.run("UPDATE uploads SET status = 'EXPIRED', ended_at = now()")
    refusal = await studio.refusal(CHECK, input={"uploadIds": [upload_id]})
    assert (refusal["__typename"], refusal["code"]) == ("ConflictError", "UPLOAD_EXPIRED")
    assert (
        refusal["message"] == "The file '0.png' was not used in time and is gone. Request an upload and send it again."
    )


async def test_twenty_are_looked_at_by_one_call(studio: Studio, owner: Owner) -> None:
    files = [(PNG, png(compress_level=level % 10)) for level in range(20)]
    ids = await sent_files(studio, STYLE, *files)
    assert {one["status"] for one in await checked(studio, *ids)} == {"READY"}
    assert await owner.value("SELECT count(DISTINCT storage_key) FROM uploads") == 1  # the same pixels are one file
