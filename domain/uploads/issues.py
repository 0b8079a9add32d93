"""Why a file is not taken: a stable code for programs, and a sentence with the next step for people."""

from dataclasses import dataclass
from enum import StrEnum


class IssueCode(StrEnum):
    SIZE_MISMATCH = "SIZE_MISMATCH"
    NOT_AN_IMAGE = "NOT_AN_IMAGE"
    SVG = "SVG"
    UNSUPPORTED_FORMAT = "UNSUPPORTED_FORMAT"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    POLYGLOT = "POLYGLOT"
    TRUNCATED = "TRUNCATED"
    DAMAGED = "DAMAGED"
    ANIMATED = "ANIMATED"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_COMPLEX = "TOO_COMPLEX"
    TOO_SMALL = "TOO_SMALL"
    MASK_EMPTY = "MASK_EMPTY"
    MASK_FULL = "MASK_FULL"
    MASK_NOT_BLACK_AND_WHITE = "MASK_NOT_BLACK_AND_WHITE"
    NOT_A_PDF = "NOT_A_PDF"
    DOCUMENT_ENCRYPTED = "DOCUMENT_ENCRYPTED"
    DOCUMENT_DAMAGED = "DOCUMENT_DAMAGED"
    DOCUMENT_EMPTY = "DOCUMENT_EMPTY"
    DOCUMENT_TOO_COMPLEX = "DOCUMENT_TOO_COMPLEX"
    TOO_MANY_PAGES = "TOO_MANY_PAGES"


@dataclass(frozen=True, slots=True)
class Issue:
    code: IssueCode
    message: str


def issue(code: IssueCode, **facts: object) -> Issue:
    """`facts` are what the code's message tells of."""
    return Issue(code, MESSAGES[code].format(**facts))


def photo_too_small(width: int, height: int, *, least: int, best: int) -> Issue:
    """Of what may be larger than it has to be."""
    side, how = (width, "wide") if width <= height else (height, "high")
    told = f"This photo is {side} px {how}; {least} is the least, {best} is best. Send a larger one."
    return Issue(IssueCode.TOO_SMALL, told)


MESSAGES = {
    IssueCode.SIZE_MISMATCH: "The file has {found} bytes, and {announced} were announced. Request an upload with its real size.",
    IssueCode.NOT_AN_IMAGE: "This file is no picture. Send a JPEG, PNG or WebP file.",
    IssueCode.SVG: "SVG files are programs, and are not taken. Export it as PNG.",
    IssueCode.UNSUPPORTED_FORMAT: "This is a {found} file. Export it as JPEG, PNG or WebP, as a still picture.",
    IssueCode.TYPE_MISMATCH: "The file was announced as {announced}, and is {found}. Request an upload of its real type.",
    IssueCode.POLYGLOT: "There is more in this file than a picture. Open it in an image editor and export it anew.",
    IssueCode.TRUNCATED: "The end of this picture is missing. Send the whole file.",
    IssueCode.DAMAGED: "This picture cannot be read. Open it in an image editor and export it anew.",
    IssueCode.ANIMATED: "Animated pictures are not taken. Export one of its frames.",
    IssueCode.TOO_MANY_PIXELS: (
        "The picture has {width} by {height} pixels; {most} megapixels are the most. Make it smaller, then send it again."
    ),
    IssueCode.TOO_COMPLEX: "This picture takes far too long to read. Open it in an image editor and export it anew.",
    IssueCode.TOO_SMALL: (
        "The picture has {width} by {height} pixels; each side has to have at least {least}. Send a larger one."
    ),
    IssueCode.MASK_EMPTY: "Nothing in this mask is white, so nothing would change. Paint white what is to change.",
    IssueCode.MASK_FULL: (
        "All of this mask is white, so nothing would stay. Paint black what is to stay; transparency does not count."
    ),
    IssueCode.MASK_NOT_BLACK_AND_WHITE: (
        "This mask is not black and white. Paint white what is to change and black what is to stay, without other colours."
    ),
    IssueCode.NOT_A_PDF: "This file is no PDF. Export the document as PDF, or send pictures as BRAND_IMAGE.",
    IssueCode.DOCUMENT_ENCRYPTED: "This PDF is locked by a password. Save it without one, then send it again.",
    IssueCode.DOCUMENT_DAMAGED: "This PDF cannot be read. Open it and export it as PDF anew.",
    IssueCode.DOCUMENT_EMPTY: "There is no page in this PDF. Send the document itself.",
    IssueCode.DOCUMENT_TOO_COMPLEX: "This PDF takes far too long to read. Send the few pages that show your brand.",
    IssueCode.TOO_MANY_PAGES: "The PDF has {found} pages; {most} are the most. Send the pages that show your brand.",
}
