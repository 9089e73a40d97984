"""Names for a field's values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnumEntry:
    """A name for one value or an inclusive range of values.

    Attributes:
        low: The least value.
        high: The greatest.
        name: What they are called.
        danger: What writing one of them may do, which a person must confirm; empty for none.
    """

    low: int
    high: int
    name: str
    danger: str = ""

    @property
    def text(self) -> str:
        """The values as a map writes them: ``3`` or ``4..7``."""
        return str(self.low) if self.low == self.high else f"{self.low}..{self.high}"


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
            if entry.low <= value <= entry.high:
                return entry.name
        return self.default

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
