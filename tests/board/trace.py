"""QEMU's record of the accesses that reached a device: the ground truth for "one access, of this width"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Operation = tuple[str, int, int]  # "read" or "write", address, bytes

EVENTS = "memory_region_ops_*"

_LINE = re.compile(
    r"memory_region_ops_(?P<kind>read|write) cpu -?\d+ mr 0x[0-9a-f]+ "
    r"addr 0x(?P<address>[0-9a-f]+) value 0x(?P<value>[0-9a-f]+) size (?P<size>\d+) name '(?P<name>[^']*)'"
)


@dataclass(frozen=True)
class Access:
    """One bus access, as the device model saw it."""

    kind: Literal["read", "write"]
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


def split(accesses: Iterable[Access], marker: Operation) -> list[list[Access]]:
    """The stretches before the first access that is the marker, between first and second, and so on."""
    stretches: list[list[Access]] = [[]]
    for access in accesses:
        if access.operation == marker:
            stretches.append([])
        else:
            stretches[-1].append(access)
    return stretches
