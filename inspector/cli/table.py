"""Rows of text for people: aligned, and coloured on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from inspector.cli.output import escape, on_terminal

Kind = Literal["plain", "value", "skipped", "error", "field"]

_STYLES: dict[Kind, tuple[str, ...]] = {
    "plain": ("bold",),
    "value": ("bold", "dim", "cyan"),
    "skipped": ("dim", "dim", "dim", "dim"),
    "error": ("bold", "dim", "red", "red"),
    "field": ("", "dim", "cyan"),
}
GAP = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        cells: The columns' texts; the last one may be of any length.
        kind: What it tells, which decides its colours.
    """

    cells: tuple[str, ...]
    kind: Kind = "plain"


def measure(rows: Iterable[Row]) -> list[int]:
    """The width of each column but the last."""
    widths: list[int] = []
    for row in rows:
        for column, cell in enumerate(row.cells[:-1]):
            if column == len(widths):
                widths.append(0)
            widths[column] = max(widths[column], len(escape(cell)))
    return widths


def print_rows(rows: Sequence[Row], widths: Sequence[int] | None = None) -> None:
    """Print rows in aligned columns.

    Args:
        rows: What to print.
        widths: The columns' widths where they are known ahead, for rows that come a few at a time.
    """
    if not rows:
        return
    widths = measure(rows) if widths is None else widths
    if on_terminal(sys.stdout):
        _print_in_colour(rows, widths)
        return
    for row in rows:
        cells = [escape(cell) for cell in row.cells]
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
        print((" " * GAP).join([*padded, *cells[len(padded) :]]).rstrip())


def _print_in_colour(rows: Sequence[Row], widths: Sequence[int]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, GAP, 0, 0))
    for width in widths:
        table.add_column(width=width, overflow="fold")
    table.add_column(overflow="fold")
    for row in rows:
        styles = _STYLES[row.kind]
        table.add_row(
            *(
                Text(escape(cell), style=styles[column] if column < len(styles) else "")
                for column, cell in enumerate(row.cells)
            )
        )
    Console(highlight=False).print(table)
