"""What this machine offers: PCI BARs, UIO maps and device-tree nodes. Nothing is touched to list them.

Everything is from what the kernel keeps of its devices. A PCI function's ``config`` is never read here: that
is an access to the device, and would wake one that sleeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from inspector.backends import devicetree, pci, uio
from inspector.backends.locate import tree_devices
from inspector.backends.machine import Machine
from inspector.backends.sysfs import driver_of, sleep_of
from inspector.io.iomem import IomemEntry
from inspector.model.registermap import Region

Kind = Literal["pci", "uio", "device-tree", "memory"]


@dataclass(frozen=True, slots=True)
class Offer:
    """One range of registers that this machine has.

    Attributes:
        kind: What found it.
        device: The device's name: a PCI address, ``uioN``, a node's name, or a line of /proc/iomem.
        part: Which BAR, map or range of the device.
        word: The backend that reaches it.
        address: Physical; None where none is known.
        size: In bytes.
        names: What a map's ``bind`` may call it: the PCI id, the UIO name, or what it is compatible with.
        driver: The kernel driver that is bound to it; empty where none is.
        state: Why it does not answer now; empty where nothing is known against it.
        label: The part's own name; may be empty.
    """

    kind: Kind
    device: str
    part: int
    word: str
    address: int | None
    size: int
    names: tuple[str, ...] = ()
    driver: str = ""
    state: str = ""
    label: str = ""

    @property
    def place(self) -> str:
        """Which part of the device it is, for people."""
        words = {"pci": f"BAR {self.part}", "uio": f"map {self.part}", "device-tree": f"range {self.part}"}
        return words.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Fit:
    """A map's region that describes an offer.

    Attributes:
        region: Its name.
        by: What agrees: what the region's ``bind`` says, or its ``base``.
    """

    region: str
    by: Literal["bind", "base"] = field(default="bind")


def offers(machine: Machine, entries: Sequence[IomemEntry] = ()) -> list[Offer]:
    """Everything that can be opened, by kind and then by name; nothing is touched.

    Args:
        machine: What to look at.
        entries: What /proc/iomem lists; empty where it does not tell.
    """
    found = [*_pci(machine), *_uio(machine), *_tree(machine)]
    known = {offer.address for offer in found}
    return [*found, *(offer for offer in _memory(entries) if offer.address not in known)]


def fit(offer: Offer, region: Region) -> Fit | None:
    """Whether a map's region describes an offer: by its ``bind``, or by an address where it can be verified.

    An address alone says little: it counts only where the kernel calls it what the region is made of, or
    where a register tells what is there, so that opening it does.
    """
    bind = region.bind
    if bind is not None:
        bound = {
            "pci": bind.pci_id in offer.names and bind.pci_bar == offer.part,
            "uio": bind.uio in offer.names and bind.uio_map == offer.part,
            "device-tree": bind.compatible in offer.names
            and (bind.reg_name == offer.label if bind.reg_name else offer.part == 0),
        }
        if bound.get(offer.kind, False):
            return Fit(region.name)
    stated = bind is None and region.base is not None and region.base == offer.address
    if stated and _recognised(offer, region):
        return Fit(region.name, "base")
    return None


def _recognised(offer: Offer, region: Region) -> bool:
    called = offer.device.casefold().split()
    for instance in region.instances:
        if instance.block.name.casefold() in called:
            return True
        for _, _, register in instance.block.walk():
            if register.expect is not None or any(field.expect is not None for field in register.fields):
                return True
    return False


def _pci(machine: Machine) -> Iterator[Offer]:
    for function in pci.functions(machine.sysfs):
        for bar in function.bars:
            if bar.is_memory and bar.is_assigned and bar.size:
                yield Offer(
                    kind="pci",
                    device=function.slot,
                    part=bar.number,
                    word=f"pci:{function.slot}/{bar.number}",
                    address=bar.start,
                    size=bar.size,
                    names=(function.id,),
                    driver=function.driver,
                    state=sleep_of(function.directory),
                )


def _uio(machine: Machine) -> Iterator[Offer]:
    for device in uio.devices(machine.sysfs):
        for found in device.maps:
            yield Offer(
                kind="uio",
                device=f"uio{device.number}",
                part=found.index,
                word=f"uio:{device.number}/{found.index}",
                address=found.physical(wide=machine.wide),
                size=found.length,
                names=(device.name, str(device.number)),
                driver=device.driver,
                state=sleep_of(device.parent),
                label=found.name,
            )


def _tree(machine: Machine) -> Iterator[Offer]:
    linked = {path: directory for directory, path in tree_devices(machine) if path}
    for node in devicetree.nodes(machine.device_tree):
        # What is not compatible with anything is the machine's memory, or a part of another node.
        if not node.compatible:
            continue
        directory = linked.get(node.path)
        for index, found in enumerate(node.ranges):
            if found.size:
                yield Offer(
                    kind="device-tree",
                    device=node.name,
                    part=index,
                    word="devmem",
                    address=found.start,
                    size=found.size,
                    names=node.compatible,
                    driver=driver_of(directory) if directory else "",
                    state=_tree_state(node, directory),
                    label=found.name,
                )


def _tree_state(node: devicetree.DeviceNode, directory: Path | None) -> str:
    if not node.enabled:
        return "disabled in the device tree"
    return sleep_of(directory) if directory else ""


def _memory(entries: Sequence[IomemEntry]) -> Iterator[Offer]:
    # Of two lines with the same range the later one is the driver's.
    for entry in {(entry.start, entry.end): entry for entry in entries}.values():
        if not entry.name.startswith("System RAM"):
            size = entry.end - entry.start + 1
            yield Offer("memory", entry.label, 0, "devmem", entry.start, size)
