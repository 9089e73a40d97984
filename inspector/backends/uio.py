"""UIO devices and their maps: ``-b uio:NAME``, ``uio:N``, ``uio:DDDD:BB:DD.F``, each with ``/M``.

The files are those of drivers/uio/uio.c of the kernel. Nothing there claims anything: several programs may
have a device open.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.backends.access import Access
from inspector.backends.backend import region_resource, region_widths
from inspector.backends.hardware import HardwareBackend, MappableDevice
from inspector.backends.machine import Machine
from inspector.backends.mapping import Identity, Mappable
from inspector.backends.pci import canonical_slot, find_function, function_at
from inspector.backends.refusals import explain_uio
from inspector.backends.sysfs import children, driver_of, identity_of, read_number, read_text
from inspector.errors import InvalidArgument, KernelError, NoSuchDevice, Place, UsageError
from inspector.io import Device, Resource
from inspector.model.registermap import Bind, Region

LAST_PHYSICAL = (1 << 52) - 1
"""Above it a map's address is the kernel's own, of memory: UIO does not tell which kind a map is."""

_LAST_PHYSICAL_OF_32_BITS = 0xBFFF_FFFF
"""Where addresses have 32 bits, the kernel's own start behind this by default (``PAGE_OFFSET``)."""

_GENERIC = "uio_pci_generic"
_NUMBER = re.compile(r"uio([0-9]+)")
_MAP_SPACING = 1 << 48
"""Keeps the maps of a device apart in its address space where their addresses are not physical."""


@dataclass(frozen=True, slots=True)
class UioMap:
    """One memory map of a UIO device.

    Attributes:
        index: 0 to 4.
        name: Empty where the driver gives none.
        address: As ``addr`` says: physical, or the kernel's own.
        offset: Of the first register in its page.
        length: From the first register, in bytes.
    """

    index: int
    name: str
    address: int
    offset: int
    length: int

    def physical(self, *, wide: bool) -> int | None:
        """The physical address of the first register; None where ``address`` cannot be one.

        Args:
            wide: Whether addresses have 64 bits.
        """
        last = LAST_PHYSICAL if wide else _LAST_PHYSICAL_OF_32_BITS
        first = self.address - self.address % mmap.PAGESIZE + self.offset
        return first if self.address > 0 and first + self.length - 1 <= last else None


@dataclass(frozen=True, slots=True)
class UioDevice:
    """A UIO device.

    Attributes:
        number: Of ``/dev/uioN``.
        name: As its driver says; several may have the same.
        directory: Its directory in sysfs.
        maps: Its memory maps.
    """

    number: int
    name: str
    directory: Path
    maps: tuple[UioMap, ...]

    @property
    def parent(self) -> Path:
        """The device behind it."""
        return self.directory / "device"

    @property
    def parent_name(self) -> str:
        """The name of the device behind it on its bus, such as ``0000:00:02.0``; empty where not told."""
        try:
            return self.parent.readlink().name
        except OSError:
            return ""

    @property
    def driver(self) -> str:
        """The driver that is bound to the device behind it."""
        return driver_of(self.parent)

    def map(self, index: int) -> UioMap | None:
        """The map of that number, or None."""
        return next((found for found in self.maps if found.index == index), None)

    def identity(self, index: int) -> Identity:
        """What tells that it still is this device, and the map where it was."""
        parent = identity_of(self.parent)
        maps = self.directory / "maps" / f"map{index}"
        files = (self.directory / "name", *(maps / name for name in ("addr", "offset", "size")))
        return Identity(
            inodes=(str(self.directory), *parent.inodes),
            links=parent.links,
            texts=tuple(str(file) for file in files),
            asleep=parent.asleep,
        )

    def __str__(self) -> str:
        return f"uio{self.number} ({self.name or 'no name'})"


def devices(sysfs: Path) -> list[UioDevice]:
    """Every UIO device, by number."""
    found = []
    for directory in children(sysfs / "class/uio"):
        match = _NUMBER.fullmatch(directory.name)
        if match:
            found.append(
                UioDevice(int(match[1]), read_text(directory / "name"), directory, tuple(_maps(directory)))
            )
    return sorted(found, key=lambda device: device.number)


def find_device(sysfs: Path, name: str) -> UioDevice:
    """The UIO device of a name, a number with or without ``uio``, or the PCI address of what is behind it.

    Raises:
        NoSuchDevice: There is none; ``known`` lists what there is.
        InvalidArgument: Several have the name; names them.
    """
    present = devices(sysfs)
    slot = canonical_slot(name)
    if slot is not None:
        found = [device for device in present if device.parent_name == slot]
    else:
        stated = _NUMBER.fullmatch(name)
        number = int(stated[1] if stated else name) if stated or name.isdecimal() else None
        found = [device for device in present if device.number == number] or [
            device for device in present if device.name == name
        ]
    if len(found) > 1:
        raise InvalidArgument(
            f"{len(found)} UIO devices are called '{name}': {', '.join(map(str, found))}; "
            f"write the number, such as -b uio:{found[0].number}"
        )
    if found:
        return found[0]
    listed = f"there is {', '.join(map(str, present))}" if present else "this machine has none"
    what = f"no UIO device is called '{name}'"
    if slot is not None:
        what = f"no UIO device stands for {slot}"
        if function_at(sysfs, slot) is not None:
            listed += f"; without one, pci:{slot}/N reaches it"
    raise NoSuchDevice(f"{what}; {listed}", known=[str(device) for device in present])


def find_map(device: UioDevice, index: int, name: str, size: int) -> UioMap:
    """A device's map, fit to be mapped with ``size`` bytes.

    Raises:
        NoSuchDevice: There is none of that number; says what there is instead.
        InvalidArgument: It is smaller.
    """
    place = Place(region=name)
    found = device.map(index)
    if found is None and not device.maps and device.driver == _GENERIC:
        raise NoSuchDevice(
            f"{device} offers no memory map, as nothing does that is bound to {_GENERIC}; "
            f"pci:{device.parent_name}/N reaches its BARs while it is bound",
            place=place,
        )
    if found is None:
        listed = ", ".join(str(item.index) for item in device.maps)
        raise NoSuchDevice(
            f"{device} has no map {index}; " + (f"it has {listed}" if listed else "it offers no memory map"),
            place=place,
        )
    if size > found.length:
        raise InvalidArgument(
            f"{name or '<unnamed>'} has {size:#x} bytes, and map {index} of {device} only {found.length:#x}",
            place=place,
        )
    return found


class UioMemory(HardwareBackend):
    """The maps of UIO devices: ``-b uio:NAME[/M]``, or ``-b uio`` for what a map's ``bind`` finds.

    The kernel maps physical ones uncached (``pgprot_noncached``): on arm64 their writes are not posted.
    """

    def __init__(
        self,
        word: str,
        name: str = "",
        index: int | None = None,
        machine: Machine | None = None,
        access: Access | None = None,
    ) -> None:
        """Say what holds; nothing is looked at until a device is asked for.

        Args:
            word: As on the command line.
            name: The device's name, number, or PCI address; empty for what the map's ``bind`` finds.
            index: Which of its maps; None for what ``bind`` says, else 0.
            machine: What to judge by; this one where left out.
            access: How to touch it; agents of its own where left out.
        """
        machine = machine or Machine.here()
        super().__init__(
            word,
            f"UIO {name}" if name else "UIO",
            posted="no" if machine.architecture == "aarch64" else "unknown",
            machine=machine,
            access=access,
        )
        self._name = name
        self._index = index

    def _open_region(self, region: Region) -> Device:
        self._require()
        device, found = self.find(region)
        resource = region_resource(region, found.physical(wide=self._machine.wide) or 0)
        return self._make(device, found, resource, 0, region_widths(region, self.guarantees.widths))

    def _open_address(self, address: int, size: int) -> Device:
        self._require()
        if not self._name:
            raise UsageError("an offset is in one UIO device: write -b uio:NAME[/M]")
        device = find_device(self._machine.sysfs, self._name)
        found = find_map(device, self._index or 0, f"{address:#x}", address + size)
        if found.offset + address >= mmap.PAGESIZE:
            # The page offset that would reach it means another map.
            raise InvalidArgument(f"a UIO map is mapped from its first page on, and not from {address:#x}")
        start = (found.physical(wide=self._machine.wide) or 0) + address
        resource = Resource(start, size, f"uio{device.number} map {found.index}")
        return self._make(device, found, resource, address, self.guarantees.widths)

    def reach(self, address: int, size: int) -> tuple[Device, int]:
        """As ``Backend.reach``: a map can only be mapped from its start."""
        return self.device_at(0, address + size), address

    def address_of(self, region: Region) -> int | None:
        """Where the map of a region is; nothing is touched.

        Raises:
            KernelError: As ``find``.
        """
        return self.find(region)[1].physical(wide=self._machine.wide)

    def lives_at(self, address: int, size: int) -> str:
        """The UIO device and its driver."""
        try:
            device = find_device(self._machine.sysfs, self._name)
        except KernelError:
            return ""
        driver = f"driver {device.driver}" if device.driver else "no driver"
        return f"map {self._index or 0} of {device}, {driver}"

    def nodes(self, regions: Sequence[Region]) -> list[str]:
        """The devices' nodes."""
        found = []
        for region in regions:
            try:
                device, _ = self.find(region)
            except KernelError:
                continue
            found.append(self._node(device))
        return found

    def find(self, region: Region) -> tuple[UioDevice, UioMap]:
        """The device and its map that hold a region; nothing is touched.

        Raises:
            KernelError: There is none, or there are several; says what there is.
        """
        bind = region.bind or Bind()
        name = self._name or bind.uio
        if not name and bind.pci_id:
            name = find_function(self._machine.sysfs, bind.pci_id, word="uio").slot
        if not name:
            raise InvalidArgument(
                "the map does not say which UIO device it is about; write -b uio:NAME, or "
                "bind: {uio: NAME} in the map"
            )
        index = bind.uio_map if self._index is None else self._index
        device = find_device(self._machine.sysfs, name)
        return device, find_map(device, index, region.name, region.size)

    def _node(self, device: UioDevice) -> str:
        return str(self._machine.root / "dev" / f"uio{device.number}")

    def _require(self) -> None:
        self._machine.require_linux("UIO devices are reached through /dev/uioN")
        self._machine.require_single_access()

    def _make(
        self, device: UioDevice, found: UioMap, resource: Resource, offset: int, widths: frozenset[int]
    ) -> Device:
        physical = found.physical(wide=self._machine.wide) is not None
        node = self._node(device)
        # The maps of one device keep apart, though each starts at 0.
        origin = 0 if physical else -found.index * _MAP_SPACING
        space = "mem" if physical else f"uio:{device.name}"

        def describe(resource: Resource, claimed: bool) -> Mappable:
            return Mappable(
                path=node,
                # The page offset chooses the map, and is no address (uio_mmap of the kernel).
                position=found.index * mmap.PAGESIZE + found.offset + offset,
                size=resource.size,
                name=resource.name,
                address=resource.start if physical else None,
                widths=widths,
                explain=lambda error, step: explain_uio(
                    error,
                    step,
                    resource,
                    device=str(device),
                    node=node,
                    index=found.index,
                    address=found.address,
                ),
                identity=device.identity(found.index),
                space=space,
                start=resource.start - origin,
            )

        return MappableDevice(
            resource,
            self._access.mapper("device", node),
            describe,
            space=space,
            origin=origin,
            can_nonposted=self.guarantees.posted == "no",
        )


def _maps(directory: Path) -> list[UioMap]:
    maps = []
    for path in children(directory / "maps"):
        index = path.name.removeprefix("map")
        address, size = read_number(path / "addr"), read_number(path / "size")
        if not index.isdecimal() or address is None or not size:
            continue
        stated = read_number(path / "offset")
        in_page = address % mmap.PAGESIZE
        # Drivers that round their maps to pages count the size from the page's start.
        offset = in_page if stated is None or in_page else stated
        length = size if in_page else size - offset
        maps.append(UioMap(int(index), read_text(path / "name"), address, offset, length))
    return sorted(maps, key=lambda found: found.index)
