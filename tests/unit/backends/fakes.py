"""A machine in a folder: what /sys, /proc, /dev and /boot would hold, and someone who maps its files here."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from pathlib import Path

from inspector.backends.access import Access, Kind
from inspector.backends.machine import Machine
from inspector.backends.mapped import MappedWindow
from inspector.backends.mapping import Mappable, Mapper
from inspector.io import CLAIMS, Window
from inspector.io.claims import ClaimKeeper

MEM, IO, MEM_64, UNSET = 0x40200, 0x40101, 0x140204, 0x20040200


class LocalMapper:
    """Maps in this process, with no look at identities.

    Attributes:
        asked: What was mapped, and whether it was claimed, in order.
        lines: The text of /proc/iomem.
    """

    keeper: ClaimKeeper = CLAIMS
    faults_seen = False

    def __init__(self, lines: str = "") -> None:
        self.asked: list[tuple[Mappable, bool]] = []
        self.lines = lines

    def map(self, what: Mappable, claimed: bool = False) -> Window:
        self.asked.append((what, claimed))
        return MappedWindow(
            lambda flags: os.open(what.path, flags),
            what.position,
            what.size,
            address=what.address,
            widths=what.widths,
            explain=what.explain,
        )

    def iomem(self) -> str:
        return self.lines


class LocalAccess(Access):
    """Touches hardware by a `LocalMapper`."""

    def __init__(self, lines: str = "") -> None:
        super().__init__()
        self.local = LocalMapper(lines)

    def mapper(self, kind: Kind, node: str = "") -> Mapper:
        return self.local

    @property
    def last(self) -> Mappable:
        """What was mapped last."""
        return self.local.asked[-1][0]


def machine(root: Path, architecture: str = "x86_64", *, wide: bool = True) -> Machine:
    return Machine("cpython", (3, 11), architecture, "linux", wide, root)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def bind_driver(root: Path, bus: str, device: Path, driver: str) -> None:
    target = root / "sys/bus" / bus / "drivers" / driver
    target.mkdir(parents=True, exist_ok=True)
    (device / "driver").symlink_to(target)


def add_pci(
    root: Path,
    slot: str = "0000:00:02.0",
    pci_id: str = "1234:11e8",
    bars: Sequence[tuple[int, int, int]] = ((0xFEA0_0000, 0x4000, MEM),),
    *,
    driver: str = "",
    command: int = 0x0006,
    runtime: str = "active",
    power: str = "D0",
) -> Path:
    """A PCI function; each memory BAR's file holds its own offsets as 32-bit words."""
    device = root / "sys/bus/pci/devices" / slot
    vendor, _, number = pci_id.partition(":")
    write(device / "vendor", f"0x{vendor}\n")
    write(device / "device", f"0x{number}\n")
    write(device / "class", "0x00ff00\n")
    write(device / "power/runtime_status", f"{runtime}\n")
    write(device / "power_state", f"{power}\n")
    (device / "config").write_bytes(
        struct.pack("<HHH", int(vendor, 16), int(number, 16), command) + bytes(58)
    )
    lines = []
    for index, (start, size, flags) in enumerate(bars):
        lines.append(f"0x{start:016x} 0x{start + size - 1 if size else 0:016x} 0x{flags:016x}")
        if size and flags & 0x200:
            words = b"".join(struct.pack("<I", offset) for offset in range(0, size, 4))
            (device / f"resource{index}").write_bytes(words)
    lines += ["0x0000000000000000 0x0000000000000000 0x0000000000000000"] * (7 - len(bars))
    write(device / "resource", "\n".join(lines) + "\n")
    if driver:
        bind_driver(root, "pci", device, driver)
    return device


def add_uio(
    root: Path,
    number: int,
    name: str,
    maps: Sequence[tuple[int, int, int | None]] = (),
    parent: Path | None = None,
) -> Path:
    """A UIO device; a map is its address, its size and its offset, None where the kernel tells none."""
    device = root / "sys/class/uio" / f"uio{number}"
    write(device / "name", f"{name}\n")
    for index, (address, size, offset) in enumerate(maps):
        place = device / "maps" / f"map{index}"
        write(place / "name", "registers\n")
        write(place / "addr", f"0x{address:016x}\n")
        write(place / "size", f"0x{size:016x}\n")
        if offset is not None:
            write(place / "offset", f"0x{offset:x}\n")
    if parent is not None:
        (device / "device").symlink_to(parent)
    node = root / "dev" / f"uio{number}"
    node.parent.mkdir(exist_ok=True)
    node.write_bytes(b"".join(struct.pack("<I", offset) for offset in range(0, 0x6000, 4)))
    return device


def cells(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def add_node(root: Path, path: str, **properties: bytes | str) -> Path:
    """A node of the device tree; ``_`` in a name stands for ``-``, ``n_`` in front for ``#``."""
    node = root / "sys/firmware/devicetree/base" / path.strip("/")
    node.mkdir(parents=True, exist_ok=True)
    for name, value in properties.items():
        plain = name.replace("n_", "#", 1) if name.startswith("n_") else name
        data = value.encode() + b"\0" if isinstance(value, str) else value
        (node / plain.replace("_", "-")).write_bytes(data)
    return node


def add_tree_device(root: Path, bus: str, name: str, node: Path, driver: str = "") -> Path:
    """The AMBA or platform device that the kernel made of a node."""
    device = root / "sys/bus" / bus / "devices" / name
    device.mkdir(parents=True)
    (device / "of_node").symlink_to(node)
    if driver:
        bind_driver(root, bus, device, driver)
    return device
