"""The columns of the register table: which there are, what a person made of them, how wide each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from inspector.ui.measures import Measures
from inspector.ui.statefile import Json
from inspector.ui.values import ValueFormat

GUTTER = 2
"""Cells before the first column: the cursor, and whether a register is watched."""

NARROWEST, WIDEST = 2, 120
"""Cells that a column may be sized to."""

_LEAST_FIELDS = 12
"""Cells that the decoded fields have before numbers are written wider than they must be."""

_LEAST_EDIT = 16
"""Cells that an edit needs behind the value, lest it covers other columns."""

_LEAST_TYPED = 8
"""Cells that what is typed needs: fewer, and the value before it is left out."""

_WORDS = 8
"""Cells of the heading of the accesses, which share theirs with the values."""

_ROOMY = 130
"""Cells from which on ages and long numbers are written in full."""


class Column(Enum):
    """What stands in a column; the value is what it is remembered by."""

    OFFSET = "offset"
    NAME = "name"
    ACCESS = "access"
    VALUE = "value"
    MARKS = "marks"
    WAS = "was"
    CHANGED = "changed"
    RESET = "reset"
    FIELDS = "fields"

    @property
    def right(self) -> bool:
        """Whether its texts end together rather than begin together."""
        return self in (Column.VALUE, Column.WAS, Column.RESET)


_GOES_FIRST = {
    Column.CHANGED: 12,
    Column.RESET: 12,
    Column.WAS: 12,
    Column.ACCESS: 6,
    Column.OFFSET: 6,
    Column.FIELDS: 0,
    Column.MARKS: 0,
}
"""What is left out as it gets narrow, in this order, each where the fields would have fewer cells than that.

A name and a value always have a place.
"""

_GIVE = {Column.NAME: 10, Column.VALUE: 6}
"""What gets narrower where there is no room for both, in this order, and how narrow at most."""

_BESIDE = {Column.CHANGED: 48, Column.RESET: 48, Column.ACCESS: 26, Column.OFFSET: 26, Column.WAS: 0}
"""The same where another target's values stand beside: what differs in words needs the room."""


class Arrangement(NamedTuple):
    """What a person made of the columns.

    Attributes:
        order: All of them, shown or not.
        hidden: Those that are not shown.
        sizes: The cells of those that were sized by hand; all others adapt to the window.
        absolute: Whether addresses stand in place of offsets.
    """

    order: tuple[Column, ...] = tuple(Column)
    hidden: frozenset[Column] = frozenset({Column.RESET})
    sizes: Mapping[Column, int] = MappingProxyType({})
    absolute: bool = False

    def toggled(self, column: Column) -> Arrangement:
        """With a column hidden, or shown again; a row always says which register it is."""
        return self if column is Column.NAME else self._replace(hidden=self.hidden ^ {column})

    def moved(self, column: Column, step: int) -> Arrangement:
        """With a column further left or right."""
        order = [each for each in self.order if each is not column]
        at = max(0, min(self.order.index(column) + step, len(order)))
        return self._replace(order=(*order[:at], column, *order[at:]))

    def sized(self, column: Column, cells: int | None) -> Arrangement:
        """With a column that wide; None for as wide as fits its content and the window.

        The marks always take as much as they need.
        """
        if column is Column.MARKS:
            return self
        sizes = {each: size for each, size in self.sizes.items() if each is not column}
        if cells is not None:
            sizes[column] = max(NARROWEST, min(cells, WIDEST))
        return self._replace(sizes=MappingProxyType(sizes))

    def kept(self) -> Json:
        """As it is remembered; None where nobody changed anything."""
        if self == Arrangement():
            return None
        order: list[Json] = [column.value for column in self.order]
        hidden: list[Json] = [column.value for column in self.order if column in self.hidden]
        sizes: dict[str, Json] = {column.value: cells for column, cells in self.sizes.items()}
        return {
            "order": order,
            "hidden": hidden,
            "sizes": sizes,
            "absolute": self.absolute,
        }

    @classmethod
    def recalled(cls, kept: Json) -> Arrangement:
        """From what was remembered; what of it means nothing is left out."""
        if not isinstance(kept, dict):
            return cls()
        order = _columns(kept.get("order"))
        hidden = kept.get("hidden")
        arrangement = cls(
            order=(*order, *(column for column in Column if column not in order)),
            hidden=frozenset(_columns(hidden)) - {Column.NAME} if isinstance(hidden, list) else cls().hidden,
            absolute=kept.get("absolute") is True,
        )
        sizes = kept.get("sizes")
        for name, cells in sizes.items() if isinstance(sizes, dict) else ():
            for column in _columns([name]):
                if type(cells) is int:
                    arrangement = arrangement.sized(column, cells)
        return arrangement


def _columns(names: Json) -> list[Column]:
    """The columns of those names, each once."""
    by_name = {column.value: column for column in Column}
    known = names if isinstance(names, list) else []
    return list(dict.fromkeys(by_name[name] for name in known if isinstance(name, str) and name in by_name))


class Slot(NamedTuple):
    """Where a column stands.

    Attributes:
        column: Which.
        start: Its first cell.
        width: In cells, with the gap to the next one.
    """

    column: Column
    start: int
    width: int

    @property
    def end(self) -> int:
        """The cell behind it."""
        return self.start + self.width


class Columns(NamedTuple):
    """The columns in sight.

    Attributes:
        width: Of the table, in cells.
        slots: From left to right.
        joint: Whether access and value share their cells: a wide value beside a short word takes its room.
        absolute: Whether addresses stand in place of offsets.
    """

    width: int
    slots: tuple[Slot, ...]
    joint: bool = False
    absolute: bool = False

    def slot(self, column: Column) -> Slot | None:
        """Where a column stands, or None where it is not in sight."""
        return next((slot for slot in self.slots if slot.column is column), None)

    def cells(self, column: Column) -> int:
        """How wide a column is; 0 where it is not in sight."""
        slot = self.slot(column)
        return slot.width if slot else 0

    @property
    def tail(self) -> int:
        """The cell from which on an edit covers the row: behind the value, where there is room for it."""
        value, name = self.slot(Column.VALUE), self.slot(Column.NAME)
        behind = value.end if value else self.width
        if self.width - behind >= _LEAST_EDIT or name is None or name.end >= behind:
            return min(behind, self.width)
        return name.end

    @property
    def covers_value(self) -> bool:
        """Whether an edit covers the value's column, and so has to tell the value itself."""
        value = self.slot(Column.VALUE)
        return value is None or value.start >= self.tail

    @property
    def told(self) -> int:
        """The cells in which an edit tells the value that it covers; 0 where there is none, or no room."""
        cells = max(self.cells(Column.VALUE), 12) if self.covers_value else 0
        return cells if self.width - self.tail - cells >= _LEAST_TYPED else 0

    def edge(self, x: int) -> Column | None:
        """The column whose right edge is at a cell, or None; the last one ends with the window."""
        sizable = (slot for slot in self.slots[:-1] if slot.column is not Column.MARKS)
        return next((slot.column for slot in sizable if x in (slot.end - 1, slot.end)), None)

    def under(self, x: int) -> Column | None:
        """The column at a cell, or None."""
        return next((slot.column for slot in self.slots if slot.start <= x < slot.end), None)


def columns(
    measures: Measures,
    width: int,
    form: ValueFormat,
    arrangement: Arrangement | None = None,
    *,
    marked: bool = False,
    beside: bool = False,
) -> Columns:
    """Share ``width`` cells out: as it gets narrow the age goes first, then access, then offset.

    Args:
        measures: The widest texts of the map.
        width: In cells.
        form: How values are written.
        arrangement: What a person made of the columns.
        marked: Whether there is a moment to tell the value of.
        beside: Whether that is another target.
    """
    arrangement = arrangement or Arrangement()
    shown = [
        column
        for column in arrangement.order
        if column not in arrangement.hidden and (marked or column is not Column.WAS)
    ]
    adapting = Column.FIELDS in shown and Column.FIELDS not in arrangement.sizes
    sharing = _Sharing(measures, width, form, arrangement)
    for column, need in (_BESIDE if beside else _GOES_FIRST).items():
        if form is ValueFormat.BIN:
            # Who wants to see bits wants them most of all.
            need = 0 if column is Column.OFFSET else min(need, 8)
        if column in shown and column not in arrangement.sizes and sharing.rest(shown) < need * adapting:
            shown.remove(column)
    if form is ValueFormat.BIN and sharing.rest(shown) < 0:
        return columns(measures, width, ValueFormat.HEX, arrangement, marked=marked, beside=beside)
    return sharing.share(shown)


class _Sharing:
    """Shares the width of a window out among columns."""

    def __init__(self, measures: Measures, width: int, form: ValueFormat, arrangement: Arrangement) -> None:
        self._measures = measures
        self._width = width
        self._form = form
        self._arrangement = arrangement

    def rest(self, shown: Sequence[Column]) -> int:
        """What the narrowest columns leave for the fields."""
        joint = self._joint(shown)
        taken = sum(self._least(column, shown, joint) for column in shown if column is not Column.FIELDS)
        return self._width - GUTTER - taken - self._arrangement.sizes.get(Column.FIELDS, 0)

    def share(self, shown: Sequence[Column]) -> Columns:
        """Give each its cells, and what is left to the values, then to the fields."""
        joint = self._joint(shown)
        widths = {column: self._least(column, shown, joint) for column in shown}
        rest = self.rest(shown)
        spare = rest - (_LEAST_FIELDS if Column.FIELDS in shown else 0)
        growing = (Column.VALUE, Column.WAS, Column.RESET) if self._width >= _ROOMY else (Column.VALUE,)
        for column in growing:
            if column in widths and column not in self._arrangement.sizes and spare > 0:
                more = min(self._more(column, widths[column], spare, joint), rest)
                widths[column] += more
                rest -= more
                spare -= more
        for column, least in _GIVE.items():
            if rest < 0 and column in widths and column not in self._arrangement.sizes:
                less = max(min(widths[column] - least, -rest), 0)
                widths[column] -= less
                rest += less
        if Column.FIELDS in widths and Column.FIELDS not in self._arrangement.sizes:
            widths[Column.FIELDS] = max(rest, 0)
        slots, at = [], GUTTER
        for column in shown:
            slots.append(Slot(column, at, widths[column]))
            at += widths[column]
        return Columns(self._width, tuple(slots), joint, self._arrangement.absolute)

    def _joint(self, shown: Sequence[Column]) -> bool:
        """Whether access and value stand side by side, and nobody sized either."""
        pair = (Column.ACCESS, Column.VALUE)
        sized = any(column in self._arrangement.sizes for column in pair)
        return not sized and pair in pairwise(shown)

    def _least(self, column: Column, shown: Sequence[Column], joint: bool) -> int:
        """How narrow a column may be."""
        size = self._arrangement.sizes.get(column)
        if size is not None:
            return size
        measures, wide = self._measures, self._width >= _ROOMY
        gap = 0 if column is Column.VALUE and self._follows(column, shown) is Column.MARKS else 2
        match column:
            case Column.OFFSET:
                return (measures.address if self._arrangement.absolute else measures.offset) + 2
            case Column.NAME:
                most = 34 if wide else 24 if self._width >= 84 else 16
                return min(max(measures.name, 8), most) + 2
            case Column.ACCESS:
                return _WORDS if joint else max(measures.access, 6) + 2
            case Column.VALUE:
                return self._numbers(32 if self._form is ValueFormat.BIN else 0, self._form, joint) + gap
            case Column.MARKS:
                return 4 if self._follows(column, shown) is Column.CHANGED else 5
            case Column.WAS | Column.RESET:
                # Wide enough for a decimal word too: a value and what it was are read in one base.
                form = ValueFormat.DEC if self._form is ValueFormat.DEC else ValueFormat.HEX
                return form.cells(min(max(measures.bits, default=32), 32)) + gap
            case Column.CHANGED:
                return 17 if wide else 13
        return 0

    @staticmethod
    def _follows(column: Column, shown: Sequence[Column]) -> Column | None:
        at = shown.index(column) + 1
        return shown[at] if at < len(shown) else None

    def _more(self, column: Column, least: int, spare: int, joint: bool) -> int:
        """How much wider a column may be, so that more of its numbers fit."""
        value = column is Column.VALUE
        form = self._form if value or self._form is not ValueFormat.BIN else ValueFormat.HEX
        gap = 0 if value else 2
        limits = {32, *self._measures.bits}
        steps = [self._numbers(limit, form, joint and value) + gap - least for limit in limits]
        return max((step for step in steps if 0 < step <= spare), default=0)

    def _numbers(self, limit: int, form: ValueFormat, joint: bool) -> int:
        """The cells of values: of up to ``limit`` bits as ``form`` says, of more in hexadecimal."""

        def cells(bits: int) -> int:
            return max(form.cells(min(bits, limit)) if limit else 0, ValueFormat.HEX.cells(bits))

        if joint:
            # The word and two cells stand before the value; the column of the accesses is a part of it.
            return max((size + 2 + cells(bits) for size, bits in self._measures.values), default=20) - _WORDS
        return max(map(cells, self._measures.bits), default=11)
