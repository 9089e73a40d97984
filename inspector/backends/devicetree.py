"""The device tree as the kernel shows it: which node is where on the CPU's bus.

Properties are big-endian 32-bit cells. ``reg`` is counted in the cells that the parent states, and each
bus up to the root translates it by ``ranges`` (drivers/of/address.c, ``__of_translate_address``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ADDRESS_CELLS = 2
_SIZE_CELLS = 1
"""What holds where a bus states no cells (``of_bus_default_count_cells``)."""

_PCI_CELLS = 3


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
class DeviceNode:
    """A node with a ``reg``.

    Attributes:
        path: From the root, such as ``/soc/serial@7e201000``.
        directory: Where its properties are.
        compatible: What it is, most specific first.
        enabled: Whether its ``status`` lets it be used.
        ranges: Where its registers are; empty where ``problem`` says why.
        problem: Why its addresses are not the CPU's; empty where they are.
    """

    path: str
    directory: Path
    compatible: tuple[str, ...]
    enabled: bool
    ranges: tuple[NodeRange, ...]
    problem: str = ""

    @property
    def name(self) -> str:
        """The last part of the path, such as ``serial@7e201000``."""
        return self.path.rpartition("/")[2]


class _Untranslatable(Exception):
    """A bus in between does not pass addresses on."""


@dataclass(frozen=True, slots=True)
class _Bus:
    """A node as the parent of others.

    Attributes:
        windows: Of its ``ranges``: child address, parent address, size; None where there is no such property.
    """

    path: str
    address_cells: int
    size_cells: int
    windows: tuple[tuple[int, int, int], ...] | None
    parent: _Bus | None

    def to_cpu(self, address: int, size: int) -> int:
        """The CPU's address for one on this bus.

        Raises:
            _Untranslatable: There is none; says why.
        """
        bus = self
        while bus.parent is not None:
            if bus.windows is None:
                raise _Untranslatable(f"{bus.path} has no 'ranges': what is on it is not memory-mapped")
            if bus.windows:
                for child, parent, extent in bus.windows:
                    if child <= address and address + size <= child + extent:
                        address += parent - child
                        break
                else:
                    raise _Untranslatable(f"{address:#x} is in none of the 'ranges' of {bus.path}")
            bus = bus.parent
        return address


def nodes(root: Path) -> Iterator[DeviceNode]:
    """Every node with a ``reg``, in the order of the tree's names; none where there is no device tree."""
    if root.is_dir():
        yield from _children(root, "", _bus(root, "/", None))


def node_at(root: Path, path: str) -> DeviceNode | None:
    """The node at a path such as ``/soc/serial@7e201000``; None where there is none with a ``reg``."""
    directory, bus, walked = root, _bus(root, "/", None), ""
    *above, last = path.strip("/").split("/")
    for name in above:
        directory, walked = directory / name, f"{walked}/{name}"
        bus = _bus(directory, walked, bus)
    reg = _property(directory / last, "reg")
    return None if reg is None else _node(directory / last, f"{walked}/{last}", reg, bus)


def compatible_nodes(root: Path, compatible: str) -> list[DeviceNode]:
    """The nodes that are compatible, by address; those that are disabled or have no address come last."""

    def order(node: DeviceNode) -> tuple[bool, bool, int]:
        return not node.enabled, not node.ranges, node.ranges[0].start if node.ranges else 0

    return sorted((node for node in nodes(root) if compatible in node.compatible), key=order)


def _children(directory: Path, path: str, bus: _Bus) -> Iterator[DeviceNode]:
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if not entry.is_dir(follow_symlinks=False):
            continue
        child, child_path = Path(entry.path), f"{path}/{entry.name}"
        reg = _property(child, "reg")
        if reg is not None:
            yield _node(child, child_path, reg, bus)
        yield from _children(child, child_path, _bus(child, child_path, bus))


def _node(directory: Path, path: str, reg: bytes, bus: _Bus) -> DeviceNode:
    ranges: tuple[NodeRange, ...] = ()
    problem = ""
    try:
        ranges = tuple(_ranges(reg, bus, _strings(directory, "reg-names")))
    except _Untranslatable as error:
        problem = str(error)
    status = _strings(directory, "status")
    return DeviceNode(
        path=path,
        directory=directory,
        compatible=_strings(directory, "compatible"),
        enabled=not status or status[0] in ("okay", "ok"),
        ranges=ranges,
        problem=problem,
    )


def _ranges(reg: bytes, bus: _Bus, names: tuple[str, ...]) -> Iterator[NodeRange]:
    if bus.address_cells == _PCI_CELLS:
        raise _Untranslatable(f"{bus.path} is a PCI bus: its devices are found by their PCI address")
    if not bus.size_cells:
        raise _Untranslatable(f"{bus.path} numbers its children, and gives them no addresses")
    entries = _tuples(reg, bus.address_cells, bus.size_cells)
    if entries is None:
        raise _Untranslatable(f"its 'reg' is no whole number of entries as {bus.path} counts them")
    for index, (address, size) in enumerate(entries):
        yield NodeRange(bus.to_cpu(address, size), size, names[index] if index < len(names) else "")


def _bus(directory: Path, path: str, parent: _Bus | None) -> _Bus:
    address_cells = _cell(directory, "#address-cells", _ADDRESS_CELLS)
    size_cells = _cell(directory, "#size-cells", _SIZE_CELLS)
    ranges = _property(directory, "ranges")
    windows: tuple[tuple[int, int, int], ...] | None = None
    if ranges is not None and parent is not None:
        entries = _tuples(ranges, address_cells, parent.address_cells, size_cells)
        windows = None if entries is None else tuple((child, to, size) for child, to, size in entries)
    return _Bus(path, address_cells, size_cells, windows, parent)


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


def _property(directory: Path, name: str) -> bytes | None:
    try:
        return (directory / name).read_bytes()
    except OSError:
        return None


def _cell(directory: Path, name: str, default: int) -> int:
    data = _property(directory, name)
    return default if data is None or len(data) != 4 else int.from_bytes(data, "big")


def _strings(directory: Path, name: str) -> tuple[str, ...]:
    data = _property(directory, name) or b""
    return tuple(part.decode("utf-8", "replace") for part in data.rstrip(b"\0").split(b"\0") if data)
