"""QEMU's record of the accesses that reached a device: the ground truth for "one access, of this width"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Operation = tuple[str, int, int]  # kind of access, address, bytes

EVENTS = "memory_region_ops_*"
ERRORS = "guest_errors"  # QEMU's log of what no device took

_LINE = re.compile(
    r"memory_region_ops_(?P<kind>read|write) cpu -?\d+ mr 0x[0-9a-f]+ "
    r"addr 0x(?P<address>[0-9a-f]+) value 0x(?P<value>[0-9a-f]+) size (?P<size>\d+) name '(?P<name>[^']*)'"
)
# Of an address that nothing answers, or of a width that the device does not know: "rejected", "invalid size".
_INVALID = re.compile(
    r"Invalid (?P<kind>read|write) at addr 0x(?P<address>[0-9A-F]+), "
    r"size (?P<size>\d+), region '(?P<name>[^']*)'"
)


@dataclass(frozen=True)
class Access:
    """One bus access, as the device model saw it, or an invalid one that no model took.

    An invalid one of a width that the device does not know has its offset in the device as the address.
    """

    kind: Literal["read", "write", "invalid read", "invalid write"]
    address: int
    size: int
    value: int
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}{8 * self.size} {self.address:#x} = {self.value:#x} ({self.name})"

    @property
    def operation(self) -> Operation:
        """What was asked for: kind, address and size, without what came back."""
        return self.kind, self.address, self.size


def parse(lines: Iterable[str]) -> Iterator[Access]:
    """The accesses of a log."""
    for line in lines:
        if match := _LINE.search(line):
            yield Access(
                kind="read" if match["kind"] == "read" else "write",
                address=int(match["address"], 16),
                size=int(match["size"]),
                value=int(match["value"], 16),
                name=match["name"],
            )
        elif match := _INVALID.search(line):
            yield Access(
                kind="invalid read" if match["kind"] == "read" else "invalid write",
                address=int(match["address"], 16),
                size=int(match["size"]),
                value=0,
                name=match["name"],
            )


def split(accesses: Iterable[Access], marker: Operation) -> list[list[Access]]:
    """The stretches before the first access that is the marker, between first and second, and so on."""
    stretches: list[list[Access]] = [[]]
    for access in accesses:
        if access.operation == marker:
            stretches.append([])
        else:
            stretches[-1].append(access)
    return stretches
