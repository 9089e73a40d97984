"""A field: some bits of a register, with their own meaning and access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.model.access import Access, ReservedWrite
from inspector.model.bits import Bits
from inspector.model.enumeration import Enumeration
from inspector.model.format import HEX, Format, FormatType
from inspector.model.guard import Guards


@dataclass(frozen=True, slots=True)
class Constraint:
    """Which values may be written.

    Attributes:
        minimum: The least, or None.
        maximum: The greatest, or None.
        enum_only: Only values that the enumeration names.
        as_read: Only the value that was read.
    """

    minimum: int | None = None
    maximum: int | None = None
    enum_only: bool = False
    as_read: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """Some bits of a register.

    Everything inherited is resolved: ``access`` is what holds for this field.

    Attributes:
        name: Unique in its register; an element of a field array is ``NAME[0]``.
        bits: Where in the register's word.
        access: What reading and writing do.
        alt: The view that the field belongs to: fields of different views may share bits.
        when: What must hold for the field to be there; all of it.
        volatile: Hardware may change it at any time.
        reset: Value after reset, or None where not stated.
        enum: Names of its values, or None.
        enum_write: Names of its values when written, where they differ from ``enum``.
        format: How its value is shown.
        unit: Follows the value; may be empty.
        constraint: Which values may be written.
        write_value: The key that must stand here in every write, or None.
        expect: The value that identifies the block, or None.
        reserved_write: What is written to it when a neighbour is edited, where the map states that of this
            very field; None for what its access asks for.
        danger: What a write of it may do beyond the register, which a person must confirm; empty for none.
        title: A short plain name; may be empty.
        desc: What it is for; may be empty.
        hidden: Not shown unless asked.
        sim: How it behaves in simulation, or None.
    """

    name: str
    bits: Bits
    access: Access
    alt: str = ""
    when: Guards = ()
    volatile: bool = False
    reset: int | None = None
    enum: Enumeration | None = None
    enum_write: Enumeration | None = None
    format: Format = HEX
    unit: str = ""
    constraint: Constraint = Constraint()
    write_value: int | None = None
    expect: int | None = None
    reserved_write: ReservedWrite | None = None
    danger: str = ""
    title: str = ""
    desc: str = ""
    tags: tuple[str, ...] = ()
    hidden: bool = False
    sim: FieldBehaviour | None = None

    @property
    def width(self) -> int:
        """Width in bits."""
        return self.bits.width

    def meaning(self, value: int) -> str | None:
        """The name of ``value`` when read, or None."""
        return self.enum.name_of(value) if self.enum else None

    def render(self, value: int, others: Mapping[str, int] | None = None) -> str:
        """Show ``value`` with its name or its format and unit.

        Args:
            value: The field's raw value.
            others: The raw values of the register's fields by name, for a formula that needs them.
        """
        name = self.meaning(value)
        if name is not None:
            return name
        # A single bit is a digit; hexadecimal would only add noise.
        text = (
            str(value)
            if self.width == 1 and self.format.type is FormatType.HEX
            else self.format.render(value, self.width, others)
        )
        return f"{text} {self.unit}" if self.unit else text

    @property
    def choices(self) -> Enumeration | None:
        """The names to choose from when writing."""
        return self.enum_write or self.enum


@dataclass(frozen=True, slots=True)
class FieldBehaviour:
    """How a field changes by itself in simulation; times in seconds.

    Attributes:
        blink: Inverts every this many seconds.
        random: Takes a new pseudo-random value every this many seconds.
        raises: Hardware sets all its bits every this many seconds (a latched flag).
        empty: 1 while the FIFO of the register at this path is empty.
        full: 1 while the FIFO of the register at this path is full.
        level: How many entries are in the FIFO of the register at this path.
    """

    blink: float | None = None
    random: float | None = None
    raises: float | None = None
    empty: str | None = None
    full: str | None = None
    level: str | None = None
