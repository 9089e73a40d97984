"""How a register's value is written in the table: hexadecimal, decimal or binary, all the same width."""

from __future__ import annotations

from enum import Enum

from inspector.model.numbers import group_hex


class ValueFormat(Enum):
    """The number base of the value column."""

    HEX = "hex"
    DEC = "dec"
    BIN = "bin"

    @property
    def next(self) -> ValueFormat:
        """The one after it, round and round."""
        formats = list(ValueFormat)
        return formats[(formats.index(self) + 1) % len(formats)]

    def render(self, value: int, width: int) -> str:
        """Show ``value`` of ``width`` bits; what it gives, an edit takes back."""
        if self is ValueFormat.DEC:
            return f"{value:_}"
        if self is ValueFormat.BIN:
            digits = f"{value:0{width}b}"
            return "0b" + "_".join(digits[i : i + 4] for i in range(0, width, 4))
        return group_hex(value, width)

    def cells(self, width: int) -> int:
        """How many cells the widest value of ``width`` bits takes."""
        return len(self.render((1 << width) - 1, width))
