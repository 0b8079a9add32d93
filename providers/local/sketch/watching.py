"""A report for whoever also wants to see the drawing after each stage."""

from collections.abc import Callable

from PIL import Image


class Watching:
    """Called with a percent, as any report. May raise, which ends the drawing there."""

    def __init__(self, report: Callable[[int], None], look: Callable[[int, Image.Image], None]) -> None:
        self._report, self.look = report, look

    def __call__(self, percent: int) -> None:
        self._report(percent)
