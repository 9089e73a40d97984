"""Names for a field's values."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.model.bits import ones


@dataclass(frozen=True, slots=True)
class EnumEntry:
    """A name for one value, an inclusive range of values, or all values that agree in some bits.

    Attributes:
        low: The least value.
        high: The greatest.
        free: The bits that do not matter; 0 for a value or a range. The others are those of ``low``.
        desc: What it means, where the name does not say it all; may be empty.
        name: What they are called.
        danger: What writing one of them may do, which a person must confirm; empty for none.
    """

    low: int
    high: int
    name: str
    danger: str = ""
    free: int = 0
    desc: str = ""

    def __contains__(self, value: int) -> bool:
        return value & ~self.free == self.low if self.free else self.low <= value <= self.high

    def __len__(self) -> int:
        return 1 << self.free.bit_count() if self.free else self.high - self.low + 1

    @property
    def text(self) -> str:
        """The values as a map writes them: ``3``, ``4..7`` or ``0b1x0``."""
        if self.free:
            digits = reversed(range(self.high.bit_length()))
            return "0b" + "".join("x" if self.free >> i & 1 else str(self.low >> i & 1) for i in digits)
        return str(self.low) if self.low == self.high else f"{self.low}..{self.high}"

    def may_be(self, value: int, fixed: int, width: int) -> bool:
        """Whether one of the values, of ``width`` bits, agrees with ``value`` in the bits ``fixed``."""
        if self.free:
            return not (self.low ^ value) & fixed & ~self.free
        least = _least(self.low, value, fixed, width)
        return least is not None and least <= self.high

    def overlaps(self, other: EnumEntry) -> bool:
        """Whether both name a same value."""
        if other.free:
            width = max(self.high, other.high).bit_length()
            return self.may_be(other.low, ones(width) & ~other.free, width)
        return other.overlaps(self) if self.free else self.low <= other.high and other.low <= self.high


def _least(low: int, value: int, fixed: int, width: int) -> int | None:
    """The least number from ``low`` on that agrees with ``value`` in the bits ``fixed``; None for none."""
    if low & fixed == value:
        return low
    for i in range(width):
        above = ones(width) & ~ones(i + 1)
        may_rise = not low >> i & 1 and (value if fixed >> i & 1 else 1 << i) >> i & 1
        if may_rise and not (low ^ value) & fixed & above:
            return low & above | 1 << i | value & ones(i)
    return None


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The names of a field's or register's values.

    Attributes:
        entries: In file order, without overlaps.
        default: The name of every other value; None where they have none.
    """

    entries: tuple[EnumEntry, ...]
    default: str | None = None

    def name_of(self, value: int) -> str | None:
        """The name of ``value``, or None."""
        for entry in self.entries:
            if value in entry:
                return entry.name
        return self.default

    def desc_of(self, value: int) -> str:
        """What ``value`` means beyond its name; empty where nothing is said."""
        return next((entry.desc for entry in self.entries if value in entry), "")

    def value_of(self, name: str) -> int | None:
        """The value that ``name`` stands for, or None where it names none, or more than one."""
        for entry in self.entries:
            if entry.name == name:
                return entry.low if entry.low == entry.high else None
        return None

    @property
    def choices(self) -> tuple[EnumEntry, ...]:
        """The entries that name exactly one value: what a person can choose."""
        return tuple(entry for entry in self.entries if entry.low == entry.high)
