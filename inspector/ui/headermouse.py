"""The mouse on the line of column names: an edge sizes a column, a name carries it elsewhere."""

from __future__ import annotations

from inspector.ui.columns import Arrangement, Column, Columns


class HeaderMouse:
    """What of a column is held while a button is down."""

    def __init__(self) -> None:
        self._column: Column | None = None
        self._sizing = False
        self._grip = 0

    @property
    def held(self) -> bool:
        """Whether a column is held."""
        return self._column is not None

    def press(self, x: int, at: Columns) -> bool:
        """Take hold of what is at a cell; whether there is anything."""
        edge = at.edge(x)
        self._sizing = edge is not None
        self._column = edge or at.under(x)
        slot = at.slot(self._column) if self._column else None
        self._grip = slot.end - x if slot else 0
        return self.held

    def drag(self, x: int, at: Columns, arrangement: Arrangement) -> Arrangement:
        """Size the column whose edge is held so that the edge is at a cell."""
        slot = at.slot(self._column) if self._column else None
        if slot is None or not self._sizing or x + self._grip == slot.end:
            return arrangement
        return arrangement.sized(slot.column, x + self._grip - slot.start)

    def release(self, x: int, at: Columns, arrangement: Arrangement) -> Arrangement:
        """Let go; a name that was carried to another column takes that one's place."""
        column, self._column = self._column, None
        over = at.under(x)
        if column is None or self._sizing or over is None or over is column:
            return arrangement
        return arrangement.moved(column, arrangement.order.index(over) - arrangement.order.index(column))
