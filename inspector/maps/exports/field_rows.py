"""A register's fields as documents list them: the like elements of a field array in one row."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from inspector.model.bits import Bits
from inspector.model.field import Field
from inspector.model.register import Register

_BRACKETED = re.compile(r"(.*\[)([^\[\]]+)(\])")
_NUMBERED = re.compile(r"(.*?[^0-9])(0|[1-9][0-9]*)([^0-9]*)")

_NOWHERE = Bits(())

FEWEST = 3
"""Fields with running numbers in their names that are told in one row."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field, or the elements of a field array.

    Attributes:
        fields: The elements in file order; one where it is no array.
        index: Their names within the array; empty where it is none.
        stem: The name of the array without an index; the field's own where it is none.
    """

    fields: tuple[Field, ...]
    index: tuple[str, ...] = ()
    stem: str = ""

    @property
    def first(self) -> Field:
        """The element that stands for all."""
        return self.fields[0]

    @property
    def is_array(self) -> bool:
        """Whether the elements are named ``NAME[index]``, as those of a field array are."""
        return bool(self.index) and self.fields[-1].name == f"{self.stem}[{self.index[-1]}]"

    @property
    def name(self) -> str:
        """``EN``, ``MODE[0…15]`` or ``OT0…OT15``."""
        if not self.index:
            return self.first.name
        if self.is_array:
            return f"{self.stem}[{self.index[0]}…{self.index[-1]}]"
        return f"{self.first.name}…{self.fields[-1].name}"

    @property
    def stride(self) -> int | None:
        """Bits from one element to the next; None where they are irregular."""
        starts = [field.bits.lsb for field in self.fields]
        steps = {after - before for before, after in itertools.pairwise(starts)}
        return steps.pop() if len(steps) == 1 else None

    @property
    def bits(self) -> str:
        """``7:4``, ``1:0, 3:2 … 31:30`` for an array."""
        if len(self.fields) <= 3:
            return ", ".join(str(field.bits) for field in self.fields)
        places = [str(self.fields[i].bits) for i in (0, 1, -1)]
        return f"{places[0]}, {places[1]} … {places[2]}"

    @property
    def bit_words(self) -> str:
        """``bit 3`` or ``bits 7:4``."""
        return f"bit {self.bits}" if self.bits.isdigit() else f"bits {self.bits}"

    @property
    def resets(self) -> tuple[int | None, ...]:
        """The values after reset: one where all elements have the same, else one each."""
        values = tuple(field.reset for field in self.fields)
        return values[:1] if len(set(values)) == 1 else values


def field_rows(register: Register) -> list[FieldRow]:
    """The fields in file order; neighbours that differ by a running index alone are one row."""
    rows: list[FieldRow] = []
    fields = register.fields
    at = 0
    while at < len(fields):
        row = _array(fields, at, _BRACKETED) or _array(fields, at, _NUMBERED) or FieldRow((fields[at],))
        rows.append(row)
        at += len(row.fields)
    return rows


def _array(fields: tuple[Field, ...], at: int, form: re.Pattern[str]) -> FieldRow | None:
    """The array that begins at a field, where at least two elements follow one another."""
    first = form.fullmatch(fields[at].name)
    if first is None:
        return None
    plain = _plain(fields[at])
    index = [first[2]]
    for field in fields[at + 1 :]:
        found = form.fullmatch(field.name)
        if found is None or (found[1], found[3]) != (first[1], first[3]):
            break
        if form is _NUMBERED and int(found[2]) != int(first[2]) + len(index):
            break
        if field.bits.parts and _shape(field.bits) != _shape(fields[at].bits):
            break
        if _plain(field) != plain:
            break
        index.append(found[2])
    if len(index) < (2 if form is _BRACKETED else FEWEST):
        return None
    stem = first[1].removesuffix("[") + first[3].removeprefix("]")
    return FieldRow(fields[at : at + len(index)], tuple(index), stem)


def _plain(field: Field) -> Field:
    """What the elements of an array have in common."""
    return replace(field, name="", bits=_NOWHERE, reset=None)


def _shape(bits: Bits) -> Bits:
    return bits.shifted(-bits.lsb)
