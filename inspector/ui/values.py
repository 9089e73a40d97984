"""How a register's value is written in the table: as its map says, or in a base that a person chose."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from inspector.errors import InspectorError
from inspector.model.format import FormatType
from inspector.model.numbers import group_hex
from inspector.model.register import Register


class ValueFormat(Enum):
    """How the value column writes numbers."""

    MAP = "map"
    DEC = "dec"
    BIN = "bin"
    HEX = "hex"

    @property
    def next(self) -> ValueFormat:
        """The one after it, round and round."""
        formats = list(ValueFormat)
        return formats[(formats.index(self) + 1) % len(formats)]

    def text(self, register: Register, value: int) -> str:
        """Show a register's ``value``; what it gives, an edit of the register takes back."""
        stated = as_stated(register, value) if self is ValueFormat.MAP else None
        return self.render(value, register.width) if stated is None else stated

    def render(self, value: int, width: int) -> str:
        """Show ``value`` of ``width`` bits, of which no map says anything."""
        if self is ValueFormat.DEC:
            return f"{value:_}"
        if self is ValueFormat.BIN:
            digits = f"{value:0{width}b}"
            return "0b" + "_".join(digits[i : i + 4] for i in range(0, width, 4))
        return group_hex(value, width)

    def cells(self, width: int) -> int:
        """How many cells the widest value of ``width`` bits takes."""
        return len(self.render((1 << width) - 1, width))


_HEXADECIMAL = (FormatType.HEX, FormatType.ADDR)


@lru_cache(maxsize=4096)
def as_stated(register: Register, value: int) -> str | None:
    """A value in the format and unit that the map states for a register; None where it states none.

    Also where what would be shown does not say exactly that value.
    """
    if register.format.type in _HEXADECIMAL and not register.unit:
        return None
    # Not needed where the map states no format.
    from inspector.model.edit import Edit, Operator, parse_value

    for text in _spellings(register, value):
        try:
            if parse_value(text, register) == Edit(None, Operator.ASSIGN, value):
                return text
        except InspectorError:
            continue
    return None


def _spellings(register: Register, value: int) -> list[str]:
    """What may show a value, the best first."""
    from inspector.model.edit import quantity_of

    shown = register.format.render(value, register.width)
    quantity = quantity_of(register).text(value)
    match register.format.type:
        case FormatType.ASCII:
            # The number behind the characters is for characters that cannot be shown.
            return [shown.rpartition(" ")[0]]
        case FormatType.DEC:
            # In groups of digits, with the unit as without one.
            shown, quantity = f"{value:_}", None
    return [*([quantity] if quantity else []), f"{shown} {register.unit}".rstrip(), shown]
