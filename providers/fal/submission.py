"""What goes with every submission to fal's queue, and what is read from its answer."""

import json
from collections.abc import Mapping
from datetime import timedelta

from providers.fal.errors import Answer
from providers.fal.line import NUMBER

MEDIA_LIFE = timedelta(hours=1)
"""How long fal keeps what it made. We fetch it within seconds; a worker that was away may still come for it."""


def submit_headers(start_timeout: timedelta, *, keeps_requests: bool) -> Mapping[str, str]:
    return {
        "x-fal-request-timeout": str(start_timeout.total_seconds()),
        "x-fal-no-retry": "1",  # fal would begin anew up to ten times; when to try again is decided by the job
        "x-fal-object-lifecycle-preference": json.dumps(
            {"expiration_duration_seconds": int(MEDIA_LIFE.total_seconds())}
        ),
        **({} if keeps_requests else {"x-fal-store-io": "0"}),
    }


def number_in(answer: Answer) -> str | None:
    """None for anything but an acceptance with a number that can be asked about."""
    if not 200 <= answer.status < 300:
        return None
    request_id = object_in(answer).get("request_id")
    return request_id if isinstance(request_id, str) and NUMBER.fullmatch(request_id) else None


def object_in(answer: Answer) -> Mapping[str, object]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
