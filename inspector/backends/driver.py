"""Which kernel driver is bound to a physical range, by the ``driver`` links of sysfs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inspector.backends.devicetree import node_at
from inspector.backends.sysfs import children, driver_of, read_number, read_text

SYSFS = Path("/sys")

_BUSES = ("amba", "pci", "platform")
"""The buses whose devices tell their ranges: in a ``resource`` file, or by their device-tree node."""

_MEM = 0x200
_BARS = 6
"""Later lines of a PCI device are its ROM and, for a bridge, what it passes on to others."""

_FOR_USERS = frozenset(
    {"uio_pci_generic", "uio_pdrv_genirq", "uio_dmem_genirq", "vfio-pci", "vfio-platform", "pci-stub"}
)
"""Drivers that are bound to leave the device to a user's program."""


@dataclass(frozen=True, slots=True)
class DriverHolder:
    """A device with a driver bound to it.

    Attributes:
        driver: The driver's name.
        device: The device's name on its bus.
        start: The first address.
        end: The last address, inclusive.
        through: What hangs on the device in turn, such as ``uio0`` or ``virtio0 (virtio_net)``.
    """

    driver: str
    device: str
    start: int
    end: int
    through: str = ""

    @property
    def for_users(self) -> bool:
        """Whether the driver leaves the device to a user's program, and so holds nothing itself."""
        return self.driver in _FOR_USERS

    def __str__(self) -> str:
        return f"held by kernel driver {self.driver} ({self.device}), {self.start:#x}-{self.end:#x}"


def bound_driver(start: int, end: int, sysfs: Path = SYSFS) -> DriverHolder | None:
    """The driver that holds a range between ``start`` and ``end``, or None.

    None proves nothing: only the devices whose ranges sysfs tells are found, and a driver that leaves its
    device to a user's program does not count.
    """
    return next((holder for holder in drivers(start, end, sysfs) if not holder.for_users), None)


def drivers(start: int, end: int, sysfs: Path = SYSFS) -> Iterator[DriverHolder]:
    """Every device with a driver and a range that overlaps ``start`` to ``end`` inclusive."""
    for bus in _BUSES:
        for device in children(sysfs / "bus" / bus / "devices"):
            driver = driver_of(device)
            if not driver:
                continue
            for first, last in ranges_of(device, sysfs):
                if first <= end and start <= last:
                    yield DriverHolder(driver, device.name, first, last, _through(device))


def ranges_of(device: Path, sysfs: Path = SYSFS) -> list[tuple[int, int]]:
    """The first and the last address of each memory range that sysfs tells of a device."""
    ranges = []
    for line in read_text(device / "resource").splitlines()[:_BARS]:
        try:
            first, last, flags = (int(word, 16) for word in line.split())
        except ValueError:
            continue
        if flags & _MEM and last > first:
            ranges.append((first, last))
    return ranges or _ranges_in_tree(device, sysfs) or _ranges_of_uio(device)


def _ranges_in_tree(device: Path, sysfs: Path) -> list[tuple[int, int]]:
    tree = sysfs / "firmware" / "devicetree" / "base"
    try:
        path = (device / "of_node").resolve(strict=True).relative_to(tree.resolve())
        node = node_at(tree, str(path))
    except (OSError, ValueError):
        return []
    ranges = node.ranges if node is not None else ()
    return [(found.start, found.start + found.size - 1) for found in ranges if found.size]


def _ranges_of_uio(device: Path) -> list[tuple[int, int]]:
    """The maps of a UIO device, as far as their addresses can be physical ones."""
    ranges = []
    for place in children(device / "uio"):
        for found in children(place / "maps"):
            address, size = read_number(found / "addr"), read_number(found / "size")
            if address is not None and size and address < 1 << 52:
                ranges.append((address, address + size - 1))
    return ranges


def _through(device: Path) -> str:
    found = [place.name for place in children(device / "uio")]
    for child in children(device):
        if child.name.startswith("virtio") and child.name[6:].isdecimal():
            driver = driver_of(child)
            found.append(f"{child.name} ({driver})" if driver else child.name)
    return ", ".join(found)
