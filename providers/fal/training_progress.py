"""Which step a training is at, read from its trainer's log. No contract: fal has no field for it, and may log otherwise tomorrow.

As in `progress`, every answer brings the whole log, and the last line that tells counts. Bars of few are of pictures that are
loaded, or of files: a training has `LEAST_STEPS` at least.
"""

import re
from collections.abc import Sequence

LEAST_STEPS = 100
LINES_LOOKED_AT = 100
CHARACTERS_LOOKED_AT = 200
STEP = re.compile(r"\bsteps?\b[^0-9]{0,20}(\d{1,6})\s*(?:/|of)\s*(\d{1,6})\b", re.IGNORECASE)
BAR = re.compile(r"^\s*(?:steps?:\s*|training:\s*)?\d{1,3}%\|[^|]{0,80}\|\s*(\d{1,6})/(\d{1,6})\b", re.IGNORECASE)
"""As tqdm draws it."""


def step_of(logs: object) -> tuple[int, int] | None:
    """The step and how many there are. None where no line tells."""
    lines: Sequence[object] = logs if isinstance(logs, list) else ()
    for line in reversed(lines[-LINES_LOOKED_AT:]):
        message = line.get("message") if isinstance(line, dict) else None
        if isinstance(message, str) and (found := _step_in(message[:CHARACTERS_LOOKED_AT])):
            return found
    return None


def _step_in(message: str) -> tuple[int, int] | None:
    found = STEP.search(message) or BAR.search(message)
    if found is None:
        return None
    step, of = int(found[1]), int(found[2])
    return (step, of) if step <= of and of >= LEAST_STEPS else None
