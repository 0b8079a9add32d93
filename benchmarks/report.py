"""Figures as people read them: a line for each server, and beside each figure how it compares with the reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CELL = 16
"""Letters that a figure and its ratio take."""

MORE, LESS = "more is better", "less is better"


@dataclass(frozen=True, slots=True)
class Column:
    what: str
    unit: str
    better: str

    @property
    def head(self) -> tuple[str, str, str]:
        return self.what, self.unit, self.better


@dataclass(frozen=True, slots=True)
class Report:
    """`rows` are figures by the name of a server, in the order of the columns; the reference is one of them."""

    title: str
    reference: str
    about: str
    """What the reference is, in words."""
    columns: Sequence[Column]
    rows: Mapping[str, Sequence[float]]

    def text(self) -> str:
        widths = [max(CELL, *map(len, column.head)) + 2 for column in self.columns]
        heads = [_line("", line, widths) for line in zip(*(column.head for column in self.columns), strict=True)]
        return "\n".join([self.title, f"  {self.reference}: {self.about}", *heads, *self._lines(widths), ""])

    def _lines(self, widths: Sequence[int]) -> list[str]:
        against = self.rows[self.reference]
        return [
            _line(name, [_compared(value, base) for value, base in zip(values, against, strict=True)], widths)
            for name, values in self.rows.items()
        ]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of them do not exceed."""
    in_order = sorted(values)
    return in_order[min(len(in_order) - 1, round(share * (len(in_order) - 1)))]


def _line(name: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    return f"  {name:<28}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _compared(value: float, base: float) -> str:
    return f"{_short(value)}{f'({value / base:.2f})' if base else '(-)':>9}"


def _short(value: float) -> str:
    """Three figures are more than a shared machine can promise."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
