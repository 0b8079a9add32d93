"""Figures as people read them: ours, the reference, and ours divided by it."""

from collections.abc import Sequence
from dataclasses import dataclass

MORE, LESS = "more is better", "less is better"


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    unit: str
    better: str
    ours: float
    reference: float

    def text(self) -> str:
        ratio = f"{self.ours / self.reference:.2f}" if self.reference else "-"
        return f"  {self.what:<44}{_short(self.ours):>10}{_short(self.reference):>12}  {self.unit:<6}{ratio:>8}  {self.better}"


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    reference: str
    """What the reference is, in words."""
    figures: Sequence[Figure]

    def text(self) -> str:
        head = f"  {'':<44}{'ours':>10}{'reference':>12}  {'':<6}{'ratio':>8}"
        return "\n".join([self.title, f"  reference: {self.reference}", head, *(f.text() for f in self.figures), ""])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of them do not exceed."""
    in_order = sorted(values)
    return in_order[min(len(in_order) - 1, round(share * (len(in_order) - 1)))]


def _short(value: float) -> str:
    """Three figures are more than a shared machine can promise."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
