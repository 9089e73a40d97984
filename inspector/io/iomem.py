"""What /proc/iomem says about an address: which driver or what kind of memory lives there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROC_IOMEM = Path("/proc/iomem")

_LINE = re.compile(r"(?P<lead> *)(?P<start>[0-9a-f]+)-(?P<end>[0-9a-f]+) : (?P<name>.*)")


@dataclass(frozen=True, slots=True)
class IomemEntry:
    """One line of /proc/iomem.

    Attributes:
        start: The first address.
        end: The last address, inclusive.
        name: As printed; may be empty, hold ``:``, or be ``<BAD>`` where the kernel has none.
        depth: The level of indentation. The kernel caps it, so it does not prove a parent.
    """

    start: int
    end: int
    name: str
    depth: int

    @property
    def label(self) -> str:
        """The name as it is shown."""
        return "<unnamed>" if self.name in ("", "<BAD>") else self.name


def parse_iomem(text: str) -> tuple[IomemEntry, ...]:
    """Parse the text of /proc/iomem (``r_show`` of kernel/resource.c); other lines are passed over.

    Without CAP_SYS_ADMIN the kernel prints zeros for every address: nothing is known then, and the
    result is empty.
    """
    entries = [
        IomemEntry(
            int(match["start"], 16), int(match["end"], 16), _printable(match["name"]), len(match["lead"]) // 2
        )
        for line in text.split("\n")
        if (match := _LINE.fullmatch(line))
    ]
    return tuple(entries) if any(entry.end for entry in entries) else ()


def read_iomem(path: Path = PROC_IOMEM) -> tuple[IomemEntry, ...]:
    """Read what this machine tells; empty where it tells nothing."""
    try:
        return parse_iomem(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ()


def overlapping(entries: Sequence[IomemEntry], start: int, end: int) -> tuple[IomemEntry, ...]:
    """The innermost entries that overlap ``start`` to ``end`` inclusive.

    An entry that holds another overlapping one is a container (a bus, a device's resource) and left
    out. Of two with the same range the deeper, listed later, is the driver's.
    """
    touching = [entry for entry in entries if entry.start <= end and start <= entry.end]
    return tuple(
        entry
        for position, entry in enumerate(touching)
        if not any(
            entry.start <= inner.start and inner.end <= entry.end for inner in touching[position + 1 :]
        )
    )


def is_ram(entries: Sequence[IomemEntry], start: int, end: int) -> bool:
    """Whether any byte from ``start`` to ``end`` inclusive is listed as the system's memory."""
    return any(
        entry.start <= end and start <= entry.end and entry.name.startswith("System RAM") for entry in entries
    )


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
