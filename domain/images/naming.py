"""What an image is called when it is kept outside: `mara-voss_pack_2026-11-21_003.jpg`."""

import re
from datetime import datetime

from domain.jobs.job import JobKind
from domain.ports.object_store import EXTENSIONS

SEPARATORS = re.compile(r"[\W_]+")
LONGEST_SLUG = 40


def slug(name: str) -> str:
    """Letters and digits of any script, with hyphens between words; safe in a path, a header and a ZIP."""
    return SEPARATORS.sub("-", name.casefold())[:LONGEST_SLUG].strip("-") or "image"


def file_name(subject_name: str, kind: JobKind, created_at: datetime, *, number: int, content_type: str) -> str:
    """`number` counts from 1: within a job, or within an archive."""
    words = (slug(subject_name), slug(kind), created_at.date().isoformat(), f"{number:03}")
    return f"{'_'.join(words)}.{EXTENSIONS[content_type]}"
