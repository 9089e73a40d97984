"""Bit ranges within a register's word, discontiguous ones included."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property


def ones(width: int) -> int:
    """Return a word of ``width`` ones."""
    return (1 << width) - 1


def runs(mask: int) -> tuple[tuple[int, int], ...]:
    """The ones of ``mask`` as inclusive ``(msb, lsb)`` pairs, the highest first."""
    found: list[tuple[int, int]] = []
    while mask:
        msb = mask.bit_length() - 1
        lsb = (~mask & ones(msb)).bit_length()
        found.append((msb, lsb))
        mask &= ones(lsb)
    return tuple(found)


@dataclass(frozen=True)
class Bits:
    """The bits that a field takes in its register, most significant part first.

    Attributes:
        parts: Inclusive ``(msb, lsb)`` pairs; ``[16, 6:5]`` is ``((16, 16), (6, 5))``.
    """

    parts: tuple[tuple[int, int], ...]
    mask: int = field(init=False, repr=False, compare=False)
    """The field's bits in the register's word."""
    width: int = field(init=False, repr=False, compare=False)
    """How many bits the field has."""

    def __post_init__(self) -> None:
        mask = width = 0
        for msb, lsb in self.parts:
            mask |= ones(msb - lsb + 1) << lsb
            width += msb - lsb + 1
        object.__setattr__(self, "mask", mask)
        object.__setattr__(self, "width", width)

    @property
    def msb(self) -> int:
        """The highest bit."""
        return max(msb for msb, _ in self.parts)

    @property
    def lsb(self) -> int:
        """The lowest bit."""
        return min(lsb for _, lsb in self.parts)

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The register's bit numbers, most significant bit of the field first."""
        return tuple(bit for msb, lsb in self.parts for bit in range(msb, lsb - 1, -1))

    def extract(self, word: int) -> int:
        """Take the field's value out of a register's word."""
        if len(self.parts) == 1:
            return (word & self.mask) >> self.parts[0][1]
        value = 0
        for msb, lsb in self.parts:
            value = value << (msb - lsb + 1) | word >> lsb & ones(msb - lsb + 1)
        return value

    def place(self, value: int) -> int:
        """Put a field's value at its place in an otherwise zero word."""
        word, rest = 0, value
        for msb, lsb in reversed(self.parts):
            word |= (rest & ones(msb - lsb + 1)) << lsb
            rest >>= msb - lsb + 1
        return word

    def shifted(self, by: int) -> Bits:
        """The same shape, ``by`` bits higher."""
        return Bits(tuple((msb + by, lsb + by) for msb, lsb in self.parts))

    def __str__(self) -> str:
        return ",".join(str(msb) if msb == lsb else f"{msb}:{lsb}" for msb, lsb in self.parts)
