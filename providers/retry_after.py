"""How long a vendor says to wait: RFC 9110's `Retry-After`, in seconds or as a date."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=1)
"""Whoever says more is not believed: nothing of ours waits so long."""

SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """None where nothing is said, or nothing that can be read. `headers` by lower-case names. Never below zero."""
    text = headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(text):
        return min(timedelta(seconds=float(text)), LONGEST)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(timedelta(), wait), LONGEST)
