"""Files sent as a client sends them: announced, then PUT."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

from tests.support.studio import ERRORS, Studio

REQUEST = (
    "mutation ($input: RequestUploadsInput!) { requestUploads(input: $input) { "
    f"uploads {{ id url method headers {{ name value }} }} {ERRORS} }} }}"
)


async def sent(studio: Studio, purpose: str, *pictures: Image.Image) -> list[str]:
    """Uploads with these files."""
    files = [png(picture) for picture in pictures]
    announced = [
        {"fileName": f"{place}.png", "contentType": "image/png", "sizeBytes": len(data)}
        for place, data in enumerate(files)
    ]
    payload = await studio.ask(
        REQUEST,
        input={"purpose": purpose, "files": announced},
    )
    for upload, data in zip(payload["uploads"], files, strict=True):
        headers = {header["name"]: header["value"] for header in upload["headers"]}
        async with studio.http.put(upload["url"], data=data, headers=headers) as answer:
            assert answer.status in {200, 201, 204}
    return [upload["id"] for upload in payload["uploads"]]


def png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def a_mask(size: tuple[int, int], box: Sequence[int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle(tuple(box), fill=255)
    return mask
