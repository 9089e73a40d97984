"""How a number is shown: bases, characters, addresses, fixed point."""

from __future__ import annotations

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


_FLOATS = {16: "e", 32: "f", 64: "d"}


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
                code = _FLOATS[width]
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

    @staticmethod
    def _ascii(value: int, width: int) -> str:
        data = value.to_bytes((width + 7) // 8, "big")
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)
        return f"'{text}' {value:#x}"


HEX = Format(FormatType.HEX)
