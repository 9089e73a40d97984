"""Plots: values over time as dots, two columns and four rows in each cell, with an axis at the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.ui.lines import Line, fit

Column = tuple[float, float] | None
"""The least and the greatest value of a column of dots; None for a gap."""

DOTS = 2
"""Columns of dots in a cell."""

_ROWS = 4
"""Rows of dots in a cell."""

_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Which bit of a Braille pattern a dot is, by column and row."""

_BRAILLE = 0x2800

_MARK = "┤"
_EDGE = "│"


@dataclass(frozen=True, slots=True)
class Scale:
    """What stands at which height.

    Attributes:
        low: The value at the bottom.
        high: The value at the top.
        labels: Values that are named at the axis, each with its name.
    """

    low: float
    high: float
    labels: tuple[tuple[float, str], ...]

    def row(self, value: float, rows: int) -> int:
        """The row of a value, counted from the top; where all values are the same, the lowest one."""
        if self.high <= self.low:
            return rows - 1
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return rows - 1 - round(part * (rows - 1))


def dots(columns: Sequence[Column], width: int, height: int, scale: Scale) -> list[str]:
    """Draw columns of dots, each from its least to its greatest value, joined to the one before.

    Args:
        columns: From the left, `DOTS` for each cell.
        width: In cells.
        height: In cells.
        scale: What stands at which height.
    """
    cells = [[0] * width for _ in range(height)]
    rows = height * _ROWS
    before: tuple[int, int] | None = None
    for at, column in enumerate(columns[: width * DOTS]):
        if column is None:
            before = None
            continue
        bottom, top = scale.row(column[0], rows), scale.row(column[1], rows)
        here = top, bottom
        if before is not None:
            # What jumped is joined by a line, and ends where this column begins.
            top, bottom = min(top, before[1]), max(bottom, before[0])
        for row in range(top, bottom + 1):
            cells[row // _ROWS][at // DOTS] |= _BITS[at % DOTS][row % _ROWS]
        before = here
    return ["".join(chr(_BRAILLE + each) if each else " " for each in line) for line in cells]


def plot(columns: Sequence[Column], lead: int, width: int, height: int, scale: Scale) -> list[Line]:
    """Draw a plot with its axis at the left.

    Args:
        columns: See `dots`.
        lead: Cells for the names at the axis and the axis.
        width: Cells for the dots.
        height: In cells.
        scale: What stands at which height.
    """
    named: dict[int, str] = {}
    for value, name in scale.labels:
        named.setdefault(scale.row(value, height * _ROWS) // _ROWS, name)
    lines: list[Line] = []
    for row, text in enumerate(dots(columns, width, height, scale)):
        name = named.get(row, "")
        label = fit(name, lead - 2, right=True)
        lines.append(((label, "dim"), (f" {_MARK if name else _EDGE}", "rule"), (text, "even")))
    return lines


def time_axis(lead: int, width: int, labels: Sequence[str]) -> list[Line]:
    """The axis below a plot, its labels at equal distances from its left end to its right one.

    Args:
        lead: Cells before the dots.
        width: Cells of the dots.
        labels: Left to right.
    """
    marks = ["─"] * width
    text = [" "] * (width + 1)
    for number, label in enumerate(labels):
        at = round(number * (width - 1) / max(len(labels) - 1, 1))
        marks[at] = "┴"
        begin = min(max(at - len(label) // 2, 0), width - len(label))
        if begin >= 0:
            text[begin : begin + len(label)] = label
    return [
        ((" " * (lead - 1), "text"), ("└", "rule"), ("".join(marks), "rule")),
        ((" " * lead, "text"), ("".join(text).rstrip(), "dim")),
    ]
