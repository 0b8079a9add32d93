"""Files sent as a client sends them: announced, then PUT."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw
from yarl import URL

from tests.support.studio import ERRORS, Json, Studio

REQUEST = (
    "mutation ($input: RequestUploadsInput!) { requestUploads(input: $input) { "
    f"uploads {{ id url method headers {{ name value }} }} {ERRORS} }} }}"
)


async def sent(studio: Studio, purpose: str, *pictures: Image.Image) -> list[str]:
    """Uploads with these files."""
    return await sent_files(studio, purpose, *(("image/png", png(picture)) for picture in pictures))


async def sent_files(studio: Studio, purpose: str, *files: tuple[str, bytes]) -> list[str]:
    """Likewise, of any type and any bytes."""
    uploads = await announced(studio, purpose, *files)
    for upload, (_, data) in zip(uploads, files, strict=True):
        await put(studio, upload, data)
    return [upload["id"] for upload in uploads]


async def announced(studio: Studio, purpose: str, *files: tuple[str, bytes]) -> list[Json]:
    """With their addresses, to which nothing was sent."""
    named = [
        {"fileName": f"{place}.{content_type.partition('/')[2]}", "contentType": content_type, "sizeBytes": len(data)}
        for place, (content_type, data) in enumerate(files)
    ]
    payload = await studio.ask(REQUEST, input={"purpose": purpose, "files": named})
    assert payload["errors"] == []
    uploads: list[Json] = payload["uploads"]
    return uploads


async def put(studio: Studio, upload: Json, data: bytes) -> None:
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    async with studio.http.put(URL(upload["url"], encoded=True), data=BytesIO(data), headers=headers) as answer:
        assert answer.status in {200, 201, 204}, await answer.text()


def png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def a_mask(size: tuple[int, int], box: Sequence[int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle(tuple(box), fill=255)
    return mask


def a_style() -> Image.Image:
    """A picture whose style can be taken."""
    return Image.new("RGB", (400, 400), (20, 60, 160))
