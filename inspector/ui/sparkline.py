"""A series of values as one line of blocks."""

from __future__ import annotations

from collections.abc import Sequence

Extremes = tuple[int, int] | None
"""The least and the greatest value of a span of time; None where there is none."""

_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(steps: Sequence[Extremes], *, bit: bool = False) -> str:
    """Draw steps, the oldest first: each as high as its greatest value among all of them; a gap is blank.

    Args:
        steps: One for each cell.
        bit: A single bit: low, high, or half high where it was both.
    """
    if bit:
        return "".join(" " if step is None else _BIT[step] for step in steps)
    known = [value for step in steps if step is not None for value in step]
    low, high = min(known, default=0), max(known, default=0)
    if low == high:
        return "".join(" " if step is None else _BLOCKS[0] for step in steps)
    top = len(_BLOCKS) - 1
    return "".join(" " if step is None else _BLOCKS[(step[1] - low) * top // (high - low)] for step in steps)


_BIT = {(0, 0): "▁", (1, 1): "█", (0, 1): "▄"}
