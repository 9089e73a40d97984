"""A window made by hand, with a record of every access, and a device that maps to it."""

from __future__ import annotations

import sys

from inspector.io import Claims, Device, Resource, Window

WIDTHS = frozenset({8, 16, 32, 64})


class RamWindow:
    """Bytes in memory."""

    def __init__(self, size: int, address: int | None = 0, widths: frozenset[int] = WIDTHS) -> None:
        self.size = size
        self.address = address
        self.widths = widths
        self.writable = True
        self.closed = 0
        self.data = bytearray(size)
        self.accesses: list[tuple[str, int, int]] = []

    def read(self, offset: int, width: int) -> int:
        self.accesses.append(("read", offset, width))
        return int.from_bytes(self.data[offset : offset + width // 8], sys.byteorder)

    def write(self, value: int, offset: int, width: int) -> None:
        self.accesses.append(("write", offset, width))
        self.data[offset : offset + width // 8] = value.to_bytes(width // 8, sys.byteorder)

    def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
        return tuple(self.read(offset + i * width // 8, width) for i in range(count))

    def arm(self) -> None:
        self.writable = True

    def disarm(self) -> None:
        self.writable = False

    def close(self) -> None:
        self.closed += 1


class RamDevice(Device):
    """Maps every resource to a window of its own; ``windows`` keeps them in order."""

    def __init__(self, *resources: Resource, name: str = "ram", claims: Claims | None = None) -> None:
        super().__init__(name, resources, keeper=claims or Claims())
        self.windows: list[RamWindow] = []

    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
        window = RamWindow(resource.size, resource.start)
        self.windows.append(window)
        return window
