"""Masks: white is what changes.

What is taken for black and white: grey is white from 128 on, so that soft edges are fine. Transparency does not count, with
one exception: where every pixel is black and some are clear, what was painted (the opaque part) is what changes, as in
editors whose masks are strokes on an empty layer.
"""

from dataclasses import dataclass

from domain.errors import InvalidInput
from domain.images.image import StoredFile
from domain.uploads.issues import Issue, IssueCode, issue
from domain.uploads.upload import TakenUpload, UploadPurpose

WHITE_FROM = 128
"""Of 255: where grey begins to be white."""

DARK_TO, LIGHT_FROM = 64, 192
"""Of 255: the darkest quarter ends below the first, the lightest begins with the second."""

COLOURFUL = 64
"""By how much red, green and blue of a pixel may differ. JPEG and colour profiles tint grey by less."""

MOST_COLOURFUL = 0.05
MOST_IN_BETWEEN = 0.5
"""Parts of a mask's pixels that may be colourful, and neither dark (under a quarter) nor light: a photo has more, and even
widely feathered strokes have less."""


@dataclass(frozen=True, slots=True)
class MaskMeasures:
    """Parts of all pixels, each 0 to 1."""

    coverage: float
    """White."""
    colourful: float
    in_between: float
    """Neither in the darkest quarter nor in the lightest."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A PNG of black and white, exactly as large as the picture it is for. `coverage` is more than 0 and less than 1."""

    file: StoredFile
    coverage: float


def issue_of_mask(found: MaskMeasures) -> Issue | None:
    if found.colourful > MOST_COLOURFUL or found.in_between > MOST_IN_BETWEEN:
        return issue(IssueCode.MASK_NOT_BLACK_AND_WHITE)
    if found.coverage <= 0:
        return issue(IssueCode.MASK_EMPTY)
    return issue(IssueCode.MASK_FULL) if found.coverage >= 1 else None


def measured_mask(upload: TakenUpload, *, width: int, height: int, field: str) -> Mask:
    """The mask of a picture of this size. Raises `InvalidInput` (at `field`) where it has another one."""
    if upload.purpose is not UploadPurpose.MASK or upload.coverage is None:
        raise ValueError(f"{upload.id} was taken in as {upload.purpose}, not as a mask")
    if (upload.width, upload.height) != (width, height):
        raise InvalidInput(
            f"The mask has {upload.width} by {upload.height} pixels and the image {width} by {height}. "
            "Send a mask of the image's size.",
            field=field,
        )
    return Mask(upload.file, upload.coverage)
