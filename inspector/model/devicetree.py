"""Addresses in a device tree: where on the CPU's bus a node's ``reg`` is.

Properties are big-endian 32-bit cells. ``reg`` is counted in the cells that the parent states, and each
bus up to the root translates it by ``ranges`` (drivers/of/address.c, ``__of_translate_address``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

_ADDRESS_CELLS = 2
_SIZE_CELLS = 1
"""What holds where a bus states no cells (``of_bus_default_count_cells``)."""

_PCI_CELLS = 3

Properties = Callable[[str], bytes | None]
"""A node's properties by name; None for one that it has not."""


class UntranslatableError(Exception):
    """A bus in between does not pass addresses on; says why."""


@dataclass(frozen=True, slots=True)
class NodeRange:
    """One entry of a node's ``reg``, as the CPU sees it.

    Attributes:
        start: The first physical address.
        size: In bytes.
        name: As ``reg-names`` calls it; empty where it does not.
    """

    start: int
    size: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Bus:
    """A node as the parent of others.

    Attributes:
        path: Of the node.
        address_cells: Of each child's address.
        size_cells: Of each child's size.
        windows: Of its ``ranges``: child address, parent address, size; None where there is no such property.
        parent: The bus that it is on; None for the root.
    """

    path: str
    address_cells: int
    size_cells: int
    windows: tuple[tuple[int, int, int], ...] | None
    parent: Bus | None

    @classmethod
    def of(cls, path: str, properties: Properties, parent: Bus | None) -> Bus:
        """The bus that a node with these properties is."""
        address_cells = _cell(properties("#address-cells"), _ADDRESS_CELLS)
        size_cells = _cell(properties("#size-cells"), _SIZE_CELLS)
        ranges = properties("ranges")
        windows: tuple[tuple[int, int, int], ...] | None = None
        if ranges is not None and parent is not None:
            entries = _tuples(ranges, address_cells, parent.address_cells, size_cells)
            windows = None if entries is None else tuple((child, to, size) for child, to, size in entries)
        return cls(path, address_cells, size_cells, windows, parent)

    def node_ranges(self, properties: Properties) -> Iterator[NodeRange]:
        """Where a child with these properties is: each entry of its ``reg``.

        Raises:
            UntranslatableError: Its addresses are not the CPU's.
        """
        if self.address_cells == _PCI_CELLS:
            raise UntranslatableError(f"{self.path} is a PCI bus: its devices are found by their PCI address")
        if not self.size_cells:
            raise UntranslatableError(f"{self.path} numbers its children, and gives them no addresses")
        entries = _tuples(properties("reg") or b"", self.address_cells, self.size_cells)
        if entries is None:
            raise UntranslatableError(f"its 'reg' is no whole number of entries as {self.path} counts them")
        names = strings(properties("reg-names"))
        for index, (address, size) in enumerate(entries):
            yield NodeRange(self.to_cpu(address, size), size, names[index] if index < len(names) else "")

    def to_cpu(self, address: int, size: int) -> int:
        """The CPU's address for one on this bus.

        Raises:
            UntranslatableError: There is none.
        """
        bus = self
        while bus.parent is not None:
            if bus.windows is None:
                raise UntranslatableError(f"{bus.path} has no 'ranges': what is on it is not memory-mapped")
            if bus.windows:
                for child, parent, extent in bus.windows:
                    if child <= address and address + size <= child + extent:
                        address += parent - child
                        break
                else:
                    raise UntranslatableError(f"{address:#x} is in none of the 'ranges' of {bus.path}")
            bus = bus.parent
        return address


def is_enabled(status: bytes | None) -> bool:
    """Whether a node's ``status`` lets it be used."""
    stated = strings(status)
    return not stated or stated[0] in ("okay", "ok")


def strings(data: bytes | None) -> tuple[str, ...]:
    """The texts of a property; none where it is not there."""
    parts = (data or b"").rstrip(b"\0").split(b"\0")
    return tuple(part.decode("utf-8", "replace") for part in parts) if data else ()


def _tuples(data: bytes, *cells: int) -> list[tuple[int, ...]] | None:
    """Split a property into tuples of numbers of so many cells each; None where it does not come out even."""
    length = 4 * sum(cells)
    if not data:
        return []
    if length == 0 or len(data) % length:
        return None
    found = []
    for start in range(0, len(data), length):
        numbers = []
        for count in cells:
            numbers.append(int.from_bytes(data[start : start + 4 * count], "big"))
            start += 4 * count
        found.append(tuple(numbers))
    return found


def _cell(data: bytes | None, default: int) -> int:
    return default if data is None or len(data) != 4 else int.from_bytes(data, "big")
