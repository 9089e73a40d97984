"""A range of addresses that a device owns, as the kernel describes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag


class Flags(Flag):
    """The bits of a resource's flags that matter here, with the kernel's values (linux/ioport.h)."""

    MEM = 0x200
    """Memory-mapped: every resource that can be mapped."""
    MEM_NONPOSTED = 0x80
    """Writes must not be posted: mapped with ``ioremap_np`` or not at all."""
    READONLY = 0x4000
    """Never written: a mapping of it cannot be armed."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A range of addresses, as ``struct resource``.

    Attributes:
        start: The first address.
        size: In bytes. A resource of size zero is legal, and cannot be mapped.
        name: May be empty; it then shows as ``<unnamed>``.
        flags: What it is.
    """

    start: int
    size: int
    name: str = ""
    flags: Flags = Flags.MEM

    @property
    def end(self) -> int:
        """The last address, inclusive, as in every text of the kernel."""
        return self.start + self.size - 1

    @property
    def label(self) -> str:
        """The name as it is shown."""
        return self.name or "<unnamed>"

    def __str__(self) -> str:
        extent = f"{self.start:#x}-{self.end:#x}" if self.size else f"{self.start:#x}, no bytes"
        return f"{self.label} ({extent})"
