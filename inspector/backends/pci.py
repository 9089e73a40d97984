"""PCI functions and their BARs, mapped through sysfs: ``-b pci:DDDD:BB:DD.F[/N]``.

The files are those of drivers/pci/pci-sysfs.c of the kernel. Only ``config`` wakes a device that sleeps,
so it is read once at opening, and only of one that does not sleep.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.backends.access import Access
from inspector.backends.backend import region_resource, region_widths
from inspector.backends.driver import DriverHolder, bound_driver
from inspector.backends.hardware import HardwareBackend, MappableDevice
from inspector.backends.machine import Machine
from inspector.backends.mapping import Identity, Mappable
from inspector.backends.refusals import explain_bar
from inspector.backends.sysfs import children, driver_of, identity_of, read_number, read_text, sleep_of
from inspector.errors import (
    AccessFailed,
    Asleep,
    InvalidArgument,
    KernelError,
    NoSuchDevice,
    NotPermitted,
    Place,
    UsageError,
)
from inspector.io import Device, Resource
from inspector.model.registermap import Bind, Region

BARS = 6

_SLOT = re.compile(r"(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\.([0-7])")
_IO, _MEM, _UNSET = 0x100, 0x200, 0x2000_0000
_COMMAND = 4
_COMMAND_MEMORY = 1 << 1


@dataclass(frozen=True, slots=True)
class Bar:
    """One base address register of a function.

    Attributes:
        number: 0 to 5.
        start: The first address; 0 where none was assigned.
        size: In bytes; 0 where it is not there.
        flags: As in include/linux/ioport.h.
    """

    number: int
    start: int
    size: int
    flags: int

    @property
    def is_memory(self) -> bool:
        """Whether it is memory-mapped."""
        return bool(self.flags & _MEM)

    @property
    def is_io(self) -> bool:
        """Whether it is x86 I/O ports."""
        return bool(self.flags & _IO)

    @property
    def is_assigned(self) -> bool:
        """Whether it has an address."""
        return self.start != 0 and not self.flags & _UNSET

    @property
    def end(self) -> int:
        """The last address, inclusive."""
        return self.start + self.size - 1


@dataclass(frozen=True, slots=True)
class PciFunction:
    """One function of a PCI device.

    Attributes:
        directory: Its directory in sysfs.
        id: Vendor and device, as ``1234:11e8``.
        driver: The driver that is bound to it; empty where none is.
        bars: Those that exist.
    """

    directory: Path
    id: str
    driver: str
    bars: tuple[Bar, ...]

    @property
    def slot(self) -> str:
        """Its address, as ``0000:00:02.0``."""
        return self.directory.name

    def bar(self, number: int) -> Bar | None:
        """The BAR of that number, or None."""
        return next((bar for bar in self.bars if bar.number == number), None)

    def file(self, bar: Bar) -> Path:
        """The file through which a BAR is mapped."""
        return self.directory / f"resource{bar.number}"

    def identity(self, iomem: tuple[int, int] | None = None) -> Identity:
        """What tells that it still is this device, at the same addresses, with the same driver."""
        return identity_of(self.directory, "resource", iomem=iomem)

    def __str__(self) -> str:
        return f"{self.slot} ({self.id})"


def canonical_slot(text: str) -> str | None:
    """A PCI address with its domain, in lower case; None where ``text`` is none."""
    match = _SLOT.fullmatch(text)
    return f"{match[1] or '0000'}:{match[2]}:{match[3]}.{match[4]}".lower() if match else None


def functions(sysfs: Path) -> list[PciFunction]:
    """Every function of the machine, by address."""
    return [found for path in children(sysfs / "bus/pci/devices") if (found := _read(path)) is not None]


def function_at(sysfs: Path, slot: str) -> PciFunction | None:
    """The function at a PCI address, or None."""
    return _read(sysfs / "bus/pci/devices" / slot)


def find_function(sysfs: Path, pci_id: str, *, word: str = "pci") -> PciFunction:
    """The one function of a vendor and device.

    Args:
        sysfs: Where to look.
        pci_id: As ``1234:11e8``.
        word: The backend that was asked for, which may be told which one.

    Raises:
        NoSuchDevice: There is none; ``known`` lists what there is.
        InvalidArgument: There are several; names them.
    """
    present = functions(sysfs)
    found = [function for function in present if function.id == pci_id]
    if not found:
        raise NoSuchDevice(
            f"no PCI device is a {pci_id}; {_listed(present)}", known=[str(function) for function in present]
        )
    if len(found) > 1:
        slots = ", ".join(function.slot for function in found)
        raise InvalidArgument(
            f"{len(found)} PCI devices are a {pci_id}: {slots}; write -b {word}:{found[0].slot} or so"
        )
    return found[0]


def check_bar(function: PciFunction, number: int, name: str, size: int) -> Bar:
    """The BAR of that number, fit to be mapped with ``size`` bytes.

    Args:
        function: The device.
        number: Of the BAR.
        name: The region's name, for errors.
        size: How much of it is wanted, in bytes.

    Raises:
        NoSuchDevice: There is none, it is of I/O ports, or it was given no address.
        InvalidArgument: It is smaller.
    """
    bar = function.bar(number)
    place = Place(region=name)
    memory = ", ".join(f"BAR {bar.number} ({bar.size:#x} bytes)" for bar in function.bars if bar.is_memory)
    if bar is None:
        raise NoSuchDevice(
            f"{function} has no BAR {number}; it has {memory or 'none in memory'}", place=place
        )
    if bar.is_io:
        raise NoSuchDevice(
            f"BAR {number} of {function} is of x86 I/O ports, which cannot be mapped; "
            f"in memory it has {memory or 'none'}",
            place=place,
        )
    if not bar.is_assigned or not bar.size:
        raise NoSuchDevice(
            f"BAR {number} of {function} has no address: neither the firmware nor the kernel gave it one",
            place=place,
        )
    if size > bar.size:
        raise InvalidArgument(
            f"{name or '<unnamed>'} has {size:#x} bytes, and BAR {number} of {function} only {bar.size:#x}",
            place=Place(region=name, address=bar.start),
        )
    return bar


def check_awake(function: PciFunction, name: str, address: int) -> None:
    """Refuse a function that sleeps; its files tell, and nothing of it is touched.

    Args:
        function: The device.
        name: The region's name, for errors.
        address: The BAR's, for errors.

    Raises:
        Asleep: It sleeps.
    """
    sleep = sleep_of(function.directory)
    if sleep:
        raise Asleep(
            f"{function} sleeps ({sleep}) and was not touched; writing 'on' to "
            f"{function.directory}/power/control keeps it awake, which costs power",
            place=Place(region=name, address=address),
        )


def check_decoding(function: PciFunction, name: str, address: int) -> None:
    """Refuse a function that does not answer at its addresses.

    That stands in its configuration, of which COMMAND alone is read, once. Reading it wakes a device that
    sleeps, so `check_awake` comes first.

    Args:
        function: The device.
        name: The region's name, for errors.
        address: The BAR's, for errors.

    Raises:
        NotPermitted: Its memory decoding is off.
        AccessFailed: Its configuration cannot be read.
    """
    place = Place(region=name, address=address)
    try:
        command = _command(function)
    except OSError as error:
        raise AccessFailed(
            f"cannot read the configuration of {function}: {error.strerror}", place=place
        ) from error
    if not command & _COMMAND_MEMORY:
        raise NotPermitted(
            f"{function} does not answer at its addresses: its memory decoding is off (COMMAND bit 1), and "
            "reads would give all-ones",
            errno_name="ENXIO",
            advice=f"bind a driver, which enables it, or write 1 to {function.directory}/enable, which wakes "
            "and enables the device as a driver would, whatever state it is in",
            place=place,
        )


class PciMemory(HardwareBackend):
    """The BARs of PCI devices: ``-b pci:DDDD:BB:DD.F[/N]``, or ``-b pci`` for what a map's ``bind`` finds.

    On arm64 the kernel maps them Device-nGnRE (``pgprot_device``), whose writes are posted.
    """

    def __init__(
        self,
        word: str,
        slot: str = "",
        bar: int | None = None,
        machine: Machine | None = None,
        access: Access | None = None,
    ) -> None:
        """Say what holds; nothing is looked at until a device is asked for.

        Args:
            word: As on the command line.
            slot: The function's PCI address; empty for what the map's ``bind`` finds.
            bar: Which BAR; None for the map's, else 0.
            machine: What to judge by; this one where left out.
            access: How to touch it; agents of its own where left out.
        """
        machine = machine or Machine.here()
        super().__init__(
            word,
            f"PCI {slot}" if slot else "PCI",
            posted="yes" if machine.architecture == "aarch64" else "unknown",
            machine=machine,
            access=access,
        )
        self._slot = slot
        self._bar = bar

    def _open_region(self, region: Region) -> Device:
        self._require()
        function, bar = self.find(region)
        resource = region_resource(region, bar.start)
        return self._make(function, bar, resource, region_widths(region, self.guarantees.widths))

    def _open_address(self, address: int, size: int) -> Device:
        self._require()
        if not self._slot:
            raise UsageError("an offset is in one BAR: write -b pci:DDDD:BB:DD.F[/N]")
        function = self._function(None)
        bar = check_bar(function, self._bar or 0, f"{address:#x}", address + size)
        resource = Resource(bar.start + address, size, f"{function.slot} BAR {bar.number}")
        return self._make(function, bar, resource, self.guarantees.widths)

    def address_of(self, region: Region) -> int | None:
        """Where the BAR of a region is; nothing is touched.

        Raises:
            KernelError: As ``find``.
        """
        return self.find(region)[1].start

    def lives_at(self, address: int, size: int) -> str:
        """The function and its driver."""
        function = function_at(self._machine.sysfs, self._slot) if self._slot else None
        if function is None:
            return ""
        driver = f"driver {function.driver}" if function.driver else "no driver"
        return f"BAR {self._bar or 0} of {function}, {driver}"

    def nodes(self, regions: Sequence[Region]) -> list[str]:
        """The BARs' files."""
        found = []
        for region in regions:
            try:
                function, bar = self.find(region)
            except KernelError:
                continue
            found.append(str(function.file(bar)))
        return found

    def find(self, region: Region) -> tuple[PciFunction, Bar]:
        """The function and its BAR that hold a region; nothing is touched.

        Raises:
            KernelError: There is none, or there are several; says what there is.
        """
        function = self._function(region.bind)
        number = self._bar
        if number is None:
            number = region.bind.pci_bar if region.bind and region.bind.pci_id else 0
        return function, check_bar(function, number, region.name, region.size)

    def _require(self) -> None:
        self._machine.require_linux("PCI devices are reached through sysfs")
        self._machine.require_single_access()

    def _function(self, bind: Bind | None) -> PciFunction:
        if not self._slot:
            if bind is None or not bind.pci_id:
                raise InvalidArgument(
                    "the map does not say which PCI device it is about; write -b pci:DDDD:BB:DD.F[/N], or "
                    "bind: {pci: {id: VVVV:DDDD}} in the map"
                )
            return find_function(self._machine.sysfs, bind.pci_id)
        function = function_at(self._machine.sysfs, self._slot)
        if function is None:
            present = functions(self._machine.sysfs)
            raise NoSuchDevice(
                f"there is no PCI device {self._slot}; {_listed(present)}",
                known=[function.slot for function in present],
            )
        return function

    def _make(self, function: PciFunction, bar: Bar, resource: Resource, widths: frozenset[int]) -> Device:
        path = function.file(bar)
        check_awake(function, resource.name, resource.start)
        check_decoding(function, resource.name, resource.start)

        def describe(resource: Resource, claimed: bool) -> Mappable:
            return Mappable(
                path=str(path),
                position=resource.start - bar.start,
                size=resource.size,
                name=resource.name,
                address=resource.start,
                widths=widths,
                explain=lambda error, step: explain_bar(
                    error,
                    step,
                    resource,
                    function=str(function),
                    path=str(path),
                    driver=function.driver,
                    claimed=claimed,
                    facts=self._machine.facts,
                ),
                identity=function.identity(),
                space="mem",
                start=resource.start,
            )

        def driver() -> DriverHolder | None:
            return bound_driver(resource.start, resource.end, self._machine.sysfs)

        mapper = self._access.mapper("device", str(path))
        return MappableDevice(resource, mapper, describe, space="mem", driver=driver)


def _command(function: PciFunction) -> int:
    """The COMMAND register: exactly its two bytes, since reading others may act."""
    descriptor = os.open(function.directory / "config", os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = os.pread(descriptor, 2, _COMMAND)
    finally:
        os.close(descriptor)
    if len(data) < 2:
        raise OSError(errno.EIO, "it ends before COMMAND")
    return int.from_bytes(data, "little")


def _listed(present: list[PciFunction]) -> str:
    if not present:
        return "this machine lists no PCI devices"
    shown = ", ".join(map(str, present[:8]))
    return f"there is {shown}" + (f" and {len(present) - 8} more" if len(present) > 8 else "")


def _read(directory: Path) -> PciFunction | None:
    vendor, device = read_number(directory / "vendor"), read_number(directory / "device")
    if vendor is None or device is None:
        return None
    return PciFunction(directory, f"{vendor:04x}:{device:04x}", driver_of(directory), tuple(_bars(directory)))


def _bars(directory: Path) -> list[Bar]:
    bars = []
    # Later lines are its ROM and, for a bridge, what it passes on to others.
    for number, line in enumerate(read_text(directory / "resource").splitlines()[:BARS]):
        try:
            first, last, flags = (int(word, 16) for word in line.split())
        except ValueError:
            continue
        if flags:
            bars.append(Bar(number, first, last - first + 1 if last > first else 0, flags))
    return bars
