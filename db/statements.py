"""SQL as it stands in the repositories, with :names, and as asyncpg takes it, with $1, $2; translated once per statement.

A unit of work speaks to asyncpg directly: through SQLAlchemy, a transaction of one statement took 0.26 ms of processor, not 0.07.
"""

import re
from collections.abc import Mapping

NAME = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


class Statement:
    """`writes` is false for what only reads, and then there is nothing to take back."""

    __slots__ = ("names", "sql", "text", "writes")

    def __init__(self, text: str) -> None:
        self.text = text
        self.names = tuple(dict.fromkeys(NAME.findall(text)))
        place = {name: f"${number}" for number, name in enumerate(self.names, 1)}
        self.sql = NAME.sub(lambda found: place[found[1]], text)
        self.writes = not text.lstrip().startswith("SELECT")

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        return [values[name] for name in self.names]
