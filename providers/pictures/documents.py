"""A PDF, read by pypdf: what its pages look like, roughly, which fonts its letters have, and its text.

Everything is bounded by counts and sizes, never by time, so that the same file gives the same answer on any machine. What takes too
long all the same ends with the process that this runs in.
"""

import logging
import re
from collections import Counter, defaultdict
from io import BytesIO

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PdfReadError, PyPdfError

from providers.pictures.painting import Found, Painter
from providers.pictures.sampling import palette_of

MOST_CONTENT = 3 * 1024 * 1024
"""Bytes of drawing on the pages of a document that are followed: about a second each."""
MOST_SHOWN, COLUMNS, GAP = 12, 4, 8
"""Pages on the sheet."""
MOST_FONTS = 12
QUALITY = 90
SUBSET = re.compile(r"^[A-Z]{6}\+")
STYLES = re.compile(
    r"[-,_ ]*(?:(?:extra|semi|demi|ultra)?-?(?:bold|light|black)|regular|roman|book|medium|thin|heavy|italic|oblique|ital|it|bd|vf|mt|ps)+$",
    re.IGNORECASE,
)
WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")

Told = dict[str, object]


class DocumentRefused(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def read_document(data: bytes, *, most_pages: int, longest_text: int) -> tuple[Told, bytes]:
    """What was found, and a sheet of its pages as a JPEG. Raises `DocumentRefused`."""
    logging.disable(logging.CRITICAL)  # pypdf tells its log of every oddity
    try:
        return _read(_opened(data, most_pages), longest_text)
    except LimitReachedError:
        raise DocumentRefused("DOCUMENT_TOO_COMPLEX") from None
    except PyPdfError:
        raise DocumentRefused("DOCUMENT_DAMAGED") from None


def _opened(data: bytes, most_pages: int) -> PdfReader:
    reader = PdfReader(BytesIO(data))
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentRefused("DOCUMENT_ENCRYPTED")
    except (DependencyError, NotImplementedError):
        raise DocumentRefused("DOCUMENT_ENCRYPTED") from None
    count = len(reader.pages)
    if count == 0:
        raise DocumentRefused("DOCUMENT_EMPTY")
    if count > most_pages:
        raise DocumentRefused("TOO_MANY_PAGES", found=count, most=most_pages)
    return reader


def _read(reader: PdfReader, longest_text: int) -> tuple[Told, bytes]:
    found, content = Found(), 0
    painted: list[Image.Image] = []
    texts: list[str] = []
    for page in reader.pages:
        contents = page.get_contents()
        content += len(contents.get_data()) if contents is not None else 0
        if content > MOST_CONTENT:
            break
        painted.append(Painter(reader, page, found).paint())
        if sum(map(len, texts)) < longest_text:
            texts.append(_text(page))
    if not painted:
        raise DocumentRefused("DOCUMENT_TOO_COMPLEX")
    sheet = _sheet(painted)
    file = BytesIO()
    sheet.save(file, "JPEG", quality=QUALITY, subsampling="4:4:4")
    told: Told = {
        "width": sheet.width,
        "height": sheet.height,
        "type": "image/jpeg",
        "colors": palette_of(_in_one(painted)),
        "fonts": _fonts(found.letters),
        "text": "\n\n".join(texts).replace("\x00", "")[:longest_text],
        "page_count": len(reader.pages),
        "pages_read": len(painted),
        "picture_count": found.pictures,
    }
    return told, file.getvalue()


def _text(page: object) -> str:
    try:
        text: str = page.extract_text()  # type: ignore[attr-defined] # a page of pypdf's
    except LimitReachedError:
        raise
    except (PdfReadError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
        return ""
    return text.encode("utf-8", "ignore").decode()


def _sheet(pages: list[Image.Image]) -> Image.Image:
    """The first pages, side by side, on grey."""
    shown = pages[:MOST_SHOWN]
    columns = min(COLUMNS, len(shown))
    wide, tall = max(page.width for page in shown) + GAP, max(page.height for page in shown) + GAP
    sheet = Image.new("RGB", (columns * wide + GAP, -(-len(shown) // columns) * tall + GAP), (128, 128, 128))
    for place, page in enumerate(shown):
        sheet.paste(page, (GAP + place % columns * wide, GAP + place // columns * tall))
    return sheet


def _in_one(pages: list[Image.Image]) -> Image.Image:
    """All pages below one another, each cut to the narrowest."""
    wide = min(page.width for page in pages)
    whole = Image.new("RGB", (wide, sum(page.height for page in pages)))
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    return whole


def _fonts(letters: Counter[tuple[str, float]]) -> list[Told]:
    """By family, the one with most letters first, each with the size of most of its letters."""
    sizes: dict[str, Counter[float]] = defaultdict(Counter)
    for (name, size), count in letters.items():
        if family := _family(name):
            sizes[family][size] += count
    total = sum(letters.values()) or 1
    fonts = [
        {
            "name": family,
            "share": round(of.total() / total, 4),
            "size": max(of.items(), key=lambda one: (one[1], one[0]))[0],
        }
        for family, of in sizes.items()
    ]
    return sorted(fonts, key=lambda font: (-float(str(font["share"])), str(font["name"])))[:MOST_FONTS]


def _family(name: str) -> str:
    """`ABCDEF+PlayfairDisplay-BoldItalic` is Playfair Display."""
    bare = SUBSET.sub("", name)
    bare = STYLES.sub("", bare) or bare
    return WORDS.sub(" ", bare).replace("-", " ").strip()[:60]
