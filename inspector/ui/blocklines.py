"""The rows of the table that show no register: headings of blocks, what is folded, memory windows."""

from __future__ import annotations

from inspector.ui.columns import Columns
from inspector.ui.condition import FOLDED, UNFOLDED, PlaceWords
from inspector.ui.foldlines import count_words, fold_line
from inspector.ui.lines import Line, clean
from inspector.ui.memory import memory_row
from inspector.ui.rowlines import heading
from inspector.ui.rows import Rows


def block_line(rows: Rows, row: int, at: Columns, words: PlaceWords, *, cursor: bool, covered: bool) -> Line:
    """Draw a row that shows no register, or the heading that covers one.

    Args:
        rows: Which row is what.
        row: Which.
        at: The columns.
        words: How its region is.
        cursor: Whether it is the selected one.
        covered: Whether the heading that stays in sight stands there.
    """
    window, fold = rows.window(row), rows.fold_at(row)
    if window is not None and not covered:
        return memory_row(window, at, words.base, cursor=cursor)
    if fold is not None and fold.name and not covered:
        return fold_line(fold, rows.nodes[fold.first], at, words.base, cursor=cursor)
    head = rows.head(row)
    region, instance = rows.places[head.place]
    block = rows.fold_at(head.row)
    inside = rows.inside(row + 1) if covered else None
    note = count_words(block) if block else f"› {clean(inside.name)}" if inside else ""
    mark = FOLDED if block else UNFOLDED if rows.opens(head.row) else " "
    return heading(region, instance, words, at.width, cursor=cursor, mark=mark, note=note)
