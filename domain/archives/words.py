"""How archives are spoken of to their owner."""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_TRIES = 3


@dataclass(frozen=True, slots=True)
class Words:
    """How one sort of archive is spoken of. `failures` are by code."""

    ready: str
    failed: str
    failures: Mapping[str, str]


IMAGES = Words(
    "Your images are packed",
    "Your images could not be packed",
    {
        "INTERNAL": f"This archive failed {MAX_TRIES} times. It cost nothing; you can ask for it again.",
        "TOO_LARGE": "Files as large as this one are not kept here. Ask for fewer images at once.",
        "NOT_FOUND": "All of its images were deleted before they were packed.",
    },
)
EXPORT = Words(
    "Your export is ready",
    "Your export could not be made",
    {
        "INTERNAL": f"This export failed {MAX_TRIES} times. It cost nothing; you can ask for it again.",
        "TOO_LARGE": "Files as large as this one are not kept here. Export personas and influencers one by one.",
        "NOT_FOUND": "What it is of was deleted before it was packed.",
    },
)
WORDS = {False: IMAGES, True: EXPORT}
"""By whether it is an export."""
