"""What this machine, or this very session, leans on: the warnings of a range before it is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from inspector.backends.driver import SYSFS, ranges_of
from inspector.backends.sysfs import children, read_number, read_text
from inspector.io.iomem import Iomem

_UART_REGISTERS = 8
"""How many registers the smallest UART has, a 16550, where only its base is told."""


def vital(
    start: int,
    end: int,
    *,
    iomem_text: str = "",
    sysfs: Path = SYSFS,
    terminals: tuple[str, ...] | None = None,
) -> tuple[str, ...]:
    """What the machine or this session loses if ``start`` to ``end`` inclusive is written carelessly.

    Args:
        start: The first physical address.
        end: The last one, inclusive.
        iomem_text: The text of /proc/iomem, as far as it may be read.
        sysfs: Where the kernel tells of its devices.
        terminals: The device nodes that this session speaks through; found by itself where left out.
    """
    iomem = Iomem.parse(iomem_text)
    names = [line.name for line in iomem.lines(start, end)]

    def touches(ranges: list[tuple[int, int]]) -> bool:
        return any(first <= end and start <= last for first, last in ranges)

    def warnings() -> Iterator[str]:
        own = {Path(path).name for path in (_terminals() if terminals is None else terminals)}
        consoles = read_text(sysfs / "class/tty/console/active").split()
        for tty in sorted(own | set(consoles)):
            if not touches(_ranges_of_tty(tty, sysfs)):
                continue
            if tty in own:
                yield f"the terminal that you are at ({tty}) is on this device"
            if tty in consoles:
                yield f"the system's console ({tty}, /dev/console) is on this device"
        clock = read_text(sysfs / "devices/system/clocksource/clocksource0/current_clocksource")
        if clock and any(_is_called(name, clock) for name in names):
            yield f"the kernel tells the time by this device (clocksource {clock})"
        for dog in children(sysfs / "class/watchdog"):
            device = (dog / "device").resolve()
            if touches(_ranges_at(device, sysfs)) or any(_is_called(name, device.name) for name in names):
                yield f"this is a watchdog ({dog.name}: {read_text(dog / 'identity') or device.name})"

    return tuple(warnings())


def _terminals() -> tuple[str, ...]:
    """The device nodes behind standard input, output and error."""
    found = []
    for descriptor in range(3):
        try:
            found.append(os.ttyname(descriptor))
        except OSError:
            continue
    return tuple(dict.fromkeys(found))


def _ranges_of_tty(tty: str, sysfs: Path) -> list[tuple[int, int]]:
    """Where a serial terminal's registers are: by its device, else by what its driver tells of its base."""
    directory = sysfs / "class/tty" / tty
    ranges = _ranges_at((directory / "device").resolve(), sysfs)
    if ranges:
        return ranges
    base = _hexadecimal(read_text(directory / "iomem_base"))
    if not base:
        return []
    shift = read_number(directory / "iomem_reg_shift") or 0
    return [(base, base + (_UART_REGISTERS << min(shift, 3)) - 1)]


def _ranges_at(device: Path, sysfs: Path) -> list[tuple[int, int]]:
    """The ranges of a device, or of the nearest one above it that has any.

    A serial port is below its controller, and a converter below the host controller of its bus.
    """
    root = sysfs.resolve()
    while device != root and root in device.parents:
        ranges = ranges_of(device, sysfs)
        if ranges:
            return ranges
        device = device.parent
    return []


def _is_called(line: str, name: str) -> bool:
    """Whether a line of /proc/iomem is of something that sysfs calls ``name``: ``HPET 0`` is ``hpet``."""
    return name.casefold() in line.casefold().split()


def _hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
