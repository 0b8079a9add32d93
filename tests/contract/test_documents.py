"""Brand documents of strangers: read in a process of their own, each hostile one refused with its code."""

import io
import random
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from domain.brands.source import FoundFont
from domain.ports.pictures import CleanPicture, PictureRefused
from domain.uploads.demands import DEMANDS
from domain.uploads.issues import IssueCode
from domain.uploads.upload import UploadPurpose
from providers.pictures.children import PicturesInChildren
from providers.pictures.documents import DocumentRefused, read_document
from providers.pictures.drawing import BROKEN
from providers.pictures.inks import ink_in, ink_of
from tests.support.brand_pdf import WORDS, a_logo, brand_pdf, brand_picture
from tests.support.sending import png

DOCUMENT, IMAGE, LOGO = UploadPurpose.BRAND_DOCUMENT, UploadPurpose.BRAND_IMAGE, UploadPurpose.LOGO


@pytest.fixture(scope="module")
async def pictures() -> AsyncIterator[PicturesInChildren]:
    pictures = PicturesInChildren()
    yield pictures
    pictures.close()


async def cleaned(pictures: PicturesInChildren, data: bytes, kind: str, purpose: UploadPurpose) -> CleanPicture:
    return await pictures.cleaned(data, content_type=kind, size_bytes=len(data), demands=DEMANDS[purpose])


async def test_a_document_is_read_and_only_a_sheet_of_it_is_kept(pictures: PicturesInChildren) -> None:
    clean = await cleaned(pictures, brand_pdf(), "application/pdf", DOCUMENT)

    reading = clean.reading
    assert reading is not None
    assert [color.hex for color in reading.colors[:2]] == ["#fbf7ef", "#0b3d3a"]
    assert {"#2f6b4f", "#1c1c1c", "#f2b134"} <= {color.hex for color in reading.colors}
    assert reading.fonts == (
        FoundFont(name="Lato", share=0.9333, size=11.0),
        FoundFont(name="Playfair Display", share=0.0667, size=42.0),
    )
    assert reading.text.splitlines() == ["Fern & Field", *WORDS]
    assert (reading.page_count, reading.pages_read, reading.picture_count) == (1, 1, 1)
    sheet = Image.open(io.BytesIO(clean.data))
    assert (sheet.format, sheet.size, clean.content_type) == ("JPEG", (376, 525), "image/jpeg")
    assert sheet.size == (clean.width, clean.height)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (brand_pdf(password="secret"), "DOCUMENT_ENCRYPTED"),
        (brand_pdf(pages=41), "TOO_MANY_PAGES"),
        (brand_pdf(pages=0), "DOCUMENT_EMPTY"),
        (b"%PDF-1.7\n" + b"rubbish " * 100, "DOCUMENT_DAMAGED"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_document(data, most_pages=40, longest_text=100)
    assert refusal.value.code == code


async def test_what_is_no_document_is_never_parsed_and_a_bomb_is_refused_in_the_child(
    pictures: PicturesInChildren,
) -> None:
    with pytest.raises(PictureRefused) as refused:
        await cleaned(pictures, png(brand_picture()), "application/pdf", DOCUMENT)
    assert refused.value.issue.code is IssueCode.NOT_A_PDF

    bomb = brand_pdf(drawing=b"0 0 9 9 re f\n" * 6_500_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(PictureRefused) as refused:
        await cleaned(pictures, bomb, "application/pdf", DOCUMENT)
    assert refused.value.issue.code is IssueCode.DOCUMENT_TOO_COMPLEX


def test_a_document_with_an_empty_password_is_read_and_pages_with_too_much_on_them_are_left_out() -> None:
    told, _ = read_document(brand_pdf(password=""), most_pages=40, longest_text=12)
    assert (told["text"], told["pages_read"]) == ("Fern & Field", 1)

    much = b"0 0 1 rg 0 0 595 842 re f\n" + b"% filling\n" * 150_000
    told, _ = read_document(brand_pdf(pages=3, drawing=much), most_pages=40, longest_text=12)
    assert (told["page_count"], told["pages_read"]) == (3, 2)
    assert told["colors"] == [{"hex": "#0000ff", "share": 1.0}]


def test_bytes_that_are_broken_somewhere_are_read_or_refused() -> None:
    whole, chance = brand_pdf(), random.Random(20_261_121)  # noqa: S311 - a test's chance, to be had again
    for _ in range(6):
        data = bytearray(whole)
        for _ in range(8):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_document(bytes(data), most_pages=40, longest_text=100)
        except (DocumentRefused, *BROKEN):
            continue


async def test_a_brand_image_has_its_palette_and_a_logo_keeps_what_is_transparent(pictures: PicturesInChildren) -> None:
    image = await cleaned(pictures, png(brand_picture()), "image/png", IMAGE)
    assert image.reading is not None
    assert [color.hex for color in image.reading.colors] == ["#7fb2d9", "#2f6b4f", "#f4efe6"]
    assert sum(color.share for color in image.reading.colors) == pytest.approx(1, abs=0.001)

    logo = await cleaned(pictures, png(a_logo()), "image/png", LOGO)
    drawn = Image.open(io.BytesIO(logo.data))
    assert (drawn.format, drawn.mode, drawn.size, logo.reading) == ("PNG", "RGBA", (96, 96), None)
    assert (drawn.getpixel((0, 0)), drawn.getpixel((48, 48))) == ((255, 255, 255, 0), (0x0B, 0x3D, 0x3A, 255))


def test_inks_are_followed_as_far_as_they_are_plain() -> None:
    assert ink_of([0, 1, 1, 0]) == (255, 0, 0)
    assert ink_in(["/ICCBased", {"/N": 3}], [0, 0.5, 1]) == (0, 128, 255)
    spot = {"/FunctionType": 2, "/C0": [0, 0, 0, 0], "/C1": [1, 0, 0, 0], "/N": 1}
    assert ink_in(["/Separation", "/Teal", "/DeviceCMYK", spot], [0.5]) == (128, 255, 255)
    assert ink_in(["/Separation", "/Teal", "/DeviceCMYK", {**spot, "/FunctionType": 4}], [0.5]) is None
    assert ink_in("/Pattern", []) is None
