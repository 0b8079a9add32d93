"""The product's own sources, for tests that read them."""

from collections.abc import Iterator
from pathlib import Path


def sources_of(*packages: str, besides: str) -> Iterator[str]:
    for package in packages:
        for path in sorted(Path(package).rglob("*.py")):
            if path != Path(besides):
                yield path.read_text(encoding="utf-8")
