"""A report for whoever also wants to see the drawing after each stage."""

from collections.abc import Callable

from PIL import Image


class Watching:
    """Called with a percent, as any report. May raise, which ends the drawing there."""

    def __init__(self, report: Callable[[int], None], look: Callable[[int, Image.Image], None]) -> None:
        self._report, self.look = report, look

    def through(self, change: Callable[[Image.Image], Image.Image]) -> "Watching":
        """Whoever looks sees every stage changed so."""
        return Watching(self._report, lambda percent, so_far: self.look(percent, change(so_far)))

    def __call__(self, percent: int) -> None:
        self._report(percent)
