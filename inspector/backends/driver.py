"""Which kernel driver is bound to a physical range, by the ``driver`` links of sysfs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys")

_BUSES = ("amba", "pci")
"""The buses whose devices have a ``resource`` file that tells their ranges."""

_MEM = 0x200
_BARS = 6
"""Later lines of a PCI device are its ROM and, for a bridge, what it passes on to others."""


_FOR_USERS = frozenset({"uio_pci_generic", "vfio-pci", "pci-stub"})
"""Drivers that are bound to leave the device to a user's program."""


@dataclass(frozen=True, slots=True)
class DriverHolder:
    """A device with a driver bound to it.

    Attributes:
        driver: The driver's name.
        device: The device's name on its bus.
        start: The first address.
        end: The last address, inclusive.
    """

    driver: str
    device: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"held by kernel driver {self.driver} ({self.device}), {self.start:#x}-{self.end:#x}"


def bound_driver(start: int, end: int, sysfs: Path = SYSFS) -> DriverHolder | None:
    """The driver that is bound to a device with a range between ``start`` and ``end``, or None.

    None proves nothing: only AMBA and PCI devices tell their ranges.
    """
    for bus in _BUSES:
        try:
            devices = sorted((sysfs / "bus" / bus / "devices").iterdir())
        except OSError:
            continue
        for device in devices:
            driver = _driver_of(device)
            if driver is None or driver in _FOR_USERS:
                continue
            for first, last in _ranges(device):
                if first <= end and start <= last:
                    return DriverHolder(driver, device.name, first, last)
    return None


def _driver_of(device: Path) -> str | None:
    try:
        return (device / "driver").readlink().name
    except OSError:
        return None


def _ranges(device: Path) -> list[tuple[int, int]]:
    try:
        lines = (device / "resource").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
    ranges = []
    for line in lines[:_BARS]:
        words = line.split()
        try:
            first, last, flags = (int(word, 16) for word in words)
        except ValueError:
            continue
        if flags & _MEM and last > first:
            ranges.append((first, last))
    return ranges
