"""What a file has to be for each purpose, and how many there may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.uploads.upload import UploadPurpose

MOST_AT_ONCE = 20
"""Files that one `requestUploads` announces: as many as a persona has photos (Product, section 3)."""

MOST_OPEN = 60
"""Uploads of one user that nothing uses yet: 600 MB, if each is as large as may be."""

UPLOAD_LIFE = timedelta(hours=24)
"""How long an upload waits for somebody to use it. Never less than `SLOT_MARGIN` after its address has expired."""

SLOT_MARGIN = timedelta(hours=1)
"""Whatever was sent in the last moment is there by then, so that what is removed after it does not come again."""

MOST_MEGAPIXELS = 40
"""Decoded, 40 megapixels take 1.5 s and 480 MB (Pillow 13.0.0, measured 2026-11-21). Phones make 12 to 50."""

MOST_PIXELS = MOST_MEGAPIXELS * 1_000_000

MOST_SCANS = 64
"""Of a progressive JPEG. Photos have 10; a file of 360 KB with 5,000 empty ones takes 8.5 s to decode (likewise)."""

LONGEST_NAME = 200
"""Characters of a file's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    folder: str
    """Where the file that we make of it is kept."""
    shortest_side: int
    """Pixels."""
    best_side: int | None = None
    """Pixels, where more than the least is better."""
    is_mask: bool = False
    is_measured: bool = False
    is_sampled: bool = False
    """Whether its palette is measured."""
    keeps_clear: bool = False
    """Whether what is transparent stays so: it is a PNG then."""
    is_document: bool = False
    """A PDF, of which a sheet is drawn."""


DEMANDS: Mapping[UploadPurpose, Demands] = {
    UploadPurpose.PERSONA_PHOTO: Demands(
        folder="photos", shortest_side=512, best_side=1024, is_measured=True
    ),  # Product, section 3
    UploadPurpose.STYLE_IMAGE: Demands(folder="styles", shortest_side=256),
    UploadPurpose.PROJECT_STILL: Demands(folder="stills", shortest_side=256),
    UploadPurpose.MASK: Demands(folder="masks", shortest_side=64, is_mask=True),
    UploadPurpose.BRAND_DOCUMENT: Demands(folder="brands", shortest_side=1, is_sampled=True, is_document=True),
    UploadPurpose.BRAND_IMAGE: Demands(folder="brands", shortest_side=64, is_sampled=True),
    UploadPurpose.LOGO: Demands(folder="logos", shortest_side=32, keeps_clear=True),
}
