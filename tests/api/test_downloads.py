"""`recordDownload`, and the addresses under which browsers save images."""

import asyncio
from uuid import uuid4

import pytest
from yarl import URL

from app.wiring import make_files
from domain.ports.object_store import file_of
from providers.local.tokens import user_id_of
from schema.ids import global_id
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.statements import statements_of_the_api
from tests.support.studio import CREATE, MARA, Studio

DOWNLOAD = operations()["RecordDownload"].replace("message", "message path")
URLS = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ImageAsset { url downloadUrl } } }"
PAGE = "query ($first: Int!) { viewer { images(first: $first) { edges { node { id downloadUrl } } } } }"
DATA = b"the bytes of a picture"


async def an_image(studio: Studio, owner: Owner, *, name: str = "Mara Voss", index: int = 2) -> str:
    """With a file."""
    made = await studio.ask(CREATE, input={**MARA, "name": name, "idempotencyKey": uuid4().hex})
    file = file_of(user_id_of(studio.user), "images", DATA, "image/jpeg")
    await make_files(studio.settings).put(file, DATA)
    (image,) = await owner.give_images(
        studio, made["influencer"]["id"], 1, storage_key=file.key, sha256=file.sha256, index=index
    )
    return image


async def test_each_call_counts_one_download(studio: Studio, owner: Owner) -> None:
    one, two = await owner.give_images(studio, await studio.influencer(), 2)
    for count in (1, 2, 3):
        payload = await studio.ask(DOWNLOAD, input={"imageId": one})
        assert payload == {"image": {"id": one, "downloadCount": count}, "errors": []}
    await asyncio.gather(*(studio.ask(DOWNLOAD, input={"imageId": two}) for _ in range(20)))
    assert await owner.rows("SELECT download_count FROM images ORDER BY created_at") == [(3,), (20,)]


async def test_the_image_of_another_user_is_not_counted(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    (foreign,) = await owner.give_images(other, await other.influencer(), 1)
    await studio.balance()
    for wrong in (foreign, global_id("ImageAsset", uuid4()), "nonsense"):
        async with owner.nothing_moves(studio):
            refusal = await studio.refusal(DOWNLOAD, input={"imageId": wrong})
        assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")
    refusal = await studio.refusal(DOWNLOAD, input={"imageId": global_id("Influencer", uuid4())})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "imageId"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mara Voss", 'attachment; filename="mara-voss_pack_2026-01-01_003.jpg"'),
        ("../../etc\r\nX: y", 'attachment; filename="etc-x-y_pack_2026-01-01_003.jpg"'),
        ("Зоя", "attachment; filename*=utf-8''%D0%B7%D0%BE%D1%8F_pack_2026-01-01_003.jpg"),
        ("🦊", 'attachment; filename="image_pack_2026-01-01_003.jpg"'),
    ],
)
async def test_a_browser_saves_it_under_a_good_name(studio: Studio, owner: Owner, name: str, expected: str) -> None:
    image = await an_image(studio, owner, name=name)
    (found,) = await studio.ask(URLS, ids=[image])
    async with studio.http.get(URL(found["downloadUrl"], encoded=True)) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/jpeg", DATA)
        assert answer.headers["Content-Disposition"] == expected
    async with studio.http.get(URL(found["url"], encoded=True)) as answer:
        assert (answer.status, answer.headers.get("Content-Disposition")) == (200, None)


async def test_a_name_is_part_of_what_is_signed(studio: Studio, owner: Owner) -> None:
    (found,) = await studio.ask(URLS, ids=[await an_image(studio, owner)])
    forged = found["downloadUrl"].replace("mara-voss", "invoice")
    for address in (forged, found["downloadUrl"].partition("&name=")[0], f"{found['url']}&name=invoice.exe"):
        async with studio.http.get(URL(address, encoded=True)) as answer:
            assert answer.status == 404


async def test_a_page_of_addresses_takes_no_more_statements_for_many_images(studio: Studio, owner: Owner) -> None:
    for _ in range(5):
        await owner.give_images(studio, await studio.influencer(), 4)
    counts = []
    for first in (2, 20):
        with statements_of_the_api() as sent:
            edges = (await studio.ask(PAGE, first=first))["images"]["edges"]
        assert len({edge["node"]["downloadUrl"] for edge in edges}) == first
        counts.append(len(sent))
    assert counts == [5, 5]  # the page in one, and all names of subjects in four with those of the transaction
