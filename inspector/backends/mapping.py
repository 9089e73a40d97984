"""What can be mapped, what identifies it, and who maps it: this process, or an agent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from inspector.errors import KernelError
from inspector.io import ClaimKeeper, Window

Explain = Callable[[OSError, str], KernelError]
"""Turns what ``open`` or ``mmap`` raised (the second argument says which) into words."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells that a mapping still is of the device that it was made of: one epoch.

    All of it is looked at when the mapping is made, and again before every transaction; where
    anything differs, the mapping is revoked (ENXIO) and nothing is touched.

    Attributes:
        inodes: Paths that must stay the same file or directory.
        links: Symbolic links that must keep their target, or stay away; such as a device's ``driver``.
        texts: Small files that must keep their content, such as a PCI device's ``resource``.
        iomem: The first and the last address whose lines of /proc/iomem must stay, or None.
        asleep: Files, each with the words that it must not hold: the device sleeps then, and is not touched
            (EAGAIN), but the mapping stays.
    """

    inodes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    iomem: tuple[int, int] | None = None
    asleep: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Mappable:
    """A range of a file to map.

    Attributes:
        path: The file: a device node, a BAR in sysfs, or a regular file.
        position: Of the first byte in the file; need not be at the start of a page.
        size: In bytes, at least 1.
        name: The region's name, for errors.
        address: The absolute address of the first byte, or None.
        widths: The access widths wanted; those for which ``position`` is misaligned are left out.
        explain: Turns the system's errors into words.
        identity: What makes it the same device as before.
        space: The address space of its claims, such as ``mem``.
        start: Of the first byte in that space.
    """

    path: str
    position: int
    size: int
    name: str
    address: int | None
    widths: frozenset[int]
    explain: Explain
    identity: Identity
    space: str
    start: int


class Mapper(Protocol):
    """Whoever maps hardware and touches it.

    Attributes:
        keeper: Keeps the exclusive claims of what it maps, for as long as anyone can touch it.
        faults_seen: Whether a bus error becomes an error message; else it ends the program.
    """

    @property
    def keeper(self) -> ClaimKeeper:
        """Who keeps the claims."""

    @property
    def faults_seen(self) -> bool:
        """Whether a bus error is survived."""

    def map(self, what: Mappable, claimed: bool = False) -> Window:
        """Map a range, for reading only until it is armed.

        Args:
            what: The range.
            claimed: An exclusive claim of exactly this range is held with ``keeper``; it lives as long as
                anyone can touch the range. Otherwise others are told of a shared mapping.

        Raises:
            KernelError: What ``what.explain`` made of the system's refusal.
        """

    def iomem(self) -> str:
        """The text of /proc/iomem as this mapper may read it; empty where it cannot."""
