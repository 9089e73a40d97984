"""The picture of a register's bits: which cells it has, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inspector.model.field import Field
from inspector.model.register import Register

ROW = 32
"""Bits in a row."""

HALF = 16
"""No cell crosses a multiple of so many bits, so that a narrow page shows a row as two."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Neighbouring bits of one field, or of none.

    Attributes:
        msb: The highest bit.
        lsb: The lowest.
        field: Whose they are; None for bits without a name.
        label: The field's name; with its own bits where the cell has not all of them.
        beyond: The cell fills a row above the register's highest bit.
        goes_on: The next cell of the row has more of the same.
        continues: The cell before it in the row has more of the same.
    """

    msb: int
    lsb: int
    field: Field | None = None
    label: str = ""
    beyond: bool = False
    goes_on: bool = False
    continues: bool = False

    @property
    def span(self) -> int:
        """How many bits it has."""
        return self.msb - self.lsb + 1


@dataclass(frozen=True, slots=True)
class Layer:
    """Fields that do not share bits, with all the bits around them.

    Attributes:
        columns: Bits in a row: 8, 16 or 32.
        cells: From the highest bit on.
        fields: Those that are in it.
    """

    columns: int
    cells: tuple[Cell, ...]
    fields: tuple[Field, ...]


def layers(register: Register) -> list[Layer]:
    """The pictures of a register: one where no fields share bits, none where it has no fields."""
    stacks: list[list[Field]] = []
    taken: list[int] = []
    for field in register.fields:
        for i, mask in enumerate(taken):
            if not mask & field.bits.mask:
                stacks[i].append(field)
                taken[i] |= field.bits.mask
                break
        else:
            stacks.append([field])
            taken.append(field.bits.mask)
    columns = register.width if register.width in (8, HALF) else ROW
    return [
        Layer(columns, tuple(_cells(fields, register.width, columns)), tuple(fields)) for fields in stacks
    ]


def _cells(fields: Sequence[Field], width: int, columns: int) -> list[Cell]:
    owners: list[tuple[Field, int] | None] = [None] * width
    for field in fields:
        for i, bit in enumerate(field.bits.positions):
            owners[bit] = (field, field.width - 1 - i)
    top = -(-width // columns) * columns
    cells = []
    bit = top - 1
    while bit >= width:
        low = max(bit // HALF * HALF, width)
        cells.append(Cell(bit, low, beyond=True))
        bit = low - 1
    while bit >= 0:
        low = _run(owners, bit)
        cell = _cell(owners, bit, low)
        goes_on = low % columns > 0 and _continues(owners[low], owners[low - 1])
        continues = (bit + 1) % columns > 0 and bit + 1 < width and _continues(owners[bit + 1], owners[bit])
        cells.append(replace(cell, goes_on=goes_on, continues=continues))
        bit = low - 1
    return cells


def _run(owners: Sequence[tuple[Field, int] | None], bit: int) -> int:
    """The lowest bit of the cell that begins at a bit."""
    low = bit
    while low % HALF and _continues(owners[low], owners[low - 1]):
        low -= 1
    return low


def _continues(above: tuple[Field, int] | None, below: tuple[Field, int] | None) -> bool:
    if above is None or below is None:
        return above is below
    return above[0] is below[0] and above[1] == below[1] + 1


def _cell(owners: Sequence[tuple[Field, int] | None], msb: int, lsb: int) -> Cell:
    high, low = owners[msb], owners[lsb]
    if high is None or low is None:
        return Cell(msb, lsb)
    field, label = high[0], high[0].name
    if field.width > msb - lsb + 1:
        label += f"[{high[1]}]" if msb == lsb else f"[{high[1]}:{low[1]}]"
    return Cell(msb, lsb, field, label)
