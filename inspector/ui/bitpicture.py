"""A register's bits as a picture: numbers, values, and the names of the fields below them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from inspector.model.field import Field
from inspector.model.register import Register
from inspector.ui.lines import Line, Span, clean, width_of

if TYPE_CHECKING:
    from inspector.ui.beside import Beside

_MAXIMUM_CELL = 6

MARKED = "Δ"
"""Behind a bit that differs from what it was at the mark."""


class Geometry(NamedTuple):
    """Where each bit stands.

    Attributes:
        per_row: How many bits a row has.
        cell: Cells for each bit.
        margin: Cells to the left of it all.
    """

    per_row: int
    cell: int
    margin: int = 2

    def column(self, bit: int) -> int:
        """The cell of a bit's digit."""
        place = self.per_row - 1 - bit % self.per_row
        return self.margin + place * self.cell + place // 8 * 2

    def bit_at(self, column: int, row: int, width: int) -> int | None:
        """The bit at a cell of the ``row``-th row of bits, or None."""
        top = width - row * self.per_row
        for bit in range(top - 1, max(top - self.per_row, 0) - 1, -1):
            left = self.column(bit)
            if left <= column < left + self.cell:
                return bit
        return None


def geometry(width: int, room: int) -> Geometry:
    """Lay ``width`` bits out in ``room`` cells: as wide as is pleasant, in as few rows as fit."""
    for per_row in (width, 32, 16, 8):
        if per_row > 32 or width % per_row:
            continue
        cell = (room - 2 - (per_row // 8 - 1) * 2) // per_row
        if cell >= 2 or per_row == 8:
            return Geometry(per_row, max(1, min(cell, _MAXIMUM_CELL)))
    return Geometry(8, 1)


class Picture(NamedTuple):
    """What is drawn.

    Attributes:
        register: Whose bits.
        value: Their values, or None where unknown.
        changed: Which changed lately.
        marked: Which differ from what they were at the mark.
        edited: Which an edit would change, with their new values in ``value``.
        cursor: The bit under the cursor, or None.
        field: The selected field, or None.
        label_rows: How many rows of names there may be below each row of bits.
        beside: The same register on another target, whose bits stand below its own; or None.
    """

    register: Register
    value: int | None
    changed: int = 0
    marked: int = 0
    edited: int = 0
    cursor: int | None = None
    field: Field | None = None
    label_rows: int = 2
    beside: Beside | None = None

    def lines(self, at: Geometry, room: int) -> list[tuple[Line, int | None]]:
        """The lines, and for a line of digits its row number."""
        width = self.register.width
        looks = field_looks(self.register)
        owners = self._owners()
        found: list[tuple[Line, int | None]] = []
        for row, top in enumerate(range(width, 0, -at.per_row)):
            bits = range(top - 1, max(top - at.per_row, 0) - 1, -1)
            found.append((_compose(self._numbers(bits, at)), None))
            found.append((_compose(self._digits(bits, at, owners, looks)), row))
            if self.beside is not None:
                found.append((_compose(self._digits_beside(self.beside, bits, at, owners)), None))
            found += [(line, None) for line in self._labels(bits, at, looks, room)]
        return found

    def _owners(self) -> dict[int, Field]:
        return {bit: field for field in self.register.fields for bit in field.bits.positions}

    def _numbers(self, bits: range, at: Geometry) -> Iterator[tuple[int, Span]]:
        for bit in bits:
            selected = bit == self.cursor
            text = str(bit)
            roomy = at.cell > max(len(text), 2)
            if roomy or bit % 8 in (0, 7) or (bit % 4 == 3 and at.cell > 2) or selected:
                # A two-digit number ends where the digit stands, so that the two agree by eye.
                left = at.column(bit) - (len(text) - 1 if at.cell < 3 else 0)
                yield left, (text, "focus" if selected else "faint")

    def _digits(
        self, bits: range, at: Geometry, owners: dict[int, Field], looks: dict[str, str]
    ) -> Iterator[tuple[int, Span]]:
        if self.beside is not None:
            yield 0, (self.beside.here, "dim")
        for bit in bits:
            owner = owners.get(bit)
            text, meant = self._digit(self.value, bit, owner)
            look = looks[owner.name] if owner else "even" if meant else "faint"
            mark = MARKED if self.marked >> bit & 1 and self.beside is None else ""
            strength = "faded"
            if self.edited >> bit & 1:
                look, mark, strength = "changed", "◂", "changed"
            elif self.changed >> bit & 1:
                look, mark, strength = "fading", "◂", "fading"
            if bit == self.cursor:
                look = "caret"
            yield at.column(bit), (text, look)
            if mark:
                yield at.column(bit) + 1, (mark, strength)

    def _digit(self, value: int | None, bit: int, owner: Field | None) -> tuple[str, bool]:
        """A bit's digit, and whether it means anything."""
        # Where no field is named at all, every bit is the register's value.
        meant = owner is not None or not self.register.fields
        text = "?" if value is None else str(value >> bit & 1)
        return ("·" if not meant and text in "0?" else text), meant

    def _digits_beside(
        self, beside: Beside, bits: range, at: Geometry, owners: dict[int, Field]
    ) -> Iterator[tuple[int, Span]]:
        """The other target's digits, each marked that differs; calmly where hardware changes it anyway."""
        yield 0, (beside.name, "dim")
        differing = 0 if self.value is None or beside.value is None else self.value ^ beside.value
        for bit in bits:
            text, _ = self._digit(beside.value, bit, owners.get(bit))
            moves = differing >> bit & 1
            calm = beside.volatile >> bit & 1
            yield at.column(bit), (text, "dim" if calm or not moves else "changed")
            if moves:
                yield at.column(bit) + 1, ("~" if calm else "≠", "faint" if calm else "changed")

    def _labels(self, bits: range, at: Geometry, looks: dict[str, str], room: int) -> list[Line]:
        """The fields' names, below their bits; in as many rows as they need and there is room for."""
        spans = [
            (field, at.column(high), at.column(low))
            for field in self.register.fields
            for high, low in _runs(field, bits)
        ]
        spans.sort(key=lambda span: span[1])
        labels = tuple((left, width_of(clean(field.name))) for field, left, _ in spans)
        places = _arrange(labels, self.label_rows, room)
        lines: list[Line] = []
        for i in range(max((row for row, _ in places), default=-1) + 1):
            items: list[tuple[int, Span]] = []
            for (field, left, right), (row, start) in zip(spans, places, strict=True):
                look = "focus" if field is self.field else looks[field.name]
                if row == i:
                    items.append((start, (_bracket(clean(field.name), right - start + 1), look)))
                elif row > i:
                    items.append((left, ("│", look)))
            lines.append(_compose(iter(sorted(items, key=lambda item: item[0]))))
        return lines


Places = tuple[tuple[int, int], ...]
"""For each label its row, -1 where it found none, and its first column."""


@lru_cache(maxsize=256)
def _arrange(labels: tuple[tuple[int, int], ...], count: int, room: int) -> Places:
    """Share labels, each its bit's column and its size, out to rows.

    A label begins below its bit; where the edge leaves no room for that it ends there. Where some find
    no row that way, their neighbours may end below their bits as well.
    """
    few = _share_out(labels, count, room, at_edge_only=True)
    if all(row >= 0 for row, _ in few):
        return few
    many = _share_out(labels, count, room, at_edge_only=False)
    return max(few, many, key=lambda places: sum(row >= 0 for row, _ in places))


def _share_out(labels: tuple[tuple[int, int], ...], count: int, room: int, *, at_edge_only: bool) -> Places:
    """As a compiler marks several places of a line, a label that would cover what comes down waits itself."""
    rows = [-1] * len(labels)
    starts = [column for column, _ in labels]

    def fits(i: int, row: int, start: int) -> bool:
        end = start + labels[i][1] - 1
        if start < 0 or end >= room:
            return False
        for j, (column, size) in enumerate(labels):
            if rows[j] == row and starts[j] <= end + 1 and start <= starts[j] + size:
                return False
            if rows[j] < 0 and j != i and start - 1 <= column <= end + 1 and row < count - 1:
                return False
        return True

    for row in range(count):
        for i in reversed(range(len(labels))):
            if rows[i] < 0 and fits(i, row, labels[i][0]):
                rows[i] = row
        for i, (column, size) in enumerate(labels):
            start = column - size + 1
            if rows[i] < 0 and (column + size > room or not at_edge_only) and fits(i, row, start):
                rows[i], starts[i] = row, start
    return tuple(zip(rows, starts, strict=True))


def field_looks(register: Register) -> dict[str, str]:
    """Two hues in turn, so that neighbours differ; the list of fields uses the same."""
    fields = sorted(register.fields, key=lambda field: -field.bits.msb)
    return {field.name: "even" if i % 2 == 0 else "odd" for i, field in enumerate(fields)}


def _runs(field: Field, bits: range) -> Iterator[tuple[int, int]]:
    """The parts of a field that lie within ``bits``."""
    for high, low in field.bits.parts:
        if high >= bits[-1] and low <= bits[0]:
            yield min(high, bits[0]), max(low, bits[-1])


def _bracket(name: str, room: int) -> str:
    """The name, with a rule to the end of a field that is wider than it."""
    rest = room - width_of(name) - 1
    return f"{name} {'─' * rest}" if rest > 0 else name


def _compose(items: Iterator[tuple[int, Span]]) -> Line:
    """Put texts at their columns; where two meet, the first stays."""
    line: list[Span] = []
    at = 0
    for column, (text, look) in items:
        if column < at:
            continue
        if column > at:
            line.append((" " * (column - at), "text"))
        line.append((text, look))
        at = column + width_of(text)
    return tuple(line)
