"""A series of values as a picture of dots: two columns and four rows of them in each cell."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.ui.sparkline import Extremes

_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bits of Braille patterns by column and row."""

_BRAILLE = 0x2800


def plot(steps: Sequence[Extremes], width: int, height: int, low: int, high: int) -> list[str]:
    """Draw steps as columns of dots from each one's least to its greatest value, joined to the one before.

    Args:
        steps: Two for each cell, the oldest first.
        width: In cells.
        height: In cells.
        low: The value at the bottom.
        high: The value at the top.
    """
    cells = [[0] * width for _ in range(height)]
    rows = height * 4
    span = max(high - low, 1)

    def row_of(value: int) -> int:
        return rows - 1 - (min(max(value, low), high) - low) * (rows - 1) // span

    before: tuple[int, int] | None = None
    for column, step in enumerate(steps[: width * 2]):
        if step is None:
            before = None
            continue
        bottom, top = row_of(step[0]), row_of(step[1])
        if before is not None:
            # A jump is a line, so that it is seen where it was.
            top, bottom = min(top, before[1]), max(bottom, before[0])
        for row in range(top, bottom + 1):
            cells[row // 4][column // 2] |= _DOTS[column % 2][row % 4]
        before = row_of(step[1]), row_of(step[1])
        if step[0] == step[1]:
            before = row_of(step[0]), row_of(step[0])
    return ["".join(chr(_BRAILLE + dots) if dots else " " for dots in line) for line in cells]
