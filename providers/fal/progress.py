"""How far a picture is, read from its runner's log. fal has no field for it, and promises nothing about what is logged.

Every answer brings the whole log so far, so the last line that tells is looked for from the end: nothing has to be
remembered between two questions, and another process goes on as well.
"""

import re
from collections.abc import Sequence

LINES_LOOKED_AT = 100
CHARACTERS_LOOKED_AT = 200
STEP = re.compile(r"\bsteps?\b[^0-9]{0,20}(\d{1,4})\s*(?:/|of)\s*(\d{1,4})\b", re.IGNORECASE)
BAR = re.compile(r"^\s*(?:steps?:\s*|sampling:\s*|denoising:\s*)?(\d{1,3})%\|", re.IGNORECASE)
"""As tqdm draws it. With any other name in front it counts files or shards, before the picture is begun."""


def percent_of(logs: object) -> int | None:
    """0 to 100. None where no line tells."""
    lines: Sequence[object] = logs if isinstance(logs, list) else ()
    for line in reversed(lines[-LINES_LOOKED_AT:]):
        message = line.get("message") if isinstance(line, dict) else None
        if isinstance(message, str) and (percent := _percent(message[:CHARACTERS_LOOKED_AT])) is not None:
            return percent
    return None


def _percent(message: str) -> int | None:
    if step := STEP.search(message):
        done, of = int(step[1]), int(step[2])
        return 100 * done // of if 0 <= done <= of and of else None
    if bar := BAR.search(message):
        return min(100, int(bar[1]))
    return None
