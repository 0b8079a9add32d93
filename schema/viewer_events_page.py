"""`python -m schema.viewer_events_page docs/viewer-events.md`: what a user's stream tells, and because of what. A test compares."""

import sys
from pathlib import Path

from domain.user_events import JOB_EVENTS, USER_EVENTS, Words
from schema.viewer_events import TYPES

HEAD = """# What `viewerEvents` tells

*Made by `python -m schema.viewer_events_page` from `domain/user_events.py`, which also says how to add a kind.*

One stream for everything of a user's. It begins with `ViewerSnapshot`, or with `after` behind that cursor; what is durable then comes once, in
order and without a gap, on any process, for seven days; after that there is a `ViewerResyncRequired` instead, never silence. `CreditBalanceChanged`
and `TrainingProgressed` are live: the newest counts, and after a reconnect the present balance is told if it is another. Events name what they are
about and bring it as it is when they are told, so that a cache is brought up to date without another query; what is gone by then is null.

| event | told | because of |
| --- | --- | --- |
"""


def page() -> str:
    words: list[tuple[str, Words]] = [(TYPES[kind].__name__, said) for kind, said in JOB_EVENTS.items()]
    words += [(TYPES[kind].__name__, said) for kind, said in USER_EVENTS.items()]
    return HEAD + "".join(
        f"| `{name}` | {said.when} | {', '.join(f'`{one}`' for one in said.because_of)} |\n" for name, said in words
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
