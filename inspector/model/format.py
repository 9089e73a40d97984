"""How a number is shown: bases, characters, addresses, fixed point."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from inspector.model.bits import ones
from inspector.model.expression import VALUE, Expression
from inspector.model.numbers import group_hex


class FormatType(Enum):
    """The kinds of display format."""

    HEX = "hex"
    DEC = "dec"
    BIN = "bin"
    SIGNED = "signed"
    BOOL = "bool"
    ASCII = "ascii"
    ADDR = "addr"
    FLOAT = "float"
    BCD = "bcd"
    IPV4 = "ipv4"
    FIXED = "fixed"
    UFIXED = "ufixed"
    LINEAR = "linear"
    EXPR = "expr"


def signed(value: int, width: int) -> int:
    """Read ``value`` as two's complement of ``width`` bits."""
    return value - (1 << width) if value >> (width - 1) & 1 else value


FLOATS = {16: "e", 32: "f", 64: "d"}
"""How `struct` calls the floating point numbers of each width."""

_QUOTED = re.compile(r"""(?P<quote>['"])(?P<text>.+)(?P=quote)(\s+(?P<number>0x[0-9a-f]+))?""")


@dataclass(frozen=True, slots=True)
class Format:
    """A display format with its parameters.

    Attributes:
        type: Which.
        frac: Fraction bits of FIXED and UFIXED.
        scale: Factor of LINEAR; the shown value is ``scale * raw + offset``.
        offset: Added by LINEAR.
        expression: The formula of EXPR, or None.
    """

    type: FormatType = FormatType.HEX
    frac: int = 0
    scale: float = 1.0
    offset: float = 0.0
    expression: Expression | None = None

    def render(self, value: int, width: int, others: Mapping[str, int] | None = None) -> str:
        """Show a raw ``value`` of ``width`` bits, without its unit.

        Args:
            value: The raw value.
            width: In bits.
            others: The raw values of the register's fields by name, for a formula that needs them.
        """
        match self.type:
            case FormatType.DEC:
                return str(value)
            case FormatType.BIN:
                return f"0b{value:0{width}b}"
            case FormatType.SIGNED:
                return str(signed(value, width))
            case FormatType.BOOL:
                return "true" if value else "false"
            case FormatType.ASCII:
                return self._ascii(value, width)
            case FormatType.ADDR:
                return group_hex(value, width)
            case FormatType.FLOAT:
                code = FLOATS[width]
                return f"{struct.unpack(f'<{code}', value.to_bytes(width // 8, 'little'))[0]:g}"
            case FormatType.BCD:
                return (
                    f"{value:x}" if all(c in "0123456789" for c in f"{value:x}") else f"{value:#x} (not BCD)"
                )
            case FormatType.IPV4:
                return ".".join(str(value >> shift & 0xFF) for shift in (24, 16, 8, 0))
            case FormatType.FIXED:
                return f"{signed(value, width) / (1 << self.frac):g}"
            case FormatType.UFIXED:
                return f"{value / (1 << self.frac):g}"
            case FormatType.LINEAR:
                return f"{self.scale * value + self.offset:g}"
            case FormatType.EXPR:
                assert self.expression is not None
                result = self.expression.evaluate({**(others or {}), VALUE: value})
                # Where the formula comes to nothing, what was read is still told.
                if result is None:
                    return f"{value & ones(width):#x}"
                return str(result) if isinstance(result, int) else f"{result:g}"
            case FormatType.HEX:
                return f"{value & ones(width):#x}"

    def take(self, text: str, width: int) -> int | None:
        """The raw value that is shown as ``text``, where that is no number: characters, an address, a word.

        Args:
            text: As shown, or in quotes; of a text that is followed by its number, the number holds.
            width: In bits.
        """
        if (quoted := _QUOTED.fullmatch(text)) is not None:
            return _characters(quoted["text"], quoted["number"], width)
        if self.type is FormatType.IPV4:
            parts = text.split(".")
            numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 3]
            if len(parts) == len(numbers) == 4 and max(numbers) < 256:
                return int.from_bytes(bytes(numbers), "big") if width >= 32 else None
        if self.type is FormatType.BOOL and text.lower() in ("true", "false"):
            return int(text.lower() == "true")
        if self.type is FormatType.FLOAT and text.lower() in ("inf", "-inf", "nan"):
            return int.from_bytes(struct.pack(f"<{FLOATS[width]}", float(text)), "little")
        return None

    @staticmethod
    def _ascii(value: int, width: int) -> str:
        data = value.to_bytes((width + 7) // 8, "big")
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)
        return f"'{text}' {value:#x}"


def _characters(text: str, number: str | None, width: int) -> int | None:
    """What characters are as a number, the first one highest; None where they are too many, or not ASCII."""
    if not text.isascii() or len(text) > (width + 7) // 8:
        return None
    value = int.from_bytes(text.encode(), "big") if number is None else int(number, 16)
    return value if value <= ones(width) else None


HEX = Format(FormatType.HEX)
