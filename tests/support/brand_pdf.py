"""A small brand guide as a PDF, written operator by operator, so that every colour and font in it is known."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

WORDS = (
    "Voice: warm and plain, a neighbour who knows gardens.",
    "We never shout.",
    "Audience: people with a balcony and no time.",
    "Primary #0b3d3a",
    "Accent #f2b134",
    "Headlines: Playfair Display",
)
GROUND = b"0.984 0.969 0.937 rg 0 0 595 842 re f\n0.043 0.239 0.227 rg 0 642 595 200 re f\n"
TITLE = b"1 1 1 rg BT /F1 42 Tf 60 730 Td (Fern & Field) Tj ET\n"
BAR = b"0.949 0.694 0.204 rg 60 600 240 20 re f\n0.11 0.11 0.11 rg\n"


def brand_pdf(
    words: Sequence[str] = WORDS, *, pages: int = 1, password: str | None = None, drawing: bytes | None = None
) -> bytes:
    """Each page the same: a light ground, a dark head, an amber bar, words in near-black, and a picture."""
    writer = PdfWriter()
    content = (
        drawing
        if drawing is not None
        else GROUND + TITLE + BAR + _lines(words) + b"q 220 0 0 160 330 60 cm /Im0 Do Q\n"
    )
    drawn = writer._add_object(_stream(content).flate_encode())
    resources = DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject(
                {
                    NameObject("/F1"): writer._add_object(_font("/ABCDEF+PlayfairDisplay-Bold")),
                    NameObject("/F2"): writer._add_object(_font("/GHIJKL+Lato-Regular")),
                }
            ),
            NameObject("/XObject"): DictionaryObject({NameObject("/Im0"): writer._add_object(_picture())}),
        }
    )
    for _ in range(pages):
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = resources
        page[NameObject("/Contents")] = drawn
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def brand_picture() -> Image.Image:
    """Three flat colours: blue, cream, green."""
    image = Image.new("RGB", (440, 320), "#7fb2d9")
    pen = ImageDraw.Draw(image)
    pen.ellipse((120, 40, 320, 240), fill="#f4efe6")
    pen.rectangle((0, 240, 440, 320), fill="#2f6b4f")
    return image


def a_logo() -> Image.Image:
    """A disc on nothing."""
    image = Image.new("RGBA", (96, 96), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((8, 8, 88, 88), fill="#0b3d3aff")
    return image


def _lines(words: Sequence[str]) -> bytes:
    lines = (f"BT /F2 11 Tf 60 {560 - 16 * place} Td ({line}) Tj ET\n" for place, line in enumerate(words))
    return "".join(lines).encode()


def _stream(data: bytes) -> StreamObject:
    stream = StreamObject()
    stream.set_data(data)
    return stream


def _font(name: str) -> DictionaryObject:
    told = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": name, "/Encoding": "/WinAnsiEncoding"}
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in told.items()})


def _picture() -> StreamObject:
    image, file = brand_picture(), BytesIO()
    image.save(file, "JPEG", quality=92)
    stream = _stream(file.getvalue())
    names = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceRGB", "/Filter": "/DCTDecode"}
    numbers = {"/Width": image.width, "/Height": image.height, "/BitsPerComponent": 8}
    stream.update({NameObject(key): NameObject(value) for key, value in names.items()})
    stream.update({NameObject(key): NumberObject(value) for key, value in numbers.items()})
    return stream
