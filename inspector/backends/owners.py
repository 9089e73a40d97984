"""Who else has a range: the kernel, its drivers, other inspectors, and who shares its pages.

By the strength of the evidence: the kernel refuses the page; a device there has a driver; an inspector
holds a claim or a shared mapping; /proc/iomem lists it, which says nothing of busy; someone is in the same
page. Nothing is ever free: at most no claim is seen.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from inspector.agent import locks
from inspector.backends.claims import claim_of
from inspector.backends.driver import SYSFS, DriverHolder, drivers
from inspector.io.claims import LAST_ADDRESS, clock_words, inspector_words
from inspector.io.iomem import Iomem, IomemEntry, pages_of

Kind = Literal["refused", "driver", "claim", "shared", "listed", "neighbour"]

NO_CLAIM = "no claim seen"
HIDDEN = "addresses hidden: needs CAP_SYS_ADMIN"


@dataclass(frozen=True, slots=True)
class Owner:
    """One piece of evidence that someone has a range.

    Attributes:
        kind: What says so, strongest first: ``refused`` (the kernel refuses to map it), ``driver``,
            ``claim``, ``shared`` (mapped by another inspector), ``listed`` (in /proc/iomem), ``neighbour``
            (elsewhere in the same pages).
        name: The driver's, the resource's or the line's name; may be empty.
        start: The first address that it has.
        end: The last address, inclusive.
        pid: The inspector's process, for claims and shared mappings.
        user: Who runs it.
        since: When it was made, in seconds since the epoch.
        detail: The device of a driver, what is odd about a claim; may be empty.
        process: That process's name.
    """

    kind: Kind
    name: str
    start: int
    end: int
    pid: int | None = None
    user: str = ""
    since: float | None = None
    detail: str = ""
    process: str = ""

    @property
    def words(self) -> str:
        """Who it is, without the range, for a line on the screen."""
        match self.kind:
            case "refused":
                return f"busy: the kernel refuses to map it{f' ({self.name})' if self.name else ''}"
            case "driver":
                return f"kernel driver {self.name}"
            case "claim":
                return f"{self._inspector()} exclusive"
            case "shared":
                return f"{self._inspector()} shared"
            case "listed":
                return f"kernel lists {self.name}, busy unknown"
            case "neighbour":
                return f"shares its page with {self.name}"

    def __str__(self) -> str:
        since = "" if self.since is None else f" since {clock_words(datetime.fromtimestamp(self.since))}"
        name = f": {self.name}" if self.kind in ("claim", "shared") and self.name else ""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.words}{since}, {self.start:#x}-{self.end:#x}{name}{detail}"

    def _inspector(self) -> str:
        return inspector_words(self.pid, self.process, self.user)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Everyone who was seen to have a range.

    Attributes:
        owners: The strongest evidence first.
        hidden: Whether the kernel lists resources, but hides where they are from this process.
        scope: Among whom claims are seen: ``machine``, ``user`` or ``process``.
    """

    owners: tuple[Owner, ...]
    hidden: bool
    scope: str

    def words(self) -> str:
        """Everyone in one line, for the screen beside the region.

        A line of /proc/iomem is left out where stronger evidence of the kernel's has the same range.
        """
        proven = [owner for owner in self.owners if owner.kind in ("refused", "driver")]
        told = [
            owner.words
            for owner in self.owners
            if owner.kind != "listed"
            or not any(other.start <= owner.end and owner.start <= other.end for other in proven)
        ]
        if any(owner.kind != "neighbour" for owner in self.owners):
            return " · ".join(dict.fromkeys(told))
        hidden = [f"kernel {HIDDEN}"] if self.hidden else []
        return " · ".join([NO_CLAIM, *dict.fromkeys(told), *hidden])


def ownership(
    space: str,
    start: int,
    end: int,
    *,
    iomem_text: str = "",
    sysfs: Path = SYSFS,
    refused: bool = False,
    me: int | None = None,
) -> Ownership:
    """Look for everyone who has a part of ``start`` to ``end`` inclusive; no hardware is touched.

    Args:
        space: The address space; only ``mem`` is the kernel's.
        start: The first address.
        end: The last address, inclusive.
        iomem_text: The text of /proc/iomem, as whoever maps may read it.
        sysfs: Where the kernel tells of its devices.
        refused: Whether mapping the range was refused with EPERM.
        me: The process whose own claims and mappings are left out; this one where left out, 0 for none.
    """
    iomem = Iomem.parse(iomem_text)
    owners: list[Owner] = []
    if space == "mem":
        owners += _kernels(start, end, iomem, sysfs, refused)
    own = os.getpid() if me is None else me
    owners += [owner_of(holder) for holder in locks.holders(space, start, end) if holder.pid != own]
    if space == "mem":
        owners += map(_by_line, iomem.innermost(start, end))
        owners += _neighbours(start, end, iomem, sysfs)
    order: tuple[Kind, ...] = ("refused", "driver", "claim", "shared", "listed", "neighbour")
    owners.sort(key=lambda owner: order.index(owner.kind))
    return Ownership(tuple(owners), iomem.hidden, locks.scope(space))


def everything(iomem_text: str = "", sysfs: Path = SYSFS) -> list[tuple[str, Owner]]:
    """Everyone that is seen on this machine, each with the address space; no hardware is touched.

    Args:
        iomem_text: The text of /proc/iomem, as far as it may be read.
        sysfs: Where the kernel tells of its devices.
    """
    found = [("mem", _by_line(line)) for line in Iomem.parse(iomem_text).entries]
    found += [("mem", owner_by_driver(holder)) for holder in drivers(0, LAST_ADDRESS, sysfs)]
    return found + [(space, owner_of(holder)) for space, holder in locks.everyone()]


def owner_of(holder: locks.Holder) -> Owner:
    """An inspector's claim or shared mapping."""
    claim = claim_of("", holder)
    return Owner(
        "shared" if holder.shared else "claim",
        claim.name,
        claim.start,
        claim.end,
        claim.pid,
        claim.user,
        holder.since,
        claim.note,
        claim.process,
    )


def owner_by_driver(found: DriverHolder) -> Owner:
    """A driver that is bound to a device; one that leaves it to a user's program is told as that."""
    words = [found.device, found.through, "leaves it to user programs" if found.for_users else ""]
    return Owner("driver", found.driver, found.start, found.end, detail=", ".join(filter(None, words)))


def _kernels(start: int, end: int, iomem: Iomem, sysfs: Path, refused: bool) -> Iterator[Owner]:
    found = list(drivers(start, end, sysfs))
    if refused:
        lines = iomem.innermost(start, end)
        names = [holder.driver for holder in found] or [line.label for line in lines]
        yield Owner("refused", ", ".join(names), start, end)
    yield from map(owner_by_driver, found)


def _by_line(line: IomemEntry) -> Owner:
    return Owner("listed", line.label, line.start, line.end)


def _neighbours(start: int, end: int, iomem: Iomem, sysfs: Path) -> Iterator[Owner]:
    """Who is in the same pages: a driver there makes the kernel refuse the whole page."""
    first, last = pages_of(start, end, mmap.PAGESIZE)
    if (first, last) == (start, end):
        return
    taken = []
    for found in drivers(first, last, sysfs):
        if found.end < start or end < found.start:
            taken.append((found.start, found.end))
            detail = f"kernel driver {found.driver}"
            yield Owner("neighbour", found.device, found.start, found.end, detail=detail)
    for line in iomem.page_neighbours(start, end, mmap.PAGESIZE):
        if (line.start, line.end) not in taken:
            yield Owner("neighbour", line.label, line.start, line.end)
